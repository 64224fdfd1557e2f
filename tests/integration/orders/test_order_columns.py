"""The columns that only an earlier version reads: after a roll-back it must find them."""

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.clock import to_text
from tests.fakes.house import House
from tests.fakes.orders import FIGURE

pytestmark = pytest.mark.integration


def test_an_orders_dates_are_columns_of_their_own(house: House, tables: dict[str, str]) -> None:
    order = house.delivered_order(FIGURE)
    items = client("dynamodb").query(
        TableName=tables["OrdersTable"],
        KeyConditionExpression="order_number = :number",
        ExpressionAttributeValues={":number": {"S": order.order_number}},
    )["Items"]
    [stored] = [item for item in items if "paid_at" in item]
    dates = {name: stored[name]["S"] for name in ("paid_at", "shipped_at", "delivered_at")}
    assert all((order.paid_at, order.shipped_at, order.delivered_at))
    assert dates == {
        name: to_text(date) for name in dates if (date := getattr(order, name)) is not None
    }
