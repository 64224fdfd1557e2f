"""Codes as other versions stored them are read: yesterday's bytes, a newer version's items."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.authenticity import references
from aftercare.authenticity.model import Audience, Sales
from aftercare.authenticity.store import CheckStore
from aftercare.batches.model import BatchStatus
from aftercare.kernel.errors import NewerDataError
from tests.fakes.codes import check
from tests.fakes.desk import desk_on
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = {name: item for name, item in items("authenticity").items() if "who" in item}


@pytest.fixture
def store(tables: dict[str, str]) -> CheckStore:
    for item in SAMPLES.values():
        put(tables, item)
    return CheckStore(tables["AuthenticityTable"])


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["AuthenticityTable"], Item=item)


def key_of(sample: str) -> str:
    return str(SAMPLES[sample]["pk"]["S"])


@pytest.mark.parametrize("sample", SAMPLES)
def test_yesterdays_checks_are_read(store: CheckStore, sample: str) -> None:
    history = store.get(key_of(sample))
    assert history
    assert len(history.recent) == len(SAMPLES[sample]["who"]["M"])
    for each in history.recent:
        assert each.at.year == 2026
        assert each.audience in set(Audience)
        assert each.standing in set(BatchStatus)
        assert each.country in {"", "US", "FR", "CN"}


def test_yesterdays_sale_and_return_are_read_and_changed(store: CheckStore) -> None:
    [sold] = [name for name, item in SAMPLES.items() if item["sales"]["B"].strip(bytes(1))]
    history = store.get(key_of(sold))
    assert history
    sales = history.sales
    assert sales.first_sold_at == sales.last_sold_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert sales.returned_at == datetime(2026, 11, 22, 10, tzinfo=UTC)
    again = sales.sold(sales.returned_at + timedelta(days=1))
    store.put_sales(key_of(sold), sales, again)
    after = store.get(key_of(sold))
    assert after
    assert (after.sales, after.recent) == (again, history.recent)


def test_a_new_check_joins_yesterdays(store: CheckStore) -> None:
    sample = next(iter(SAMPLES))
    before = store.get(key_of(sample))
    assert before
    added = store.add(key_of(sample), check(1, check_id="ZZZZZZ"), 1, ())
    assert added.recent[:-1] == before.recent
    assert (added.checks, added.recent[-1].check_id) == (before.checks + 1, "ZZZZZZ")


def test_a_newer_versions_item_is_read(tables: dict[str, str]) -> None:
    """It has attributes, words in a line, a status and a signal that this version does not know."""
    line = "2026-12-01T10:00:00Z store US quarantined 2x S-0412 +refund"
    item: Item = {
        "pk": {"S": "00-0000009999"},
        "schema": {"N": "3"},
        "checks": {"N": "2"},
        "by_customers": {"N": "0"},
        "who": {"M": {"ABCDEF": {"S": line}}},
        "places": {"M": {"ABCDEF": {"N": "2"}}},
        "sold": {"M": {"first_sold_at": {"S": "2026-11-30T10:00:00Z"}, "channel": {"S": "x"}}},
        "raised": {"M": {"z": {"N": "2"}}},
        "claimed_by": {"S": "mem_1"},
    }
    put(tables, item)
    history = CheckStore(tables["AuthenticityTable"]).get("00-0000009999")
    assert history
    [found] = history.recent
    assert (found.country, found.store_id, found.weight) == ("US", "S-0412", 2)
    assert found.standing is BatchStatus.RESTRICTED
    assert history.sales == Sales(first_sold_at=datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert history.raised == {}


def test_a_reference_with_an_outcome_of_a_newer_version_is_refused_for_now(
    tables: dict[str, str],
) -> None:
    desk = desk_on(tables["AuthenticityTable"])
    ring = desk.service.ring
    keys = ring.get(ring.oldest)
    assert keys
    newer = references.unrecorded(31, desk.clock(), ring.oldest, keys)
    with pytest.raises(NewerDataError):
        desk.service.look_up(newer)
