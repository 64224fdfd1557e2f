"""Every operation names its actor: in the ledger entry, and in the timeline entry beside it."""

from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.actor import client, operator, system
from aftercare.kernel.tables import entry_from
from aftercare.points.request import Caller
from tests.fakes.aws import Json
from tests.fakes.orders import FIGURE, ORDERS_INGEST, paid
from tests.fakes.points import NOON
from tests.fakes.points_customers import Customer, joins, open_counter

pytestmark = pytest.mark.integration
TILL, WORKER, DANA = client("ac_9"), system("points_ingest"), operator("dana")
CALLER = Caller("ac_9")


@pytest.fixture
def customer(tables: dict[str, str]) -> Customer:
    return joins(open_counter(tables))


def actor_of(customer: Customer, operation_id: str) -> str:
    entry = customer.counter.store.entry(customer.member_id, operation_id)
    return str(entry.actor)


def test_the_ledger_keeps_who_caused_each_operation(customer: Customer) -> None:
    order = customer.counter.orders.record(
        paid(FIGURE, number=customer.number, at=NOON, email=customer.email), actor=ORDERS_INGEST
    )
    customer.counter.earning.settle_order(order, actor=WORKER)
    who, points = customer.member_id, customer.counter.points
    points.hold(who, CALLER, "h1", 5, actor=TILL)
    points.release(who, CALLER, "h1", actor=DANA)
    assert actor_of(customer, f"earn#{customer.number}") == "system:points_ingest"
    assert actor_of(customer, "hold#ac_9#h1") == "client:ac_9"
    assert actor_of(customer, "release#ac_9#h1") == "operator:dana"


def test_the_same_request_of_another_actor_is_a_repeat(customer: Customer) -> None:
    customer.earn()
    first = customer.counter.points.spend(customer.member_id, CALLER, "s1", 5, actor=TILL)
    again = customer.counter.points.spend(customer.member_id, CALLER, "s1", 5, actor=DANA)
    assert again == first
    assert again.replayed
    assert actor_of(customer, "spend#ac_9#s1") == "client:ac_9"


def test_the_event_of_points_that_expired_on_their_return_names_who_returned_them(
    customer: Customer, tables: dict[str, str]
) -> None:
    customer.earn()
    customer.counter.points.spend(customer.member_id, CALLER, "s1", 5, actor=TILL)
    customer.counter.clock.forward(days=366)
    customer.counter.points.reverse(customer.member_id, CALLER, "spend#ac_9#s1", "r1", actor=DANA)
    item: Json = boto3.client("dynamodb").get_item(
        TableName=tables["PointsTable"],
        Key={
            "pk": {"S": f"M#{customer.member_id}"},
            "sk": {"S": "OP#return#spend#ac_9#s1#r1"},
        },
    )["Item"]
    columns = {name: value["S"] for name, value in item.items() if "S" in value}
    assert entry_from(columns).actor == DANA


def test_closing_an_account_names_who_closed_it_with_the_member_too(customer: Customer) -> None:
    customer.counter.clock.forward(days=1)
    customer.counter.points.close(customer.member_id, actor=DANA)
    assert actor_of(customer, f"forfeit#{customer.member_id}") == "operator:dana"
    last = customer.counter.members.timeline(customer.member_id)[-1]
    assert (last.data["changed"], last.actor) == ("closed", DANA)
    assert last.occurred_at - NOON < timedelta(days=30)
