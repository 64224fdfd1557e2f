"""What an order is worth: its net amount, what came back of it, whether it is still under way."""

from functools import reduce

import pytest

from aftercare.orders.model import Order, OrderEvent, fold
from aftercare.points.purchases import is_active, net_of, refunded_of
from tests.fakes.orders import (
    BLIND_BOX,
    FIGURE,
    NUMBER,
    delivered,
    paid,
    refunded,
    shipped,
)


def order(*events: OrderEvent) -> Order:
    return reduce(fold, events, Order(NUMBER))


def test_the_net_amount_is_what_was_paid_for_all_lines() -> None:
    assert net_of(order(paid(FIGURE, BLIND_BOX))) == 2 * 8900 + 6 * 1600
    assert net_of(order()) == 0


def test_what_was_paid_back_counts_each_unit_once_at_most() -> None:
    of = order(paid(FIGURE, BLIND_BOX), refunded("rf-1", line_1=1, line_2=2))
    assert refunded_of(of) == 8900 + 2 * 1600
    of = fold(of, refunded("rf-2", line_1=5, line_9=1))
    assert refunded_of(of) == 2 * 8900 + 2 * 1600


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
    ],
)
def test_an_order_is_active_until_delivered_or_wholly_paid_back(
    events: list[OrderEvent], active: bool
) -> None:
    assert is_active(order(*events)) is active
