"""Whoever sees something of a customer has left a trace, whatever fails between the two."""

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from pynamodb.exceptions import PynamoDBException

from aftercare.returns.model import Return
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from aftercare.staff.trail import AuditTrail
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import House
from tests.fakes.reviews import AGENT, Desk, build_desk

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
ENDED = (CrashError, PynamoDBException, ReadTimeoutError)


def photo_of(desk: Desk, ret: Return) -> str:
    return desk.house.evidence.of_return(ret.return_id)[0].evidence_id


READS: dict[Act, Callable[[Desk, Return], Any]] = {
    Act.READ: lambda desk, ret: desk.reviews.open_case(AGENT, ret.return_id),
    Act.SAW_EVIDENCE: lambda desk, ret: desk.reviews.evidence_url(
        AGENT, ret.return_id, photo_of(desk, ret)
    ),
    Act.FOUND: lambda desk, ret: desk.reviews.search(AGENT, ret.ticket),
}


@pytest.fixture
def store(tables: dict[str, str]) -> StaffStore:
    return StaffStore(tables["StaffTable"])


@pytest.fixture
def desk(house: House, tables: dict[str, str], store: StaffStore) -> Desk:
    """A desk whose trail is the real one."""
    built = build_desk(house, tables)
    ids = itertools.count(1)
    trail = AuditTrail(store, house.clock, lambda _bits: next(ids))
    return replace(built, reviews=replace(built.reviews, trail=trail))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("act", READS)
def test_nothing_is_shown_without_its_trace(
    desk: Desk, store: StaffStore, act: Act, fault: Fault
) -> None:
    ret = desk.waiting()
    seen: list[Any] = []
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        seen.append(READS[act](desk, ret))
    assert plan.struck, "the trace is the first write"
    left = [trace.act for trace in store.traces(ret.return_id)]
    assert not seen or left == [act]
    assert READS[act](desk, ret), "another try shows it"
    left = [trace.act for trace in store.traces(ret.return_id)]
    assert set(left) == {act}
    assert act is Act.READ or len(left) == 1


@pytest.mark.parametrize("request_number", range(1, 4))
def test_of_two_who_look_at_once_one_leaves_the_trace_and_both_see(
    desk: Desk, store: StaffStore, request_number: int
) -> None:
    ret = desk.waiting()
    evidence_id, seen = photo_of(desk, ret), list[str]()

    def look() -> None:
        seen.append(desk.reviews.evidence_url(AGENT, ret.return_id, evidence_id))

    plan = Plan(Fault.RACED, request_number, look)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        look()
    assert plan.struck
    assert len(seen) == 2
    assert [trace.act for trace in store.traces(ret.return_id)] == [Act.SAW_EVIDENCE]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_note_whose_answer_is_lost_is_left_once(desk: Desk, fault: Fault) -> None:
    ret, name = desk.waiting(), "nte_01M7ZWT7EBRZXGXK0P6ZBVJ78F"
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        desk.reviews.note(AGENT, ret.return_id, "Called.", name)
    assert plan.struck
    again = desk.reviews.note(AGENT, ret.return_id, "Called.", name)
    assert desk.reviews.cases.notes(ret.return_id) == (again,)
