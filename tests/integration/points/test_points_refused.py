"""What is refused of points, by name; and nothing is written."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from aftercare.kernel.errors import NotFoundError
from aftercare.members.errors import MemberNotFoundError
from aftercare.points.errors import (
    AccountClosedError,
    OperationNotFoundError,
    PointsInvalidError,
    TooMuchError,
)
from aftercare.points.model import MOST_POINTS, Account
from aftercare.points.posting import Kind
from aftercare.points.request import Caller
from tests.fakes.points import BY_TILL, NOBODY, NOON
from tests.fakes.points_customers import (
    SHOP,
    SPENT,
    VERBS,
    Customer,
    joins,
    kept,
    open_counter,
    verbs,
    with_points,
)
from tests.fakes.points_room import Counter
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration

NOT_THERE = "There is no such member."
BAD_POINTS = [0, -5, MOST_POINTS + 1]


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


@verbs
def test_nobody_is_told_apart_from_no_member(counter: Counter, kind: Kind) -> None:
    for member_id in (NOBODY, "mem_x", "", "M#1"):
        nobody = Customer(counter, member_id, "", "PM-NOBODY")
        with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
            VERBS[kind](nobody, SHOP)
        assert counter.store.entries(member_id) == ()


def test_what_is_read_of_nobody_is_nothing(counter: Counter) -> None:
    close = partial(counter.points.close, actor=BY_TILL)
    for read in (counter.points.balance, counter.points.statement, close):
        with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
            read(NOBODY)
    with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
        counter.points.movements(NOBODY)


@verbs
def test_a_closed_account_stays_as_it_is(customer: Customer, kind: Kind) -> None:
    customer.counter.points.close(customer.member_id, actor=BY_TILL)
    before = kept(customer)
    if kind is Kind.CLAWBACK:  # which goes into the books all the same
        assert VERBS[kind](customer, SHOP).points == 50
        customer.check()
        return
    with refused(AccountClosedError, "account_closed", "This account is closed."):
        VERBS[kind](customer, SHOP)
    assert kept(customer) == before


@pytest.mark.parametrize("points", BAD_POINTS, ids=repr)
def test_points_that_can_be_none_are_refused(customer: Customer, points: int) -> None:
    before, service, who = kept(customer), customer.counter.points, customer.member_id
    asked: list[Callable[[], object]] = [
        lambda: customer.spend(points),
        lambda: customer.hold(points),
    ]
    if points is not None:  # which means all of them
        asked.append(lambda: service.capture(who, SHOP, "kept", points, actor=BY_TILL))
        asked.append(lambda: service.reverse(who, SHOP, SPENT, "r1", points, actor=BY_TILL))
    if points != -5:
        asked.append(
            lambda: service.adjust(who, SHOP, "a", points, who="x", why="y", actor=BY_TILL)
        )
    for ask in asked:
        with pytest.raises(PointsInvalidError) as no:
            ask()
        assert (no.value.code, no.value.field) == ("points_invalid", "points")
    assert kept(customer) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"net": -1}, "net"),
        ({"net": (MOST_POINTS + 1) * 100}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"occurred_at": NOON + timedelta(days=1)}, "occurred_at"),
        ({"receipt": "a b"}, "receipt_number"),
    ],
)
def test_a_purchase_that_cannot_be_earns_nothing(
    newcomer: Customer, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(PointsInvalidError) as no:
        newcomer.earn(**said)
    assert (no.value.code, no.value.field) == ("points_invalid", field)
    assert kept(newcomer) == (Account(newcomer.member_id), None, [])


def test_what_was_never_held_or_spent_is_not_found(customer: Customer) -> None:
    service, who = customer.counter.points, customer.member_id
    missing: list[Callable[[], object]] = [
        lambda: service.capture(who, SHOP, "none", actor=BY_TILL),
        lambda: service.release(who, SHOP, "none", actor=BY_TILL),
        lambda: service.capture(who, Caller("ac_2"), "kept", actor=BY_TILL),
        lambda: service.reverse(who, SHOP, "spend#ac_1#none", "r1", actor=BY_TILL),
        lambda: customer.counter.earning.refund(
            who,
            SHOP,
            store_id="S1",
            receipt_number="none",
            refund_id="f",
            amount=1,
            actor=BY_TILL,
        ),
    ]
    for ask in missing:
        with refused(OperationNotFoundError, "operation_not_found", "There is no such operation."):
            ask()


def test_anothers_spend_is_not_found(customer: Customer) -> None:
    other = joins(customer.counter)
    with pytest.raises(NotFoundError):
        customer.counter.points.reverse(other.member_id, SHOP, SPENT, "r1", actor=BY_TILL)


def test_no_more_goes_back_than_was_spent(customer: Customer) -> None:
    service, who = customer.counter.points, customer.member_id
    assert service.reverse(who, SHOP, SPENT, "r1", 25, actor=BY_TILL).points == 25
    with refused(TooMuchError, "too_much", "That is more than is left to take back."):
        service.reverse(who, SHOP, SPENT, "r2", 6, actor=BY_TILL)
    assert service.reverse(who, SHOP, SPENT, "r3", actor=BY_TILL).points == 5
    with refused(TooMuchError, "too_much", "That is more than is left to take back."):
        service.reverse(who, SHOP, SPENT, "r4", actor=BY_TILL)
    customer.check()


def test_no_more_is_refunded_than_was_paid(customer: Customer) -> None:
    customer.refund(17_000)
    with refused(TooMuchError, "too_much", "That is more than is left to take back."):
        customer.refund(900, "f2")
    customer.refund(899, "f2")
    customer.check()
