"""Buying and printing the one label of a return, so that trying again never buys a second."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from aftercare.kernel.address import Address
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import BusyError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.labels.carriers.carrier import Booking, Carrier, Shipment
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
    """Labels go requested → bought → released; each step commits before the next begins."""

    store: "LabelStore"
    bucket: "LabelBucket"
    carrier: Carrier
    centres: Mapping[str, Address]
    printer: Printer
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def issue(self, request: LabelRequest) -> Label:
        """The return's released label: bought once, printed, read back, stored.

        Safe to repeat after a crash anywhere, and by two workers at once. A purchase whose answer
        got lost is looked up at the carrier before anything is bought.

        Raises:
            BusyError: Another worker is buying it; later it will be there.
            LabelUnreadableError: The printed label does not scan; it is not released.
        """
        label = self.store.of_return(request.return_id) or self._open(request)
        if label.status is LabelStatus.REQUESTED:
            label = self._buy(label)
        if label.status is LabelStatus.BOUGHT:
            self.bucket.put(label.document_key, self.printer(self._details(label)))
            label = self.store.save(replace(label, status=LabelStatus.RELEASED))
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
                requested_at=now,
            )
        )

    def _buy(self, label: Label) -> Label:
        now = self.clock()
        if label.is_claimed(now):
            raise BusyError("This label is being bought already.", return_id=label.return_id)
        label = self.store.save(replace(label, claimed_until=now + CLAIM))
        booking = self.carrier.find(label.label_id) or self.carrier.buy(self._shipment(label))
        return self.store.save(_bought(label, booking))

    def _shipment(self, label: Label) -> Shipment:
        return Shipment(label.label_id, label.ship_from, self.centres[label.market])

    def _details(self, label: Label) -> LabelDetails:
        return LabelDetails(
            tracking_number=label.tracking_number,
            ticket=label.ticket,
            ship_from=label.ship_from,
            ship_to=self.centres[label.market],
            carrier_name=self.carrier.name,
            service_level=self.carrier.service_level,
            issued_on=label.requested_at.date(),
            sample=self.carrier.sample,
        )


def _bought(label: Label, booking: Booking) -> Label:
    return replace(
        label,
        status=LabelStatus.BOUGHT,
        tracking_number=booking.tracking_number,
        claimed_until=None,
    )
