"""The interface of every carrier: it sells labels and finds what it sold."""

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
    """A carrier sells labels and finds what it sold.

    Both verbs raise whatever their transport raises; the caller tries again later.
    """

    name: str
    service_level: str
    sample: bool

    def find(self, reference: str) -> Booking | None:
        """The booking with that reference, if there is one: this is how lost answers are found."""

    def buy(self, shipment: Shipment) -> Booking:
        """Buys one label. Only ever called when `find` found nothing, by one worker at a time."""
