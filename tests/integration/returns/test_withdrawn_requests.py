"""A request for evidence that staff take back costs its customer no time and no place."""

from datetime import timedelta

import pytest

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import CUSTOMER
from aftercare.returns import events
from aftercare.returns.errors import ReturnClosedError
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.review_errors import NotInReviewError, StaleCaseError
from tests.fakes.house import WORKER
from tests.fakes.reviews import AGENT, QA, Desk

pytestmark = pytest.mark.integration
KINDS = [EvidenceKind.RECEIPT]


def asked(desk: Desk) -> Return:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    return desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, KINDS, "Please.")


def withdrawn(desk: Desk, ret: Return) -> Return:
    return desk.reviews.withdraw_request(QA, ret.return_id, desk.version(ret.return_id))


def test_a_request_is_taken_back_before_its_customer_answers(desk: Desk) -> None:
    ret = asked(desk)
    since = ret.review.since if ret.review else None
    after = withdrawn(desk, ret)
    assert after.status is ReturnStatus.IN_REVIEW
    assert after.review
    assert (after.review.wanted, after.review.since) == (None, since)
    entry = desk.house.returns.timeline(ret)[-1]
    assert (entry.entry_type, entry.actor) == (events.REQUEST_WITHDRAWN, QA.actor)
    assert desk.now(ret.return_id) == after
    queued = desk.reviews.queue(AGENT, QueueOrder.VALUE).cases
    assert [case.answer for case in queued if case.return_id == ret.return_id] == [""]
    assert desk.decide(AGENT, after).status is ReturnStatus.APPROVED


def test_taking_back_twice_is_once(desk: Desk) -> None:
    ret = asked(desk)
    version = desk.version(ret.return_id)
    for _ in range(2):
        desk.reviews.withdraw_request(QA, ret.return_id, version)
    assert desk.steps(ret).count(events.REQUEST_WITHDRAWN) == 1


def test_what_was_answered_meanwhile_is_not_taken_back(desk: Desk) -> None:
    ret = asked(desk)
    version = desk.version(ret.return_id)
    desk.house.returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
    with pytest.raises(StaleCaseError) as refused:
        desk.reviews.withdraw_request(QA, ret.return_id, version)
    assert [entry.entry_type for entry in refused.value.entries] == [events.EVIDENCE_ANSWERED]
    with pytest.raises(NotInReviewError):
        withdrawn(desk, ret)


def test_its_customer_may_say_that_it_is_all_and_adds_nothing_more(desk: Desk) -> None:
    ret = asked(desk)
    returns, version = desk.house.returns, withdrawn(desk, ret).version
    after = returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
    assert (after.status, version) == (ReturnStatus.IN_REVIEW, desk.version(ret.return_id) - 1)
    with pytest.raises(ReturnClosedError):
        returns.add_photo(ret.email_key, ret.return_id, "image/jpeg", KINDS[0], actor=CUSTOMER)


def test_its_timer_ends_no_later_request_early(desk: Desk) -> None:
    ret, clock = asked(desk), desk.house.clock
    due_at = clock() + timedelta(days=14)
    withdrawn(desk, ret)
    clock.forward(days=1)
    version = desk.version(ret.return_id)
    desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, KINDS)
    clock.forward(days=13)
    after = desk.house.returns.end_request(ret.return_id, due_at, actor=WORKER)
    assert after.status is ReturnStatus.NEEDS_EVIDENCE


def test_the_day_that_was_promised_stays_unless_it_is_over(desk: Desk) -> None:
    ret = asked(desk)
    first = withdrawn(desk, ret).review
    assert first
    assert first.look_by
    for days, is_kept in ((0, True), (10, False)):
        version = desk.version(ret.return_id)
        desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, KINDS)
        desk.house.clock.forward(days=days)
        again = withdrawn(desk, ret).review
        assert again
        assert again.look_by
        assert (again.look_by == first.look_by) is is_kept
        assert again.look_by >= desk.house.clock().date()


def test_what_was_shown_by_then_is_screened(desk: Desk) -> None:
    ret = asked(desk)
    photo = desk.house.add_good_photo(ret, KINDS[0])
    withdrawn(desk, ret)
    after = desk.house.returns.screen_further(ret.return_id, actor=WORKER)
    assert after.screening
    seen = after.screening.facts["shown"]
    assert isinstance(seen, list)
    assert photo.evidence_id in seen
