"""The shop's events fold into an order: in any order, any number of times, never backwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.orders.deliveries import Delivery, deliveries_of
from aftercare.orders.folding import fold
from aftercare.orders.model import (
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderEvent,
    OrderPaid,
    OrderRefundFailed,
    OrderShipped,
    OrderStatus,
    Parcel,
    RefundFailure,
)
from aftercare.orders.refunds import basis_of
from tests.fakes.orders import (
    BLIND_BOX,
    FIGURE,
    NOON,
    NUMBER,
    cancelled,
    delivered,
    paid,
    refunded,
    shipped,
)
from tests.unit.orders import naive

HOUR = timedelta(hours=1)
PAIR, TRIPLE = replace(FIGURE, quantity=2), replace(BLIND_BOX, quantity=3)
# Few ids and lines, so that what collides in life collides here, too.
UNITS = st.dictionaries(st.sampled_from("129"), st.integers(1, 3), max_size=2)
PARCELS = st.sampled_from(
    [
        Parcel(),
        Parcel("P-1"),
        Parcel("P-1", lines={"1": 1}),
        Parcel("P-1", "UPS", "1Z1", {"1": 2, "2": 1}),
        Parcel("P-2", lines={"1": 1, "2": 0}),
        Parcel("P-2", lines={"2": 2}),
        Parcel(tracking_number="1Z1"),
        Parcel("", "UPS", "1Z2"),
        Parcel("", "UPS", "1Z2", {"2": 1}),
        Parcel(lines={"1": 1}),
        Parcel("P-3", ticket="R-1"),
        Parcel("P-3", "UPS", "1Z3", {"1": 1}, ticket="R-1"),
        Parcel(ticket="R-1"),
    ]
)
EMPTIED = replace(paid(), purchase=replace(paid().purchase, lines=(), is_empty=True))
PURCHASES = st.sampled_from(
    [
        paid(PAIR),
        paid(PAIR, TRIPLE),
        paid(replace(PAIR, quantity=1), TRIPLE),
        paid(TRIPLE, email="other@example.com"),
        paid(PAIR, email=""),
        EMPTIED,
    ]
)


def partial(event: OrderPaid) -> OrderPaid:
    """The event as it is when its lines can't be read."""
    return replace(event, purchase=replace(event.purchase, lines=(), is_empty=False))


KINDS = st.one_of(
    PURCHASES,
    PURCHASES.map(partial),
    PARCELS.map(lambda parcel: shipped(parcel=parcel)),
    PARCELS.map(lambda parcel: delivered(parcel=parcel)),
    st.builds(
        lambda refund_id, units: refunded(refund_id, **{f"line_{i}": n for i, n in units.items()}),
        st.sampled_from(["rf-1", "rf-2"]),
        UNITS,
    ),
    st.builds(
        lambda cancellation_id, units: cancelled(
            cancellation_id, **{f"line_{i}": n for i, n in units.items()}
        ),
        st.sampled_from(["", "c-1"]),
        UNITS,
    ),
    st.builds(
        lambda number, reason: OrderRefundFailed(
            NUMBER, NOON, RefundFailure("R-1", number and f"R-1#{number}", reason, NOON)
        ),
        st.sampled_from(["", "1", "2"]),
        st.sampled_from(["", "card closed"]),
    ),
)


def at_time(event: OrderEvent, at: datetime) -> OrderEvent:
    """The event as the shop tells it of that time."""
    if isinstance(event, OrderPaid):
        return replace(event, occurred_at=at)
    if isinstance(event, OrderShipped | OrderDelivered):
        named_at = dict.fromkeys(event.parcel.named_at, at)
        return replace(event, occurred_at=at, parcel=replace(event.parcel, named_at=named_at))
    if isinstance(event, OrderCancelled):
        told = replace(event.cancellation, cancelled_at=at)
        return replace(event, occurred_at=at, cancellation=told)
    return replace(event, occurred_at=at)


@st.composite
def told(draw: st.DrawFn) -> list[OrderEvent]:
    """Events of one order, each of its own time, in any order of arrival."""
    kinds = draw(st.lists(KINDS, max_size=9))
    events = [at_time(event, NOON + hours * HOUR) for hours, event in enumerate(kinds)]
    return draw(st.permutations(events))


def folded(events: Sequence[OrderEvent]) -> Order:
    return reduce(fold, events, Order(NUMBER))


def by_unit(deliveries: tuple[Delivery, ...]) -> list[datetime]:
    return [each.delivered_at for each in deliveries for _ in range(each.units)]


@given(st.lists(st.tuples(KINDS, st.integers(0, 2)), max_size=8), st.data())
def test_any_order_and_any_repetition_of_the_same_events_gives_the_same_facts(
    kinds: list[tuple[OrderEvent, int]], data: st.DataObject
) -> None:
    events = [at_time(event, NOON + hours * HOUR) for event, hours in kinds]
    repeated = events + data.draw(st.lists(st.sampled_from(events)) if events else st.just([]))
    assert folded(data.draw(st.permutations(repeated))) == folded(events)


@settings(max_examples=300)
@given(told())
def test_an_order_is_what_a_person_makes_of_its_events(events: list[OrderEvent]) -> None:
    order = folded(events)
    assert order.lines == naive.lines_of(events)
    assert (order.purchase.email if order.purchase else "") == naive.email_of(events)
    derived = deliveries_of(order.lines, order.parcels, {})
    assert {line: by_unit(found) for line, found in derived.items()} == naive.deliveries_of(events)
    for line in order.lines:
        assert order.refunded_units(line.line_id) == naive.refunded_units(events, line)
        assert order.cancelled_units(line.line_id) == naive.cancelled_units(events, line)


@given(told())
def test_no_event_takes_back_a_window_that_was_shown_or_invents_one(
    events: list[OrderEvent],
) -> None:
    dates = {event.occurred_at for event in events}
    order = Order(NUMBER)
    for event in events:
        before, order = order, fold(order, event)
        for line in order.lines:
            shown = by_unit(before.deliveries(line.line_id))
            now = by_unit(order.deliveries(line.line_id))
            assert len(now) >= min(len(shown), line.quantity)
            assert all(one <= other for one, other in zip(shown, now, strict=False))
            assert len(now) <= line.quantity
            assert set(now) <= dates


@given(told())
def test_units_are_conserved_whatever_is_told(events: list[OrderEvent]) -> None:
    order = folded(events)
    for line in order.lines:
        assert 0 <= order.repaid_units(line.line_id) <= line.quantity
        assert sum(each.units for each in order.deliveries(line.line_id)) <= line.quantity


@given(told())
def test_what_is_known_of_an_order_only_grows(events: list[OrderEvent]) -> None:
    order = Order(NUMBER)
    for event in events:
        before, order = order, fold(order, event)
        assert before.refunds.keys() <= order.refunds.keys()
        assert before.parcels.keys() <= order.parcels.keys()
        assert before.paid_at is None or (order.paid_at and order.paid_at >= before.paid_at)
        emptied = order.purchase is not None and order.purchase.is_empty
        assert not before.lines or order.lines or emptied


# Payments and edits.


def test_an_order_that_was_delivered_stays_delivered_when_its_payment_is_told_last() -> None:
    order = folded([delivered(), shipped(), paid()])
    assert order.status is OrderStatus.DELIVERED
    assert order.lines == (FIGURE,)


def test_the_latest_payment_says_what_was_bought_and_the_first_one_when() -> None:
    later = paid(BLIND_BOX, at=NOON + HOUR)
    for events in ([later, paid(FIGURE)], [paid(FIGURE), later]):
        order = folded(events)
        assert order.lines == (BLIND_BOX,)
        assert (order.first_paid_at, order.paid_at) == (NOON, NOON + HOUR)


def test_of_two_payments_at_one_instant_the_same_one_always_counts() -> None:
    one, other = paid(FIGURE), paid(BLIND_BOX)
    assert folded([one, other]) == folded([other, one])


@pytest.mark.parametrize("part", ["email", "market", "channel", "currency", "lines"])
def test_a_part_that_an_edit_lost_is_that_of_the_newest_event_that_has_it(part: str) -> None:
    def event(hours: int, value: Any) -> OrderPaid:
        told = paid(FIGURE, at=NOON + hours * HOUR)
        return replace(told, purchase=replace(told.purchase, **{part: value}))

    old, newer = ((FIGURE,), (BLIND_BOX,)) if part == "lines" else ("old", "newer")
    lost = () if part == "lines" else ""
    events = [event(0, old), event(1, newer), event(2, lost)]
    for order in (folded(events), folded(events[::-1]), folded([events[2], *events[:2]])):
        assert getattr(order.purchase, part) == newer
        assert order.paid_at == NOON + 2 * HOUR
    assert getattr(folded([*events, event(3, old)]).purchase, part) == old


def test_an_edit_that_leaves_no_unit_leaves_no_line_until_a_newer_one_has_some() -> None:
    emptied = at_time(EMPTIED, NOON + HOUR)
    events = [paid(FIGURE), emptied, partial(paid(at=NOON + 2 * HOUR))]
    for order in (folded(events), folded(events[::-1])):
        assert order.lines == ()
        assert basis_of(order).net == 0
    assert folded([*events, paid(FIGURE, at=NOON + 3 * HOUR)]).lines == (FIGURE,)


def test_an_amount_of_an_older_payment_is_never_put_beside_newer_lines() -> None:
    told = paid(FIGURE)
    old = replace(told, purchase=replace(told.purchase, total=17800, shipping=900))
    order = folded([old, paid(BLIND_BOX, at=NOON + HOUR)])
    assert order.purchase
    assert (order.purchase.total, order.purchase.shipping) == (None, None)


# Refunds and cancellations.


def test_a_refund_told_twice_counts_once_and_two_refunds_add_up() -> None:
    once, other = refunded("rf-1", line_1=1), refunded("rf-2", line_1=1)
    assert folded([once, once]).refunded_units("1") == 1
    assert folded([once, other, once]).refunded_units("1") == 2


@pytest.mark.parametrize(
    ("events", "status", "units"),
    [
        ([paid(PAIR), cancelled()], OrderStatus.CANCELLED, 2),
        ([cancelled(), paid(PAIR)], OrderStatus.CANCELLED, 2),
        ([paid(PAIR), cancelled(line_1=1)], OrderStatus.PAID, 1),
        ([paid(PAIR), cancelled(line_1=2)], OrderStatus.CANCELLED, 2),
        ([paid(PAIR, TRIPLE), cancelled(line_1=2)], OrderStatus.PAID, 2),
        ([paid(PAIR), cancelled("a", line_1=1), cancelled("b", line_1=1)], "cancelled", 2),
        ([paid(PAIR), shipped(), cancelled()], OrderStatus.CANCELLED, 2),
        ([paid(PAIR), shipped(), cancelled(), delivered()], OrderStatus.DELIVERED, 2),
        ([paid(PAIR), cancelled(line_1=2), refunded(line_1=2)], OrderStatus.CANCELLED, 2),
        ([paid(PAIR), cancelled(line_1=1), refunded(line_1=2)], OrderStatus.PAID, 2),
    ],
)
def test_cancelled_units_do_not_come_back_before_and_after_shipping(
    events: list[OrderEvent], status: str, units: int
) -> None:
    order = folded(events)
    assert (order.status, order.repaid_units("1")) == (status, units)
