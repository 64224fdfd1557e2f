"""Points at once and through failures: one after the other, and once."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import AftercareError
from aftercare.points.posting import Kind
from aftercare.points.request import Caller
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.points_customers import (
    SHOP,
    VERBS,
    Customer,
    joins,
    open_counter,
    verbs,
    with_points,
)
from tests.fakes.points_room import Counter

pytestmark = pytest.mark.integration


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return open_counter(tables)


@pytest.fixture
def newcomer(counter: Counter) -> Customer:
    """A member who has earned nothing yet."""
    return joins(counter)


@pytest.fixture
def customer(newcomer: Customer) -> Customer:
    return with_points(newcomer)


def raced(who: Customer, act: Callable[[], object], rival: Callable[[], object], at: int) -> bool:
    """An act, and a rival's just before its n-th request; whether it came to that."""

    def quietly() -> None:
        with suppress(AftercareError):
            rival()

    plan = Plan(Fault.RACED, at, quietly)
    with Saboteur().planted() as saboteur, saboteur.during(plan), suppress(AftercareError):
        act()
    who.check()
    return plan.struck


@pytest.mark.parametrize("at", range(1, 5))
def test_two_spends_at_once_never_spend_more_than_there_is(customer: Customer, at: int) -> None:
    assert raced(customer, lambda: customer.spend(100, "a"), lambda: customer.spend(100, "b"), at)
    assert customer.account.available(customer.counter.today()) == 28


@pytest.mark.parametrize("at", range(1, 5))
def test_the_same_spend_at_once_is_spent_once(customer: Customer, at: int) -> None:
    assert raced(customer, lambda: customer.spend(100, "a"), lambda: customer.spend(100, "a"), at)
    assert customer.account.available(customer.counter.today()) == 28


@pytest.mark.parametrize("at", range(1, 5))
def test_a_spend_and_the_expiry_at_once_are_one_after_the_other(
    newcomer: Customer, at: int
) -> None:
    newcomer.earn(days_ago=364)
    newcomer.earn("R2")
    newcomer.counter.clock.forward(days=2)
    expire = lambda: newcomer.counter.expire(newcomer.member_id)  # noqa: E731
    assert raced(newcomer, lambda: newcomer.spend(100), expire, at)
    assert sum(newcomer.account.expired.values()) == 178
    assert newcomer.account.available(newcomer.counter.today()) == 78


@pytest.mark.parametrize("at", range(1, 6))
def test_two_members_with_one_receipt_at_once_earn_once(newcomer: Customer, at: int) -> None:
    other = joins(newcomer.counter)
    other.number = newcomer.number
    assert raced(newcomer, newcomer.earn, other.earn, at)
    earned = [who.account.available(who.counter.today()) for who in (newcomer, other)]
    assert sorted(earned) == [0, 178]


@pytest.mark.parametrize("at", range(1, 6))
def test_one_key_for_two_requests_at_once_does_one_of_them(customer: Customer, at: int) -> None:
    caller = Caller("ac_1", f"key-{customer.number}-{at}")
    assert raced(
        customer,
        lambda: customer.spend(10, "a", caller),
        lambda: customer.spend(20, "b", caller),
        at,
    )
    assert customer.account.available(customer.counter.today()) in {108, 118}


@verbs
@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.RACED])
def test_whatever_fails_the_same_again_makes_it_once(
    customer: Customer, kind: Kind, fault: Fault
) -> None:
    plan = Plan(fault, 1, lambda: None)
    with (
        Saboteur().planted() as saboteur,
        saboteur.during(plan),
        suppress(CrashError, AftercareError, BotoCoreError, PynamoDBException),
    ):
        VERBS[kind](customer, SHOP)
    assert plan.struck
    receipt = VERBS[kind](customer, SHOP)
    assert len(customer.counter.store.entries(customer.member_id)) == 4
    assert VERBS[kind](customer, SHOP) == receipt
    customer.check()
