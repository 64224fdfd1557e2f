"""What staff do with a return that waits for a person."""

from dataclasses import replace

import pytest

from aftercare.authenticity.codes import shown
from aftercare.evidence.errors import TooManyPhotosError
from aftercare.evidence.model import MOST_ASKED_FOR, MOST_PHOTOS, EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER
from aftercare.returns import events
from aftercare.returns.case_file import Size
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import ReturnStatus
from aftercare.returns.review_errors import (
    CaseClaimedError,
    JudgementInvalidError,
    NoProposalError,
    NotInReviewError,
    SamePersonError,
    StaleCaseError,
)
from aftercare.staff.errors import NotPermittedError
from tests.fakes import codes
from tests.fakes.house import WORKER, good_photo, put_upload
from tests.fakes.orders import BLIND_BOX, FIGURE, ORDERS_INGEST, refunded
from tests.fakes.reviews import AGENT, LEAD, NO, QA, WAREHOUSE, YES, Desk

pytestmark = pytest.mark.integration
HIGH = 100_001  # US dollars' cents: above the amount on which one person decides


def claimed(desk: Desk, order_number: str) -> dict[str, int]:
    return desk.house.returns.store.claimed_units(order_number)


def test_an_accepted_return_is_approved_by_who_accepted_it(desk: Desk) -> None:
    ret = desk.waiting()
    after = desk.decide(AGENT, ret)
    assert after.status is ReturnStatus.APPROVED
    judgement = after.lines[0].judgement
    assert judgement
    assert (judgement.accepted, judgement.code, judgement.by) == (True, "as_asked", AGENT.actor)
    entry = desk.house.returns.timeline(ret)[-1]
    assert (entry.entry_type, entry.actor) == (events.APPROVED, AGENT.actor)
    assert desk.now(ret.return_id) == after


def test_a_declined_return_frees_its_units_and_keeps_why(desk: Desk) -> None:
    ret = desk.waiting()
    after = desk.decide(AGENT, ret, NO)
    assert after.status is ReturnStatus.DECLINED
    judgement = after.lines[0].judgement
    assert judgement
    assert judgement.words == "The photo shows another side."
    assert claimed(desk, ret.order_number) == {"1": 0}


def test_what_is_not_accepted_is_left_out_and_free(desk: Desk) -> None:
    ret = desk.waiting(desk.house.delivered_order(FIGURE, BLIND_BOX), {"1": 1, "2": 1})
    version = desk.version(ret.return_id)
    after = desk.reviews.decide(AGENT, ret.return_id, version, {"1": YES, "2": NO})
    assert [line.line_id for line in after.lines] == ["1"]
    assert [line.line_id for line in after.left_out] == ["2"]
    assert claimed(desk, ret.order_number) == {"1": 1, "2": 0}


def test_each_line_is_decided_on_and_no_other(desk: Desk) -> None:
    ret = desk.waiting(desk.house.delivered_order(FIGURE, BLIND_BOX), {"1": 1, "2": 1})
    version = desk.version(ret.return_id)
    for said in ({}, {"1": YES}, {"1": YES, "2": YES, "3": YES}):
        with pytest.raises(JudgementInvalidError) as refused:
            desk.reviews.decide(AGENT, ret.return_id, version, said)
        assert refused.value.field == "lines"
    assert desk.version(ret.return_id) == version


def test_a_reason_fits_its_decision(desk: Desk) -> None:
    ret = desk.waiting()
    for said in ((True, JudgementCode.NOT_SHOWN, ""), (False, JudgementCode.GOODWILL, "")):
        with pytest.raises(JudgementInvalidError) as refused:
            desk.decide(AGENT, ret, said)
        assert refused.value.field == "code"


def test_who_decides_on_an_older_return_changes_nothing_and_sees_what_happened(desk: Desk) -> None:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    desk.decide(AGENT, ret, NO)
    with pytest.raises(StaleCaseError) as refused:
        desk.decide(QA, ret, YES, version)
    happened = [(each.entry_type, each.actor) for each in refused.value.entries]
    assert happened == [(events.DECLINED, AGENT.actor)]
    assert desk.now(ret.return_id).status is ReturnStatus.DECLINED


def test_a_decision_that_is_sent_twice_is_made_once(desk: Desk) -> None:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    first = desk.decide(AGENT, ret, NO, version)
    assert desk.decide(AGENT, ret, NO, version) == first
    assert desk.steps(ret).count(events.DECLINED) == 1


def test_a_claim_says_who_is_at_it_and_keeps_nobody_from_deciding(desk: Desk) -> None:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    desk.reviews.claim(AGENT, ret.return_id)
    with pytest.raises(CaseClaimedError) as refused:
        desk.reviews.claim(QA, ret.return_id)
    assert refused.value.facts["claimed_by"] == AGENT.actor
    assert desk.decide(QA, ret, YES, version).status is ReturnStatus.APPROVED


def test_a_claim_ends_after_ten_minutes_or_when_it_is_released(desk: Desk) -> None:
    ret = desk.waiting()
    desk.reviews.claim(AGENT, ret.return_id)
    desk.reviews.release(QA, ret.return_id)
    with pytest.raises(CaseClaimedError):
        desk.reviews.claim(QA, ret.return_id)
    desk.reviews.release(AGENT, ret.return_id)
    desk.reviews.claim(QA, ret.return_id)
    desk.house.clock.forward(minutes=10)
    after = desk.reviews.claim(AGENT, ret.return_id)
    assert after.review
    assert after.review.claimed_by == AGENT.actor


def test_above_the_markets_amount_a_second_person_confirms(desk: Desk) -> None:
    ret = desk.waiting(value=HIGH)
    after = desk.decide(LEAD, ret, NO)
    assert after.status is ReturnStatus.IN_REVIEW
    assert desk.opened(LEAD, ret.return_id).needs_second
    assert claimed(desk, ret.order_number) == {"1": 1}
    version = desk.version(ret.return_id)
    with pytest.raises(SamePersonError):
        desk.reviews.confirm(LEAD, ret.return_id, version)
    other = LEAD._replace(staff_id="stf_lou")
    decided = desk.reviews.confirm(other, ret.return_id, version)
    assert decided.status is ReturnStatus.DECLINED
    judgement = decided.lines[0].judgement
    assert judgement
    assert judgement.by == LEAD.actor
    assert desk.reviews.confirm(other, ret.return_id, version) == decided
    assert desk.steps(ret)[-2:] == [events.PROPOSED, events.DECLINED]


def test_a_proposal_is_handed_back_with_a_note(desk: Desk) -> None:
    ret = desk.waiting(value=HIGH)
    desk.decide(AGENT, ret)
    version = desk.version(ret.return_id)
    for _ in range(2):
        after = desk.reviews.hand_back(LEAD, ret.return_id, version, "Look at the serial again.")
    assert after.review
    assert after.review.proposal is None
    notes = desk.opened(AGENT, ret.return_id).notes
    assert [(note.text, note.by) for note in notes] == [("Look at the serial again.", LEAD.actor)]
    with pytest.raises(NoProposalError):
        desk.reviews.confirm(LEAD, ret.return_id, desk.version(ret.return_id))


def test_evidence_is_asked_for_and_answered(desk: Desk) -> None:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    kinds = (EvidenceKind.RECEIPT, EvidenceKind.CLOSE_UP)
    for _ in range(2):
        after = desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, kinds, "Please.")
    assert after.status is ReturnStatus.NEEDS_EVIDENCE
    assert after.review
    assert after.review.wanted
    assert (after.review.wanted.kinds, after.review.wanted.words) == (kinds, "Please.")
    with pytest.raises(NotInReviewError):
        desk.decide(AGENT, ret)
    for _ in range(2):
        back = desk.house.returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
    assert back.status is ReturnStatus.IN_REVIEW
    steps = [events.EVIDENCE_WANTED, events.EVIDENCE_ANSWERED]
    assert desk.steps(ret)[-2:] == steps
    assert desk.decide(AGENT, ret).status is ReturnStatus.APPROVED


def test_a_video_is_watched_by_a_link_to_its_file(desk: Desk) -> None:
    ret, kind = desk.waiting(), EvidenceKind.UNPACKING_VIDEO
    slot = desk.house.evidence.open_slot(ret.return_id, "video/mp4", kind, actor=CUSTOMER)
    kept = replace(slot, state=EvidenceState.ACCEPTED, sha256="a" * 64)
    desk.house.evidence.store.settle(kept)
    url = desk.reviews.evidence_url(AGENT, ret.return_id, slot.evidence_id, Size.VIDEO)
    assert ".mp4?" in url
    with pytest.raises(NotPermittedError):
        desk.reviews.evidence_url(WAREHOUSE, ret.return_id, slot.evidence_id, Size.VIDEO)


def test_what_newer_rules_screened_is_answered_after_a_roll_back(desk: Desk) -> None:
    ret = desk.waiting()
    assert ret.screening
    newer = replace(ret, screening=replace(ret.screening, version="2099-01-01"))
    desk.house.returns.store.save_claim(newer)
    version, kinds = desk.version(ret.return_id), [EvidenceKind.RECEIPT]
    desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, kinds)
    back = desk.house.returns.answer_request(ret.email_key, ret.return_id, actor=CUSTOMER)
    assert back.review
    assert back.review.look_by


def test_a_customer_who_has_shown_all_that_a_return_takes_can_show_what_is_asked_for(
    desk: Desk,
) -> None:
    ret, returns = desk.waiting(), desk.house.returns
    for _ in range(MOST_PHOTOS - 1):
        desk.house.evidence.open_slot(ret.return_id, "image/jpeg", actor=CUSTOMER)
    version, kind = desk.version(ret.return_id), EvidenceKind.RECEIPT
    desk.reviews.ask_for_evidence(AGENT, ret.return_id, version, [kind])
    for _ in range(MOST_ASKED_FOR):
        returns.add_photo(ret.email_key, ret.return_id, "image/jpeg", kind, actor=CUSTOMER)
    with pytest.raises(TooManyPhotosError):
        returns.add_photo(ret.email_key, ret.return_id, "image/jpeg", kind, actor=CUSTOMER)


def test_a_request_that_nobody_answers_goes_back_to_review_after_14_days(desk: Desk) -> None:
    ret = desk.waiting()
    ask = desk.reviews.ask_for_evidence
    ask(AGENT, ret.return_id, desk.version(ret.return_id), [EvidenceKind.RECEIPT])
    end, clock = desk.house.returns.end_request, desk.house.clock
    clock.forward(days=13)
    assert end(ret.return_id, actor=WORKER).status is ReturnStatus.NEEDS_EVIDENCE
    clock.forward(days=1)
    for _ in range(2):
        assert end(ret.return_id, actor=WORKER).status is ReturnStatus.IN_REVIEW
    assert desk.steps(ret)[-1] == events.EVIDENCE_OVERDUE


def test_a_customer_cancels_while_people_look(desk: Desk) -> None:
    ret = desk.waiting()
    version = desk.version(ret.return_id)
    desk.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    with pytest.raises(StaleCaseError):
        desk.decide(AGENT, ret, YES, version)
    with pytest.raises(NotInReviewError):
        desk.decide(AGENT, ret, YES)
    assert claimed(desk, ret.order_number) == {"1": 0}


def test_what_the_shop_refunded_meanwhile_is_left_out_though_it_was_accepted(desk: Desk) -> None:
    ret = desk.waiting(desk.house.delivered_order(FIGURE, BLIND_BOX), {"1": 1, "2": 1})
    gone = refunded(number=ret.order_number, line_1=FIGURE.quantity)
    desk.house.orders.record(gone, actor=ORDERS_INGEST)
    after = desk.decide(AGENT, ret)
    assert [line.line_id for line in after.lines] == ["2"]
    assert after.left_out[0].refusals
    assert claimed(desk, ret.order_number) == {"1": 0, "2": 1}


def test_every_read_of_a_case_is_in_the_trail_before_it_is_shown(desk: Desk) -> None:
    ret = desk.waiting()
    desk.opened(AGENT, ret.return_id)
    assert desk.trail.reads == [(AGENT, ret.return_id)]
    with pytest.raises(ReturnNotFoundError):
        desk.opened(AGENT, "ret_1")
    assert len(desk.trail.reads) == 1


def test_a_return_is_found_by_what_people_have_in_hand(desk: Desk) -> None:
    ret = desk.waiting()
    typed = {
        ret.ticket: "ticket",
        ret.ticket.lower().replace("-", " "): "ticket",
        f"Order #{ret.order_number}": "order",
        " MEI@example.com ": "email",
    }
    for text, why in typed.items():
        found = {each.return_id: each.why for each in desk.reviews.search(AGENT, text)}
        assert found.get(ret.return_id) == why, text
    assert desk.reviews.search(AGENT, "R-0000-0000-0") == ()


def test_a_return_is_found_by_its_parcels_number(desk: Desk) -> None:
    ret = desk.waiting()
    desk.decide(AGENT, ret)
    label = desk.house.make_label(ret.return_id).label
    assert label
    found = desk.reviews.search(AGENT, f" {label.tracking_number[:4]} {label.tracking_number[4:]} ")
    assert [(each.return_id, each.why) for each in found] == [(ret.return_id, "tracking")]


def test_a_return_is_found_by_the_code_on_a_photo_that_counts(desk: Desk) -> None:
    ret, code, house = desk.waiting(), codes.code(1), desk.house
    kind = EvidenceKind.SERIAL_CODE
    for _ in range(2):
        slot = house.evidence.open_slot(ret.return_id, "image/jpeg", kind, actor=CUSTOMER)
        put_upload(house, slot.upload_key)
        house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
        house.evidence.type_serial(ret.return_id, slot.evidence_id, code)
    for typed in (shown(code), code.lower(), f"https://shop.example/check?code={shown(code)}"):
        found = desk.reviews.search(AGENT, typed)
        assert [(each.return_id, each.why) for each in found] == [(ret.return_id, "code")], typed
    assert desk.reviews.search(AGENT, codes.code(2)) == ()
    removed = tuple(each.evidence_id for each in house.evidence.of_return(ret.return_id))
    house.returns.store.save_claim(replace(desk.now(ret.return_id), removed_photos=removed))
    assert desk.reviews.search(AGENT, code) == ()
