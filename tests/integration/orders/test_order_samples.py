"""Orders as other versions stored them are read: yesterday's samples, a newer version's items."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.kernel.actor import system
from aftercare.orders.model import OrderLine, OrderStatus, ProductKind, email_key_of
from aftercare.orders.service import OrderService
from aftercare.orders.wiring import OrdersConfig, order_service
from tests.fakes.orders import delivered, refunded
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("orders")
MEI = email_key_of("mei.tanaka@example.com")
WORKER = system("orders_ingest")


@pytest.fixture
def orders(tables: dict[str, str]) -> OrderService:
    return order_service(OrdersConfig(tables["OrdersTable"]))


@pytest.fixture(autouse=True)
def _stored(tables: dict[str, str]) -> None:
    for item in SAMPLES.values():
        put(tables, item)


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["OrdersTable"], Item=item)


def newer(item: Item) -> Item:
    """The item as a later version may store it: more attributes, more members, a higher schema."""
    purchase: dict[str, Any] = json.loads(item["purchase"]["S"])
    purchase |= {"gift": {"wrapped": True}}
    purchase["ship_to"] |= {"floor": "3", "coordinates": [37.7, -122.4]}
    for line in purchase["lines"]:
        line |= {"colour": "blue", "customs_code": "9503"}
    refunds = {"rf-1": {"units": {"1": 1}, "ticket": "", "reason": "broken"}}
    return item | {
        "schema": {"N": "2"},
        "loyalty": {"M": {"tier": {"S": "gold"}}},
        "purchase": {"S": json.dumps(purchase)},
        "refunds": {"S": json.dumps(refunds)},
    }


def test_yesterdays_orders_are_read(orders: OrderService) -> None:
    order = orders.get("PM-2026-10001")
    assert (order.status, order.version) == (OrderStatus.DELIVERED, 6)
    assert order.delivered_at == datetime(2026, 11, 24, 16, 34, 26, 897887, tzinfo=UTC)
    assert order.purchase
    assert order.purchase.ship_to.line2 == "Apt 5C"
    assert order.lines[2] == OrderLine(
        "3", "PN-NIGHTPARADE", "Night Parade, POP NOW", ProductKind.POP_NOW, 1, 1800, True
    )
    assert orders.get("PM-2026-10003").status is OrderStatus.SHIPPED


def test_an_order_with_parcels_amounts_and_what_could_not_be_read_is_read(
    orders: OrderService,
) -> None:
    order = orders.get("PM-2026-30001")
    assert order.purchase
    assert (order.purchase.email, order.purchase.total) == ("mei.tanaka@example.com", 27000)
    assert list(order.carried) == ["email"]
    assert order.purchase.ship_to.country == "HK"
    hare, plush = order.lines
    assert (hare.discount, hare.tax, hare.serials) == (500, 1400, ("S1", "S2"))
    assert (plush.kind, plush.kind_text, plush.set_size) == (ProductKind.UNKNOWN, "plush", 12)
    assert plush.preorder_ships_at == datetime(2027, 3, 1, tzinfo=UTC)
    assert order.parcels["P-1"].lines == {"1": 1}
    assert order.deliveries("1") == ((datetime(2026, 11, 17, 20, tzinfo=UTC), 1),)
    assert (order.refunds["rf-1"].amounts, order.refunds["rf-2"].amount) == ({"1": 8000}, 1000)
    assert (order.cancelled_units("2"), order.first_paid_at) == (
        1,
        datetime(2026, 11, 7, 20, tzinfo=UTC),
    )
    assert [each.reason for each in order.quarantined] == ["in the future"]
    assert {each.path for each in order.unread} == {"email", "lines[1].kind"}


def test_an_order_that_is_read_and_written_is_stored_as_it_was(
    orders: OrderService, tables: dict[str, str]
) -> None:
    before = orders.get("PM-2026-30001")
    orders.record(refunded("rf-9", number="PM-2026-30001", line_2=1), actor=WORKER)
    key = {"order_number": {"S": "PM-2026-30001"}}
    table = boto3.client("dynamodb")
    item = table.get_item(TableName=tables["OrdersTable"], Key=key)["Item"]
    refunds = json.loads(item["refunds"]["S"])
    assert refunds.pop("rf-9")
    sample = SAMPLES["03"]
    assert refunds == json.loads(sample["refunds"]["S"])
    unchanged = item.keys() - {"refunds", "version"}
    assert {name: item[name] for name in unchanged} == {name: sample[name] for name in unchanged}
    assert before.kept_deliveries == orders.get("PM-2026-30001").kept_deliveries


def test_yesterdays_orders_are_found_by_their_buyer(orders: OrderService) -> None:
    found = orders.of_customer(MEI)
    assert [order.order_number for order in found] == [
        "PM-2026-10003",
        "PM-2026-10001",
        "PM-2026-30001",
    ]


@pytest.mark.parametrize("name", SAMPLES)
def test_after_a_roll_back_the_newer_versions_orders_are_read(
    orders: OrderService, tables: dict[str, str], name: str
) -> None:
    number = SAMPLES[name]["order_number"]["S"]
    before = orders.get(number)
    put(tables, newer(SAMPLES[name]))
    after = orders.get(number)
    assert (after.purchase, after.status) == (before.purchase, before.status)
    assert after.refunded_units("1") == 1
    assert after in orders.of_customer(MEI)


@pytest.mark.parametrize("name", SAMPLES)
def test_after_a_roll_back_the_newer_versions_orders_go_on(
    orders: OrderService, tables: dict[str, str], name: str
) -> None:
    put(tables, newer(SAMPLES[name]))
    number = SAMPLES[name]["order_number"]["S"]
    late = delivered(number, datetime(2026, 11, 26, tzinfo=UTC) + timedelta(hours=1))
    orders.record(late, actor=WORKER)
    orders.record(refunded("rf-2", number=number, line_1=1), actor=WORKER)
    order = orders.get(number)
    assert (order.status, order.refunded_units("1")) == (OrderStatus.DELIVERED, 2)


def test_what_an_older_version_did_not_store_has_its_usual_value(
    orders: OrderService, tables: dict[str, str]
) -> None:
    item = SAMPLES["01"]
    purchase = json.loads(item["purchase"]["S"])
    del purchase["ship_to"]["line2"]
    for line in purchase["lines"]:
        del line["opened_online"]
    put(tables, item | {"purchase": {"S": json.dumps(purchase)}})
    order = orders.get("PM-2026-10001")
    assert order.purchase
    assert order.purchase.ship_to.line2 == ""
    assert not any(line.opened_online for line in order.lines)


def test_an_order_is_stored_with_the_version_of_its_shape(
    orders: OrderService, tables: dict[str, str]
) -> None:
    orders.record(delivered("PM-2026-55555"), actor=WORKER)
    item = boto3.client("dynamodb").get_item(
        TableName=tables["OrdersTable"], Key={"order_number": {"S": "PM-2026-55555"}}
    )["Item"]
    assert item["schema"] == {"N": "1"}
