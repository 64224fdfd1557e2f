"""Closing an account with thousands of orders takes few requests, whatever happens meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from itertools import batched
from typing import Any

import boto3
import pytest
from pynamodb.exceptions import PynamoDBException

from aftercare.points.errors import ActiveOrdersError
from aftercare.points.model import AccountStatus
from aftercare.points.posting import Kind
from tests.fakes.aws import counted
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.orders import delivered, paid
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, NOON, member_event
from tests.fakes.points_customers import Customer, joins, open_counter
from tests.fakes.points_room import Counter

pytestmark = pytest.mark.integration

# Besides orders: the member, the operation, the account, pages of the ledger's names, two commits.
OTHERS = 14


@pytest.fixture
def counter(tables: dict[str, str]) -> Counter:
    return open_counter(tables)


@pytest.fixture
def customer(counter: Counter) -> Customer:
    """A member with one order that was delivered, and that earned points."""
    customer = joins(counter)
    customer.order(paid(number=customer.number, at=NOON, email=customer.email))
    customer.order(delivered(customer.number))
    return customer


def copied(customer: Customer, tables: dict[str, str], count: int) -> None:
    """Gives the customer that many more such orders, each with its ledger entry."""
    dynamodb = boto3.client("dynamodb")
    order_key = {"order_number": {"S": customer.number}}
    entry_key = {
        "pk": {"S": f"M#{customer.member_id}"},
        "sk": {"S": f"OP#earn#{customer.number}"},
    }
    order = dynamodb.get_item(TableName=tables["OrdersTable"], Key=order_key)["Item"]
    entry = dynamodb.get_item(TableName=tables["PointsTable"], Key=entry_key)["Item"]

    def copies(number: str) -> tuple[Any, Any]:
        at = f"{entry['recorded']['S'].partition('#')[0]}#earn#{number}"
        named = {"sk": {"S": f"OP#earn#{number}"}, "recorded": {"S": at}}
        return order | {"order_number": {"S": number}}, entry | named

    for numbers in batched(
        (f"{customer.number[:20]}-{each}" for each in range(count)), 12, strict=False
    ):
        items = [copies(number) for number in numbers]
        orders = [{"PutRequest": {"Item": item}} for item, _ in items]
        entries = [{"PutRequest": {"Item": item}} for _, item in items]
        requests: Any = {tables["OrdersTable"]: orders, tables["PointsTable"]: entries}
        dynamodb.batch_write_item(RequestItems=requests)


def moves(customer: Customer) -> None:
    """The member gets another address: the orders stay under the earlier one."""
    email = f"moved-{customer.email}"
    event = member_event(customer.member_id, email, at=NOON + timedelta(days=1))
    customer.counter.members.record(event, actor=MEMBERS_INGEST)


def closing(customer: Customer) -> Callable[[], object]:
    return lambda: customer.counter.points.close(customer.member_id, actor=BY_TILL)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "elsewhere"), [(1_000, False), (1_000, True), (5_000, True)])
def test_a_request_reads_a_hundred_orders(
    customer: Customer, tables: dict[str, str], count: int, elsewhere: bool
) -> None:
    copied(customer, tables, count)
    if elsewhere:
        moves(customer)
    with counted("dynamodb") as calls:
        closing(customer)()
    assert len(calls) <= count / 100 + OTHERS, calls
    assert calls.count("GetItem") == 5


@pytest.mark.parametrize("at", range(1, 14))
def test_an_order_that_earns_meanwhile_keeps_the_account_open(customer: Customer, at: int) -> None:
    late = f"{customer.number}-B"

    def rival() -> None:
        customer.order(paid(number=late, at=NOON, email=customer.email))

    plan = Plan(Fault.RACED, at, rival)
    with Saboteur().planted() as saboteur, saboteur.during(plan), suppress(ActiveOrdersError):
        closing(customer)()
    earned = late in customer.counter.store.purchases(customer.member_id)
    assert customer.counter.members.get(customer.member_id).is_open is earned
    customer.check()


def test_an_attempt_after_the_account_changed_reads_only_orders_that_are_new(
    customer: Customer, tables: dict[str, str]
) -> None:
    copied(customer, tables, 250)
    moves(customer)
    plan = Plan(Fault.RACED, 10, customer.earn)
    with counted("dynamodb") as calls, Saboteur().planted() as saboteur, saboteur.during(plan):
        closing(customer)()
    assert plan.struck
    assert calls.count("TransactWriteItems") == 4, "the rival's, a stale one, the two of closing"
    assert calls.count("BatchGetItem") == 3
    assert not customer.counter.members.get(customer.member_id).is_open


@pytest.mark.parametrize("write", [1, 2])
@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.RACED])
def test_a_closing_that_broke_off_goes_on_where_it_was(
    customer: Customer, tables: dict[str, str], write: int, fault: Fault
) -> None:
    copied(customer, tables, 150)
    moves(customer)
    plan = Plan(fault, write, lambda: None)
    with (
        Saboteur().planted() as saboteur,
        suppress(CrashError, PynamoDBException),
        saboteur.during(plan),
    ):
        closing(customer)()
    assert plan.struck
    was_forfeited = customer.account.status is AccountStatus.CLOSED
    with counted("dynamodb") as calls:
        closing(customer)()
    assert ("BatchGetItem" in calls) is not was_forfeited, "the orders are read once"
    assert not customer.counter.members.get(customer.member_id).is_open
    entries = customer.counter.store.entries(customer.member_id)
    assert [each.kind for each in entries].count(Kind.FORFEIT) == 1
    assert (customer.account.status, customer.account.lots) == (AccountStatus.CLOSED, {})


def test_an_export_of_a_thousand_movements_takes_few_requests(
    customer: Customer, tables: dict[str, str]
) -> None:
    copied(customer, tables, 1_000)
    with counted("dynamodb") as calls:
        rows = customer.counter.points.movements(customer.member_id)
    assert len(rows) == 1_001
    assert len(calls) <= 6, calls
