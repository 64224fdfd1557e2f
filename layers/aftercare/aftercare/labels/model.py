"""What a label says and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from aftercare.kernel.address import Address

HOUSE_CARRIER = "house"
"""The code of the built-in carrier."""

VALID = timedelta(days=28)
"""How long a carrier takes a label after it was released (R-LBL-14)."""

KEPT = timedelta(days=400)
"""How long a label and its printed page are kept (R-LBL-10): both have the sender's address."""


class LabelStatus(StrEnum):
    """How far a label is, from the request to the customer; a voided one is never used."""

    REQUESTED = "requested"
    BOUGHT = "bought"
    RELEASED = "released"
    VOIDED = "voided"


class ScanKind(StrEnum):
    """What a carrier's scan says of a parcel."""

    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Scan:
    """A carrier's scan of a parcel; `carrier` is the carrier's code."""

    carrier: str
    tracking_number: str
    kind: ScanKind
    scanned_at: datetime


@dataclass(frozen=True, slots=True)
class LabelDetails:
    """Everything that is printed. `tracking_number` is an SSCC: 18 digits, see `sscc`.

    `prepaid` and `language`: see `LabelRequest`.
    """

    tracking_number: str
    ticket: str
    ship_from: Address
    ship_to: Address
    carrier_name: str
    service_level: str
    issued_on: date
    sample: bool
    prepaid: bool = True
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What a return asks for: a label from this customer to their market's returns centre.

    If it is not `prepaid`, the label is a slip that goes with the parcel, and the customer pays the
    postage (R-LBL-11). What the customer reads on it is in the `language`; what carriers read is in
    English.
    """

    return_id: str
    ticket: str
    market: str
    ship_from: Address
    prepaid: bool = True
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Label:
    """The one live label of a return, and how far it is.

    `carrier` is the code of the carrier that the label was opened with; it sells, finds and prints
    it. `claimed_until` is set while a worker buys it: no other may buy before then. `fault` is why
    the printed page could not be released, if the last attempt failed. `scans` has the time of the
    first scan of each kind that was reported. `void_asked_at` is when its carrier was first asked
    to take it back: nothing is done with it from then on. `void_refused_at` is when the carrier, or
    a scan, stood against voiding it.
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
    prepaid: bool = True
    language: str = "en"
    scans: Mapping[ScanKind, datetime] = field(default_factory=dict)
    void_asked_at: datetime | None = None
    void_refused_at: datetime | None = None
    version: int | None = field(default=None, compare=False)

    @property
    def document_key(self) -> str:
        return document_key_of(self.label_id)

    def is_claimed(self, now: datetime) -> bool:
        return self.claimed_until is not None and now < self.claimed_until


def document_key_of(label_id: str) -> str:
    """The S3 key of a label's printed page."""
    return f"labels/{label_id}.pdf"
