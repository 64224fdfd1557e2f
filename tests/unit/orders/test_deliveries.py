"""Each unit has the return window of its own parcel's first delivery (R-ORD-03)."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce

import pytest

from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent, OrderStatus, Parcel
from tests.fakes.orders import BLIND_BOX, FIGURE, NOON, NUMBER, delivered, paid, shipped

PAIR, TRIPLE = replace(FIGURE, quantity=2), replace(BLIND_BOX, quantity=3)
DAY = timedelta(days=1)
ONE, OTHER = Parcel("P-1", lines={"1": 1}), Parcel("P-2", lines={"1": 1})


def day(days: int, parcel: Parcel | None = None) -> OrderEvent:
    """A delivery so many days after noon."""
    return delivered(at=NOON + days * DAY, parcel=parcel or Parcel())


def sent(days: int, parcel: Parcel | None = None) -> OrderEvent:
    return shipped(at=NOON + days * DAY, parcel=parcel or Parcel())


def days_of(*events: OrderEvent, line_id: str = "1") -> list[tuple[int, int]]:
    """(day, units) of the line's deliveries, newest first."""
    order = reduce(fold, events, Order(NUMBER))
    return [((each.delivered_at - NOON).days, each.units) for each in order.deliveries(line_id)]


@pytest.mark.parametrize(
    ("events", "days"),
    [
        pytest.param([], [], id="nothing delivered"),
        pytest.param([sent(1)], [], id="only shipped"),
        pytest.param([day(3)], [(3, 2)], id="all at once"),
        pytest.param([day(3), day(30)], [(3, 2)], id="a later scan of the same order"),
        pytest.param([day(3, ONE), day(30, ONE)], [(3, 1)], id="a later scan of the same parcel"),
        pytest.param([day(3, ONE)], [(3, 1)], id="one of two units"),
        pytest.param([day(3, ONE), day(9, OTHER)], [(9, 1), (3, 1)], id="two parcels"),
        pytest.param([day(9, OTHER), day(3, ONE)], [(9, 1), (3, 1)], id="told the other way"),
        pytest.param(
            [sent(1, ONE), sent(2, OTHER), day(3, Parcel("P-1"))],
            [(3, 1)],
            id="lines only when it was shipped",
        ),
        pytest.param(
            [sent(1, replace(ONE, tracking_number="1Z9")), day(3, Parcel(tracking_number="1Z9"))],
            [(3, 1)],
            id="the carrier knows only its own number",
        ),
        pytest.param([sent(1, ONE), day(5)], [(5, 1)], id="the rest of the order"),
        pytest.param(
            [sent(1, Parcel("P-1", lines={"1": 2})), day(5)],
            [(5, 2)],
            id="an order of one parcel, delivered without its id",
        ),
        pytest.param(
            [sent(1, Parcel("P-1", lines={"1": 2})), day(5, Parcel(tracking_number="1Z9"))],
            [(5, 2)],
            id="an order of one parcel, whose number only the carrier knows",
        ),
        pytest.param(
            [
                sent(1, Parcel("P-1", tracking_number="1Z1", lines={"1": 2})),
                day(5, Parcel(tracking_number="1Z9")),
            ],
            [],
            id="a number of another parcel",
        ),
        pytest.param(
            [day(3, Parcel("P-1")), day(9, Parcel("P-2"))],
            [(9, 2)],
            id="two parcels whose lines nobody told: the later one counts",
        ),
        pytest.param(
            [sent(1, Parcel("P-1", lines={"1": 2})), day(3, Parcel("P-2", lines={"1": 2}))],
            [(3, 2)],
            id="a lost parcel that was sent again",
        ),
        pytest.param([day(3, Parcel("P-1", lines={"1": 0}))], [(3, 2)], id="a line of no number"),
        pytest.param(
            [day(3, Parcel("A", lines={"1": 2})), day(4, OTHER), day(9, Parcel("C"))],
            [(4, 1), (3, 1)],
            id="more in parcels than was bought, and nothing left for another one",
        ),
        pytest.param([day(3, Parcel("P-1", lines={"9": 1}))], [], id="a line nobody bought"),
        pytest.param([day(3, Parcel("P-1", lines={"1": 1000}))], [(3, 2)], id="too many units"),
    ],
)
def test_the_units_of_a_parcel_are_delivered_with_it(
    events: list[OrderEvent], days: list[tuple[int, int]]
) -> None:
    assert days_of(paid(PAIR), *events) == days
    assert days_of(*events, paid(PAIR)) == days


def test_a_parcel_opens_the_window_of_its_own_lines_only() -> None:
    events = [paid(PAIR, TRIPLE), sent(1, Parcel("P-1", lines={"1": 2})), day(3, Parcel("P-1"))]
    assert days_of(*events) == [(3, 2)]
    assert days_of(*events, line_id="2") == []
    assert days_of(*events, day(8), line_id="2") == [(8, 3)]
    assert days_of(*events, day(8)) == [(3, 2)]


@pytest.mark.parametrize(
    ("events", "days"),
    [
        pytest.param([day(9), day(3)], [(9, 2)], id="an earlier scan that arrives late"),
        pytest.param([day(9, ONE), day(3, ONE)], [(9, 1)], id="of one parcel"),
        pytest.param(
            [day(9), sent(1, replace(ONE, parcel_id="P-9"))],
            [(9, 2)],
            id="a parcel that takes its units from the one that was delivered",
        ),
        pytest.param(
            [day(9), day(3, ONE), day(4, OTHER)],
            [(9, 2)],
            id="parcels that were delivered before what was shown",
        ),
        pytest.param([day(3), day(9, ONE)], [(9, 1), (3, 1)], id="a later one lengthens"),
    ],
)
def test_an_event_that_arrives_late_only_lengthens_a_window(
    events: list[OrderEvent], days: list[tuple[int, int]]
) -> None:
    assert days_of(paid(PAIR), *events) == days


def test_an_edit_to_fewer_units_leaves_the_latest_window_of_each() -> None:
    edit = paid(replace(PAIR, quantity=1), at=NOON + DAY)
    assert days_of(paid(PAIR), day(3, ONE), day(9, OTHER), edit) == [(9, 1)]


def test_a_line_of_a_million_units_is_one_delivery() -> None:
    assert days_of(paid(replace(PAIR, quantity=10**12)), day(3)) == [(3, 10**12)]


def test_an_order_is_delivered_with_its_first_parcel() -> None:
    order = reduce(fold, [paid(PAIR), sent(1, ONE), sent(1, OTHER)], Order(NUMBER))
    assert order.status is OrderStatus.SHIPPED
    assert fold(order, day(3, ONE)).status is OrderStatus.DELIVERED


@pytest.mark.parametrize("channel", ["store", "vending"])
def test_a_store_purchase_is_handed_over_when_it_is_paid(channel: str) -> None:
    bought = paid(PAIR)
    taken = replace(bought, purchase=replace(bought.purchase, channel=channel))
    assert days_of(taken) == [(0, 2)]
    order = fold(Order(NUMBER), taken)
    assert (order.status, order.delivered_at) == (OrderStatus.DELIVERED, NOON)
    # An edit does not hand it over again, and what a parcel brings is handed over with it.
    edit = replace(taken, occurred_at=NOON + DAY)
    assert days_of(taken, edit) == [(0, 2)]
    assert days_of(taken, sent(1)) == []
    assert days_of(taken, sent(1), day(3)) == [(3, 2)]


# Parcels that bring other units for a return (R-RET-60).

REPLACEMENT = Parcel("P-9", lines={"1": 1}, ticket="R-1")


@pytest.mark.parametrize(
    "replacement", [REPLACEMENT, Parcel("P-9", ticket="R-1"), Parcel(ticket="R-1")]
)
def test_a_replacement_begins_no_window_of_what_was_bought(replacement: Parcel) -> None:
    bought = [paid(PAIR), day(3, ONE)]
    assert days_of(*bought, sent(8, replacement), day(9, replacement)) == [(3, 1)]
    order = reduce(fold, [*bought, day(9, replacement)], Order(NUMBER))
    assert order.delivered_at == NOON + 3 * DAY
    [brought] = order.brought_for("R-1")
    assert brought.delivered_at == NOON + 9 * DAY
    assert order.tickets == {"R-1"}
    assert order.brought_for("R-2") == order.brought_for("") == ()


def test_what_was_taken_along_stays_so_when_a_replacement_is_sent() -> None:
    in_store = paid(PAIR)
    in_store = replace(in_store, purchase=replace(in_store.purchase, channel="store"))
    order = reduce(fold, [in_store, sent(8, REPLACEMENT), day(9, REPLACEMENT)], Order(NUMBER))
    assert order.taken_along_at == order.delivered_at == NOON
    assert [each.units for each in order.deliveries("1")] == [2]


def test_the_carriers_scan_of_a_replacement_is_the_replacement() -> None:
    sent_out = replace(REPLACEMENT, tracking_number="1Z9")
    scan = Parcel(tracking_number="1Z9")
    order = reduce(fold, [paid(PAIR), sent(8, sent_out), day(9, scan)], Order(NUMBER))
    assert order.deliveries("1") == ()
    assert [each.delivered_at for each in order.brought_for("R-1")] == [NOON + 9 * DAY]
