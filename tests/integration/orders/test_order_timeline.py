"""Each change of an order commits one timeline entry with it; what changes nothing commits none."""

import itertools
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.actor import system
from aftercare.kernel.clock import to_text
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import (
    Order,
    OrderEvent,
    OrderRefundFailed,
    Parcel,
    RefundFailure,
    email_key_of,
)
from aftercare.orders.store import ENTRY_KEPT
from tests.fakes.aws import counted
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, NOON, delivered, paid, refunded, shipped

pytestmark = pytest.mark.integration
WORKER = system("orders_ingest")
_numbers = itertools.count(1)


def number() -> str:
    return f"E-{next(_numbers):06d}"


def life_of(order_number: str) -> list[OrderEvent]:
    return [
        paid(number=order_number),
        shipped(order_number),
        delivered(order_number),
        refunded("rf-1", number=order_number, line_1=1),
    ]


def record(house: House, *events: OrderEvent) -> None:
    for event in events:
        house.orders.record(event, actor=WORKER)


def changes(house: House, order_number: str) -> list[str]:
    return [entry.data["changed"] for entry in house.orders.timeline(order_number)]


def test_each_change_commits_an_entry_that_says_what_changed_and_who_caused_it(
    house: House,
) -> None:
    mine = number()
    record(house, *life_of(mine))
    entries = house.orders.timeline(mine)
    told = [
        tuple(entry.data[name] for name in ("version", "changed", "status")) for entry in entries
    ]
    assert told == [
        ("1", "paid", "paid"),
        ("2", "shipped", "shipped"),
        ("3", "delivered", "delivered"),
        ("4", "refunded", "delivered"),
    ]
    times = [to_text(event.occurred_at) for event in life_of(mine)]
    assert [entry.data["event_at"] for entry in entries] == times
    assert {(entry.entry_type, entry.subject, entry.actor) for entry in entries} == {
        ("order.changed", mine, "system:orders_ingest")
    }
    assert {entry.occurred_at for entry in entries} == {house.clock()}
    assert len({entry.entry_id for entry in entries}) == 4


def test_a_repeated_event_commits_nothing(house: House) -> None:
    mine = number()
    record(house, *life_of(mine))
    with counted("dynamodb") as operations:
        record(house, *life_of(mine))
    assert set(operations) == {"GetItem"}
    assert changes(house, mine) == ["paid", "shipped", "delivered", "refunded"]


def test_a_change_is_one_transaction(house: House) -> None:
    with counted("dynamodb") as operations:
        record(house, paid(number=number()))
    assert operations == ["GetItem", "TransactWriteItems"]


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.RESENT])
def test_an_order_and_its_entry_are_committed_together_whenever_the_process_dies(
    house: House, fault: Fault
) -> None:
    mine = number()
    saboteur = Saboteur()
    with saboteur.planted(), saboteur.during(Plan(fault, 1, rival=lambda: None)):
        try:
            record(house, paid(number=mine))
        except CrashError:
            assert len(changes(house, mine)) == (house.orders.get(mine).version or 0)
    record(house, paid(number=mine))  # its message is delivered again
    assert changes(house, mine) == ["paid"]
    assert house.orders.get(mine).version == 1


def test_an_entry_is_no_order_and_belongs_to_nobody(house: House) -> None:
    mine = number()
    record(house, paid(number=mine))
    entry_key = f"ENTRY#{mine}#1"
    assert house.orders.get(entry_key) == Order(entry_key)
    assert not house.orders.matches(entry_key, EMAIL)
    with pytest.raises(OrderNotFoundError):
        house.orders.owned(entry_key, email_key_of(EMAIL))


def test_a_customer_list_holds_orders_only(house: House) -> None:
    mine, email = number(), f"{number()}@example.com".lower()
    record(house, paid(number=mine, email=email), shipped(mine))
    found = house.orders.of_customer(email_key_of(email))
    assert [order.order_number for order in found] == [mine]


def test_an_entry_holds_nothing_personal_and_expires(house: House, tables: dict[str, str]) -> None:
    mine = number()
    record(house, *life_of(mine))
    dynamodb = boto3.client("dynamodb")
    for version in range(1, 5):
        key = {"order_number": {"S": f"ENTRY#{mine}#{version}"}}
        item = dynamodb.get_item(TableName=tables["OrdersTable"], Key=key)["Item"]
        kept_until = house.clock() + ENTRY_KEPT
        assert item["expires_at"] == {"N": str(int(kept_until.timestamp()))}
        text = str(item)
        for personal in (EMAIL, email_key_of(EMAIL), "Mei", "Larkspur", "94110"):
            assert personal not in text


def test_an_order_of_before_the_timeline_has_entries_from_its_next_change_on(
    house: House, tables: dict[str, str]
) -> None:
    mine = number()
    record(house, paid(number=mine))
    boto3.client("dynamodb").delete_item(
        TableName=tables["OrdersTable"], Key={"order_number": {"S": f"ENTRY#{mine}#1"}}
    )
    record(house, delivered(mine))
    [entry] = house.orders.timeline(mine)
    assert entry.data["version"] == "2"


def test_an_unheard_of_order_has_no_timeline(house: House) -> None:
    assert house.orders.timeline("E-UNHEARD-OF") == ()


def test_services_on_one_clock_name_the_same_moment(house: House) -> None:
    mine = number()
    later = replace(house.orders, clock=lambda: NOON + timedelta(days=30))
    later.record(paid(number=mine), actor=WORKER)
    [entry] = house.orders.timeline(mine)
    assert entry.occurred_at == NOON + timedelta(days=30)


def test_each_step_of_a_parcel_for_a_return_is_told_as_such_and_kept(house: House) -> None:
    mine, hour = number(), timedelta(hours=1)
    replacement = Parcel("P-9", lines={"1": 1}, ticket="R-9R7J-C49S-F")
    failure = RefundFailure("R-9R7J-C49S-F", "R-9R7J-C49S-F#1", "card_closed")
    record(
        house,
        *life_of(mine),
        shipped(mine, NOON + 5 * hour, replacement),
        delivered(mine, NOON + 6 * hour, Parcel("P-9")),
        OrderRefundFailed(mine, NOON + hour, failure),
    )
    assert changes(house, mine)[-3:] == ["replaced", "replaced", "refund_failed"]
    stored = house.orders.get(mine)
    [brought] = stored.brought_for("R-9R7J-C49S-F")
    assert (brought.lines, brought.delivered_at) == ({"1": 1}, NOON + 6 * hour)
    told = replace(failure, failed_at=NOON + hour)
    assert stored.refund_failures == {"R-9R7J-C49S-F#1": told}
