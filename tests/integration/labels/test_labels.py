"""One label per return, whatever crashes, repeats, races or gets lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aftercare.kernel.aws import client
from aftercare.kernel.errors import BusyError, ConfigurationError, StaleWriteError
from aftercare.kernel.ids import new_id
from aftercare.labels import sscc
from aftercare.labels.carriers.carrier import Booking, Shipment
from aftercare.labels.errors import (
    CarrierUnknownError,
    LabelFault,
    LabelUnreadableError,
    OfferExpiredError,
)
from aftercare.labels.events import FAILED, RELEASED, LabelFailed, LabelReleased
from aftercare.labels.model import (
    KEPT,
    Label,
    LabelDetails,
    LabelFormat,
    LabelRequest,
    LabelStatus,
    Offer,
    PageForm,
    Paper,
    Printed,
    VoidAnswer,
    document_key_of,
    document_prefix_of,
)
from aftercare.labels.service import LabelService, Printer
from aftercare.labels.wiring import LabelsConfig, label_service
from tests.fakes.house import WORKER, House, plain_page, unreadable_page
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused
from tests.fakes.template import resources

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
    planned: list[Offer | None] = field(default_factory=list)
    expired_rates: list[str] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:
        self.planned.append(expired)
        rate = f"rate {len(self.planned)}"
        return Offer(shipment.reference, rate, self.name, self.service_level, 593, "USD")

    def find(self, reference: str, offer: Offer | None) -> Booking | None:  # noqa: ARG002
        if self.meanwhile:
            self.meanwhile.pop()()
        return next((b for b in self.booked if b.reference == reference), None)

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:
        if offer.rate_id in self.expired_rates:
            self.expired_rates.remove(offer.rate_id)
            raise OfferExpiredError("This offer has expired.")
        if self.lost_before:
            self.lost_before -= 1
            raise LostAnswerError
        number = sscc.build(0, "0614141", len(self.booked) + 1)
        self.booked.append(Booking(shipment.reference, number))
        if self.lost_after:
            self.lost_after -= 1
            raise LostAnswerError
        return self.booked[-1]

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> None:
        """It draws nothing."""

    def void(self, reference: str, offer: Offer | None) -> VoidAnswer:  # noqa: ARG002
        self.booked = [booking for booking in self.booked if booking.reference != reference]
        return VoidAnswer.TAKEN_BACK


def wanted() -> LabelRequest:
    return LabelRequest(new_id("ret", NOON), "R-AAAA-BBBB-C", "US", HOME)


@dataclass(frozen=True)
class Desk:
    """A label service with its printer."""

    service: LabelService
    printer: Printer

    def issue(self, request: LabelRequest) -> Label:
        return self.service.issue(request, self.printer, actor=WORKER)


def desk(house: House, carrier: FakeCarrier, printer: Printer = plain_page) -> Desk:
    """Another carrier and printer, on the house's tables and clock."""
    service = replace(house.labels, carriers={carrier.name: carrier}, carrier=carrier.name)
    return Desk(service, printer)


def kept(house: House, request: LabelRequest) -> Label:
    label = house.labels.store.of_return(request.return_id)
    assert label
    return label


def rate_of(label: Label) -> str:
    assert label.offer
    return label.offer.rate_id


def page(buckets: dict[str, str], label: Label) -> bytes:
    key, bucket = label.document_key, buckets["DocumentsBucket"]
    return client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def pages(buckets: dict[str, str], label: Label) -> int:
    bucket, prefix = buckets["DocumentsBucket"], document_prefix_of(label.label_id)
    return client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"]


def test_a_label_is_bought_printed_and_released(house: House, buckets: dict[str, str]) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)
    assert label == kept(house, request)
    assert (label.status, label.claimed_until) == (LabelStatus.RELEASED, None)
    assert carrier.booked == [Booking(label.label_id, label.tracking_number)]
    assert page(buckets, label) == f"{label.tracking_number} {label.ticket}".encode()


def test_a_label_is_printed_in_the_language_of_its_return(house: House) -> None:
    printed: list[str] = []

    def paper(details: LabelDetails) -> Printed:
        printed.append(details.language)
        return {LabelFormat.PDF: b"a page"}

    request = replace(wanted(), language="ja")
    assert desk(house, FakeCarrier(), paper).issue(request) == kept(house, request)
    desk(house, FakeCarrier(), paper).issue(wanted())
    assert printed == ["ja", "en"]


def test_asking_again_gives_the_same_label_and_prints_nothing(house: House) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)

    def no_paper(_: LabelDetails) -> Printed:
        raise AssertionError("printed twice")

    assert desk(house, carrier, no_paper).issue(request) == label
    assert len(carrier.booked) == 1


def test_each_format_is_stored_beside_the_label_as_what_it_is(
    house: House, buckets: dict[str, str]
) -> None:
    everything: Printed = {kind: f"as {kind}".encode() for kind in (*LabelFormat, *Paper)}
    label = desk(house, FakeCarrier(), lambda _: everything).issue(wanted())
    for kind in everything:
        key = document_key_of(label.label_id, kind)
        answer = client("s3").get_object(Bucket=buckets["DocumentsBucket"], Key=key)
        with answer["Body"] as body:
            assert body.read() == everything[kind]
        assert answer["ContentType"] == kind.content_type
        url = urlsplit(house.labels.download_url(label.label_id, label.ticket, kind))
        [saved_as] = parse_qs(url.query)["response-content-disposition"]
        assert url.path == f"/{key}"
        assert saved_as.endswith(f'{label.ticket}.{kind.suffix}"')
    [entry] = house.label_entries(label.return_id)
    assert LabelReleased.of(entry).formats == (*LabelFormat, *Paper)


def test_a_release_names_the_formats_that_this_version_knows(house: House) -> None:
    label = desk(house, FakeCarrier()).issue(wanted())
    [entry] = house.label_entries(label.return_id)
    older = {name: fact for name, fact in entry.data.items() if name != "formats"}
    assert LabelReleased.of(replace(entry, data=older)).formats == (LabelFormat.PDF,)
    newer = older | {"formats": "pdf hologram zpl visa invoice"}
    known = LabelReleased.of(replace(entry, data=newer)).formats
    assert known == (LabelFormat.PDF, LabelFormat.ZPL, Paper.INVOICE)


def test_a_labels_link_is_valid_for_two_minutes_and_leads_to_it_alone(house: House) -> None:
    label = desk(house, FakeCarrier()).issue(wanted())
    url = urlsplit(house.labels.download_url(label.label_id, label.ticket))
    query = parse_qs(url.query)
    assert url.path == f"/{label.document_key}"
    assert query["X-Amz-Expires"] == ["120"]
    assert "X-Amz-Signature" in query
    saved_as = 'attachment; filename="return-label-R-AAAA-BBBB-C.pdf"'
    assert query["response-content-disposition"] == [saved_as]


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

    def overtaken(details: LabelDetails) -> Printed:
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

    for _ in range(2):
        sentence = "Found 0 tracking barcodes."
        with refused(LabelUnreadableError, "label_unreadable", sentence):
            desk(house, carrier, unreadable_page).issue(request)
        assert kept(house, request).status is LabelStatus.BOUGHT
        assert pages(buckets, kept(house, request)) == 0
    assert desk(house, carrier).issue(request).status is LabelStatus.RELEASED
    assert len(carrier.booked) == 1


def test_a_release_is_announced_once_with_what_the_customer_needs(house: House) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)
    desk(house, carrier).issue(request)
    [entry] = house.label_entries(request.return_id)
    assert (entry.entry_type, entry.subject, entry.actor) == (RELEASED, label.label_id, WORKER)
    assert LabelReleased.of(entry) == LabelReleased(
        return_id=request.return_id,
        label_id=label.label_id,
        ticket=request.ticket,
        tracking_number=label.tracking_number,
        carrier="Fake Post",
        carrier_name="Fake Post",
        sample=True,
        formats=(LabelFormat.PDF, LabelFormat.LETTER),
        amount=593,
        currency="USD",
    )


def test_a_label_that_does_not_scan_is_announced_once_for_each_fault(house: House) -> None:
    carrier, request = FakeCarrier(), wanted()

    def without_ticket(_: LabelDetails) -> Printed:
        raise LabelUnreadableError(LabelFault.TICKET_MISSING, "Found 0 ticket QR codes.")

    for printer in (unreadable_page, unreadable_page, without_ticket, without_ticket):
        with pytest.raises(LabelUnreadableError):
            desk(house, carrier, printer).issue(request)
    label = desk(house, carrier).issue(request)
    entries = house.label_entries(request.return_id)
    assert [entry.entry_type for entry in entries] == [FAILED, FAILED, RELEASED]
    faults = [LabelFailed.of(entry).fault for entry in entries[:2]]
    assert faults == [LabelFault.TRACKING_MISSING, LabelFault.TICKET_MISSING]
    assert (label.status, label.fault) == (LabelStatus.RELEASED, "")


def test_a_label_that_an_earlier_version_released_is_announced_when_asked_for_again(
    house: House,
) -> None:
    carrier, request = FakeCarrier(), wanted()
    label = desk(house, carrier).issue(request)
    house.labels.store.save(replace(label, released_at=None))
    assert desk(house, carrier, unreadable_page).issue(request).status is LabelStatus.RELEASED
    kinds = [entry.entry_type for entry in house.label_entries(request.return_id)]
    assert kinds == [RELEASED, RELEASED]


# ---------------------------------------------------------------- planned, then bought


def test_what_is_bought_and_for_how_much_is_stored_before_it_is_bought(house: House) -> None:
    carrier, request = FakeCarrier(lost_before=1), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, carrier).issue(request)
    label = kept(house, request)
    offer = Offer(label.label_id, "rate 1", "Fake Post", "Prepaid", 593, "USD")
    assert (label.status, label.offer, carrier.booked) == (LabelStatus.REQUESTED, offer, [])


def test_a_stored_offer_is_bought_by_a_later_attempt_and_not_planned_again(house: House) -> None:
    carrier, request = FakeCarrier(lost_before=1), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, carrier).issue(request)
    house.clock.forward(seconds=60)
    assert rate_of(desk(house, carrier).issue(request)) == "rate 1"
    assert carrier.planned == [None]


def test_an_expired_offer_is_planned_once_more_and_bought(house: House) -> None:
    carrier, request = FakeCarrier(expired_rates=["rate 1"]), wanted()
    assert rate_of(desk(house, carrier).issue(request)) == "rate 2"
    assert rate_of(kept(house, request)) == "rate 2"
    assert [offer and offer.rate_id for offer in carrier.planned] == [None, "rate 1"]
    assert len(carrier.booked) == 1


def test_an_offer_that_expires_twice_in_a_row_is_left_to_a_later_attempt(house: House) -> None:
    carrier, request = FakeCarrier(expired_rates=["rate 1", "rate 2"]), wanted()
    with refused(OfferExpiredError, "offer_expired", "This offer has expired."):
        desk(house, carrier).issue(request)
    house.clock.forward(seconds=60)
    assert rate_of(desk(house, carrier).issue(request)) == "rate 2"
    assert len(carrier.booked) == 1


# ---------------------------------------------------------------- a label keeps its carrier


def another_carrier() -> FakeCarrier:
    return FakeCarrier(name="Other Post", service_level="Express", sample=False)


def moved(house: House, old: FakeCarrier, new: FakeCarrier) -> Desk:
    """The desk after a restart: both carriers are there, and the new one sells new labels."""
    service = replace(house.labels, carriers={old.name: old, new.name: new}, carrier=new.name)
    return Desk(service, plain_page)


def test_a_purchase_whose_answer_got_lost_is_not_repeated_at_another_carrier(house: House) -> None:
    old, new, request = FakeCarrier(lost_after=1), another_carrier(), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, old).issue(request)
    house.clock.forward(seconds=60)
    label = moved(house, old, new).issue(request)
    assert (len(old.booked), len(new.booked)) == (1, 0)
    assert (label.carrier, label.tracking_number) == (old.name, old.booked[0].tracking_number)


def test_a_label_bought_at_one_carrier_is_not_printed_with_anothers_name(house: House) -> None:
    old, new, request = FakeCarrier(), another_carrier(), wanted()
    with pytest.raises(LabelUnreadableError):
        desk(house, old, unreadable_page).issue(request)
    printed: list[LabelDetails] = []

    def printer(details: LabelDetails) -> Printed:
        printed.append(details)
        return plain_page(details)

    moved(house, old, new).service.issue(request, printer, actor=WORKER)
    [details] = printed
    assert details.tracking_number == old.booked[0].tracking_number
    on_label = (details.carrier_name, details.service_level, details.sample)
    assert on_label == (old.name, old.service_level, old.sample)
    released = LabelReleased.of(house.label_entries(request.return_id)[-1])
    assert (released.carrier, released.carrier_name) == (old.name, old.name)


def test_a_new_label_is_sold_by_the_configured_carrier(house: House) -> None:
    old, new = FakeCarrier(), another_carrier()
    label = moved(house, old, new).issue(wanted())
    assert (label.carrier, len(old.booked), len(new.booked)) == (new.name, 0, 1)


def test_a_label_whose_carrier_is_not_configured_waits_for_an_operator(house: House) -> None:
    old, new, request = FakeCarrier(lost_before=1), another_carrier(), wanted()
    with pytest.raises(LostAnswerError):
        desk(house, old).issue(request)
    house.clock.forward(seconds=60)
    sentence = "This label's carrier is not configured."
    with refused(CarrierUnknownError, "carrier_unknown", sentence) as refusal:
        desk(house, new).issue(request)
    assert refusal.value.facts == {
        "carrier": old.name,
        "label_id": kept(house, request).label_id,
    }
    assert new.booked == []


@pytest.mark.parametrize(
    ("carriers", "secret", "setting"),
    [
        ("nobody=https://api.example.com/v2", "a secret", "CARRIERS"),
        ("easypost=http://api.easypost.com/v2", "a secret", "CARRIERS"),
        ("easypost", "a secret", "CARRIERS"),
        ("easypost=https://api.easypost.com/v2", "", "EASYPOST_SECRET"),
        ("shippo=https://api.goshippo.com", "a secret", "SHIPPO_SECRET"),
        ("easypost=https://api.easypost.com/v2,shippo", "a secret", "CARRIERS"),
    ],
)
def test_a_configuration_of_carriers_that_cannot_work_is_refused_at_start_up(
    carriers: str, secret: str, setting: str
) -> None:
    with pytest.raises(ConfigurationError, match=setting):
        label_service(LabelsConfig("labels", "documents", carriers, secret))


def test_what_is_printed_is_what_was_asked_for(house: House) -> None:
    seen: list[LabelDetails] = []

    def read(details: LabelDetails) -> Printed:
        seen.append(details)
        return {LabelFormat.PDF: b"page"}

    request = wanted()
    label = desk(house, FakeCarrier(), read).issue(request)
    [details] = seen
    assert (details.ship_from, details.ticket) == (HOME, request.ticket)
    assert details.ship_to == house.labels.centres["US"]
    assert details.tracking_number == label.tracking_number
    assert (details.issued_on, details.sample) == (NOON.date(), True)


def test_a_label_is_issued_on_the_customer_s_day(house: House) -> None:
    seen: list[LabelDetails] = []

    def read(details: LabelDetails) -> Printed:
        seen.append(details)
        return {LabelFormat.PDF: b"page"}

    house.clock.now = datetime(2026, 6, 16, 5, 30, tzinfo=UTC)
    there = replace(HOME, city="Honolulu", region="HI", postal_code="96815")
    desk(house, FakeCarrier(), read).issue(replace(wanted(), ship_from=there))
    assert seen[0].issued_on == date(2026, 6, 15)


def test_a_stale_label_is_not_written(house: House) -> None:
    request = wanted()
    old = desk(house, FakeCarrier()).issue(request)
    house.labels.store.save(old)
    with refused(StaleWriteError, "stale_write", STALE):
        house.labels.store.save(old)


def test_a_label_is_kept_as_long_as_its_page(house: House, tables: dict[str, str]) -> None:
    label = desk(house, FakeCarrier()).issue(wanted())
    key = {"pk": {"S": f"RETURN#{label.return_id}"}}
    item = client("dynamodb").get_item(TableName=tables["LabelsTable"], Key=key)["Item"]
    assert int(item["expires_at"]["N"]) == int((label.requested_at + KEPT).timestamp())
    documents = resources("AWS::S3::Bucket")["DocumentsBucket"]["LifecycleConfiguration"]["Rules"]
    [pages_kept] = [
        rule["ExpirationInDays"] for rule in documents if rule.get("Prefix") == "labels/"
    ]
    assert timedelta(days=pages_kept) == KEPT
    expiry = resources("AWS::DynamoDB::Table")["LabelsTable"]["TimeToLiveSpecification"]
    assert expiry == {"AttributeName": "expires_at", "Enabled": True}
