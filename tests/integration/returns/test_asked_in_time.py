"""What counts of a draft's line: when it was asked for, or now if that is better (R-RET-10)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, Parcel, email_key_of
from aftercare.returns.model import ChosenLine, Reason, Return, ReturnLine
from aftercare.returns.outlook import Window
from aftercare.returns.policy import Rule
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, NOON, ORDERS_INGEST, delivered, paid

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
STAINED = ChosenLine(1, Reason.STAINED)
BEFORE_THE_SECOND_VERSION = datetime(2026, 11, 27, 7, tzinfo=UTC)  # the 26th in California


def save(
    house: House, order: Order, said: ChosenLine, of: str = "", *, another: bool = False
) -> Return:
    return house.returns.save_draft(
        KEY,
        of or new_id("ret", house.clock()),
        order.order_number,
        {"1": said},
        another=another,
        actor=CUSTOMER,
    )


def version(line: ReturnLine) -> str:
    return line.decision.policy_version if line.decision else ""


def test_what_was_asked_for_on_the_last_day_may_be_changed_until_it_is_submitted(
    house: House,
) -> None:
    order = house.delivered_order(FIGURE, BLIND_BOX, days_ago=15)
    draft = save(house, order, ChosenLine(1, None, "hm"))
    house.clock.forward(hours=40)
    assert [line.returnable for line in house.returns.outlook(order)] == [0, 0]
    assert [line.returnable for line in house.returns.outlook(order, draft=draft)] == [2, 0]
    assert save(house, order, STAINED._replace(units=2), draft.return_id).refusals == ()
    house.clock.forward(hours=8)
    assert [line.returnable for line in house.returns.outlook(order, draft=draft)] == [0, 0]


def test_a_policy_that_became_better_meanwhile_counts(house: House) -> None:
    house.clock.now = BEFORE_THE_SECOND_VERSION
    order = house.delivered_order()
    draft = save(house, order, ChosenLine(1, Reason.WRONG_ITEM))
    assert [verdict.rule for verdict in draft.refusals] == [Rule.CAUSE_COVERED]
    house.clock.forward(hours=10)
    now = house.returns.decided_now(draft, order)
    assert (now.refusals, version(now.lines[0])) == ((), "2026-11-27")
    [offered] = house.returns.outlook(order, draft=draft)
    assert not offered.decisions[Reason.WRONG_ITEM].refusals
    house.add_good_photo(draft)
    assert house.returns.submit(KEY, draft.return_id, actor=CUSTOMER).passed


def test_what_was_asked_for_is_decided_by_the_policy_of_that_day_if_that_allows_it(
    house: House,
) -> None:
    house.clock.now = BEFORE_THE_SECOND_VERSION
    order = house.delivered_order()
    draft = save(house, order, STAINED)
    house.clock.forward(hours=10)
    again = save(house, order, STAINED._replace(units=2), draft.return_id)
    assert version(again.lines[0]) == "2025-01-06"


def test_units_that_came_free_meanwhile_are_there_for_the_draft(house: House) -> None:
    order = house.delivered_order()
    first = save(house, order, STAINED._replace(units=2))
    house.add_good_photo(first)
    house.returns.submit(KEY, first.return_id, actor=CUSTOMER)
    draft = save(house, order, STAINED, another=True)
    assert [verdict.rule for verdict in draft.refusals] == [Rule.UNITS_AVAILABLE]
    house.returns.cancel(KEY, first.return_id, actor=CUSTOMER)
    assert house.returns.decided_now(draft, order).refusals == ()


def test_units_with_the_same_last_day_have_one_window(house: House) -> None:
    number = house.new_number()
    house.orders.record(paid(FIGURE, number=number), actor=ORDERS_INGEST)
    for parcel_id, hours in (("A", 0), ("B", 2)):
        parcel = Parcel(parcel_id=parcel_id, lines={"1": 1})
        at = NOON - timedelta(days=3) + timedelta(hours=hours)
        order = house.orders.record(delivered(number, at, parcel), actor=ORDERS_INGEST)
    [line] = house.returns.outlook(order)
    assert line.windows[Reason.STAINED] == (Window(2, date(2026, 6, 22)),)
