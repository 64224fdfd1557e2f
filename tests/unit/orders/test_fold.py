"""The shop's events fold into an order: in any order, any number of times, never backwards."""

from datetime import timedelta
from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aftercare.orders.model import Order, OrderEvent, OrderStatus, fold
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

MILESTONES = list(OrderStatus)
# Few instants and few refunds, so that what collides in life collides here, too.
INSTANTS = st.sampled_from([NOON + timedelta(hours=hours) for hours in range(4)])
EVENTS = st.one_of(
    st.builds(lambda at, line: paid(line, at=at), INSTANTS, st.sampled_from([FIGURE, BLIND_BOX])),
    st.builds(lambda at: shipped(at=at), INSTANTS),
    st.builds(lambda at: delivered(at=at), INSTANTS),
    st.builds(
        lambda refund_id, one, two: refunded(refund_id, line_1=one, line_2=two),
        st.sampled_from(["rf-1", "rf-2"]),
        st.integers(1, 3),
        st.integers(1, 3),
    ),
)
TOLD = st.lists(EVENTS, max_size=8)


def folded(events: list[OrderEvent]) -> Order:
    return reduce(fold, events, Order(NUMBER))


@given(TOLD, st.data())
def test_any_order_and_any_repetition_of_the_same_events_gives_the_same_order(
    events: list[OrderEvent], data: st.DataObject
) -> None:
    repeated = events + data.draw(st.lists(st.sampled_from(events)) if events else st.just([]))
    assert folded(data.draw(st.permutations(repeated))) == folded(events)


@given(TOLD)
def test_no_event_ever_takes_an_order_backwards(events: list[OrderEvent]) -> None:
    steps = [folded(events[:count]) for count in range(len(events) + 1)]
    for before, after in pairwise(steps):
        assert MILESTONES.index(after.status) >= MILESTONES.index(before.status)
        for moment in ("paid_at", "shipped_at", "delivered_at"):
            known = getattr(before, moment)
            assert known is None or getattr(after, moment) >= known
        assert all(after.refunded_units(i) >= before.refunded_units(i) for i in "12")
        assert before.purchase is None or after.purchase is not None


def test_an_order_that_was_delivered_stays_delivered_when_its_payment_is_told_last() -> None:
    order = folded([delivered(), shipped(), paid()])
    assert order.status is OrderStatus.DELIVERED
    assert order.lines == (FIGURE,)


def test_the_latest_payment_says_what_was_bought() -> None:
    later = paid(BLIND_BOX, at=NOON + timedelta(minutes=1))
    assert folded([later, paid(FIGURE)]).lines == (BLIND_BOX,)


def test_a_refund_told_twice_counts_once_and_two_refunds_add_up() -> None:
    once, other = refunded("rf-1", line_1=1), refunded("rf-2", line_1=1)
    assert folded([once, once]).refunded_units("1") == 1
    assert folded([once, other, once]).refunded_units("1") == 2


def test_a_delivery_corrected_to_a_later_day_moves_and_to_an_earlier_one_does_not() -> None:
    later = delivered(at=NOON + timedelta(days=9))
    assert folded([delivered(), later]).delivered_at == later.occurred_at
    assert folded([later, delivered()]).delivered_at == later.occurred_at
