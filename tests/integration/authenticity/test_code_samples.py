"""Codes as other versions stored them are read: yesterday's bytes, a newer version's items."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.authenticity import policy, references
from aftercare.authenticity.cases import CaseState, ClaimKind
from aftercare.authenticity.history_store import HistoryStore
from aftercare.authenticity.layout import check_line, sales_from, sales_map, trade_lines
from aftercare.authenticity.model import Audience, Signal
from aftercare.authenticity.sales import Sales, TradeKind
from aftercare.authenticity.store import CheckStore
from aftercare.batches.model import BatchStatus
from aftercare.kernel.errors import NewerDataError
from aftercare.orders.model import email_key_of
from tests.fakes.actors import LI, SALES_INGEST
from tests.fakes.codes import RULES, check
from tests.fakes.desk import desk_on
from tests.fakes.environment import TABLES
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
CASES = [each for each in items("authenticity").values() if each["pk"]["S"].startswith("C")]
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
    none = {"B": b""}
    [sold] = [
        name for name, item in SAMPLES.items() if item.get("sales", none)["B"].strip(bytes(1))
    ]
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


@pytest.mark.parametrize(
    ("sample", "signals"),
    [
        ("01-true", {Signal.SESSIONS_24H, Signal.COUNTRIES, Signal.IMPOSSIBLE_TRAVEL}),
        ("07-three-sessions", {Signal.SESSIONS_24H}),
        ("08-return-told-late", set()),  # stored as checked before it was sold
        ("09-cleared-after-return", set()),
        ("10-dropped", {Signal.SESSIONS_24H}),  # of checks that were dropped since
    ],
)
def test_yesterdays_facts_are_folded_anew(
    store: CheckStore, sample: str, signals: set[Signal]
) -> None:
    history = store.get(key_of(sample))
    assert history
    assert policy.signals(history, RULES) == signals


def test_of_yesterdays_answers_is_known_what_they_told(store: CheckStore) -> None:
    history = store.get(key_of("07-three-sessions"))
    assert history
    told = [bool(history.told(each)) for each in history.recent]
    assert told == [False, False, False, True]


def test_the_version_before_reads_todays_lines(tables: dict[str, str]) -> None:
    """It takes the sixth word of a check's line for the store, and knows four moments."""
    desk = desk_on(tables["AuthenticityTable"])
    symbols = desk.fresh_code()
    desk.store(symbols, "1")
    desk.clock.forward(days=1)
    for number in range(3):
        desk.service.record_sale(symbols, desk.clock(), actor=SALES_INGEST)
        desk.clock.forward(hours=5)
        desk.service.record_return(symbols, desk.clock(), actor=SALES_INGEST)
        desk.clock.forward(days=2)
        desk.customer(symbols, str(number))
    desk.customer(symbols, "3")
    desk.service.clear(symbols, why="Seen", actor=LI)
    desk.customer(symbols, "owner")
    _, history = desk.service.history_of(symbols)
    lines = [check_line(each, each.weight).split(" ") for each in history.recent]
    assert [words[5:6] for words in lines] == [["S-0412"], *[[""]] * 5]
    noted = sales_map(history.sales)
    assert noted["first_sold_at"] < noted["returned_at"] < noted["last_sold_at"]
    assert sales_from(trade_lines(history.sales), noted) == history.sales


def test_a_sale_that_the_version_before_has_noted_joins_the_others(store: CheckStore) -> None:
    key, sold = "00-0000000077", datetime(2026, 11, 20, 10, tzinfo=UTC)
    store.put_sales(key, Sales(), Sales().sold(sold))
    later = Sales().sold(sold).returned(sold + timedelta(days=1))
    noted = sales_map(later.sold(sold + timedelta(days=2)))
    boto3.client("dynamodb").update_item(
        TableName=TABLES["AuthenticityTable"],
        Key={"pk": {"S": key}},
        UpdateExpression="SET sold = :noted",
        ExpressionAttributeValues={
            ":noted": {"M": {name: {"S": at} for name, at in noted.items()}}
        },
    )
    read = store.get(key)
    assert read
    assert read.sales == later.sold(sold + timedelta(days=2))
    store.put_sales(key, read.sales, read.sales.returned(sold + timedelta(days=3)))
    again = store.get(key)
    assert again
    assert again.sales.trades[-1].kind is TradeKind.RETURNED


def test_a_new_check_joins_yesterdays(store: CheckStore, tables: dict[str, str]) -> None:
    sample = next(iter(SAMPLES))
    before = store.get(key_of(sample))
    assert before
    histories = HistoryStore(tables["AuthenticityTable"])
    added = histories.add(key_of(sample), check(1, check_id="ZZZZZZ"), 1, ())
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
    assert history.sales == Sales().sold(datetime(2026, 11, 30, 10, tzinfo=UTC))
    assert history.raised == {}


def test_a_reference_with_an_outcome_of_a_newer_version_is_refused_for_now(
    tables: dict[str, str],
) -> None:
    desk = desk_on(tables["AuthenticityTable"])
    ring = desk.service.ring
    key_id, keys = ring.oldest
    newer = references.unrecorded(31, desk.clock(), "", key_id, keys)
    with pytest.raises(NewerDataError):
        desk.service.look_up(newer)


def test_yesterdays_cases_and_claims_are_read(tables: dict[str, str]) -> None:
    for item in CASES:
        put(tables, item)
    cases = CheckStore(tables["AuthenticityTable"]).cases
    case, decided = cases.case("00-0000001478"), cases.case("00-0000008003")
    assert case
    assert decided
    assert (case.version, case.sku) == (3, "BB-1")
    assert sorted(case.mine | case.fakes) == ["2P9D", "7K4M"]
    assert case.mine == {"7K4M"}
    assert case.signs == {Signal.SOLD_TWICE}
    # One of its two claims is no longer kept.
    [claim] = cases.claims(case)
    assert (claim.kind, claim.words) == (ClaimKind.MINE, "From a stall on Main Street, in May.")
    assert (decided.state, decided.why) == (CaseState.COPIED, "Two of them at S-0412")
    assert decided.decided_at == datetime(2026, 11, 28, 21, tzinfo=UTC)
    assert (claim.email, claim.language) == ("", "")
    [addressed] = cases.claims_of(email_key_of("mei@example.com"))
    assert (addressed.place, addressed.language) == ("2P9D", "fr")


def test_a_newer_versions_signs_and_states_of_cases(tables: dict[str, str]) -> None:
    [open_one] = [item for item in CASES if "signs" in item]
    put(tables, open_one | {"signs": {"SS": ["b", "zz"]}})
    cases = CheckStore(tables["AuthenticityTable"]).cases
    case = cases.case("00-0000001478")
    assert case
    assert case.signs == {Signal.SOLD_TWICE}
    [decided] = [item for item in CASES if "state" in item]
    put(tables, decided | {"state": {"S": "settled"}})
    with pytest.raises(NewerDataError):
        cases.case("00-0000008003")
