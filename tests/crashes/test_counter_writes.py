"""A counter's return under faults and races: one transaction, and whoever comes second is told."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.aws import client
from aftercare.orders.model import email_key_of
from aftercare.returns.counter import MOST_LINES, CounterService, HandedIn, What
from aftercare.returns.counter_errors import HandInRefusedError
from aftercare.returns.model import Reason
from tests.crashes.test_races import raced
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, FIGURE
from tests.fakes.stores import bought, counter_of, handed_in

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
# The key, the order and its changes, twice the held units, then the write; a recall is not asked.
REQUESTS = range(1, 5)
each_way = pytest.mark.parametrize("what", What, ids=str)


@pytest.fixture
def counter(house: House, tables: dict[str, str]) -> CounterService:
    return counter_of(house, tables)


def mine(house: House, order_number: str) -> list[str]:
    every = house.returns.store.of_customer(email_key_of(EMAIL), 50)
    return [ret.ticket for ret in every if ret.order_number == order_number]


@each_way
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_the_write_costs_nothing_but_a_second_try(
    house: House, counter: CounterService, what: What, fault: Fault
) -> None:
    order, plan = bought(house), Plan(fault, 1, lambda: None)
    troubles = suppress(CrashError, BotoCoreError, PynamoDBException)
    with Saboteur().planted() as saboteur, saboteur.during(plan), troubles:
        handed_in(counter, order, what)
    assert plan.struck
    again = handed_in(counter, order, what)
    assert mine(house, order.order_number) == [again.ret.ticket]
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}
    assert len(house.returns.timeline(again.ret)) == 1


@each_way
def test_there_is_no_second_write(house: House, counter: CounterService, what: What) -> None:
    order, plan = bought(house), Plan(Fault.UNSENT, 2, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        handed_in(counter, order, what)
    assert not plan.struck


@each_way
def test_a_transaction_has_at_most_eight_writes(
    house: House, counter: CounterService, what: What
) -> None:
    most = MOST_LINES[what]
    lines = [replace(FIGURE, line_id=str(number)) for number in range(1, most + 1)]
    items = tuple(HandedIn(line.line_id, "", 1, Reason.STAINED) for line in lines)
    written: list[int] = []

    def count(params: dict[str, Any], **_: object) -> None:
        written.append(len(params["TransactItems"]))

    order, events = bought(house, *lines), client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb.TransactWriteItems", count)
    try:
        handed_in(counter, order, what, items)
    finally:
        events.unregister("provide-client-params.dynamodb.TransactWriteItems", count)
    assert written == [8]


@pytest.mark.parametrize("request_number", REQUESTS)
def test_of_two_stores_one_gets_the_last_unit_and_the_other_is_told(
    house: House, counter: CounterService, request_number: int
) -> None:
    order = bought(house)
    with pytest.raises(HandInRefusedError) as refused:
        raced(
            lambda: handed_in(counter, order, What.SEND_IN, key="mine"),
            lambda: handed_in(counter, order, What.SEND_IN, key="theirs"),
            request_number,
        )
    assert refused.value.facts["rule"] == "units_available"
    assert refused.value.facts["line_id"] == "1"
    assert len(mine(house, order.order_number)) == 1
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}


@pytest.mark.parametrize("request_number", REQUESTS)
def test_a_request_that_is_sent_twice_at_once_makes_one_return(
    house: House, counter: CounterService, request_number: int
) -> None:
    order = bought(house)
    first: list[str] = []
    again = raced(
        lambda: handed_in(counter, order),
        lambda: first.append(handed_in(counter, order).ret.ticket),
        request_number,
    )
    assert [again.ret.ticket] == first == mine(house, order.order_number)
    assert again.replayed
