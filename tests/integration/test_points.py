"""Points on their tables: every verb twice, at once, refused, out of order, and what is kept."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError

from aftercare.kernel.errors import AftercareError, NotFoundError
from aftercare.kernel.ids import new_id
from aftercare.members.errors import MemberNotFoundError
from aftercare.members.store import MemberStore
from aftercare.orders.store import OrderStore
from aftercare.points.audit import audit
from aftercare.points.errors import (
    AccountClosedError,
    ActiveOrdersError,
    KeyReusedError,
    LineNotPurchasedError,
    NotEnoughPointsError,
    OperationChangedError,
    OperationNotFoundError,
    PointsInvalidError,
    PurchaseClaimedError,
    TooMuchError,
)
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.model import MOST_POINTS, Account
from aftercare.points.posting import Kind, Receipt
from aftercare.points.request import Caller
from aftercare.points.store import PointsStore
from tests.integration.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.orders.builders import FIGURE, delivered, paid, refunded
from tests.points.builders import NOBODY, NOON, told
from tests.points.room import Counter, counter_on
from tests.refusals import refused

pytestmark = pytest.mark.integration

SHOP = Caller("ac_1")
NOT_THERE = "There is no such member."
BAD_POINTS = [0, -5, 1.5, "5", True, None, MOST_POINTS + 1]

type Verb = Callable[["Customer", Caller], Receipt]


@dataclass
class Customer:
    """A member at the counter, with 178 points unless told otherwise."""

    counter: Counter
    member_id: str
    email: str
    number: str

    @property
    def account(self) -> Account:
        found: Account = self.counter.store.account(self.member_id)
        return found

    def earn(self, receipt: str = "R1", net: Any = 17_899, days_ago: int = 0, **of: Any) -> Receipt:
        said = {"currency": "USD", "occurred_at": NOON - timedelta(days=days_ago)} | of
        caller = said.pop("caller", SHOP)
        receipt_number = f"{receipt}-{self.number}"
        got: Receipt = self.counter.earning.earn(
            self.member_id, caller, store_id="S1", receipt_number=receipt_number, net=net, **said
        )
        return got

    def refund(self, amount: Any, refund_id: str = "f1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.earning.refund(
            self.member_id,
            caller,
            store_id="S1",
            receipt_number=f"R1-{self.number}",
            refund_id=refund_id,
            amount=amount,
        )
        return got

    def spend(self, points: Any, spend_id: str = "1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.points.spend(self.member_id, caller, spend_id, points)
        return got

    def hold(self, points: Any, hold_id: str = "1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.points.hold(self.member_id, caller, hold_id, points)
        return got

    def order(self, *events: Any) -> None:
        """The shop tells of the customer's order, and the ledger follows."""
        for event in events:
            self.counter.earning.settle_order(self.counter.orders.record(event))

    def check(self) -> None:
        rows = self.counter.store.rows(self.member_id)
        assert audit(self.account, rows, self.counter.today()) == ()


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return counter_on(
        PointsStore(tables["PointsTable"]),
        MemberStore(tables["MembersTable"]),
        OrderStore(tables["OrdersTable"]),
    )


def joins(counter: Counter, **of: Any) -> Customer:
    dice = random.SystemRandom().getrandbits
    member_id = new_id("mem", NOON, dice)
    email = f"{member_id.lower()}@example.com"
    counter.members.record(told(member_id, email, **of))
    return Customer(counter, member_id, email, f"PM-{member_id[-12:]}")


@pytest.fixture
def newcomer(counter: Counter) -> Customer:
    """A member who has earned nothing yet."""
    return joins(counter)


@pytest.fixture
def customer(newcomer: Customer) -> Customer:
    """With 178 points, a hold of 20, and a spend of 30."""
    newcomer.earn()
    newcomer.hold(20, "kept")
    newcomer.spend(30, "done")
    return newcomer


def spent(customer: Customer) -> str:
    return "spend#ac_1#done"


VERBS: dict[Kind, Verb] = {
    Kind.EARN: lambda who, caller: who.earn("R2", caller=caller),
    Kind.SPEND: lambda who, caller: who.spend(5, caller=caller),
    Kind.HOLD: lambda who, caller: who.hold(5, caller=caller),
    Kind.CAPTURE: lambda who, caller: who.counter.points.capture(who.member_id, caller, "kept", 7),
    Kind.RELEASE: lambda who, caller: who.counter.points.release(who.member_id, caller, "kept"),
    Kind.RETURN: lambda who, caller: who.counter.points.reverse(
        who.member_id, caller, spent(who), "r1", 4
    ),
    Kind.CLAWBACK: lambda who, caller: who.refund(5_000, caller=caller),
    Kind.ADJUST_UP: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "up", 9, who="agent-7", why="Sorry."
    ),
    Kind.ADJUST_DOWN: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "down", -9, who="agent-7", why="A mistake."
    ),
}
OTHERWISE: dict[Kind, Verb] = {
    Kind.EARN: lambda who, caller: who.earn("R2", 99_900, caller=caller),
    Kind.SPEND: lambda who, caller: who.spend(6, caller=caller),
    Kind.HOLD: lambda who, caller: who.hold(6, caller=caller),
    Kind.CAPTURE: lambda who, caller: who.counter.points.capture(who.member_id, caller, "kept", 8),
    Kind.RETURN: lambda who, caller: who.counter.points.reverse(
        who.member_id, caller, spent(who), "r1", 5
    ),
    Kind.CLAWBACK: lambda who, caller: who.refund(5_001, caller=caller),
    Kind.ADJUST_UP: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "up", 10, who="agent-7", why="Sorry."
    ),
    Kind.ADJUST_DOWN: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "down", -9, who="agent-8", why="A mistake."
    ),
}
verbs = pytest.mark.parametrize("kind", VERBS, ids=str)


def kept(customer: Customer) -> tuple[Account, int | None, list[Any]]:
    """Everything the ledger knows of the customer."""
    store = customer.counter.store
    rows = sorted(store.rows(customer.member_id), key=lambda row: str(row.operation_id))
    return customer.account, customer.account.version, rows


# ---------------------------------------------------------------- once, however often it is sent


@verbs
def test_the_same_again_is_answered_the_same_and_changes_nothing(
    customer: Customer, kind: Kind
) -> None:
    first = VERBS[kind](customer, SHOP)
    before = kept(customer)
    again = VERBS[kind](customer, SHOP)
    assert (first.kind, first.replayed, again.replayed) == (kind, False, True)
    assert again == first
    assert kept(customer) == before
    customer.check()


@verbs
def test_the_first_answer_stays_whatever_happened_since(customer: Customer, kind: Kind) -> None:
    first = VERBS[kind](customer, SHOP)
    customer.earn("R9", 55_500)
    customer.spend(11, "later")
    assert VERBS[kind](customer, SHOP) == first


@pytest.mark.parametrize("kind", OTHERWISE, ids=str)
def test_the_same_id_with_other_content_is_refused(customer: Customer, kind: Kind) -> None:
    VERBS[kind](customer, SHOP)
    before = kept(customer)
    sentence = "An operation of this id was recorded with other content."
    with refused(OperationChangedError, "operation_reused", sentence):
        OTHERWISE[kind](customer, SHOP)
    assert kept(customer) == before


@verbs
def test_a_key_with_the_same_request_is_answered_the_same(customer: Customer, kind: Kind) -> None:
    caller = Caller("ac_1", f"key-{kind}-{customer.number}")
    first = VERBS[kind](customer, caller)
    again = VERBS[kind](customer, caller)
    assert (again, again.replayed) == (first, True)


@pytest.mark.parametrize("kind", OTHERWISE, ids=str)
def test_a_key_with_another_request_is_refused(customer: Customer, kind: Kind) -> None:
    caller = Caller("ac_1", f"key-{customer.number}")
    customer.hold(1, "first", caller)
    before = kept(customer)
    sentence = "This Idempotency-Key was used for another request."
    with refused(KeyReusedError, "idempotency_key_reused", sentence):
        OTHERWISE[kind](customer, caller)
    assert kept(customer) == before


def test_a_key_is_its_clients_own(customer: Customer) -> None:
    key = f"key-{customer.number}"
    customer.spend(1, "a", Caller("ac_1", key))
    assert not customer.spend(2, "a", Caller("ac_2", key)).replayed


def test_a_refused_request_may_be_sent_again_under_its_key(newcomer: Customer) -> None:
    caller = Caller("ac_1", f"key-{newcomer.number}")
    with refused(NotEnoughPointsError, "not_enough_points", "There aren't enough points."):
        newcomer.spend(5, caller=caller)
    newcomer.earn()
    assert newcomer.spend(5, caller=caller).available == 173


def test_a_receipt_earns_for_one_member_only(customer: Customer) -> None:
    other = joins(customer.counter)
    other.number = customer.number
    with refused(PurchaseClaimedError, "purchase_claimed", "This purchase earned points already."):
        other.earn()
    assert other.account.version is None


# ---------------------------------------------------------------- refused, and nothing written


@verbs
def test_nobody_is_told_apart_from_no_member(counter: Counter, kind: Kind) -> None:
    for member_id in (NOBODY, "mem_x", "", "M#1"):
        nobody = Customer(counter, member_id, "", "PM-NOBODY")
        with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
            VERBS[kind](nobody, SHOP)
        assert counter.store.rows(member_id) == ()


def test_what_is_read_of_nobody_is_nothing(counter: Counter) -> None:
    for read in (counter.points.balance, counter.points.statement, counter.points.close):
        with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
            read(NOBODY)
    with refused(MemberNotFoundError, "member_not_found", NOT_THERE):
        list(counter.points.export(NOBODY))


@verbs
def test_a_closed_account_stays_as_it_is(customer: Customer, kind: Kind) -> None:
    customer.counter.points.close(customer.member_id)
    before = kept(customer)
    if kind is Kind.CLAWBACK:  # which is told to the books all the same
        assert VERBS[kind](customer, SHOP).points == 50
        customer.check()
        return
    with refused(AccountClosedError, "account_closed", "This account is closed."):
        VERBS[kind](customer, SHOP)
    assert kept(customer) == before


@pytest.mark.parametrize("points", BAD_POINTS, ids=repr)
def test_points_that_can_be_none_are_refused(customer: Customer, points: Any) -> None:
    before, service, who = kept(customer), customer.counter.points, customer.member_id
    asked: list[Callable[[], object]] = [
        lambda: customer.spend(points),
        lambda: customer.hold(points),
    ]
    if points is not None:  # which means all of them
        asked.append(lambda: service.capture(who, SHOP, "kept", points))
        asked.append(lambda: service.reverse(who, SHOP, spent(customer), "r1", points))
    if points != -5:
        asked.append(lambda: service.adjust(who, SHOP, "a", points, who="x", why="y"))
    for ask in asked:
        with pytest.raises(PointsInvalidError) as no:
            ask()
        assert (no.value.code, no.value.field) == ("points_invalid", "points")
    assert kept(customer) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"net": -1}, "net"),
        ({"net": 1.5}, "net"),
        ({"net": True}, "net"),
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
        lambda: service.capture(who, SHOP, "none"),
        lambda: service.release(who, SHOP, "none"),
        lambda: service.capture(who, Caller("ac_2"), "kept"),
        lambda: service.reverse(who, SHOP, "spend#ac_1#none", "r1"),
        lambda: customer.counter.earning.refund(
            who, SHOP, store_id="S1", receipt_number="none", refund_id="f", amount=1
        ),
    ]
    for ask in missing:
        with refused(OperationNotFoundError, "operation_not_found", "There is no such operation."):
            ask()


def test_anothers_spend_is_not_found(customer: Customer) -> None:
    other = joins(customer.counter)
    with pytest.raises(NotFoundError):
        customer.counter.points.reverse(other.member_id, SHOP, spent(customer), "r1")


def test_no_more_goes_back_than_was_spent(customer: Customer) -> None:
    service, who = customer.counter.points, customer.member_id
    assert service.reverse(who, SHOP, spent(customer), "r1", 25).points == 25
    with refused(TooMuchError, "too_much", "That is more than there is to take back."):
        service.reverse(who, SHOP, spent(customer), "r2", 6)
    assert service.reverse(who, SHOP, spent(customer), "r3").points == 5
    with refused(TooMuchError, "too_much", "That is more than there is to take back."):
        service.reverse(who, SHOP, spent(customer), "r4")
    customer.check()


def test_no_more_is_refunded_than_was_paid(customer: Customer) -> None:
    customer.refund(17_000)
    with refused(TooMuchError, "too_much", "That is more than there is to take back."):
        customer.refund(900, "f2")
    customer.refund(899, "f2")
    customer.check()


# ---------------------------------------------------------------- orders, reviews, days


def test_whatever_the_order_of_the_shops_events_the_ledger_is_the_same(counter: Counter) -> None:
    ends = set()
    for tellings in permutations(range(4)):
        who = joins(counter)
        who.earn(net=2_000)
        who.spend(15)
        events = [
            paid(FIGURE, number=who.number, at=NOON, email=who.email),
            refunded("rf-1", number=who.number, line_1=1),
            refunded("rf-2", number=who.number, line_1=1),
            delivered(who.number),
        ]
        who.order(*(events[place] for place in tellings), *events)
        account = who.account
        ends.add((str(account.lots), account.debt))
        who.check()
    assert len(ends) == 1
    assert ends == {("{datetime.date(2027, 6, 10): 5}", 0)}


def test_a_refund_that_is_told_again_with_more_units_takes_the_rest(newcomer: Customer) -> None:
    newcomer.order(
        paid(FIGURE, number=newcomer.number, at=NOON, email=newcomer.email),
        refunded("rf-1", number=newcomer.number, line_1=1),
    )
    assert newcomer.account.available(newcomer.counter.today()) == 89
    newcomer.order(refunded("rf-1", number=newcomer.number, line_1=2))
    assert newcomer.account.lots == {}
    newcomer.check()


def test_refunds_of_spent_points_are_a_debt_that_later_earnings_pay(newcomer: Customer) -> None:
    number = newcomer.number
    newcomer.order(paid(FIGURE, number=number, at=NOON, email=newcomer.email))
    newcomer.spend(178)
    newcomer.order(refunded("rf-1", number=number, line_1=2))
    balance = newcomer.counter.points.balance(newcomer.member_id)
    assert (balance.available, balance.debt) == (-178, 178)
    assert newcomer.earn(net=20_000).available == 22
    newcomer.check()


def test_an_order_earns_only_for_who_was_a_member_then(counter: Counter) -> None:
    late = joins(counter, at=NOON)
    late.order(paid(FIGURE, number=late.number, at=NOON - timedelta(seconds=1), email=late.email))
    assert late.account.version is None


def test_who_is_told_of_after_the_order_earns_all_the_same(counter: Counter) -> None:
    who = joins(counter)
    event = paid(FIGURE, number=who.number, at=NOON, email=f"new-{who.email}")
    counter.orders.record(event)
    member = counter.members.record(told(who.member_id, f"new-{who.email}", at=NOON))
    counter.earning.settle_orders_of(member)
    counter.earning.settle_orders_of(member)
    assert who.account.available(counter.today()) == 178


def test_an_order_stays_with_who_earned_by_it_though_the_address_moves(counter: Counter) -> None:
    first, second = joins(counter), joins(counter)
    first.order(paid(FIGURE, number=first.number, at=NOON, email=first.email))
    counter.members.record(told(first.member_id, "moved@example.com", at=NOON))
    counter.members.record(told(second.member_id, first.email, at=NOON))
    first.order(delivered(first.number), refunded("rf-1", number=first.number, line_1=1))
    assert first.account.available(counter.today()) == 89
    assert second.account.version is None


def test_a_purchase_of_long_ago_is_recorded_and_lapses_at_once(newcomer: Customer) -> None:
    assert newcomer.earn(days_ago=365).lapsed == 0
    receipt = newcomer.earn("R2", days_ago=366)
    assert (receipt.lapsed, receipt.available) == (178, 178)
    newcomer.check()


def test_a_review_earns_once_for_each_line_that_the_member_bought(customer: Customer) -> None:
    grant = customer.counter.earning.grant_review
    sentence = "No order of this member has that line."
    with refused(LineNotPurchasedError, "line_not_purchased", sentence):
        grant(customer.member_id, customer.number, "1")
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    first = grant(customer.member_id, customer.number, "1")
    assert (first.points, first.kind) == (20, Kind.REVIEW)
    assert grant(customer.member_id, customer.number, "1").replayed
    other = joins(customer.counter)
    for who, number, line in (
        (other, customer.number, "1"),
        (customer, customer.number, "2"),
        (customer, "no number", "1"),
    ):
        with refused(LineNotPurchasedError, "line_not_purchased", sentence):
            grant(who.member_id, number, line)
    customer.check()


def test_what_lapses_as_it_comes_back_is_told_by_the_outbox(
    customer: Customer, tables: dict[str, str]
) -> None:
    customer.counter.clock.forward(days=366)
    receipt = customer.counter.points.reverse(customer.member_id, SHOP, spent(customer), "r1")
    assert (receipt.points, receipt.lapsed) == (30, 30)
    key = {"pk": {"S": f"M#{customer.member_id}"}, "sk": {"S": f"OP#{receipt.operation_id}"}}
    item = boto3.client("dynamodb").get_item(TableName=tables["PointsTable"], Key=key)["Item"]
    assert item["entry_type"] == {"S": LAPSED_ON_RETURN}
    assert item["entry_subject"] == {"S": customer.member_id}
    customer.check()


# ---------------------------------------------------------------- closing


def test_closing_forfeits_everything_and_forgets_the_address(customer: Customer) -> None:
    receipt = customer.counter.points.close(customer.member_id)
    assert (receipt.points, receipt.available) == (148, 0)
    member = customer.counter.members.get(customer.member_id)
    assert (member.is_open, member.email) == (False, "")
    assert customer.counter.points.close(customer.member_id).replayed
    customer.check()


def test_an_account_with_active_orders_is_not_closed(customer: Customer) -> None:
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    before = kept(customer)
    sentence = "An account with active orders can't be closed."
    with refused(ActiveOrdersError, "active_orders", sentence) as no:
        customer.counter.points.close(customer.member_id)
    assert no.value.facts == {"orders": 1}
    assert kept(customer) == before
    customer.order(delivered(customer.number))
    assert customer.counter.points.close(customer.member_id).points == 326


def test_a_refund_after_closing_comes_out_of_what_was_forfeited(customer: Customer) -> None:
    customer.order(
        paid(FIGURE, number=customer.number, at=NOON, email=customer.email),
        delivered(customer.number),
    )
    customer.counter.points.close(customer.member_id)
    customer.order(refunded("rf-1", number=customer.number, line_1=2))
    assert (customer.account.debt, customer.account.lots) == (0, {})
    customer.check()


# ---------------------------------------------------------------- what is shown


def test_the_statement_tells_everything_page_by_page_and_so_does_the_export(
    customer: Customer,
) -> None:
    service, clock = customer.counter.points, customer.counter.clock
    for number in range(7):
        clock.forward(days=1)
        customer.spend(number + 1, f"s{number}")
    clock.forward(days=400)
    customer.counter.expire(customer.member_id)
    found, cursor = [], ""
    while True:
        page = service.statement(customer.member_id, cursor, limit=3)
        found += page.movements
        cursor = page.cursor
        if not cursor:
            break
    assert [movement.kind for movement in found][:2] == [Kind.EXPIRED, Kind.SPEND]
    assert len(found) == 11
    available = service.balance(customer.member_id).available
    assert sum(movement.change for movement in found) == available == 0
    header, *lines = service.export(customer.member_id)
    assert [line[header.index("operation_id")] for line in lines] == [
        movement.operation_id for movement in found
    ]


def test_marks_and_keys_are_removed_in_time(customer: Customer, tables: dict[str, str]) -> None:
    customer.spend(1, caller=Caller("ac_1", f"key-{customer.number}"))
    scan = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=tables["PointsTable"])
    items = [item for page in scan for item in page["Items"]]
    mark = next(item for item in items if item["sk"]["S"] == customer.member_id)
    assert mark["pk"]["S"].startswith("DUE#2027-06-10#")
    assert int(mark["expires_at"]["N"]) == 1_817_856_000  # 2027-08-09
    keys = [item for item in items if item["sk"]["S"] == "KEY"]
    assert all(
        int(item["expires_at"]["N"]) == int((NOON + timedelta(days=30)).timestamp())
        for item in keys
        if item["member_id"]["S"] == customer.member_id
    )
    assert not any("expires_at" in item for item in items if item["pk"]["S"].startswith("M#"))


# ---------------------------------------------------------------- at once, and through failures


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


@pytest.mark.parametrize("at", range(1, 6))
def test_two_spends_at_once_never_spend_more_than_there_is(customer: Customer, at: int) -> None:
    assert raced(customer, lambda: customer.spend(100, "a"), lambda: customer.spend(100, "b"), at)
    assert customer.account.available(customer.counter.today()) == 28


@pytest.mark.parametrize("at", range(1, 6))
def test_the_same_spend_at_once_is_spent_once(customer: Customer, at: int) -> None:
    assert raced(customer, lambda: customer.spend(100, "a"), lambda: customer.spend(100, "a"), at)
    assert customer.account.available(customer.counter.today()) == 28


@pytest.mark.parametrize("at", range(1, 6))
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


@pytest.mark.parametrize("at", range(1, 7))
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
        suppress(CrashError, AftercareError, BotoCoreError, Exception),
    ):
        VERBS[kind](customer, SHOP)
    assert plan.struck
    receipt = VERBS[kind](customer, SHOP)
    assert len(customer.counter.store.rows(customer.member_id)) == 4
    assert VERBS[kind](customer, SHOP) == receipt
    customer.check()
