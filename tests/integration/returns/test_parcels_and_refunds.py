"""What may come back of an order in several parcels, and what refunds take away from it."""

from datetime import date, timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.facts import Parcel
from aftercare.orders.model import (
    Cancellation,
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderRefunded,
    Refund,
)
from aftercare.returns.errors import ReturnRefusedError, UnitsTakenError
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.outlook import Window
from aftercare.returns.policy import Rule
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON, ORDERS_INGEST, paid

pytestmark = pytest.mark.integration


def return_id() -> str:
    return new_id("ret", NOON)


def deliver(house: House, order: Order, parcel_id: str, units: int, days_ago: int) -> Order:
    """Hands over a parcel with that many units of line 1, so many days ago."""
    at = house.clock() - timedelta(days=days_ago)
    parcel = Parcel(parcel_id, lines={"1": units}, named_at={"lines": at}, delivered_at=at)
    return house.orders.record(OrderDelivered(order.order_number, at, parcel), actor=ORDERS_INGEST)


def refund(house: House, order_number: str, units: int, ticket: str = "") -> Order:
    event = OrderRefunded(order_number, house.clock(), f"rf-{ticket}", Refund({"1": units}, ticket))
    return house.orders.record(event, actor=ORDERS_INGEST)


def submit(house: House, order: Order, units: int = 1) -> Return:
    draft = house.draft(order, return_id(), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)


def last_day_of(ret: Return) -> date | None:
    [line] = ret.lines
    return line.decision.last_day if line.decision else None


@pytest.fixture
def two(house: House) -> Order:
    """An order of two figures, paid 40 days ago."""
    number = house.new_number()
    paid_at = house.clock() - timedelta(days=40)
    return house.orders.record(paid(number=number, at=paid_at), actor=ORDERS_INGEST)


def test_only_the_units_that_were_handed_over_may_come_back(house: House, two: Order) -> None:
    order = deliver(house, two, "A", 1, days_ago=3)
    [line] = house.returns.outlook(order)
    assert (line.available, line.returnable) == (2, 1)
    with pytest.raises(ReturnRefusedError) as refusal:
        house.draft(order, return_id(), {"1": 2})
    assert refusal.value.decision.refusals[0].rule is Rule.DELIVERED
    submit(house, order)
    [line] = house.returns.outlook(order)
    assert (line.available, line.returnable) == (1, 0)
    with pytest.raises(ReturnRefusedError):
        house.draft(order, return_id())


def test_each_unit_has_the_window_of_its_own_parcel(house: House, two: Order) -> None:
    deliver(house, two, "A", 1, days_ago=20)
    order = deliver(house, two, "B", 1, days_ago=2)
    [line] = house.returns.outlook(order)
    last_day = (house.clock() + timedelta(days=13)).date()
    assert line.windows[Reason.STAINED] == (Window(1, last_day),)
    with pytest.raises(ReturnRefusedError) as refusal:
        house.draft(order, return_id(), {"1": 2})
    assert refusal.value.decision.refusals[0].rule is Rule.WITHIN_WINDOW
    assert last_day_of(house.draft(order, return_id())) == last_day


def test_two_open_windows_show_both_last_days_and_a_return_of_both_counts_the_earlier(
    house: House, two: Order
) -> None:
    deliver(house, two, "A", 1, days_ago=9)
    order = deliver(house, two, "B", 1, days_ago=2)
    days = [(house.clock() + timedelta(days=left)).date() for left in (13, 6)]
    [line] = house.returns.outlook(order)
    assert line.windows[Reason.STAINED] == (Window(1, days[0]), Window(1, days[1]))
    assert last_day_of(house.draft(order, return_id(), {"1": 2})) == days[1]


def test_a_unit_that_is_in_a_return_does_not_use_up_the_window_of_the_other(
    house: House, two: Order
) -> None:
    order = deliver(house, two, "A", 1, days_ago=3)
    submit(house, order)
    house.clock.forward(days=20)
    order = deliver(house, two, "B", 1, days_ago=1)
    assert submit(house, order).status is ReturnStatus.SUBMITTED


def test_two_drafts_of_the_one_unit_that_came_are_submitted_once(
    house: House, two: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = deliver(house, two, "A", 1, days_ago=3)
    first, second = (house.draft(order, return_id()) for _ in range(2))
    for draft in (first, second):
        house.add_good_photo(draft)
    house.returns.submit(first.email_key, first.return_id, actor=CUSTOMER)
    # As a reader that decided before the first submission was committed.
    held = house.returns.store.held(order)._replace(units={})
    monkeypatch.setattr(house.returns.store.__class__, "held", lambda *_: held)
    with pytest.raises(UnitsTakenError):
        house.returns.submit(second.email_key, second.return_id, actor=CUSTOMER)


@pytest.mark.parametrize("ticket", ["", "R-UNKNOWN-0"], ids=["no ticket", "a ticket of nobody"])
def test_units_refunded_without_a_return_of_ours_do_not_come_back(
    house: House, ticket: str
) -> None:
    order = house.delivered_order()
    order = refund(house, order.order_number, 1, ticket)
    assert [line.available for line in house.returns.outlook(order)] == [1]


def test_a_refund_for_another_orders_return_settles_nothing_here(house: House) -> None:
    other = submit(house, house.delivered_order())
    order = house.delivered_order()
    order = refund(house, order.order_number, 1, other.ticket)
    assert [line.available for line in house.returns.outlook(order)] == [1]


def test_a_refund_for_a_declined_return_takes_its_units_away(house: House) -> None:
    order = house.delivered_order()
    ret = submit(house, order)
    refund(house, order.order_number, 2)
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.DECLINED
    house.clock.forward(days=1)
    event = OrderRefunded(order.order_number, house.clock(), "rf-", Refund({}, ""))
    house.orders.record(event, actor=ORDERS_INGEST)  # the shop corrects that refund
    order = refund(house, order.order_number, 1, ret.ticket)
    assert [line.available for line in house.returns.outlook(order)] == [1]


def test_a_refund_of_more_units_than_its_return_holds_takes_the_others_away(house: House) -> None:
    ret = submit(house, house.delivered_order())
    order = refund(house, ret.order_number, 2, ret.ticket)
    assert [line.available for line in house.returns.outlook(order)] == [0]


@pytest.mark.parametrize("also_refunded", [False, True], ids=["alone", "and refunded"])
def test_cancelled_units_do_not_come_back(house: House, also_refunded: bool) -> None:
    order = house.delivered_order()
    cancelled = Cancellation({"1": 1}, house.clock(), "c-1")
    event = OrderCancelled(order.order_number, house.clock(), cancelled)
    order = house.orders.record(event, actor=ORDERS_INGEST)
    if also_refunded:
        order = refund(house, order.order_number, 1)
    assert [line.available for line in house.returns.outlook(order)] == [1]
