"""One label per return, whatever crashes, repeats, races or gets lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.errors import BusyError, StaleWriteError
from aftercare.kernel.ids import new_id
from aftercare.kernel.tables import CommitRefusedError
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.carriers.house import HouseCarrier
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.model import Label, LabelDetails, LabelRequest, LabelStatus
from aftercare.labels.service import LabelService, Printer
from aftercare.returns.model import ReturnStatus
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
BUSY = "This label is being bought already."
STALE = "Something changed in the meantime; nothing was written."


class LostAnswerError(Exception):
    """The carrier's answer never arrived."""


@dataclass
class FakeCarrier:
    """Sells labels and remembers them; loses so many answers, before or after having booked."""

    name: str = "Fake Post"
    service_level: str = "Prepaid"
    sample: bool = True
    lost_before: int = 0
    lost_after: int = 0
    booked: list[Booking] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def find(self, reference: str) -> Booking | None:
        if self.meanwhile:
            self.meanwhile.pop()()
        return next((b for b in self.booked if b.reference == reference), None)

    def buy(self, shipment: Shipment) -> Booking:
        if self.lost_before:
            self.lost_before -= 1
            raise LostAnswerError
        number = sscc.build(0, "0614141", len(self.booked) + 1)
        self.booked.append(Booking(shipment.reference, number))
        if self.lost_after:
            self.lost_after -= 1
            raise LostAnswerError
        return self.booked[-1]


def wanted() -> LabelRequest:
    return LabelRequest(new_id("ret", NOON), "R-AAAA-BBBB-C", "US", HOME)


def desk(house: House, carrier: FakeCarrier, printer: Printer = plain_page) -> LabelService:
    """The label service with another carrier and printer, on the house's tables and clock."""
    return replace(house.labels, carrier=carrier, printer=printer)


def kept(house: House, request: LabelRequest) -> Label:
    label = house.labels.store.of_return(request.return_id)
    assert label
    return label


def page(buckets: dict[str, str], label: Label) -> bytes:
    key, bucket = label.document_key, buckets["DocumentsBucket"]
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def pages(buckets: dict[str, str], label: Label) -> int:
    found = client("s3").list_objects_v2(
        Bucket=buckets["DocumentsBucket"], Prefix=label.document_key
    )
    return found["KeyCount"]


def test_a_label_is_bought_printed_and_released(house: House, buckets: dict[str, str]) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)
    assert label == kept(house, request)
    assert (label.status, label.claimed_until) == (LabelStatus.RELEASED, None)
    assert carrier.booked == [Booking(label.label_id, label.tracking_number)]
    assert page(buckets, label) == f"{label.tracking_number} {label.ticket}".encode()


def test_asking_again_gives_the_same_label_and_prints_nothing(house: House) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)

    def no_paper(_: LabelDetails) -> bytes:
        raise AssertionError("printed twice")

    assert desk(house, carrier, no_paper).issue(request) == label
    assert len(carrier.booked) == 1


def test_two_returns_have_two_labels(house: House) -> None:
    carrier = FakeCarrier()
    one, other = (desk(house, carrier).issue(wanted()) for _ in range(2))
    assert one.label_id != other.label_id
    assert one.tracking_number != other.tracking_number


def test_a_purchase_whose_answer_got_lost_is_looked_up_and_not_repeated(house: House) -> None:
    carrier, request = FakeCarrier(lost_after=1), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, carrier).issue(request)
    assert kept(house, request).status is LabelStatus.REQUESTED
    house.clock.forward(seconds=60)
    label = desk(house, carrier).issue(request)
    assert label.status is LabelStatus.RELEASED
    assert carrier.booked == [Booking(label.label_id, label.tracking_number)]


def test_a_purchase_that_never_reached_the_carrier_is_made_later(house: House) -> None:
    carrier, request = FakeCarrier(lost_before=2), wanted()
    for _ in range(2):
        with pytest.raises(LostAnswerError):
            desk(house, carrier).issue(request)
        house.clock.forward(seconds=60)
    assert desk(house, carrier).issue(request).status is LabelStatus.RELEASED
    assert len(carrier.booked) == 1


@pytest.mark.parametrize("seconds", [0, 1, 59.999])
def test_a_claim_is_honoured_for_a_minute(house: House, seconds: float) -> None:
    carrier, request = FakeCarrier(lost_before=1), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, carrier).issue(request)
    house.clock.forward(seconds=seconds)
    with refused(BusyError, "busy", BUSY) as refusal:
        desk(house, carrier).issue(request)
    assert refusal.value.facts == {"return_id": request.return_id}
    assert carrier.booked == []


def test_while_one_worker_buys_another_is_told_to_come_later(house: House) -> None:
    request, answers = wanted(), list[str]()

    def second_worker() -> None:
        with refused(BusyError, "busy", BUSY):
            desk(house, carrier).issue(request)
        answers.append("busy")

    carrier = FakeCarrier(meanwhile=[second_worker])
    assert desk(house, carrier).issue(request).status is LabelStatus.RELEASED
    assert answers == ["busy"]
    assert len(carrier.booked) == 1


def test_a_worker_that_slept_through_its_claim_finds_the_other_ones_label(house: House) -> None:
    request = wanted()

    def second_worker() -> None:
        house.clock.forward(seconds=61)
        desk(house, carrier).issue(request)

    carrier = FakeCarrier(meanwhile=[second_worker])
    label = desk(house, carrier).issue(request)
    assert label == kept(house, request)
    assert carrier.booked == [Booking(label.label_id, label.tracking_number)]


def test_two_workers_printing_at_once_release_one_label(
    house: House, buckets: dict[str, str]
) -> None:
    carrier, request = FakeCarrier(), wanted()

    def overtaken(details: LabelDetails) -> bytes:
        desk(house, carrier).issue(request)
        return plain_page(details)

    label = desk(house, carrier, overtaken).issue(request)
    assert label == kept(house, request)
    assert label.status is LabelStatus.RELEASED
    assert len(carrier.booked) == 1
    assert page(buckets, label) == f"{label.tracking_number} {label.ticket}".encode()


def test_a_label_that_does_not_scan_is_not_released_and_not_bought_again(
    house: House, buckets: dict[str, str]
) -> None:
    carrier, request = FakeCarrier(), wanted()

    def smudge(_: LabelDetails) -> bytes:
        raise LabelUnreadableError(LabelFault.TRACKING_MISSING, "Found 0 tracking barcodes.")

    for _ in range(2):
        sentence = "Found 0 tracking barcodes."
        with refused(LabelUnreadableError, "label_unreadable", sentence):
            desk(house, carrier, smudge).issue(request)
        assert kept(house, request).status is LabelStatus.BOUGHT
        assert pages(buckets, kept(house, request)) == 0
    assert desk(house, carrier).issue(request).status is LabelStatus.RELEASED
    assert len(carrier.booked) == 1


def test_a_return_whose_label_does_not_scan_stays_approved(house: House) -> None:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)

    def smudge(_: LabelDetails) -> bytes:
        raise LabelUnreadableError(LabelFault.TICKET_MISSING, "Found 0 ticket QR codes.")

    with refused(LabelUnreadableError, "label_unreadable", "Found 0 ticket QR codes."):
        house.returns.issue_label(draft.return_id, desk(house, FakeCarrier(), smudge), actor=WORKER)
    ret = house.returns.owned(draft.email_key, draft.return_id)
    assert (ret.status, ret.label) == (ReturnStatus.APPROVED, None)


def test_what_is_printed_is_what_was_asked_for(house: House) -> None:
    seen: list[LabelDetails] = []

    def read(details: LabelDetails) -> bytes:
        seen.append(details)
        return b"page"

    request = wanted()
    label = desk(house, FakeCarrier(), read).issue(request)
    [details] = seen
    assert (details.ship_from, details.ticket) == (HOME, request.ticket)
    assert details.ship_to == house.labels.centres["US"]
    assert details.tracking_number == label.tracking_number
    assert (details.issued_on, details.sample) == (NOON.date(), True)


# ---------------------------------------------------------------- the built-in carrier


def shipment(house: House, reference: str) -> Shipment:
    return Shipment(reference, HOME, house.labels.centres["US"])


def house_carrier(tables: dict[str, str], *drawn: int) -> HouseCarrier:
    """The built-in carrier with dice that fall as told."""
    rolls = iter(drawn)
    return HouseCarrier(tables["LabelsTable"], lambda _: next(rolls))


def test_what_the_built_in_carrier_booked_it_finds_again(
    house: House, tables: dict[str, str]
) -> None:
    carrier, reference = house_carrier(tables, 1_234_567), new_id("lbl", NOON)
    assert carrier.find(reference) is None
    booking = carrier.buy(shipment(house, reference))
    assert carrier.find(reference) == booking
    assert sscc.is_valid(booking.tracking_number)
    assert booking.tracking_number.startswith("7061414100012345")


def test_a_reference_is_booked_once(house: House, tables: dict[str, str]) -> None:
    carrier, reference = house_carrier(tables, 21, 22), new_id("lbl", NOON)
    booking = carrier.buy(shipment(house, reference))
    with refused(CommitRefusedError, "stale_write", STALE):
        carrier.buy(shipment(house, reference))
    assert carrier.find(reference) == booking


def test_a_tracking_number_is_given_once(house: House, tables: dict[str, str]) -> None:
    carrier = house_carrier(tables, 33, 33, 34)
    one, other = new_id("lbl", NOON), new_id("lbl", NOON)
    booking = carrier.buy(shipment(house, one))
    assert carrier.buy(shipment(house, other)).tracking_number != booking.tracking_number


def test_three_taken_tracking_numbers_in_a_row_book_nothing(
    house: House, tables: dict[str, str]
) -> None:
    carrier = house_carrier(tables, 44, 44, 44, 44)
    carrier.buy(shipment(house, new_id("lbl", NOON)))
    reference = new_id("lbl", NOON)
    with refused(BusyError, "busy", "No free tracking number was drawn; try again."):
        carrier.buy(shipment(house, reference))
    assert carrier.find(reference) is None


def test_a_stale_label_is_not_written(house: House) -> None:
    request = wanted()
    old = desk(house, FakeCarrier()).issue(request)
    house.labels.store.save(old)
    with refused(StaleWriteError, "stale_write", STALE):
        house.labels.store.save(old)
