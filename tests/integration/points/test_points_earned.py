"""What orders, refunds and reviews earn, in any order; closing; what is shown."""

from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import permutations

import boto3
import pytest

from aftercare.points.errors import (
    ActiveOrdersError,
    LineNotPurchasedError,
)
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.posting import Kind
from aftercare.points.request import Caller
from tests.fakes.orders import FIGURE, ORDERS_INGEST, delivered, paid, refunded
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, NOON, member_event
from tests.fakes.points_customers import (
    SHOP,
    SPENT,
    Customer,
    joins,
    kept,
    open_counter,
    with_points,
)
from tests.fakes.points_room import Counter, counter_in_memory
from tests.fakes.refusals import refused

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


def test_whatever_the_order_of_the_shops_events_the_ledger_is_the_same() -> None:
    counter, ends = counter_in_memory(), set()
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
    counter.orders.record(event, actor=ORDERS_INGEST)
    member = counter.members.record(
        member_event(who.member_id, f"new-{who.email}", at=NOON), actor=MEMBERS_INGEST
    )
    counter.earning.settle_orders_of(member, actor=BY_TILL)
    counter.earning.settle_orders_of(member, actor=BY_TILL)
    assert who.account.available(counter.today()) == 178


def test_an_order_stays_with_who_earned_by_it_though_the_address_moves(counter: Counter) -> None:
    first, second = joins(counter), joins(counter)
    first.order(paid(FIGURE, number=first.number, at=NOON, email=first.email))
    counter.members.record(
        member_event(first.member_id, "moved@example.com", at=NOON), actor=MEMBERS_INGEST
    )
    counter.members.record(
        member_event(second.member_id, first.email, at=NOON), actor=MEMBERS_INGEST
    )
    first.order(delivered(first.number), refunded("rf-1", number=first.number, line_1=1))
    assert first.account.available(counter.today()) == 89
    assert second.account.version is None


def test_a_purchase_of_long_ago_is_recorded_and_lapses_at_once(newcomer: Customer) -> None:
    assert newcomer.earn(days_ago=365).lapsed == 0
    receipt = newcomer.earn("R2", days_ago=366)
    assert (receipt.lapsed, receipt.available) == (178, 178)
    newcomer.check()


def test_a_review_earns_once_for_each_line_that_the_member_bought(customer: Customer) -> None:
    grant = partial(customer.counter.earning.grant_review, occurred_at=NOON, actor=BY_TILL)
    sentence = "This member has no such order line."
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
    receipt = customer.counter.points.reverse(customer.member_id, SHOP, SPENT, "r1", actor=BY_TILL)
    assert (receipt.points, receipt.lapsed) == (30, 30)
    key = {"pk": {"S": f"M#{customer.member_id}"}, "sk": {"S": f"OP#{receipt.operation_id}"}}
    item = boto3.client("dynamodb").get_item(TableName=tables["PointsTable"], Key=key)["Item"]
    assert item["entry_type"] == {"S": LAPSED_ON_RETURN}
    assert item["entry_subject"] == {"S": customer.member_id}
    customer.check()


def test_closing_forfeits_everything_and_forgets_the_address(customer: Customer) -> None:
    receipt = customer.counter.points.close(customer.member_id, actor=BY_TILL)
    assert (receipt.points, receipt.available) == (148, 0)
    member = customer.counter.members.get(customer.member_id)
    assert (member.is_open, member.email) == (False, "")
    assert customer.counter.points.close(customer.member_id, actor=BY_TILL).replayed
    customer.check()


def test_an_account_with_active_orders_is_not_closed(customer: Customer) -> None:
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    before = kept(customer)
    sentence = "An account with active orders can't be closed."
    with refused(ActiveOrdersError, "active_orders", sentence) as no:
        customer.counter.points.close(customer.member_id, actor=BY_TILL)
    assert no.value.facts == {"orders": 1}
    assert kept(customer) == before
    customer.order(delivered(customer.number))
    assert customer.counter.points.close(customer.member_id, actor=BY_TILL).points == 326


def test_a_refund_after_closing_comes_out_of_what_was_forfeited(customer: Customer) -> None:
    customer.order(
        paid(FIGURE, number=customer.number, at=NOON, email=customer.email),
        delivered(customer.number),
    )
    customer.counter.points.close(customer.member_id, actor=BY_TILL)
    customer.order(refunded("rf-1", number=customer.number, line_1=2))
    assert (customer.account.debt, customer.account.lots) == (0, {})
    customer.check()


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
    assert list(service.movements(customer.member_id)) == found


def test_marks_and_keys_are_removed_in_time(customer: Customer, tables: dict[str, str]) -> None:
    customer.spend(1, caller=Caller("ac_1", f"key-{customer.number}"))
    scan = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=tables["PointsTable"])
    items = [item for page in scan for item in page["Items"]]
    mark = next(item for item in items if item["sk"]["S"] == customer.member_id)
    assert mark["pk"]["S"].startswith("DUE#2027-06-10#")
    assert int(mark["expires_at"]["N"]) == datetime(2028, 8, 13, tzinfo=UTC).timestamp()
    keys = [item for item in items if item["sk"]["S"] == "KEY"]
    assert all(
        int(item["expires_at"]["N"]) == int((NOON + timedelta(days=30)).timestamp())
        for item in keys
        if item["member_id"]["S"] == customer.member_id
    )
    assert not any("expires_at" in item for item in items if item["pk"]["S"].startswith("M#"))
