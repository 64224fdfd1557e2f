"""What stores, orders and returns tell of pieces, and what a till hears of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

import sales_ingest.app
from aftercare.kernel.actor import client
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.wiring import ReceivingConfig, receiving_service
from tests.fakes.counter import customer_checks, fresh_code, stock
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.orders import FIGURE, NOON, ORDERS_INGEST, delivered, paid
from tests.fakes.till import Till
from tests.integration.returns.test_cancelling import labelled

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions", "batches")]
DOCK = client("dock-7")
SOLD = NOON - timedelta(days=3)


@pytest.fixture(scope="module")
def batches(tables: dict[str, str]) -> None:
    stock(tables["BatchesTable"])


def ingest(*events: dict[str, Any]) -> None:
    answer = sales_ingest.app.handler(queue_event(*events), CONTEXT)
    assert answer["batchItemFailures"] == []


def store_event(kind: str, code: str, days: int, **more: str) -> dict[str, Any]:
    at = to_text(SOLD + timedelta(days=days))
    detail = {"code": code, "store_id": "S-0412", "occurred_at": at} | more
    return {"source": "shop.stores", "detail-type": f"store.{kind}", "detail": detail}


def entry_event(kind: str, subject: str, **data: str) -> dict[str, Any]:
    now = utc_now()
    return bus_event(Entry(new_id("ent", now), kind, subject, now, data, actor=ORDERS_INGEST))


def sales_of(code: str) -> list[str]:
    return [sale["event"] for sale in Till().check(code).body["sales"]]


def test_a_store_is_told_of_sales_and_returns() -> None:
    code = fresh_code()
    assert sales_of(code) == []
    ingest(store_event("returned", code, 1), store_event("sold", code, 0))
    reply = Till().check(code)
    sales = [
        {"event": "sold", "at": "2026-06-07T19:00:00Z"},
        {"event": "returned", "at": "2026-06-08T19:00:00Z"},
    ]
    assert reply.body["sales"] == sales
    assert Till().look_up(reply.body["reference"]).body["sales"] == sales


def test_a_code_that_is_sold_twice_is_suspect_at_once_and_alarms_once() -> None:
    till, code = Till(), fresh_code()
    ingest(store_event("sold", code, 0))
    assert till.check(code).body["verdict"] == "genuine_first_check"
    with logged() as log:
        for _ in range(2):
            ingest(store_event("sold", code, 2))
    assert log.getvalue().count('"sold twice"') == 1
    reply = till.check(code)
    assert reply.body["verdict"] == "suspect"
    assert [reason["code"] for reason in reply.body["reasons"]] == ["sold_twice"]
    ingest(store_event("returned", code, 1))  # which the till had forgotten
    assert till.check(code).body["verdict"] == "genuine_checked_before"


def test_a_customer_is_told_nothing_of_sales() -> None:
    code = fresh_code()
    ingest(store_event("sold", code, 0))
    assert customer_checks(code, "a").reasons == ()


def test_units_of_a_delivered_order_are_sold(tables: dict[str, str]) -> None:
    first, second, open_line = fresh_code(), fresh_code(), fresh_code()
    orders = order_service(OrdersConfig(tables["OrdersTable"]))
    number = f"PM-{new_id('x', NOON)[-8:]}"
    figure = replace(FIGURE, serials=(first, second, "no code of ours"))
    orders.record(paid(figure, number=number), actor=ORDERS_INGEST)
    ingest(entry_event("order.changed", number, status="paid", changed="paid", version="1"))
    assert sales_of(first) == []
    orders.record(delivered(number), actor=ORDERS_INGEST)
    for _ in range(2):
        ingest(entry_event("order.changed", number, status="delivered", version="2"))
    assert [sales_of(each) for each in (first, second, open_line)] == [["sold"], ["sold"], []]


def test_an_order_sells_a_piece_once_whenever_its_payments_are_told_and_where_it_is_handed_over(
    tables: dict[str, str],
) -> None:
    code, orders = fresh_code(), order_service(OrdersConfig(tables["OrdersTable"]))
    number = f"PM-{new_id('x', NOON)[-8:]}"
    figure = replace(FIGURE, serials=(code,))
    for event in (paid(figure, number=number), delivered(number)):
        orders.record(event, actor=ORDERS_INGEST)
    ingest(entry_event("order.changed", number, status="delivered", version="2"))
    first = paid(figure, number=number)
    first = replace(first, occurred_at=first.occurred_at - timedelta(days=2))
    orders.record(first, actor=ORDERS_INGEST)
    ingest(
        entry_event("order.changed", number, status="delivered", version="3"),
        store_event("sold", code, 2, order_number=f" {number.lower()}"),
    )
    reply = Till().check(code)
    assert reply.body["verdict"] == "genuine_first_check"
    assert [sale["at"] for sale in reply.body["sales"]] == [
        f"{first.occurred_at:%Y-%m-%dT%H:%M:%SZ}"
    ]


def test_a_piece_of_an_order_that_is_sold_again_in_a_store_was_sold_twice() -> None:
    """Whether the till names no order or another one."""
    for other in ({}, {"order_number": "PM-2026-20002"}):
        code = fresh_code()
        ingest(
            store_event("sold", code, 0, order_number="PM-2026-10001"),
            store_event("sold", code, 2, **other),
        )
        assert Till().check(code).body["verdict"] == "suspect"


@pytest.mark.parametrize(
    ("found", "sales"),
    [
        (Found(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED), ["returned"]),
        (Found(1, Grade.A, Disposition.RESTOCK, JudgementCode.NOT_SHOWN), ["sold", "returned"]),
        (Found(0, Grade.D, Disposition.SEND_BACK, JudgementCode.NOT_GENUINE), ["sold", "returned"]),
    ],
)
def test_what_came_back_is_returned_and_what_goes_back_is_its_owners(
    house: House, tables: dict[str, str], found: Found, sales: list[str]
) -> None:
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    dock = receiving_service(ReceivingConfig(*(tables[each] for each in names)), clock=house.clock)
    code, ret = fresh_code(), labelled(house)
    came = {"1": Came({Condition.RECEIVED: 2}, (code, "PMAA-1"))}
    dock.receive(ret.return_id, came, "Dock 7", actor=DOCK)
    ingest(entry_event("return.received", ret.return_id))
    assert sales_of(code) == ["returned"]
    dock.inspect(ret.return_id, {"1": found}, actor=DOCK)
    ingest(entry_event("return.inspected", ret.return_id))
    assert sorted(sales_of(code)) == sorted(sales)
