"""The label of a cancelled return is voided once, or never made, whatever crashes and races."""

from dataclasses import replace

import pytest

from aftercare.kernel.errors import BusyError
from aftercare.labels.errors import LabelUnreadableError
from aftercare.labels.events import VOIDED
from aftercare.labels.model import (
    LabelRequest,
    LabelStatus,
    Scan,
    ScanKind,
    VoidAnswer,
)
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House, unreadable_page
from tests.fakes.label_desks import FAILURES, TICKET, Post, label_desk
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration


def test_a_released_label_is_taken_back_by_its_carrier_once(house: House) -> None:
    post = Post()
    at = label_desk(house, post)
    at.issue()
    label = at.void()
    answer = (label.status, label.void_answer, label.was_sold)
    assert answer == (LabelStatus.VOIDED, VoidAnswer.TAKEN_BACK, True)
    assert at.void() == at.issue() == house.labels.store.of_return(at.return_id)
    assert (len(post.sold), len(post.live)) == (1, 0)
    assert at.kinds() == ["label.released", VOIDED]


def test_a_return_that_is_cancelled_before_its_label_was_asked_for_never_gets_one(
    house: House,
) -> None:
    post = Post()
    at = label_desk(house, post)
    assert at.void().status is LabelStatus.VOIDED
    label = at.issue()
    answer = (label.status, label.void_answer, label.was_sold)
    assert answer == (LabelStatus.VOIDED, VoidAnswer.NEVER_SOLD, False)
    assert (len(post.sold), at.kinds()) == (0, [VOIDED])


def test_a_label_that_does_not_scan_can_be_voided(house: House) -> None:
    post = Post()
    at = label_desk(house, post)
    request = LabelRequest(at.return_id, TICKET, "US", HOME)
    with pytest.raises(LabelUnreadableError):
        at.service.issue(request, unreadable_page, actor=WORKER)
    at.void()
    assert (len(post.live), at.kinds()) == (0, ["label.failed", VOIDED])


def test_a_label_whose_parcel_was_scanned_is_not_voided(house: House) -> None:
    post = Post()
    at = label_desk(house, post)
    label = at.issue()
    scan = Scan("post", label.tracking_number, ScanKind.IN_TRANSIT, NOON)
    at.service.record_scan(scan, actor=WORKER)
    assert at.void().void_refused_at == NOON
    assert len(post.live) == 1


def test_a_scan_after_the_carriers_yes_does_not_unsay_it(house: House) -> None:
    post = Post()
    at = label_desk(house, post)
    label = at.issue()
    with Saboteur().planted() as saboteur:
        plan = Plan(Fault.CRASH_BEFORE, 2, list)  # the carrier said yes; we have not written it
        with pytest.raises(CrashError), saboteur.during(plan):
            at.void()
    assert len(post.live) == 0
    scan = Scan("post", label.tracking_number, ScanKind.IN_TRANSIT, NOON)
    at.service.record_scan(scan, actor=WORKER)
    assert at.void().status is LabelStatus.VOIDED
    assert at.kinds()[-1] == VOIDED


def test_a_label_that_is_being_bought_is_voided_later(house: House) -> None:
    post = Post()
    at = label_desk(house, post)
    with Saboteur().planted() as saboteur:
        with pytest.raises(CrashError), saboteur.during(Plan(Fault.CRASH_BEFORE, 3, list)):
            at.issue()
        assert len(post.live) == 1, "sold, and we don't know"
        with refused(BusyError, "busy", "This label is being bought right now."):
            at.void()
    house.clock.forward(seconds=61)
    label = at.void()
    assert (label.status, label.was_sold) == (LabelStatus.VOIDED, True)
    assert len(post.live) == 0


@pytest.mark.parametrize("request_number", range(1, 10))
@pytest.mark.parametrize("first", ["issue", "void"])
def test_a_void_at_any_moment_of_making_the_label_leaves_nothing_sold(
    house: House, request_number: int, first: str
) -> None:
    post = Post()
    at = label_desk(house, post)

    def tried(verb: str) -> None:
        try:
            {"issue": at.issue, "void": at.void}[verb]()
        except BusyError:
            return

    second = {"issue": "void", "void": "issue"}[first]
    plan = Plan(Fault.RACED, request_number, lambda: tried(second))
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        tried(first)
    tried(second)
    house.clock.forward(seconds=61)
    assert at.void().status is LabelStatus.VOIDED
    assert len(post.sold) <= 1
    assert len(post.live) == 0
    assert at.kinds().count(VOIDED) == 1
    assert at.issue().status is LabelStatus.VOIDED


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.RACED])
def test_a_void_that_crashes_or_loses_its_answer_is_done_by_the_next_try(
    house: House, fault: Fault
) -> None:
    at = replace(label_desk(house, Post()), service=house.labels)
    at.issue()
    for write in (1, 2, 3):  # what we ask, the carrier's, what it answered
        with Saboteur().planted() as saboteur:
            plan = Plan(fault, write, lambda: None)
            try:
                with saboteur.during(plan):
                    at.void()
            except FAILURES:
                pass
    assert at.void().status is LabelStatus.VOIDED
    assert at.kinds() == ["label.released", VOIDED]
