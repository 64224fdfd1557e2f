"""Late, repeated and unordered events, and reversals after the due day, are settled correctly."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.kernel.requests import KeyReusedError
from aftercare.members.errors import MemberNotFoundError
from aftercare.points.errors import ActiveOrdersError
from aftercare.points.ledger import claw_back
from aftercare.points.posting import Kind, Reversal
from aftercare.points.request import Caller
from points_api import bodies
from portal.points import routes
from tests.fakes.orders import FIGURE, ORDERS_INGEST, delivered, paid
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, NOBODY, NOON, member_event, operation
from tests.fakes.points_customers import Customer, joins, open_counter
from tests.fakes.points_room import BONUSES, Counter
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
SHOP = Caller("ac_1")
DAY = timedelta(days=1)
# The rules change on that day, program time.
CHANGE = datetime(2026, 12, 1, 8, tzinfo=UTC)
ACTIVE = "An account with active orders can't be closed."
REUSED = "This Idempotency-Key was used for another request."


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return open_counter(tables)


@pytest.fixture
def customer(counter: Counter) -> Customer:
    return joins(counter)


@pytest.mark.parametrize("refund_first", [True, False])
def test_what_is_refunded_and_given_back_after_its_day_is_gone_once(
    customer: Customer, *, refund_first: bool
) -> None:
    customer.earn(net=10_000)
    customer.spend(100, "1")
    customer.counter.clock.forward(days=366)
    if refund_first:
        customer.refund(10_000)
    customer.counter.points.reverse(customer.member_id, SHOP, "spend#ac_1#1", "r1", actor=BY_TILL)
    if not refund_first:
        customer.refund(10_000)
    balance = customer.counter.points.balance(customer.member_id)
    assert (balance.available, balance.debt, customer.account.lapsed) == (0, 0, {})
    customer.check()


@pytest.mark.parametrize("refund_first", [True, False])
def test_what_is_refunded_and_released_after_its_day_is_gone_once(
    customer: Customer, *, refund_first: bool
) -> None:
    customer.earn(net=10_000)
    customer.hold(100, "1")
    customer.counter.clock.forward(days=366)
    if refund_first:
        customer.refund(10_000)
    customer.counter.points.release(customer.member_id, SHOP, "1", actor=BY_TILL)
    if not refund_first:
        customer.refund(10_000)
    balance = customer.counter.points.balance(customer.member_id)
    assert (balance.available, balance.debt, balance.held) == (0, 0, 0)
    customer.check()


def test_a_review_is_worth_what_it_was_on_the_day_of_its_approval(customer: Customer) -> None:
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    approved = CHANGE - DAY
    customer.counter.clock.now = CHANGE + DAY
    receipt = customer.counter.earning.grant_review(
        customer.member_id, customer.number, "1", approved, actor=BY_TILL
    )
    assert (receipt.points, receipt.due) == (BONUSES[0], approved.date() + timedelta(days=365))


def test_an_order_of_the_future_earns_nothing_until_it_is_mended(customer: Customer) -> None:
    later = NOON + timedelta(days=400)
    customer.order(paid(FIGURE, number=customer.number, at=later, email=customer.email))
    assert customer.counter.points.balance(customer.member_id).available == 0
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    assert customer.counter.points.balance(customer.member_id).available == 178


def test_an_order_of_2099_that_an_earlier_version_stored_earns_once_it_is_mended(
    customer: Customer, tables: dict[str, str]
) -> None:
    event = paid(FIGURE, number=customer.number, at=NOON, email=customer.email)
    customer.counter.orders.record(event, actor=ORDERS_INGEST)
    boto3.client("dynamodb").update_item(
        TableName=tables["OrdersTable"],
        Key={"order_number": {"S": customer.number}},
        UpdateExpression="SET paid_at = :at",
        ExpressionAttributeValues={":at": {"S": "2099-01-01T00:00:00.000000+00:00"}},
    )
    order = customer.counter.orders.get(customer.number)
    assert customer.counter.earning.settle_order(order, actor=BY_TILL) == ()
    customer.order(event)
    [due] = customer.account.lots
    assert due < NOON.date() + timedelta(days=366)


def test_an_order_by_a_clock_that_is_some_hours_ahead_earns(customer: Customer) -> None:
    later = NOON + timedelta(hours=20)
    customer.order(paid(FIGURE, number=customer.number, at=later, email=customer.email))
    assert customer.counter.points.balance(customer.member_id).available == 178


def test_one_order_that_can_not_be_settled_keeps_no_other_waiting(
    customer: Customer, tables: dict[str, str]
) -> None:
    odd = f"{customer.number}-X"
    claim = {"pk": f"CLAIM#earn#{odd}", "sk": "CLAIM", "member_id": NOBODY}
    item = {name: {"S": value} for name, value in claim.items()}
    boto3.client("dynamodb").put_item(TableName=tables["PointsTable"], Item=item)
    for number, at in ((odd, NOON), (customer.number, NOON - DAY)):
        event = paid(FIGURE, number=number, at=at, email=customer.email)
        customer.counter.orders.record(event, actor=ORDERS_INGEST)
    member = customer.counter.members.get(customer.member_id)
    with pytest.raises(MemberNotFoundError):
        customer.counter.earning.settle_orders_of(member, actor=BY_TILL)
    assert customer.counter.points.balance(customer.member_id).available == 178


def test_a_statement_goes_on_behind_the_longest_name_of_an_operation(customer: Customer) -> None:
    """Clawbacks once had the shop's refund id in theirs."""
    refund_id = "\U0001f381" * 200
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    store = customer.counter.store
    earned = store.entry(customer.member_id, f"earn#{customer.number}")
    name, at = f"{customer.number}#{refund_id}#1", NOON + timedelta(hours=1)
    made = operation(Kind.CLAWBACK, name, at, member_id=customer.member_id)
    back = Reversal(earned, 89, refunded=8_900)
    store.commit(claw_back(customer.account, made, back, forfeit=None))
    first = customer.counter.points.statement(customer.member_id, limit=1)
    assert 1000 < len(first.cursor) <= bodies._MOST_CURSOR == routes._MOST_CURSOR
    rest = customer.counter.points.statement(customer.member_id, first.cursor, 10)
    assert [movement.kind for movement in rest.movements] == ["earn"]


def test_an_active_order_under_an_earlier_address_keeps_an_account_open(
    customer: Customer,
) -> None:
    customer.order(paid(FIGURE, number=customer.number, at=NOON, email=customer.email))
    moved = member_event(customer.member_id, "moved@example.com", NOON + DAY)
    customer.counter.members.record(moved, actor=MEMBERS_INGEST)
    with refused(ActiveOrdersError, "active_orders", ACTIVE):
        customer.counter.points.close(customer.member_id, actor=BY_TILL)
    customer.counter.orders.record(delivered(customer.number), actor=ORDERS_INGEST)
    assert customer.counter.points.close(customer.member_id, actor=BY_TILL).points == 178


def test_an_active_order_behind_fifty_others_keeps_an_account_open(customer: Customer) -> None:
    orders = customer.counter.orders
    old = paid(FIGURE, number=customer.number, at=NOON - 9 * DAY, email=customer.email)
    orders.record(old, actor=ORDERS_INGEST)
    for place in range(51):
        number = f"{customer.number}-{place}"
        orders.record(
            paid(FIGURE, number=number, at=NOON - DAY, email=customer.email), actor=ORDERS_INGEST
        )
        orders.record(delivered(number), actor=ORDERS_INGEST)
    with refused(ActiveOrdersError, "active_orders", ACTIVE):
        customer.counter.points.close(customer.member_id, actor=BY_TILL)


def test_a_key_that_was_answered_with_what_was_done_before_is_used_up(customer: Customer) -> None:
    customer.earn(net=10_000)
    customer.spend(10, "1", Caller("ac_1", "K1"))
    assert customer.spend(10, "1", Caller("ac_1", "K2")).replayed
    assert customer.spend(10, "1", Caller("ac_1", "K2")).replayed
    with refused(KeyReusedError, "idempotency_key_reused", REUSED):
        customer.spend(7, "2", Caller("ac_1", "K2"))
    assert customer.counter.points.balance(customer.member_id).available == 90


def test_a_refund_of_expired_points_leaves_the_lines_before_it_as_they_were(
    customer: Customer,
) -> None:
    customer.earn(net=10_000)
    customer.counter.clock.forward(days=366)
    customer.earn("R2", net=5_000, occurred_at=customer.counter.clock())  # at two points a dollar
    service = customer.counter.points

    def lines() -> list[tuple[str, int]]:
        page = service.statement(customer.member_id)
        return [(movement.operation_id, movement.change) for movement in page.movements]

    before = lines()
    assert service.balance(customer.member_id).available == 100
    customer.counter.clock.forward(hours=1)
    customer.refund(6_000)
    after = lines()
    assert after[1:] == before
    assert sum(change for _, change in after) == 100
    assert service.balance(customer.member_id).available == 100
    customer.counter.expire(customer.member_id)
    assert lines() == after
    customer.check()
