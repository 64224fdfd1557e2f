"""What a label says and where it stands."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from aftercare.kernel.address import Address

HOUSE_CARRIER = "house"
"""The code of the built-in carrier."""


class LabelStatus(StrEnum):
    """How far a label is, from the request to the customer."""

    REQUESTED = "requested"
    BOUGHT = "bought"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class LabelDetails:
    """Everything that is printed. `tracking_number` is an SSCC: 18 digits, see `sscc`."""

    tracking_number: str
    ticket: str
    ship_from: Address
    ship_to: Address
    carrier_name: str
    service_level: str
    issued_on: date
    sample: bool


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What a return asks for: a label from this customer to their market's returns centre."""

    return_id: str
    ticket: str
    market: str
    ship_from: Address


@dataclass(frozen=True, slots=True)
class Label:
    """The one live label of a return, and how far it is.

    `carrier` is the code of the carrier that the label was opened with; it sells, finds and prints
    it. `claimed_until` is set while a worker buys it: no other may buy before then. `fault` is why
    the printed page could not be released, if the last attempt failed.
    """

    label_id: str
    return_id: str
    ticket: str
    market: str
    ship_from: Address
    carrier: str
    requested_at: datetime
    status: LabelStatus = LabelStatus.REQUESTED
    tracking_number: str = ""
    claimed_until: datetime | None = None
    released_at: datetime | None = None
    fault: str = ""
    version: int | None = field(default=None, compare=False)

    @property
    def document_key(self) -> str:
        return document_key_of(self.label_id)

    def is_claimed(self, now: datetime) -> bool:
        return self.claimed_until is not None and now < self.claimed_until


def document_key_of(label_id: str) -> str:
    """The S3 key of a label's printed page."""
    return f"labels/{label_id}.pdf"
