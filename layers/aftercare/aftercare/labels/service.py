"""The labels of returns: a retry never buys one twice, and they can be voided and scanned."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aftercare.addresses.service import zone_of
from aftercare.kernel.actor import Actor
from aftercare.kernel.address import Address
from aftercare.kernel.clock import Clock, local_day
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.labels import events
from aftercare.labels.carriers.carrier import Booking, Carrier, Shipment, pages_of
from aftercare.labels.consignment import Consignment
from aftercare.labels.errors import (
    LabelUnreadableError,
    OfferExpiredError,
    TrackingUnknownError,
)
from aftercare.labels.model import (
    CARRIERS,
    HOUSE_CARRIER,
    Download,
    Label,
    LabelDetails,
    LabelFormat,
    LabelRequest,
    LabelStatus,
    Offer,
    Printed,
    Scan,
    coded_ticket,
    document_key_of,
)
from aftercare.labels.voiding import Voiding

if TYPE_CHECKING:
    from aftercare.kernel.rulebook import RuleBook
    from aftercare.labels.contracts import Contracts
    from aftercare.labels.store import LabelBucket, LabelStore

# Longer than a worker may run (template.yaml: LabelWorkerFunction.Timeout), so that a claim
# outlives its worker.
CLAIM = timedelta(seconds=60)
# What stands on a slip in the place of a carrier and its service: nobody sold it.
SLIP, SLIP_SERVICE = "Return slip", "Postage not paid"

type Printer = Callable[[LabelDetails], Printed]
"""Draws a label and reads each format back; raises `LabelUnreadableError` for a bad one."""


@dataclass(frozen=True, slots=True)
class LabelService(Voiding):
    """Labels go requested → bought → released; each step commits before the next begins.

    `carriers` are all that may be asked about a label, by their codes. `carrier` is the code of the
    one that sells new ones; with `contracts`, theirs does, by market (R-LBL-17). A label stays with
    the carrier that it was opened with.
    """

    store: "LabelStore"
    bucket: "LabelBucket"
    carriers: Mapping[str, Carrier]
    carrier: str
    centres: Mapping[str, Address]
    clock: Clock
    entropy: Entropy
    contracts: "RuleBook[Contracts] | None" = None

    @on_fresh_state
    def issue(self, request: LabelRequest, printer: Printer, *, actor: Actor) -> Label:
        """The return's released label: planned, bought once, printed, read back, stored (R-LBL-02).

        What is bought, and for how much, is stored before it is bought. If the label was voided,
        it is returned as it is: a return that was cancelled gets no label. One that was reopened
        asks for the label with the next number. Before it is bought, the earlier ones are voided,
        or their carriers asked to; if one of them was used, it is returned as it is (R-LBL-30).

        Each parcel has its own label (R-LBL-44). One of a later parcel that was released before is
        released once more: its return asks only if it has lost it.

        Its release is committed with a `label.released` entry. Safe to repeat after a crash
        anywhere, and by two workers at once. A purchase whose answer was lost is looked up at the
        carrier before anything is bought.

        Raises:
            BusyError: Another worker is buying it; a later attempt will succeed.
            CarrierUnknownError: The label's carrier is not configured any more.
            LabelUnreadableError: The printed label does not scan. It is not released, and a
            `label.failed` entry says so, once for each fault in a row.
        """
        label = self.store.of_return(request.return_id, request.number, request.parcel)
        label = label or self._still_used(request, actor) or self._open(request)
        is_earlier = label.number != request.number
        if is_earlier or label.status is LabelStatus.VOIDED or label.void_asked_at:
            return label
        if label.status is LabelStatus.REQUESTED:
            label = self._buy(label, request.consignment)
        # Whoever asks for a later parcel that has its label has lost it: see decision 0116.
        is_lost = label.status is LabelStatus.RELEASED and label.parcel > 1
        # One that an earlier version released has the page that every label has.
        formats: Collection[Download] = (LabelFormat.PDF,)
        if label.status is LabelStatus.BOUGHT or is_lost:
            formats = self._print(label, printer, actor)
        if label.released_at is None or is_lost:
            label = self._release(label, formats, actor)
        return label

    def return_with(self, tracking_number: str) -> str:
        """The id of the return whose parcel has that number with any of our carriers; "" if none.

        From when its label was bought until it is removed.
        """
        carriers = dict.fromkeys([*CARRIERS, *self.carriers])
        owners = (self.store.return_of(carrier, tracking_number) for carrier in carriers)
        return next(filter(None, owners), "")

    @on_fresh_state
    def record_scan(self, scan: Scan, *, actor: Actor) -> Label:
        """Notes a carrier's scan on its label, with a `label.scanned` entry, once for each kind.

        Scans come in any order, and a voided label may be scanned, too: the entry of its first one
        says so (R-LBL-42). Safe to repeat: the first scan of a kind that was reported counts.

        Raises:
            TrackingUnknownError: No label has that number.
        """
        label = self.store.scanned(scan)
        if label is None:
            raise TrackingUnknownError("No label has that tracking number.")
        if scan.kind in label.scans:
            return label
        scans = {**label.scans, scan.kind: scan.scanned_at}
        told = _scanned(label, self._carrier_of(label), scan)
        entry = self._entry(label, events.SCANNED, told.data(), actor)
        return self.store.save(replace(label, scans=scans), entry)

    def download_url(self, label_id: str, name: str, kind: Download = LabelFormat.PDF) -> str:
        """A link that downloads the label in that format, or that paper, valid for two minutes.

        `name` becomes part of the file's. The caller has checked that the label is the customer's,
        and has that format.
        """
        filename = f"return-label-{name}.{kind.suffix}"
        return self.bucket.url(document_key_of(label_id, kind), filename)

    def _still_used(self, request: LabelRequest, actor: Actor) -> Label | None:
        """The earlier label that was used; all of them are to be voided before the next is bought.

        One that its carrier keeps, for now or for good, stands in nobody's way.
        """
        for number in range(1, request.number):
            others = [each.parcel for each in self.store.with_number(request.return_id, number)]
            for parcel in others or [1]:
                earlier = self.void(request.return_id, request.ticket, number, parcel, actor=actor)
                if earlier.scans:
                    return earlier
        return None

    def _open(self, request: LabelRequest) -> Label:
        now = self.clock()
        return self.store.save(
            Label(
                label_id=new_id("lbl", now, self.entropy),
                return_id=request.return_id,
                ticket=request.ticket,
                market=request.market,
                ship_from=request.ship_from,
                # Nobody sells a slip: it gets its number from the built-in carrier.
                carrier=self._seller_in(request.market) if request.prepaid else HOUSE_CARRIER,
                requested_at=now,
                prepaid=request.prepaid,
                language=request.language,
                number=request.number,
                parcel=request.parcel,
            )
        )

    def _buy(self, label: Label, consignment: Consignment | None) -> Label:
        if label.is_claimed(self.clock()):
            raise BusyError("This label is being bought already.", return_id=label.return_id)
        carrier, shipment = self._carrier_of(label), self._shipment(label, consignment)
        offer = label.offer or carrier.plan(shipment)
        claimed_until = self.clock() + CLAIM  # planning took time, too
        label = self.store.save(replace(label, offer=offer, claimed_until=claimed_until))
        try:
            return self._sold(label, offer, shipment)
        except OfferExpiredError:
            offer = carrier.plan(shipment, offer)
            return self._sold(self.store.save(replace(label, offer=offer)), offer, shipment)

    def _sold(self, label: Label, offer: Offer, shipment: Shipment) -> Label:
        carrier = self._carrier_of(label)
        booking = carrier.find(label.label_id, offer)
        if booking is None:
            booking = carrier.buy(shipment, offer)
        return self.store.save_bought(_bought(label, booking))

    def _print(self, label: Label, printer: Printer, actor: Actor) -> Collection[Download]:
        """Stores every format, once all of them were read back. Safe to repeat."""
        try:
            printed = printer(self._details(label))
        except LabelUnreadableError as error:
            if label.fault != error.fault:
                self.store.save(
                    replace(label, fault=error.fault),
                    self._entry(label, events.FAILED, _failed(label, error.fault).data(), actor),
                )
            raise
        for kind, document in printed.items():
            self.bucket.put(document_key_of(label.label_id, kind), document, kind.content_type)
        return printed.keys()

    def _release(self, label: Label, formats: Collection[Download], actor: Actor) -> Label:
        """Releases a printed label, also one that an earlier version released without an entry."""
        data = _released(label, self._carrier_of(label), formats).data()
        released_at = label.released_at or self.clock()
        released = replace(label, status=LabelStatus.RELEASED, released_at=released_at, fault="")
        return self.store.save(released, self._entry(label, events.RELEASED, data, actor))

    def _seller_in(self, market: str) -> str:
        if self.contracts is None:
            return self.carrier
        contract = self.contracts.in_force(self.clock().date()).by_market.get(market)
        return contract.carrier if contract else self.carrier

    def _shipment(self, label: Label, parcel: Consignment | None) -> Shipment:
        to, day = self.centres[label.market], label.requested_at.date()
        sender, ticket = label.ship_from, coded_ticket(label.ticket, label.parcel)
        return Shipment(label.label_id, sender, to, label.market, day, ticket, parcel)

    def _details(self, label: Label) -> LabelDetails:
        carrier = self._carrier_of(label)
        return LabelDetails(
            tracking_number=label.tracking_number,
            ticket=label.ticket,
            ship_from=label.ship_from,
            ship_to=self.centres[label.market],
            carrier_name=_seller(label, carrier),
            service_level=_service(label, carrier),
            issued_on=local_day(label.requested_at, zone_of(label.ship_from, label.market)),
            sample=carrier.sample and label.prepaid,
            prepaid=label.prepaid,
            language=label.language,
            pages=pages_of(carrier, label.label_id, label.offer),
            parcel=label.parcel,
        )


def _bought(label: Label, booking: Booking) -> Label:
    return replace(
        label,
        status=LabelStatus.BOUGHT,
        tracking_number=booking.tracking_number,
        claimed_until=None,
    )


def _seller(label: Label, carrier: Carrier) -> str:
    """Who moves the parcel, by the name that customers know."""
    named = label.offer.carrier_name if label.offer else carrier.name
    return named if label.prepaid else SLIP


def _service(label: Label, carrier: Carrier) -> str:
    named = label.offer.service if label.offer else carrier.service_level
    return named if label.prepaid else SLIP_SERVICE


def _released(
    label: Label, carrier: Carrier, formats: Collection[Download]
) -> events.LabelReleased:
    return events.LabelReleased(
        return_id=label.return_id,
        label_id=label.label_id,
        ticket=label.ticket,
        tracking_number=label.tracking_number,
        carrier=label.carrier,
        carrier_name=_seller(label, carrier),
        sample=carrier.sample and label.prepaid,
        formats=tuple(formats),
        number=label.number,
        parcel=label.parcel,
        amount=label.offer.amount if label.offer else 0,
        currency=label.offer.currency if label.offer else "",
    )


def _failed(label: Label, fault: str) -> events.LabelFailed:
    return events.LabelFailed(label.return_id, label.label_id, label.ticket, fault, label.parcel)


def _scanned(label: Label, carrier: Carrier, scan: Scan) -> events.LabelScanned:
    return events.LabelScanned(
        return_id=label.return_id,
        label_id=label.label_id,
        ticket=label.ticket,
        tracking_number=label.tracking_number,
        carrier_name=_seller(label, carrier),
        sample=carrier.sample and label.prepaid,
        kind=scan.kind,
        scanned_at=scan.scanned_at,
        number=label.number,
        parcel=label.parcel,
        voided=label.is_given_up and not label.scans,
    )
