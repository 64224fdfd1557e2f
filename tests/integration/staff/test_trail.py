"""The audit trail: who read a case, who was signed in, and who looked at the trail."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from aftercare.kernel.actor import staff
from aftercare.staff.audit import Act
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Member, Role
from aftercare.staff.store import StaffStore
from aftercare.staff.trail import AuditTrail
from tests.fakes.house import SetClock

_numbers = itertools.count(1)


def colleague(role: Role) -> Member:
    number = next(_numbers)
    return Member(f"trail-{number}", f"No. {number}", "", frozenset({role}))


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def trail(tables: dict[str, str], clock: SetClock) -> AuditTrail:
    ids = itertools.count(1)
    return AuditTrail(StaffStore(tables["StaffTable"]), clock, lambda _bits: next(ids))


def test_auditors_see_who_read_a_return_and_leave_a_trace_themselves(
    trail: AuditTrail, clock: SetClock
) -> None:
    agent, auditor, subject = colleague(Role.AGENT), colleague(Role.AUDITOR), "ret_1"
    trail.record_read(agent, subject)
    clock.forward(minutes=1)
    [read] = trail.reads(auditor, subject)
    assert (read.by, read.act, read.subject) == (agent.actor, Act.READ, subject)
    clock.forward(minutes=1)
    looked, _ = trail.reads(auditor, subject)
    assert (looked.by, looked.act) == (auditor.actor, Act.READ_AUDIT)


def test_auditors_see_what_a_colleague_read_newest_first(
    trail: AuditTrail, clock: SetClock
) -> None:
    agent, auditor = colleague(Role.AGENT), colleague(Role.AUDITOR)
    for number in range(3):
        trail.record_read(agent, f"ret_of_{agent.staff_id}_{number}")
        clock.forward(seconds=1)
    found = trail.reads_by(auditor, agent.staff_id)
    assert [each.subject[-1] for each in found] == ["2", "1", "0"]
    assert {each.by for each in found} == {staff(agent.staff_id)}
    [oldest] = trail.reads_by(auditor, agent.staff_id, before=found[1].at)
    assert oldest.subject.endswith("0")


def test_two_reads_in_one_moment_are_two_traces(trail: AuditTrail) -> None:
    agent, auditor = colleague(Role.AGENT), colleague(Role.AUDITOR)
    trail.record_read(agent, "ret_2")
    trail.record_read(agent, "ret_2")
    assert len(trail.reads(auditor, "ret_2")) == 2


def test_a_hundred_traces_come_at_once_and_the_rest_by_their_time(
    trail: AuditTrail, clock: SetClock
) -> None:
    agent, auditor = colleague(Role.AGENT), colleague(Role.AUDITOR)
    for _ in range(105):
        trail.record_read(agent, "ret_3")
        clock.forward(seconds=1)
    first = trail.reads(auditor, "ret_3")
    rest = trail.reads(auditor, "ret_3", before=first[-1].at)
    assert (len(first), len(rest)) == (100, 5)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_else_reads_the_trail(trail: AuditTrail, role: Role) -> None:
    member = colleague(role)
    with pytest.raises(NotPermittedError):
        trail.reads(member, "ret_1")
    with pytest.raises(NotPermittedError):
        trail.reads_by(member, "trail-1")


def test_what_is_done_again_and_again_leaves_one_trace_in_half_an_hour(
    trail: AuditTrail, clock: SetClock
) -> None:
    agent, other, auditor = (colleague(role) for role in (Role.AGENT, Role.QA, Role.AUDITOR))
    for minutes in (0, 10, 19, 1, 29):
        clock.forward(minutes=minutes)
        trail.record_look(agent, "ret_4")
    trail.record_look(other, "ret_4")
    trail.record_find(agent, "ret_4")
    found = [(trace.by, trace.act) for trace in trail.reads(auditor, "ret_4")]
    assert sorted(found) == sorted(
        [
            (agent.actor, Act.SAW_EVIDENCE),
            (agent.actor, Act.SAW_EVIDENCE),
            (other.actor, Act.SAW_EVIDENCE),
            (agent.actor, Act.FOUND),
        ]
    )


def test_of_many_pictures_at_once_one_leaves_the_trace(trail: AuditTrail) -> None:
    agent, auditor = colleague(Role.AGENT), colleague(Role.AUDITOR)
    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(lambda _: trail.record_look(agent, "ret_5"), range(8)):
            pass
    assert len(trail.reads(auditor, "ret_5")) == 1
