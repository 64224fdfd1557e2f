"""Whether an order is still under way, so that its buyer's account stays open."""

from functools import reduce

import pytest

from aftercare.orders.folding import fold
from aftercare.orders.model import (
    Cancellation,
    Order,
    OrderCancelled,
    OrderEvent,
    OrderRefunded,
    Refund,
)
from aftercare.points.purchases import is_active
from tests.fakes.orders import (
    BLIND_BOX,
    FIGURE,
    NOON,
    NUMBER,
    delivered,
    paid,
    refunded,
    shipped,
)


def order(*events: OrderEvent) -> Order:
    return reduce(fold, events, Order(NUMBER))


def amount_back(amount: int) -> OrderRefunded:
    """A refund that names no line."""
    return OrderRefunded(NUMBER, NOON, "rf-1", Refund({}, amount=amount))


@pytest.mark.parametrize(
    ("events", "active"),
    [
        ([], False),
        ([paid(FIGURE)], True),
        ([paid(FIGURE), shipped()], True),
        ([paid(FIGURE), shipped(), delivered()], False),
        ([paid(FIGURE), refunded("rf-1", line_1=1)], True),
        ([paid(FIGURE), refunded("rf-1", line_1=1), refunded("rf-2", line_1=1)], False),
        ([paid(FIGURE, BLIND_BOX), refunded("rf-1", line_1=2)], True),
        ([paid(FIGURE), amount_back(17_799)], True),
        ([paid(FIGURE), amount_back(17_800)], False),
        ([paid(FIGURE), OrderCancelled(NUMBER, NOON, Cancellation({"1": 1}))], True),
        ([paid(FIGURE), OrderCancelled(NUMBER, NOON, Cancellation())], False),
    ],
)
def test_an_order_is_active_until_delivered_or_wholly_paid_back(
    events: list[OrderEvent], active: bool
) -> None:
    assert is_active(order(*events)) is active
