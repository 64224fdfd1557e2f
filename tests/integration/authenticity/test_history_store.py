"""Histories that are read and written without the SDK are those of the SDK's store."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.authenticity.history_store import MOST_KEPT, HistoryStore
from aftercare.authenticity.model import Audience, Check, Hints, History, Signal
from aftercare.authenticity.store import CheckStore
from aftercare.kernel import direct
from aftercare.kernel.errors import StaleWriteError
from tests.fakes.aws import RefusalError, answering
from tests.fakes.samples import items

pytestmark = pytest.mark.integration
AT = datetime(2026, 11, 29, 12, tzinfo=UTC)

type Histories = CheckStore | HistoryStore
type Both = tuple[CheckStore, HistoryStore]


@pytest.fixture
def both(tables: dict[str, str]) -> Both:
    table = tables["AuthenticityTable"]
    return CheckStore(table), HistoryStore(table, direct.dynamodb)


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


def walk(histories: Histories, key: str) -> Iterable[History]:
    """Every form of write that a check may need."""
    told = frozenset({Signal.SESSIONS_24H})
    yield histories.open(key, check(1, Audience.STORE, store_id="S-0412", told=frozenset()))
    yield histories.add(key, check(2, told=told, hints=Hints("ab", "cd")), 1, [])
    yield histories.add(key, check(3, Audience.STORE, store_id="S-1"), 4, [])
    yield histories.add(key, check(4), 2, ["check-01", "check-02"])


def test_every_write_leaves_the_same_item_and_gives_the_same_history(
    both: Both, tables: dict[str, str]
) -> None:
    theirs, ours = both
    pairs = zip(walk(theirs, "00-1"), walk(ours, "00-2"), strict=True)
    for step, (their, our) in enumerate(pairs):
        assert our == their, step
        assert stored(tables, "00-2") == stored(tables, "00-1"), step
        assert ours.get("00-1") == theirs.get("00-2") == our


def test_a_customers_first_check_leaves_the_same_item(both: Both, tables: dict[str, str]) -> None:
    theirs, ours = both
    assert theirs.open("01-1", check(1)) == ours.open("01-2", check(1))
    assert stored(tables, "01-1") == stored(tables, "01-2")


@pytest.mark.parametrize("which", [0, 1], ids=["by the SDK", "without it"])
def test_what_is_there_is_not_written_over(both: Both, which: int) -> None:
    histories, key = both[which], f"02-{which}"
    histories.open(key, check(1))
    writes: list[Callable[[], object]] = [
        lambda: histories.open(key, check(2)),
        lambda: histories.add(key, check(1), 1, []),
    ]
    for write in writes:
        with pytest.raises(StaleWriteError):
            write()
    assert histories.get("none") is None


@pytest.mark.parametrize("which", [0, 1], ids=["by the SDK", "without it"])
def test_a_full_item_takes_a_check_that_drops_another(both: Both, which: int) -> None:
    histories, key = both[which], f"03-{which}"
    histories.open(key, check(0))
    for number in range(1, MOST_KEPT):
        histories.add(key, check(number), 1, [])
    with pytest.raises(StaleWriteError):
        histories.add(key, check(90), 1, [])
    dropped = [f"check-{number:02d}" for number in range(1, 36)]
    assert len(histories.add(key, check(90), 1, dropped).recent) == MOST_KEPT - 35 + 1
    for number in range(91, 91 + 35 - 1):
        histories.add(key, check(number), 1, [])
    with pytest.raises(StaleWriteError):  # what it would drop is gone already
        histories.add(key, check(200), 1, ["check-01"])


def test_the_items_of_every_version_are_read_alike(both: Both, tables: dict[str, str]) -> None:
    theirs, ours = both
    found = 0
    for item in items("authenticity").values():
        if "places" in item:
            found += 1
            boto3.client("dynamodb").put_item(TableName=tables["AuthenticityTable"], Item=item)
            assert ours.get(item["pk"]["S"]) == theirs.get(item["pk"]["S"])
    assert found >= 6


def test_trouble_of_one_write_is_no_stale_write(both: Both) -> None:
    def refuse(_: object) -> dict[str, Any]:
        raise RefusalError("AccessDeniedException")

    with answering("dynamodb", "PutItem", refuse), pytest.raises(Exception, match="AccessDenied"):
        both[1].open("04-1", check(1))
