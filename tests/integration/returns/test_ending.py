"""A parcel that never comes is declared lost, and what ended by mistake is taken up again."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.due.wiring import DueConfig, due_sweeper
from aftercare.labels.model import ScanKind
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.ending import EndingService
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import MoveRefusedError
from aftercare.returns.promising import ends_at
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.review_errors import JudgementInvalidError, StaleCaseError
from aftercare.staff.errors import NotPermittedError
from aftercare.staff.model import Member
from tests.fakes.dock import Dock
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, NO, QA, STORE, WAREHOUSE, Desk
from tests.integration.returns.test_cancelling import scan
from tests.integration.returns.test_drafts import timers
from tests.integration.returns.test_writes_of_verbs import twice

pytestmark = pytest.mark.integration
WHY = "The carrier found nothing."


def moving(dock: Dock) -> Return:
    ret = dock.sent()
    return scan(dock.house, ret, ScanKind.IN_TRANSIT)


def held(dock: Dock, ret: Return) -> int:
    return dock.house.returns.store.claimed_units(ret.order_number).get("1", 0)


def version(dock: Dock, ret: Return) -> int:
    return dock.now(ret).version or 0


def reopened(ends: EndingService, dock: Dock, ret: Return) -> Return:
    return ends.reopen(LEAD, ret.return_id, version(dock, ret), WHY)


def cancelled(dock: Dock) -> Return:
    ret = dock.sent()
    return dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)


def test_a_lost_parcel_frees_its_units_once_and_says_why(
    ends: EndingService, dock: Dock, desk: Desk
) -> None:
    ret = moving(dock)
    seen = version(dock, ret)
    writes = twice(lambda: ends.declare_lost(AGENT, ret.return_id, seen, WHY))
    assert writes == ([4], []), "the return, its entry, the note, one line's units"
    assert dock.now(ret).status is ReturnStatus.LOST
    assert held(dock, ret) == 0
    entry = dock.house.returns.timeline(ret)[-1]
    assert (entry.entry_type, entry.actor) == (events.LOST, AGENT.actor)
    assert [note.text for note in desk.reviews.cases.notes(ret.return_id)] == [WHY]


def test_a_lost_parcel_that_comes_after_all_is_received(ends: EndingService, dock: Dock) -> None:
    ret = moving(dock)
    ends.declare_lost(AGENT, ret.return_id, version(dock, ret), WHY)
    came = {"1": Came({Condition.RECEIVED: 2})}
    here = dock.desk.receive(WAREHOUSE, ret.return_id, version(dock, ret), came, "")
    assert here.status is ReturnStatus.ARRIVED
    assert held(dock, ret) == 2


def test_old_news_of_a_lost_parcel_told_again_does_not_find_it(
    ends: EndingService, dock: Dock
) -> None:
    ret = moving(dock)
    ends.declare_lost(AGENT, ret.return_id, version(dock, ret), WHY)
    assert scan(dock.house, ret, ScanKind.IN_TRANSIT).status is ReturnStatus.LOST
    assert held(dock, ret) == 0
    assert scan(dock.house, ret, ScanKind.DELIVERED).status is ReturnStatus.ARRIVED
    assert held(dock, ret) > 0


def test_what_is_not_on_its_way_is_not_lost(ends: EndingService, dock: Dock) -> None:
    ret = dock.sent()
    with pytest.raises(MoveRefusedError):
        ends.declare_lost(AGENT, ret.return_id, version(dock, ret), WHY)
    with pytest.raises(JudgementInvalidError):
        ends.declare_lost(AGENT, ret.return_id, version(dock, ret), " ")


@pytest.mark.parametrize("who", [QA, WAREHOUSE, STORE, AUDITOR])
def test_agents_and_leads_declare_and_leads_alone_reopen(
    ends: EndingService, dock: Dock, who: Member
) -> None:
    ret, gone = moving(dock), cancelled(dock)
    with pytest.raises(NotPermittedError):
        ends.declare_lost(who, ret.return_id, version(dock, ret), WHY)
    for other in (who, AGENT):
        with pytest.raises(NotPermittedError):
            ends.reopen(other, gone.return_id, version(dock, gone), WHY)


def test_who_comes_second_changes_nothing(ends: EndingService, dock: Dock) -> None:
    ret = dock.sent()
    before = version(dock, ret)
    scan(dock.house, ret, ScanKind.IN_TRANSIT)
    with pytest.raises(StaleCaseError):
        ends.declare_lost(AGENT, ret.return_id, before, WHY)
    assert dock.now(ret).status is ReturnStatus.IN_TRANSIT


def test_a_cancelled_return_is_in_review_again_with_its_units(
    ends: EndingService, dock: Dock, desk: Desk
) -> None:
    ret = cancelled(dock)
    assert held(dock, ret) == 0
    seen = version(dock, ret)
    writes = twice(lambda: ends.reopen(LEAD, ret.return_id, seen, WHY))
    assert writes == ([4], []), "the return, its entry, the note, one line's units"
    after = dock.now(ret)
    assert (after.status, held(dock, ret)) == (ReturnStatus.IN_REVIEW, 2)
    assert after.review
    assert after.review.since == dock.house.clock.now
    found = {case.return_id for case in desk.reviews.queue(AGENT, QueueOrder.AGE).cases}
    assert ret.return_id in found


def test_units_that_another_return_has_taken_are_not_taken_back(
    ends: EndingService, dock: Dock
) -> None:
    ret = cancelled(dock)
    other = dock.sent(dock.house.orders.get(ret.order_number))
    with pytest.raises(UnitsTakenError):
        reopened(ends, dock, ret)
    assert dock.now(ret).status is ReturnStatus.CANCELLED
    assert held(dock, other) == 2


def test_a_declined_return_is_decided_anew_also_in_the_same_words(
    ends: EndingService, dock: Dock, desk: Desk
) -> None:
    ret = desk.decide(AGENT, desk.waiting(), NO)
    reopened(ends, dock, ret)
    assert held(dock, ret) == 1
    again = desk.decide(AGENT, desk.now(ret.return_id), NO)
    assert again.status is ReturnStatus.DECLINED
    assert held(dock, ret) == 0


def test_a_closed_return_takes_back_only_what_it_gave_away(ends: EndingService, dock: Dock) -> None:
    ret = dock.sent()
    came = {"1": Came({Condition.RECEIVED: 2})}
    found = {"1": Found(0, Grade.D, Disposition.SEND_BACK, JudgementCode.NOT_SHOWN)}
    dock.desk.receive(WAREHOUSE, ret.return_id, version(dock, ret), came, "")
    dock.desk.inspect(WAREHOUSE, ret.return_id, version(dock, ret), found)
    ends.close(AGENT, ret.return_id, version(dock, ret), WHY)
    assert (dock.now(ret).status, held(dock, ret)) == (ReturnStatus.CLOSED, 0)
    after = reopened(ends, dock, ret)
    assert (after.lines[0].kept, after.lines[0].inspection) == (None, None)
    assert held(dock, ret) == 2


def test_what_comes_again_after_a_reopening_has_somebody_look_at_its_promise(
    ends: EndingService, dock: Dock, desk: Desk, tables: dict[str, str]
) -> None:
    ret, clock = dock.sent(), dock.house.clock
    came = {"1": Came({Condition.RECEIVED: 2})}
    promise = dock.desk.receive(WAREHOUSE, ret.return_id, version(dock, ret), came, "").promise
    assert promise
    ends.close(AGENT, ret.return_id, version(dock, ret), WHY)
    clock.now = ends_at(promise)
    due_sweeper(DueConfig(tables["DueTable"]), lambda _: [], clock=clock).sweep(lambda: True)
    promised = {events.PROMISE_DUE, events.PROMISE_END_DUE}
    assert not promised & {event for _, event in timers(tables, ret)}
    desk.decide(AGENT, reopened(ends, dock, ret))
    dock.desk.receive(WAREHOUSE, ret.return_id, version(dock, ret), came, "")
    assert promised <= {event for _, event in timers(tables, ret)}


@pytest.mark.parametrize("status", [ReturnStatus.APPROVED, ReturnStatus.IN_REVIEW])
def test_what_has_not_ended_is_not_reopened(
    ends: EndingService, dock: Dock, desk: Desk, status: ReturnStatus
) -> None:
    ret = desk.waiting()
    if status is ReturnStatus.APPROVED:
        desk.decide(AGENT, ret)
    with pytest.raises(MoveRefusedError):
        reopened(ends, dock, ret)
