"""The interface of every carrier: it offers labels, sells them, finds them, takes them back."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from aftercare.kernel.address import Address
from aftercare.labels.consignment import Consignment
from aftercare.labels.model import Offer, PageForm, Pages, VoidAnswer


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel from a customer back to us. `reference` is our label's id and never changes.

    The contract of that market on that day says what is bought. The carrier prints our `ticket` on
    its page, if it prints anything for us. It is told what is in it, by the `consignment`, if the
    parcel crosses a customs border.
    """

    reference: str
    ship_from: Address
    ship_to: Address
    market: str
    day: date
    ticket: str = ""
    consignment: Consignment | None = None


@dataclass(frozen=True, slots=True)
class Booking:
    """A label that was bought: the carrier's tracking number for our reference."""

    reference: str
    tracking_number: str


class Carrier(Protocol):
    """A carrier sells labels in phases, so that a crash between any two of them costs nothing.

    Its verbs raise whatever their transport raises; the caller tries again later. `name` and
    `service_level` are printed on labels without an offer. `sample` is true of a carrier that moves
    no parcels.
    """

    name: str
    service_level: str
    sample: bool

    def plan(self, shipment: Shipment, expired: Offer | None = None) -> Offer:
        """What to buy for that parcel, and its price. Free, and safe to repeat.

        With an expired offer, the new one is of the same shipment if the carrier can do that.
        """

    def find(self, reference: str, offer: Offer | None) -> Booking | None:
        """What was sold under that reference and offer: this is how lost answers are found.

        Without an offer, only what was sold before there were offers.
        """

    def buy(self, shipment: Shipment, offer: Offer) -> Booking:
        """Buys one label. Only ever called when `find` found nothing, by one worker at a time.

        Raises:
            OfferExpiredError: It is not sold at that offer any more; plan it once more.
            BusyError: The carrier is still selling it; look it up later.
        """

    def document(self, reference: str, offer: Offer | None, form: PageForm) -> bytes | None:
        """The page of what was sold, as the carrier drew it; none if it has none of that form.

        Safe to repeat. A carrier that draws pages has each as a picture; one that draws none
        leaves them to us.

        Raises:
            UnavailableError: It is not drawn yet, or can't be had now.
        """

    def void(self, reference: str, offer: Offer | None) -> VoidAnswer:
        """Takes back what was sold under that reference, so that nobody pays for it.

        Safe to repeat: what was taken back before is taken back. It may be asked again days after
        it refused, or said that the money is under way.
        """


class Tracker(Protocol):
    """The phase of a seller that may not tell of parcels by itself: it answers who asks."""

    def track(self, tracking_number: str, carrier_name: str) -> object:
        """What it knows of that carrier's parcel, as JSON. Free, and safe to repeat.

        Raises:
            UnavailableError: It does not answer, or does not know the number.
        """


def pages_of(carrier: Carrier, reference: str, offer: Offer | None) -> Pages:
    """What the carrier drew of a label that it sold, in each form that it has.

    Raises:
        UnavailableError: One can't be had now.
    """
    drawn = {form: carrier.document(reference, offer, form) for form in PageForm}
    return {form: page for form, page in drawn.items() if page is not None}
