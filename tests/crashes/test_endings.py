"""Declaring lost and reopening, with a fault at each write and a rival before each request.

Whatever happens, its units are held exactly while it holds them, and each step is there once.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import AftercareError
from aftercare.labels.model import ScanKind
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition
from aftercare.returns.ending import EndingService
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.wiring import ReturnNoticesConfig, ending_service
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.dock import Dock, build_dock
from tests.fakes.house import House
from tests.fakes.reviews import AGENT, LEAD, WAREHOUSE
from tests.integration.returns.test_cancelling import scan

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
ENDED = (CrashError, PynamoDBException, ReadTimeoutError, AftercareError)
WHY = "It was another parcel."
CAME = {"1": Came({Condition.RECEIVED: 2})}


class Stage(NamedTuple):
    """A dock, and the verbs on what ends there."""

    dock: Dock
    ends: EndingService

    def held(self, ret: Return) -> int:
        claimed = self.dock.house.returns.store.claimed_units(ret.order_number)
        return claimed.get("1", 0)

    def steps(self, ret: Return) -> list[str]:
        return [entry.entry_type for entry in self.dock.house.returns.timeline(ret)]


class Act(NamedTuple):
    """A verb, from a return in its state, to what it leads to."""

    start: Callable[[Stage], Return]
    act: Callable[[Stage, Return], object]
    entry: str
    status: ReturnStatus


def _lost(stage: Stage, ret: Return) -> object:
    return stage.ends.declare_lost(AGENT, ret.return_id, ret.version or 0, WHY)


def _reopened(stage: Stage, ret: Return) -> object:
    return stage.ends.reopen(LEAD, ret.return_id, ret.version or 0, WHY)


def _moving(stage: Stage) -> Return:
    scan(stage.dock.house, sent := stage.dock.sent(), ScanKind.IN_TRANSIT)
    return stage.dock.now(sent)


def _cancelled(stage: Stage) -> Return:
    ret = stage.dock.sent()
    stage.dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    return stage.dock.now(ret)


ACTS = {
    "declare_lost": Act(_moving, _lost, events.LOST, ReturnStatus.LOST),
    "reopen": Act(_cancelled, _reopened, events.TAKEN_UP, ReturnStatus.IN_REVIEW),
}


@pytest.fixture
def stage(house: House, tables: dict[str, str]) -> Stage:
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    ends = ending_service(config, clock=house.clock, entropy=house.returns.entropy)
    return Stage(build_dock(house, tables), ends)


def held_by_right(stage: Stage, ret: Return) -> int:
    now = stage.dock.now(ret)
    return sum(now.held_of(line) for line in now.lines)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", ACTS)
def test_with_a_fault_at_its_write_it_is_done_once_when_it_is_tried_again(
    stage: Stage, name: str, fault: Fault
) -> None:
    start, act, entry, status = ACTS[name]
    ret = start(stage)
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        act(stage, ret)
    assert plan.struck
    act(stage, ret)
    assert stage.dock.now(ret).status is status
    assert stage.steps(ret).count(entry) == 1
    assert stage.held(ret) == held_by_right(stage, ret)


@pytest.mark.parametrize("request_number", range(1, 8))
@pytest.mark.parametrize("name", ACTS)
def test_two_colleagues_at_once_do_it_once(stage: Stage, name: str, request_number: int) -> None:
    start, act, entry, _ = ACTS[name]
    ret = start(stage)
    plan = Plan(Fault.RACED, request_number, lambda: act(stage, ret))
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        act(stage, ret)
    assert stage.steps(ret).count(entry) == 1
    assert stage.held(ret) == held_by_right(stage, ret)


@pytest.mark.parametrize("request_number", range(1, 8))
@pytest.mark.parametrize("name", ACTS)
def test_a_parcel_that_comes_at_the_same_moment_loses_no_unit(
    stage: Stage, name: str, request_number: int
) -> None:
    start, act, _, _ = ACTS[name]
    ret = start(stage)

    def comes() -> None:
        stage.dock.desk.receiving.receive(ret.return_id, CAME, "", actor=WAREHOUSE.actor)

    plan = Plan(Fault.RACED, request_number, comes)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        act(stage, ret)
    assert stage.held(ret) == held_by_right(stage, ret)


@pytest.mark.parametrize("request_number", range(1, 8))
def test_a_reopened_return_and_a_new_one_never_hold_the_same_units(
    stage: Stage, request_number: int
) -> None:
    ret = _cancelled(stage)
    order = stage.dock.house.orders.get(ret.order_number)
    rivals: list[Return] = []

    def sends() -> None:
        rivals.append(stage.dock.sent(order))

    plan = Plan(Fault.RACED, request_number, sends)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        _reopened(stage, ret)
    everyone = [ret, *rivals]
    assert stage.held(ret) == sum(held_by_right(stage, each) for each in everyone) == 2
