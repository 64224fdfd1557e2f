"""Two stores of orders, each on its own table, in one process."""

from collections.abc import Iterator

import boto3
import pytest

from aftercare.orders.model import Order
from aftercare.orders.wiring import OrdersConfig, order_service
from tests.fakes.orders import NUMBER, ORDERS_INGEST, paid, shipped
from tests.fakes.template import create_tables

pytestmark = pytest.mark.integration


@pytest.fixture
def second_table(tables: dict[str, str]) -> Iterator[str]:
    name = f"{tables['OrdersTable']}-second"
    dynamodb = boto3.client("dynamodb")
    create_tables(dynamodb, {"OrdersTable": name})
    yield name
    dynamodb.delete_table(TableName=name)


def test_two_stores_of_orders_keep_to_their_own_tables(
    tables: dict[str, str], second_table: str
) -> None:
    first = order_service(OrdersConfig(tables["OrdersTable"]))
    second = order_service(OrdersConfig(second_table))
    first.record(paid(), actor=ORDERS_INGEST)
    assert second.get(NUMBER) == Order(NUMBER)
    second.record(shipped(), actor=ORDERS_INGEST)
    assert (first.get(NUMBER).status, second.get(NUMBER).status) == ("paid", "shipped")
