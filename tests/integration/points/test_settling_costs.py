"""What settling an order asks of DynamoDB: a transaction for a change, and none for the rest."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.orders.model import OrderEvent
from points_ingest.app import handler
from tests.fakes import points_desk
from tests.fakes.aws import counted
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.orders import FIGURE, NOON, ORDERS_INGEST, delivered, paid, refunded, shipped
from tests.fakes.points_desk import fresh, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


def asked(event: OrderEvent) -> Counter[str]:
    """The calls that settle the order after the event."""
    orders = points_desk.orders()
    orders.record(event, actor=ORDERS_INGEST)
    message = queue_event(bus_event(orders.timeline(event.order_number)[-1]))
    with counted("dynamodb") as calls:
        assert handler(message, CONTEXT) == {"batchItemFailures": []}
    return Counter(calls)


def test_each_change_is_one_transaction_and_what_changes_no_points_writes_nothing() -> None:
    member, number = joined(), fresh("PM").upper()
    more = replace(FIGURE, quantity=3)
    edit = paid(more, number=number, email=member.email, at=NOON + timedelta(hours=1))
    assert asked(paid(number=number, email=member.email)) == {
        "GetItem": 7,
        "Query": 1,
        "TransactWriteItems": 1,
    }
    for moved in (shipped(number), delivered(number)):
        assert asked(moved) == {"GetItem": 5}
    for change in (refunded("rf-1", number=number, line_1=1), edit):
        assert asked(change) == {"GetItem": 8, "TransactWriteItems": 1}
