"""Requests to the shop under crashes, lost replies, races and answers in any order."""

from collections.abc import Callable
from contextlib import suppress
from itertools import permutations

import pytest
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import StaleWriteError
from aftercare.orders.model import Order, OrderRefunded, Refund
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import Request
from aftercare.returns.review_errors import StaleCaseError
from aftercare.returns.settlement import SettlementState
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, FIGURE, NOON, ORDERS_INGEST
from tests.fakes.resolved import AGENT, LEAD, Shop, shop_of

pytestmark = pytest.mark.integration
_FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


@pytest.fixture
def shop(house: House, tables: dict[str, str]) -> Shop:
    return shop_of(house, tables)


@pytest.fixture
def order(house: House) -> Order:
    return house.delivered_order(FIGURE, BLIND_BOX)


def under(plan: Plan, act: Callable[[], object]) -> None:
    """Does it once under the plan, whatever becomes of that."""
    saboteur = Saboteur()
    with (
        saboteur.planted(),
        saboteur.during(plan),
        suppress(CrashError, PynamoDBException, StaleWriteError, StaleCaseError),
    ):
        act()


@pytest.mark.parametrize("fault", _FAULTS)
def test_whatever_fails_a_request_is_made_once(shop: Shop, order: Order, fault: Fault) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    plan = Plan(fault, 1, rival=lambda: None)
    under(plan, lambda: shop.resolving.resolve_next(ret.return_id, actor=WORKER))
    assert plan.struck
    after = shop.follow(ret)
    assert len(shop.entries(ret, events.REFUND_REQUESTED)) == len(after.settlements) == 1
    asked = shop.resolving.store.asked(order.order_number)
    assert [claim.amount for claim in asked.claims.values()] == [8_900]


@pytest.mark.parametrize("fault", _FAULTS)
def test_whatever_fails_an_answer_closes_the_return_once(
    shop: Shop, order: Order, fault: Fault
) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 2}), {"1": 2}))
    refund = Refund({"1": 2}, ret.ticket, refunded_at=NOON)
    shop.house.orders.record(
        OrderRefunded(order.order_number, NOON, "rf-1", refund), actor=ORDERS_INGEST
    )
    plan = Plan(fault, 1, rival=lambda: None)
    under(plan, lambda: shop.settling.record_answers(order.order_number, actor=WORKER))
    after = shop.note(ret)
    assert after.status is ReturnStatus.CLOSED
    assert len(shop.entries(ret, events.REFUNDED)) == 1
    assert shop.resolving.store.claimed_units(order.order_number) == {"1": 2}


@pytest.mark.parametrize("request_number", range(1, 6))
def test_two_returns_that_are_settled_at_once_never_ask_for_the_same_money(
    shop: Shop, order: Order, request_number: int
) -> None:
    gift = OrderRefunded(order.order_number, NOON, "gift", Refund({}, amounts={"1": 500}))
    shop.house.orders.record(gift, actor=ORDERS_INGEST)
    one, other = (shop.inspected(shop.returned(order, {"1": 1})) for _ in range(2))
    plan = Plan(
        Fault.RACED,
        request_number,
        rival=lambda: shop.resolving.resolve_next(other.return_id, actor=WORKER),
    )
    under(plan, lambda: shop.resolving.resolve_next(one.return_id, actor=WORKER))
    asked = [shop.follow(ret).settlements for ret in (one, other)]
    assert [len(each) for each in asked] == [1, 1]
    assert sum(settlements[0].amount for settlements in asked) == 2 * 8_900 - 500


@pytest.mark.parametrize("request_number", range(1, 6))
def test_two_colleagues_at_once_ask_once(shop: Shop, order: Order, request_number: int) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    version, request = ret.version or 0, Request(Remedy.REFUND, {"1": 1})
    plan = Plan(
        Fault.RACED,
        request_number,
        rival=lambda: shop.resolving.resolve(LEAD, ret.return_id, version, request),
    )
    under(plan, lambda: shop.resolving.resolve(AGENT, ret.return_id, version, request))
    assert len(shop.entries(ret, events.REFUND_REQUESTED)) == 1


def test_the_shops_answers_lead_to_the_same_in_any_order(shop: Shop, house: House) -> None:
    ends = set()
    for turns in permutations(["part", "rest", "failed", "sent"]):
        order = house.delivered_order(FIGURE, BLIND_BOX)
        mine = {"1": Remedy.REFUND, "2": Remedy.REPLACEMENT}
        ret = shop.returned(order, {"1": 1, "2": 1}, remedies=mine)
        ret = shop.follow(shop.inspected(ret))
        acts: dict[str, Callable[[Return], Return]] = {
            "part": lambda of: shop.refund(of, "rf-1", amount=5_000),
            "rest": lambda of: shop.refund(of, "rf-2", amount=3_900),
            "failed": lambda of: shop.fail(of, f"{of.ticket}#1"),
            "sent": lambda of: shop.send(of, {"2": 1}, parcel=f"P-{of.ticket}"),
        }
        for turn in turns:
            acts[turn](ret)
        after = shop.now(ret)
        states = tuple(each.state for each in after.settlements)
        kept = tuple(line.kept for line in after.lines)
        ends.add((after.status, states, kept, after.attention))
    settled = (SettlementState.SETTLED, SettlementState.SETTLED)
    assert ends == {(ReturnStatus.CLOSED, settled, (1, 1), None)}
