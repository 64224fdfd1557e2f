"""What a label needs of any carrier."""

from dataclasses import dataclass
from typing import Protocol

from aftercare.kernel.address import Address


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel from a customer back to us. `reference` is ours, for good: the label's id."""

    reference: str
    ship_from: Address
    ship_to: Address


@dataclass(frozen=True, slots=True)
class Booking:
    """A label that was bought: the carrier's tracking number for our reference."""

    reference: str
    tracking_number: str


class Carrier(Protocol):
    """A carrier sells labels and finds again what it sold.

    Both verbs raise whatever their transport raises; the caller tries again later.
    """

    name: str
    service_level: str
    sample: bool

    def find(self, reference: str) -> Booking | None:
        """What was bought under that reference, if anything: lost answers are looked up."""

    def buy(self, shipment: Shipment) -> Booking:
        """Buys one label. Only ever called when `find` found nothing, by one worker at a time."""
