"""Photos of a kind, with marks: what is stored of them, who may change them, and until when."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from pynamodb.exceptions import PynamoDBException

from aftercare.evidence.errors import PhotoNotFoundError, VideoTypeError
from aftercare.evidence.model import Evidence, EvidenceKind, Mark
from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Parcel, email_key_of
from aftercare.returns.errors import (
    EvidenceMissingError,
    ReturnClosedError,
    ReturnNotFoundError,
)
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import Reason, Return, ReturnStatus
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, NOON, ORDERS_INGEST, delivered, paid, shipped

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
CRACK, GLUE = Mark(2500, 9000, "A crack"), Mark(100, 200, "Glue")
ASKED_FOR_IN_A_STORE = {
    EvidenceKind.RECEIPT: 1,
    EvidenceKind.WHOLE_PRODUCT: 3,
    EvidenceKind.CLOSE_UP: 1,
}


def drafted(house: House) -> Return:
    return house.draft(house.delivered_order(), new_id("ret", NOON))


def from_a_store(house: House) -> Return:
    """A draft of a store's order: it needs photos of three kinds."""
    number, at = house.new_number(), house.clock() - timedelta(days=2)
    event = paid(number=number, at=at)
    purchase = replace(event.purchase, channel="store")
    house.orders.record(replace(event, purchase=purchase), actor=ORDERS_INGEST)
    [line, *_] = purchase.lines
    return house.choose(
        KEY,
        new_id("ret", NOON),
        number,
        units={line.line_id: 1},
        reason=Reason.STAINED,
    )


def photographed(
    house: House, ret: Return, kind: EvidenceKind = EvidenceKind.PHOTO, pieces: int = 1
) -> Evidence:
    """The last of so many accepted photos of that kind."""
    for _ in range(pieces):
        slot = house.add_good_photo(ret, kind)
    return slot


# ---------------------------------------------------------------- kinds


def test_a_photo_counts_for_what_it_shows(house: House) -> None:
    draft = from_a_store(house)
    assert {each.kind: each.at_least for each in draft.evidence} == ASKED_FOR_IN_A_STORE
    photographed(house, draft, EvidenceKind.WHOLE_PRODUCT, pieces=5)
    with pytest.raises(EvidenceMissingError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    photographed(house, draft, EvidenceKind.CLOSE_UP)
    photographed(house, draft, EvidenceKind.RECEIPT)
    submitted = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    [line] = submitted.lines
    assert line.decision
    assert line.decision.facts
    assert line.decision.facts.evidence == {
        EvidenceKind.WHOLE_PRODUCT: 5,
        EvidenceKind.CLOSE_UP: 1,
        EvidenceKind.RECEIPT: 1,
    }
    approved = house.returns.approve(draft.return_id, actor=WORKER)
    assert approved.lines[0].passed


def test_photos_of_before_there_were_kinds_still_count_for_any(house: House) -> None:
    draft = from_a_store(house)
    photographed(house, draft, pieces=4)
    with pytest.raises(EvidenceMissingError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    photographed(house, draft, EvidenceKind.RECEIPT)
    assert house.returns.submit(KEY, draft.return_id, actor=CUSTOMER).passed


def test_a_picture_is_no_video(house: House) -> None:
    draft = drafted(house)
    with pytest.raises(VideoTypeError):
        house.returns.add_photo(
            KEY, draft.return_id, "image/jpeg", EvidenceKind.UNPACKING_VIDEO, actor=CUSTOMER
        )


def test_a_slot_knows_since_when_the_customer_may_have_had_the_item(house: House) -> None:
    at = house.clock() - timedelta(days=3)
    assert photographed(house, drafted(house)).delivered_at == at
    store = from_a_store(house)
    assert photographed(house, store, EvidenceKind.RECEIPT).delivered_at == (
        house.clock() - timedelta(days=2)
    )


def test_a_parcel_that_was_not_reported_may_have_come_since_it_left(house: House) -> None:
    number, at = house.new_number(), house.clock() - timedelta(days=9)
    for event in (
        paid(number=number, at=at),
        shipped(number, at + timedelta(days=1), Parcel("one")),
        shipped(number, at + timedelta(days=2), Parcel("two")),
        delivered(number, at + timedelta(days=5), Parcel("two")),
    ):
        house.orders.record(event, actor=ORDERS_INGEST)
    draft = house.draft(house.orders.get(number), new_id("ret", NOON))
    assert photographed(house, draft).delivered_at == at + timedelta(days=1)


# ---------------------------------------------------------------- marks


def test_marks_are_kept_with_the_photo_and_come_along_with_it(house: House) -> None:
    draft = drafted(house)
    photo = photographed(house, draft, EvidenceKind.CLOSE_UP)
    for mark in (CRACK, GLUE, CRACK):
        house.returns.mark(KEY, draft.return_id, photo.evidence_id, mark)
    assert house.evidence.slot(draft.return_id, photo.evidence_id).marks == (CRACK, GLUE)
    house.clock.forward(hours=48)
    order = house.orders.get(draft.order_number)
    new = house.draft(order, new_id("ret", house.clock.now))
    assert house.returns.take_over(KEY, draft.return_id, new.return_id) == 1
    [moved] = house.evidence.of_return(new.return_id)
    assert (moved.kind, moved.marks) == (EvidenceKind.CLOSE_UP, (CRACK, GLUE))
    house.returns.unmark(KEY, new.return_id, photo.evidence_id, CRACK)
    house.returns.unmark(KEY, new.return_id, photo.evidence_id, CRACK)
    assert house.evidence.of_return(new.return_id)[0].marks == (GLUE,)
    after = house.returns.unmark(KEY, new.return_id, photo.evidence_id, GLUE)
    assert house.evidence.of_return(new.return_id)[0] == after


def test_only_an_accepted_photo_of_ones_own_is_marked(house: House) -> None:
    draft = drafted(house)
    waiting = house.returns.add_photo(KEY, draft.return_id, "image/jpeg", actor=CUSTOMER)
    photo = photographed(house, draft)
    stranger = email_key_of("li@example.com")
    with pytest.raises(ReturnNotFoundError):
        house.returns.mark(stranger, draft.return_id, photo.evidence_id, CRACK)
    for evidence_id in (waiting.evidence_id, "evd_x", "COUNT"):
        with pytest.raises(PhotoNotFoundError):
            house.returns.mark(KEY, draft.return_id, evidence_id, CRACK)
    house.returns.remove_photo(KEY, draft.return_id, photo.evidence_id)
    with pytest.raises(PhotoNotFoundError):
        house.returns.mark(KEY, draft.return_id, photo.evidence_id, CRACK)


def test_a_submitted_photo_is_settled_and_one_added_on_request_is_not(house: House) -> None:
    draft = drafted(house)
    photo = photographed(house, draft)
    submitted = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    verbs = (house.returns.mark, house.returns.unmark)
    for verb in verbs:
        with pytest.raises(ReturnClosedError):
            verb(KEY, draft.return_id, photo.evidence_id, CRACK)
    house.clock.forward(hours=1)
    now, agent = house.clock(), staff("stf_1")
    wanted = EvidenceRequest((EvidenceKind.CLOSE_UP,), "The ear, please.", agent, now, now)
    asked = replace(
        submitted, status=ReturnStatus.NEEDS_EVIDENCE, review=Review(now, wanted=wanted)
    )
    house.returns.store.save_draft(replace(asked, version=stored_version(house, draft)))
    with pytest.raises(ReturnClosedError):
        house.returns.mark(KEY, draft.return_id, photo.evidence_id, CRACK)
    added = photographed(house, draft, EvidenceKind.CLOSE_UP)
    house.returns.mark(KEY, draft.return_id, added.evidence_id, CRACK)
    assert house.evidence.slot(draft.return_id, added.evidence_id).marks == (CRACK,)


def stored_version(house: House, ret: Return) -> int | None:
    stored = house.returns.store.get(ret.return_id)
    assert stored
    return stored.version


@pytest.mark.parametrize("fault", [each for each in Fault if each is not Fault.RACED], ids=str)
def test_a_mark_whose_write_failed_is_set_once_when_it_is_sent_again(
    house: House, fault: Fault
) -> None:
    draft = drafted(house)
    photo = photographed(house, draft).evidence_id
    plan = Plan(fault, 1, lambda: None)
    with (
        Saboteur().planted() as saboteur,
        suppress(CrashError, PynamoDBException),
        saboteur.during(plan),
    ):
        house.returns.mark(KEY, draft.return_id, photo, CRACK)
    assert house.evidence.slot(draft.return_id, photo).marks == (
        () if fault in {Fault.CRASH_BEFORE, Fault.UNSENT} else (CRACK,)
    )
    house.returns.mark(KEY, draft.return_id, photo, CRACK)
    assert house.evidence.slot(draft.return_id, photo).marks == (CRACK,)


@pytest.mark.parametrize("request_number", range(1, 7))
def test_of_two_marks_at_once_none_is_lost(house: House, request_number: int) -> None:
    draft = drafted(house)
    photo = photographed(house, draft).evidence_id

    def other() -> None:
        house.returns.mark(KEY, draft.return_id, photo, GLUE)

    plan = Plan(Fault.RACED, request_number, other)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        house.returns.mark(KEY, draft.return_id, photo, CRACK)
    other()
    assert {*house.evidence.slot(draft.return_id, photo).marks} == {CRACK, GLUE}


# ---------------------------------------------------------------- the code on a label


def test_a_code_that_is_typed_from_a_photo_is_kept_with_it(house: House) -> None:
    draft = drafted(house)
    photo = photographed(house, draft, EvidenceKind.SERIAL_CODE)
    house.returns.mark(KEY, draft.return_id, photo.evidence_id, CRACK)
    for text in ("wrong", "7k4m 2p9d"):
        house.returns.type_serial(KEY, draft.return_id, photo.evidence_id, text)
    after = house.evidence.slot(draft.return_id, photo.evidence_id)
    assert (after.serial, after.serial_typed, after.marks) == ("7K4M 2P9D", True, (CRACK,))
    assert after.delivered_at == photo.delivered_at
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    with pytest.raises(ReturnClosedError):
        house.returns.type_serial(KEY, draft.return_id, photo.evidence_id, "other")
