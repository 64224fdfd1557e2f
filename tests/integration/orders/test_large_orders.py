"""An order of any size is stored and read back whole."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from aftercare.orders.document import purchase_from, purchase_text
from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent, OrderLine, ProductKind, email_key_of
from orders_ingest.app import handler
from tests.fakes.aws import counted
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.house import House
from tests.fakes.orders import (
    NOON,
    ORDERS_INGEST,
    delivered,
    line_detail,
    paid,
    refunded,
    shop_detail,
)

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HOUR = timedelta(hours=1)
_numbers = itertools.count(1)


def number() -> str:
    return f"L-{next(_numbers):06d}"


def lines(count: int, name: str = "Moon Hare ñ") -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(f"line-{each}", f"FIG-{each}", name, ProductKind.FIGURE, 2, 8900, gtin="4" * 13)
        for each in range(count)
    )


def recorded(house: House, *events: OrderEvent) -> Order:
    for event in events:
        house.orders.record(event, actor=ORDERS_INGEST)
    return house.orders.get(events[0].order_number)


def sizes(tables: dict[str, str], order_number: str) -> dict[str, int]:
    """The size of each item of the order in its key, roughly as DynamoDB counts it."""
    pages = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=tables["OrdersTable"])
    items = [item for page in pages for item in page["Items"]]
    return {
        item["order_number"]["S"]: sum(map(size, item.values()))
        for item in items
        if order_number in item["order_number"]["S"]
    }


def size(value: Any) -> int:
    [content] = value.values()
    return len(content if isinstance(content, bytes) else str(content).encode())


def best_of(act: Callable[[], object]) -> float:
    """The shortest of ten runs in seconds of this process: others on the machine don't count."""

    def took() -> float:
        started = time.process_time()
        act()
        return time.process_time() - started

    return min(took() for _ in range(10))


def test_an_order_of_5000_lines_comes_back_whole_and_no_item_is_too_large(
    house: House, tables: dict[str, str]
) -> None:
    mine, many = number(), lines(5000)
    order = recorded(house, paid(*many, number=mine), delivered(mine), refunded(number=mine))
    assert order.lines == many
    assert order.deliveries("line-4999") == ((delivered().occurred_at, 2),)
    assert all(size < 400_000 for size in sizes(tables, mine).values())


def test_an_event_about_a_large_order_reads_twice_and_writes_once(house: House) -> None:
    mine = number()
    recorded(house, paid(*lines(5000), number=mine))
    with counted("dynamodb") as operations:
        house.orders.record(delivered(mine), actor=ORDERS_INGEST)
    assert operations == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def test_a_customer_s_list_has_large_orders_whole(house: House) -> None:
    mine, email = number(), f"{number()}@example.com".lower()
    recorded(house, paid(*lines(5000), number=mine, email=email))
    recorded(house, paid(number=number(), email=email))
    by_number = {each.order_number: each for each in house.orders.of_customer(email_key_of(email))}
    assert len(by_number[mine].lines) == 5000
    assert len(by_number) == 2


def test_an_edit_of_a_large_order_replaces_all_of_it(house: House) -> None:
    mine = number()
    later = paid(*lines(3, "Edited"), number=mine, at=NOON + timedelta(hours=1))
    order = recorded(house, paid(*lines(5000), number=mine), later)
    assert [line.name for line in order.lines] == ["Edited"] * 3
    assert order.pieces == frozenset()


def test_pieces_that_an_order_no_longer_has_stay_for_a_day(
    house: House, tables: dict[str, str]
) -> None:
    mine = number()
    first = recorded(house, paid(*lines(5000), number=mine)).pieces
    edit = paid(*lines(5000, "Edited"), number=mine, at=NOON + timedelta(hours=1))
    second = recorded(house, edit).pieces
    assert first
    assert not first & second
    table = boto3.client("dynamodb")
    for keys, expires_at in ((first, house.clock() + timedelta(days=1)), (second, None)):
        for key in keys:
            item = table.get_item(
                TableName=tables["OrdersTable"], Key={"order_number": {"S": key}}
            )["Item"]
            kept = {"N": str(int(expires_at.timestamp()))} if expires_at else None
            assert item.get("expires_at") == kept
    again = recorded(house, replace(paid(*lines(5000), number=mine), occurred_at=NOON + 2 * HOUR))
    assert (again.lines, again.pieces) == (lines(5000), first)
    for key in first:
        found = table.get_item(TableName=tables["OrdersTable"], Key={"order_number": {"S": key}})
        assert "expires_at" not in found["Item"]


def test_refunds_may_outgrow_an_item_too(house: House, tables: dict[str, str]) -> None:
    mine, many = number(), lines(3000)
    units = {f"line_{line.line_id}": 1 for line in many}
    refunds = [
        refunded(f"rf-{each}", number=mine, at=NOON + timedelta(minutes=each), **units)
        for each in range(12)
    ]
    order = recorded(house, paid(*many, number=mine), *refunds)
    assert len(order.refunds) == 12
    assert order.refunded_units("line-7") == 2
    assert all(size < 400_000 for size in sizes(tables, mine).values())


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.RESENT])
def test_a_large_order_is_whole_whenever_the_process_dies(house: House, fault: Fault) -> None:
    mine = number()
    event = paid(*lines(5000), number=mine)
    saboteur = Saboteur()
    with saboteur.planted(), saboteur.during(Plan(fault, 1, rival=lambda: None)):
        try:
            recorded(house, event)
        except CrashError:
            assert len(house.orders.get(mine).lines) in {0, 5000}
    assert len(recorded(house, event).lines) == 5000
    assert len(house.orders.timeline(mine)) == 1


def test_5000_lines_arrive_from_the_queue(house: House) -> None:
    mine = number()
    many = [line_detail(line_id=str(each)) for each in range(5000)]
    detail = shop_detail(order_number=mine, lines=many)
    event = {"source": "shop.orders", "detail-type": "order.paid", "detail": detail}
    assert handler(queue_event(event), CONTEXT) == {"batchItemFailures": []}
    assert len(house.orders.get(mine).lines) == 5000


def test_an_event_becomes_part_of_a_stored_order_of_500_lines_in_20_ms(house: House) -> None:
    order = recorded(house, paid(*lines(500), number=number()))
    assert order.purchase
    text = purchase_text(order.purchase)
    edit = paid(*lines(500, "Edited"), number=order.order_number, at=NOON + timedelta(hours=1))
    for event in (delivered(order.order_number), edit):

        def take_in(event: OrderEvent = event) -> str:
            after = fold(replace(order, purchase=purchase_from(text)), event)
            assert after.purchase
            return purchase_text(after.purchase)

        assert best_of(take_in) <= 0.020
