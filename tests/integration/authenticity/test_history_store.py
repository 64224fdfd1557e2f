"""Codes' histories as checks read and write them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.authenticity.history_store import MOST_KEPT, HistoryStore
from aftercare.authenticity.model import Audience, Check, Hints, Signal
from aftercare.authenticity.store import CheckStore
from aftercare.kernel.errors import StaleWriteError
from tests.fakes.aws import RefusalError, answering
from tests.fakes.samples import items

pytestmark = pytest.mark.integration
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)

NOTHING: dict[str, Any] = {"M": {}}
BARE = {"schema": {"N": "3"}, "trades": {"L": []}, "sold": NOTHING, "raised": NOTHING}


@pytest.fixture
def histories(tables: dict[str, str]) -> HistoryStore:
    return HistoryStore(tables["AuthenticityTable"])


def check(number: int, audience: Audience = Audience.CUSTOMER, **facts: Any) -> Check:
    at = AT + timedelta(minutes=number)
    return Check(f"check-{number:02d}", at, "US", audience, **facts)


def stored(tables: dict[str, str], key: str) -> dict[str, Any]:
    found = boto3.client("dynamodb").get_item(
        TableName=tables["AuthenticityTable"], Key={"pk": {"S": key}}
    )
    item = dict(found["Item"])
    del item["pk"]
    return item


def test_every_form_of_check_is_one_line_and_one_place(
    histories: HistoryStore, tables: dict[str, str]
) -> None:
    """A till's, one that told something, one that stands for four, one that drops two."""
    told = frozenset({Signal.SESSIONS_24H})
    histories.open("00-1", check(1, Audience.STORE, store_id="S-0412", told=frozenset()))
    second = histories.add("00-1", check(2, told=told, hints=Hints("ab", "cd")), 1, [])
    assert [(each.store_id, each.told, each.hints) for each in second.recent] == [
        ("S-0412", frozenset(), None),
        ("", told, Hints("ab", "cd")),
    ]
    histories.add("00-1", check(3, Audience.STORE, store_id="S-1"), 4, [])
    last = histories.add("00-1", check(4), 2, ["check-01", "check-02"])
    assert histories.get("00-1") == last
    assert stored(tables, "00-1") == BARE | {
        "checks": {"N": "8"},
        "by_customers": {"N": "3"},
        "first_customer": {"S": "check-02"},
        "who": {
            "M": {
                "check-03": {"S": "2026-11-29T12:03:00Z store US active 4x S-1"},
                "check-04": {"S": "2026-11-29T12:04:00Z customer US active 2x"},
            }
        },
        "places": {"M": {"check-03": {"N": "6"}, "check-04": {"N": "8"}}},
    }


def test_a_customers_first_check_is_told_apart(
    histories: HistoryStore, tables: dict[str, str]
) -> None:
    histories.open("01-1", check(1))
    assert stored(tables, "01-1") == BARE | {
        "checks": {"N": "1"},
        "by_customers": {"N": "1"},
        "first_customer": {"S": "check-01"},
        "who": {"M": {"check-01": {"S": "2026-11-29T12:01:00Z customer US active 1x"}}},
        "places": {"M": {"check-01": {"N": "1"}}},
    }


def test_what_is_there_is_not_written_over(histories: HistoryStore) -> None:
    histories.open("02-1", check(1))
    writes: list[Callable[[], object]] = [
        lambda: histories.open("02-1", check(2)),
        lambda: histories.add("02-1", check(1), 1, []),
    ]
    for write in writes:
        with pytest.raises(StaleWriteError):
            write()
    assert histories.get("none") is None


def test_a_full_item_takes_a_check_that_drops_another(histories: HistoryStore) -> None:
    histories.open("03-1", check(0))
    for number in range(1, MOST_KEPT):
        histories.add("03-1", check(number), 1, [])
    with pytest.raises(StaleWriteError):
        histories.add("03-1", check(90), 1, [])
    dropped = [f"check-{number:02d}" for number in range(1, 36)]
    assert len(histories.add("03-1", check(90), 1, dropped).recent) == MOST_KEPT - 35 + 1
    for number in range(91, 91 + 35 - 1):
        histories.add("03-1", check(number), 1, [])
    with pytest.raises(StaleWriteError):  # what it would drop is gone already
        histories.add("03-1", check(200), 1, ["check-01"])


def test_the_items_of_every_version_are_read_as_by_the_store_of_what_is_rare(
    histories: HistoryStore, tables: dict[str, str]
) -> None:
    rare, found = CheckStore(tables["AuthenticityTable"]), 0
    for item in items("authenticity").values():
        if "places" in item:
            found += 1
            boto3.client("dynamodb").put_item(TableName=tables["AuthenticityTable"], Item=item)
            assert histories.get(item["pk"]["S"]) == rare.get(item["pk"]["S"])
    assert found >= 6


def test_trouble_of_one_write_is_no_stale_write(histories: HistoryStore) -> None:
    def refuse(_: object) -> dict[str, Any]:
        raise RefusalError("AccessDeniedException")

    with answering("dynamodb", "PutItem", refuse), pytest.raises(Exception, match="AccessDenied"):
        histories.open("04-1", check(1))
