"""The one label of a return: a retry never buys a second one, and it can be voided and scanned."""

from collections.abc import Callable, Mapping
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
from aftercare.kernel.timeline import Entry
from aftercare.labels import events
from aftercare.labels.carriers.carrier import Booking, Carrier, Shipment
from aftercare.labels.errors import (
    CarrierUnknownError,
    LabelUnreadableError,
    TrackingUnknownError,
)
from aftercare.labels.model import (
    HOUSE_CARRIER,
    Label,
    LabelDetails,
    LabelRequest,
    LabelStatus,
    Scan,
    document_key_of,
)

if TYPE_CHECKING:
    from aftercare.labels.store import LabelBucket, LabelStore

# Longer than a worker may run (template.yaml: LabelWorkerFunction.Timeout), so that a claim
# outlives its worker.
CLAIM = timedelta(seconds=60)
# What stands on a slip in the place of a carrier and its service: nobody sold it.
SLIP, SLIP_SERVICE = "Return slip", "Postage not paid"

type Printer = Callable[[LabelDetails], bytes]
"""Draws a label and reads it back; raises `LabelUnreadableError` rather than return a bad one."""


@dataclass(frozen=True, slots=True)
class LabelService:
    """Labels go requested → bought → released; each step commits before the next begins.

    `carriers` are all that ever sold a label here, by their codes; `carrier` is the code of the one
    that sells new ones. A label stays with the carrier that it was opened with.
    """

    store: "LabelStore"
    bucket: "LabelBucket"
    carriers: Mapping[str, Carrier]
    carrier: str
    centres: Mapping[str, Address]
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def issue(self, request: LabelRequest, printer: Printer, *, actor: Actor) -> Label:
        """The return's released label: bought once, printed, read back, stored (R-LBL-02).

        If it was voided, it is returned as it is: a return that was cancelled gets no label.

        Its release is committed with a `label.released` entry. Safe to repeat after a crash
        anywhere, and by two workers at once. A purchase whose answer was lost is looked up at the
        carrier before anything is bought.

        Raises:
            BusyError: Another worker is buying it; a later attempt will succeed.
            CarrierUnknownError: The label's carrier is not configured any more.
            LabelUnreadableError: The printed label does not scan. It is not released, and a
            `label.failed` entry says so, once for each fault in a row.
        """
        label = self.store.of_return(request.return_id) or self._open(request)
        if label.status is LabelStatus.VOIDED or label.void_asked_at:
            return label
        if label.status is LabelStatus.REQUESTED:
            label = self._buy(label)
        if label.status is LabelStatus.BOUGHT:
            self._print(label, printer, actor)
        if label.released_at is None:
            label = self._release(label, actor)
        return label

    @on_fresh_state
    def void(self, return_id: str, ticket: str, *, actor: Actor) -> Label:
        """Voids the label of a return, or sees to it that none is ever made (R-LBL-12).

        Its carrier takes it back, which commits `label.voided`. If a scan was reported, or the
        carrier does not take it back, `label.void_refused` is committed and the label stays. Either
        happens once; safe to repeat after a crash anywhere.

        Raises:
            BusyError: A worker is buying it right now; a later attempt will succeed.
            CarrierUnknownError: The label's carrier is not configured any more.
        """
        label = self.store.of_return(return_id) or self._never_made(return_id, ticket)
        if label.status is LabelStatus.VOIDED or label.void_refused_at:
            return label
        now = self.clock()
        if label.is_claimed(now):
            raise BusyError("This label is being bought right now.", return_id=return_id)
        # Noted first: a scan may follow the carrier's yes before we have written it down.
        if not (label.void_asked_at or label.scans):
            label = self.store.save(replace(label, void_asked_at=now))
        # A label whose worker crashed may be sold without our knowing: the carrier is asked always.
        if label.void_asked_at and self._carrier_of(label).void(label.label_id):
            after, entry_type = replace(label, status=LabelStatus.VOIDED), events.VOIDED
        else:
            after, entry_type = replace(label, void_refused_at=now), events.VOID_REFUSED
        data = {"return_id": return_id, "ticket": label.ticket}
        return self.store.save(after, self._entry(label, entry_type, data, actor))

    def return_with(self, tracking_number: str) -> str:
        """The id of the return whose parcel has that number with any of our carriers; "" if none.

        From when its label was bought until it is removed.
        """
        owners = (self.store.return_of(carrier, tracking_number) for carrier in self.carriers)
        return next(filter(None, owners), "")

    @on_fresh_state
    def record_scan(self, scan: Scan, *, actor: Actor) -> Label:
        """Notes a carrier's scan on its label, with a `label.scanned` entry, once for each kind.

        Scans come in any order, and a voided label may be scanned, too. Safe to repeat: the first
        scan of a kind that was reported counts.

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

    def download_url(self, label_id: str, ticket: str) -> str:
        """A link that downloads the label's page, valid for two minutes.

        The caller has checked that the label is the customer's.
        """
        return self.bucket.url(document_key_of(label_id), f"return-label-{ticket}.pdf")

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
                carrier=self.carrier if request.prepaid else HOUSE_CARRIER,
                requested_at=now,
                prepaid=request.prepaid,
                language=request.language,
            )
        )

    def _never_made(self, return_id: str, ticket: str) -> Label:
        """What stands in the way of a label of that return; not stored yet."""
        now = self.clock()
        nowhere = Address(name="", line1="", city="", region="", postal_code="", country="")
        label_id = new_id("lbl", now, self.entropy)
        return Label(label_id, return_id, ticket, "", nowhere, self.carrier, now)

    def _buy(self, label: Label) -> Label:
        now, carrier = self.clock(), self._carrier_of(label)
        if label.is_claimed(now):
            raise BusyError("This label is being bought already.", return_id=label.return_id)
        label = self.store.save(replace(label, claimed_until=now + CLAIM))
        booking = carrier.find(label.label_id) or carrier.buy(self._shipment(label))
        return self.store.save_bought(_bought(label, booking))

    def _print(self, label: Label, printer: Printer, actor: Actor) -> None:
        try:
            page = printer(self._details(label))
        except LabelUnreadableError as error:
            if label.fault != error.fault:
                self.store.save(
                    replace(label, fault=error.fault),
                    self._entry(label, events.FAILED, _failed(label, error.fault).data(), actor),
                )
            raise
        self.bucket.put(label.document_key, page)

    def _release(self, label: Label, actor: Actor) -> Label:
        """Releases a printed label, also one that an earlier version released without an entry."""
        data = _released(label, self._carrier_of(label)).data()
        released = replace(label, status=LabelStatus.RELEASED, released_at=self.clock(), fault="")
        return self.store.save(released, self._entry(label, events.RELEASED, data, actor))

    def _carrier_of(self, label: Label) -> Carrier:
        if label.carrier not in self.carriers:
            raise CarrierUnknownError(label.carrier, label.label_id)
        return self.carriers[label.carrier]

    def _shipment(self, label: Label) -> Shipment:
        return Shipment(label.label_id, label.ship_from, self.centres[label.market])

    def _details(self, label: Label) -> LabelDetails:
        carrier = self._carrier_of(label)
        return LabelDetails(
            tracking_number=label.tracking_number,
            ticket=label.ticket,
            ship_from=label.ship_from,
            ship_to=self.centres[label.market],
            carrier_name=carrier.name if label.prepaid else SLIP,
            service_level=carrier.service_level if label.prepaid else SLIP_SERVICE,
            issued_on=local_day(label.requested_at, zone_of(label.ship_from, label.market)),
            sample=carrier.sample and label.prepaid,
            prepaid=label.prepaid,
            language=label.language,
        )

    def _entry(self, label: Label, entry_type: str, data: Mapping[str, str], actor: Actor) -> Entry:
        now = self.clock()
        return Entry(
            entry_id=new_id("ent", now, self.entropy),
            entry_type=entry_type,
            subject=label.label_id,
            occurred_at=now,
            data=data,
            actor=actor,
        )


def _bought(label: Label, booking: Booking) -> Label:
    return replace(
        label,
        status=LabelStatus.BOUGHT,
        tracking_number=booking.tracking_number,
        claimed_until=None,
    )


def _released(label: Label, carrier: Carrier) -> events.LabelReleased:
    return events.LabelReleased(
        return_id=label.return_id,
        label_id=label.label_id,
        ticket=label.ticket,
        tracking_number=label.tracking_number,
        carrier=label.carrier,
        carrier_name=carrier.name if label.prepaid else SLIP,
        sample=carrier.sample and label.prepaid,
    )


def _failed(label: Label, fault: str) -> events.LabelFailed:
    return events.LabelFailed(label.return_id, label.label_id, label.ticket, fault)


def _scanned(label: Label, carrier: Carrier, scan: Scan) -> events.LabelScanned:
    return events.LabelScanned(
        return_id=label.return_id,
        label_id=label.label_id,
        ticket=label.ticket,
        tracking_number=label.tracking_number,
        carrier_name=carrier.name if label.prepaid else SLIP,
        sample=carrier.sample and label.prepaid,
        kind=scan.kind,
        scanned_at=scan.scanned_at,
    )
