"""Buying and printing the one label of a return, so that a retry never buys a second one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.address import Address
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels import events
from aftercare.labels.carriers.carrier import Booking, Carrier, Shipment
from aftercare.labels.errors import CarrierUnknownError, LabelUnreadableError
from aftercare.labels.model import (
    Label,
    LabelDetails,
    LabelRequest,
    LabelStatus,
    document_key_of,
)

if TYPE_CHECKING:
    from aftercare.labels.store import LabelBucket, LabelStore

# Longer than a worker may run (template.yaml: LabelWorkerFunction.Timeout), so that a claim
# outlives its worker.
CLAIM = timedelta(seconds=60)

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
        if label.status is LabelStatus.REQUESTED:
            label = self._buy(label)
        if label.status is LabelStatus.BOUGHT:
            self._print(label, printer, actor)
        if label.released_at is None:
            label = self._release(label, actor)
        return label

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
                carrier=self.carrier,
                requested_at=now,
            )
        )

    def _buy(self, label: Label) -> Label:
        now, carrier = self.clock(), self._carrier_of(label)
        if label.is_claimed(now):
            raise BusyError("This label is being bought already.", return_id=label.return_id)
        label = self.store.save(replace(label, claimed_until=now + CLAIM))
        booking = carrier.find(label.label_id) or carrier.buy(self._shipment(label))
        return self.store.save(_bought(label, booking))

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
            carrier_name=carrier.name,
            service_level=carrier.service_level,
            issued_on=label.requested_at.date(),
            sample=carrier.sample,
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
        carrier_name=carrier.name,
        sample=carrier.sample,
    )


def _failed(label: Label, fault: str) -> events.LabelFailed:
    return events.LabelFailed(label.return_id, label.label_id, label.ticket, fault)
