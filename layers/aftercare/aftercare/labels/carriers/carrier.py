"""The interface of every carrier: it sells labels, finds what it sold, and takes it back."""

from dataclasses import dataclass
from typing import Protocol

from aftercare.kernel.address import Address


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel from a customer back to us. `reference` is our label's id and never changes."""

    reference: str
    ship_from: Address
    ship_to: Address


@dataclass(frozen=True, slots=True)
class Booking:
    """A label that was bought: the carrier's tracking number for our reference."""

    reference: str
    tracking_number: str


class Carrier(Protocol):
    """A carrier sells labels, finds what it sold, and takes back what was not used.

    Its verbs raise whatever their transport raises; the caller tries again later.
    """

    name: str
    service_level: str
    sample: bool

    def find(self, reference: str) -> Booking | None:
        """The booking with that reference, if there is one: this is how lost answers are found."""

    def buy(self, shipment: Shipment) -> Booking:
        """Buys one label. Only ever called when `find` found nothing, by one worker at a time."""

    def void(self, reference: str) -> bool:
        """Takes back what was sold under that reference, so that nobody pays for it.

        True if nothing is sold under it any more, also if nothing ever was; false if the carrier
        does not take it back. Safe to repeat.
        """
