"""The label of a cancelled return is voided once, or never made, whatever crashes and races."""

from dataclasses import dataclass, replace

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.errors import LabelUnreadableError
from aftercare.labels.events import VOID_REFUSED, VOIDED
from aftercare.labels.model import Label, LabelRequest, LabelStatus, Scan, ScanKind
from aftercare.labels.service import LabelService
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House, plain_page, unreadable_page
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
TICKET = "R-AAAA-BBBB-C"
FAILURES = (CrashError, BotoCoreError, PynamoDBException, BusyError)


@dataclass
class Post:
    """A carrier that counts what it sold and takes it back, or doesn't."""

    takes_back: bool = True
    name: str = "Fake Post"
    service_level: str = "Prepaid"
    sample: bool = False
    sold: int = 0
    live: int = 0
    number: str = ""

    def find(self, reference: str) -> Booking | None:
        return Booking(reference, self.number) if self.live else None

    def buy(self, shipment: Shipment) -> Booking:
        self.sold += 1
        self.live = 1
        self.number = sscc.build(0, "0614141", NOON.microsecond + self.sold)
        return Booking(shipment.reference, self.number)

    def void(self, reference: str) -> bool:  # noqa: ARG002 - as the carrier's
        if self.takes_back:
            self.live = 0
        return self.takes_back


@dataclass
class Desk:
    """One return and its label, sold by that carrier."""

    house: House
    service: LabelService
    return_id: str

    def issue(self) -> Label:
        request = LabelRequest(self.return_id, TICKET, "US", HOME)
        return self.service.issue(request, plain_page, actor=WORKER)

    def void(self) -> Label:
        return self.service.void(self.return_id, TICKET, actor=WORKER)

    def kinds(self) -> list[str]:
        return [entry.entry_type for entry in self.house.label_entries(self.return_id)]


def desk(house: House, post: Post) -> Desk:
    service = replace(house.labels, carriers={"post": post}, carrier="post")
    return Desk(house, service, new_id("ret", NOON))


def test_a_released_label_is_taken_back_by_its_carrier_once(house: House) -> None:
    post = Post()
    at = desk(house, post)
    at.issue()
    assert at.void().status is LabelStatus.VOIDED
    assert at.void() == at.issue() == house.labels.store.of_return(at.return_id)
    assert (post.sold, post.live) == (1, 0)
    assert at.kinds() == ["label.released", VOIDED]


def test_a_return_that_is_cancelled_before_its_label_was_asked_for_never_gets_one(
    house: House,
) -> None:
    post = Post()
    at = desk(house, post)
    assert at.void().status is LabelStatus.VOIDED
    assert at.issue().status is LabelStatus.VOIDED
    assert (post.sold, at.kinds()) == (0, [VOIDED])


def test_a_label_that_does_not_scan_can_be_voided(house: House) -> None:
    post = Post()
    at = desk(house, post)
    request = LabelRequest(at.return_id, TICKET, "US", HOME)
    with pytest.raises(LabelUnreadableError):
        at.service.issue(request, unreadable_page, actor=WORKER)
    at.void()
    assert (post.live, at.kinds()) == (0, ["label.failed", VOIDED])


def test_a_label_that_its_carrier_does_not_take_back_stays_and_says_so_once(house: House) -> None:
    at = desk(house, Post(takes_back=False))
    at.issue()
    label = at.void()
    assert (label.status, label.void_refused_at) == (LabelStatus.RELEASED, NOON)
    assert at.void() == label
    assert at.kinds() == ["label.released", VOID_REFUSED]


def test_a_label_whose_parcel_was_scanned_is_not_voided(house: House) -> None:
    post = Post()
    at = desk(house, post)
    label = at.issue()
    scan = Scan("post", label.tracking_number, ScanKind.IN_TRANSIT, NOON)
    at.service.record_scan(scan, actor=WORKER)
    assert at.void().void_refused_at == NOON
    assert post.live == 1


def test_a_scan_after_the_carriers_yes_does_not_unsay_it(house: House) -> None:
    post = Post()
    at = desk(house, post)
    label = at.issue()
    with Saboteur().planted() as saboteur:
        plan = Plan(Fault.CRASH_BEFORE, 2, list)  # the carrier said yes; we have not written it
        with pytest.raises(CrashError), saboteur.during(plan):
            at.void()
    assert post.live == 0
    scan = Scan("post", label.tracking_number, ScanKind.IN_TRANSIT, NOON)
    at.service.record_scan(scan, actor=WORKER)
    assert at.void().status is LabelStatus.VOIDED
    assert at.kinds()[-1] == VOIDED


def test_a_label_that_is_being_bought_is_voided_later(house: House) -> None:
    post = Post()
    at = desk(house, post)
    with Saboteur().planted() as saboteur:
        with pytest.raises(CrashError), saboteur.during(Plan(Fault.CRASH_BEFORE, 3, list)):
            at.issue()
        assert post.live == 1, "sold, and we don't know"
        with refused(BusyError, "busy", "This label is being bought right now."):
            at.void()
    house.clock.forward(seconds=61)
    assert at.void().status is LabelStatus.VOIDED
    assert post.live == 0


@pytest.mark.parametrize("request_number", range(1, 10))
@pytest.mark.parametrize("first", ["issue", "void"])
def test_a_void_at_any_moment_of_making_the_label_leaves_nothing_sold(
    house: House, request_number: int, first: str
) -> None:
    post = Post()
    at = desk(house, post)

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
    assert post.sold <= 1
    assert post.live == 0
    assert at.kinds().count(VOIDED) == 1
    assert at.issue().status is LabelStatus.VOIDED


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.RACED])
def test_a_void_that_crashes_or_loses_its_answer_is_done_by_the_next_try(
    house: House, fault: Fault
) -> None:
    at = Desk(house, house.labels, new_id("ret", NOON))
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
