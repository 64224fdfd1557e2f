"""Submitted returns are screened: what is noticed sends them to a person, and declines nothing."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.screening_rules import published
from tests.fakes.house import WORKER, House, build_house
from tests.fakes.orders import FIGURE, NOON

pytestmark = pytest.mark.integration


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    """A house with the published rules."""
    return build_house(tables, buckets, screening=published())


def an_order(house: House, unit_price: int = FIGURE.unit_price) -> Order:
    """An order of a customer who has no other."""
    customer = f"{new_id('ret', NOON).lower()}@example.com"
    return house.delivered_order(FIGURE.__replace__(unit_price=unit_price), email=customer)


def submitted(house: House, order: Order, units: int = 1) -> Return:
    draft = house.draft(order, new_id("ret", NOON), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)


def screened(house: House, ret: Return) -> Return:
    return house.returns.approve(ret.return_id, actor=WORKER)


def test_a_return_of_which_nothing_is_noticed_is_approved_and_keeps_its_screening(
    house: House,
) -> None:
    ret = screened(house, submitted(house, an_order(house)))
    assert ret.status is ReturnStatus.APPROVED
    assert ret.screening
    assert (ret.screening.score, ret.screening.signals) == (0, ())
    assert house.returns.store.get(ret.return_id) == ret


def test_a_return_of_which_something_is_noticed_waits_for_a_person_with_its_units(
    house: House,
) -> None:
    order = an_order(house, unit_price=15_001)
    ret = screened(house, submitted(house, order, units=2))
    assert ret.status is ReturnStatus.IN_REVIEW
    assert ret.screening
    assert [signal.code for signal in ret.screening.signals] == ["high_value"]
    assert ret.review
    assert (ret.review.since, str(ret.review.look_by)) == (house.clock(), "2026-06-15")
    assert house.returns.store.get(ret.return_id) == ret
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}
    entry = house.returns.timeline(ret)[-1]
    assert entry.entry_type == events.IN_REVIEW
    assert entry.data == {"ticket": ret.ticket, "signals": "high_value"}


def test_screening_twice_is_once(house: House) -> None:
    ret = screened(house, submitted(house, an_order(house, unit_price=30_001)))
    assert screened(house, ret) == ret
    assert len(house.returns.timeline(ret)) == 3
