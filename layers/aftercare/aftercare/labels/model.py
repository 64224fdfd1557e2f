"""What a label says and where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from aftercare.kernel.address import Address
from aftercare.labels.consignment import Consignment

HOUSE_CARRIER = "house"
"""The code of the built-in carrier."""

EASYPOST = "easypost"
SHIPPO = "shippo"

CARRIERS = (HOUSE_CARRIER, EASYPOST, SHIPPO)
"""The codes of all carriers that ever sold a label."""

VALID = timedelta(days=28)
"""How long a carrier takes a label after it was released (R-LBL-14)."""

MOST_PARCELS = 5
"""In how many parcels a return may come at most (R-LBL-44)."""

KEPT = timedelta(days=400)
"""How long a label and its printed page are kept (R-LBL-10): both have the sender's address."""


class LabelStatus(StrEnum):
    """How far a label is, from the request to the customer; a voided one is never used."""

    REQUESTED = "requested"
    BOUGHT = "bought"
    RELEASED = "released"
    VOIDED = "voided"


class VoidAnswer(StrEnum):
    """What a carrier says when it is asked to take a label back.

    `NEVER_SOLD`: nothing is sold under that reference, so nobody pays for anything. `UNDER_WAY`: it
    takes the label back, and the money is not there yet; it may still say no. `REFUSED` may change,
    too: a label may be too new to be taken back.
    """

    TAKEN_BACK = "taken_back"
    UNDER_WAY = "under_way"
    REFUSED = "refused"
    NEVER_SOLD = "never_sold"


class ScanKind(StrEnum):
    """What a carrier's scan says of a parcel."""

    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"


class LabelFormat(StrEnum):
    """What a label can be downloaded as: each holds both of its symbols (R-LBL-20).

    `PDF` is the label itself, 4 by 6 inches. `A4` and `LETTER` have it on the upper half of a
    sheet, above instructions. The pictures and `ZPL` are for label printers. `COUNTER` is what a
    customer shows at a store.
    """

    PDF = "pdf"
    A4 = "a4"
    LETTER = "letter"
    PNG_203 = "png203"
    PNG_300 = "png300"
    ZPL = "zpl"
    COUNTER = "counter"

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self]

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES[self.suffix.rpartition(".")[2]]


# Where paper is Letter, by CLDR's territories; everywhere else it is A4.
_WITH_LETTER = frozenset(
    {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
)
_SUFFIXES = {
    LabelFormat.PDF: "pdf",
    LabelFormat.A4: "a4.pdf",
    LabelFormat.LETTER: "letter.pdf",
    LabelFormat.PNG_203: "203.png",
    LabelFormat.PNG_300: "300.png",
    LabelFormat.ZPL: "zpl",
    LabelFormat.COUNTER: "counter.png",
}
_CONTENT_TYPES = {"pdf": "application/pdf", "png": "image/png", "zpl": "application/octet-stream"}


class Paper(StrEnum):
    """What goes with a parcel beside its label; each is a PDF on the customer's paper (R-BRD-05).

    The packing slip goes with every parcel, the others with one that crosses a customs border.
    """

    PACKING_SLIP = "packing_slip"
    DECLARATION = "declaration"
    INVOICE = "invoice"

    @property
    def suffix(self) -> str:
        return f"{self}.pdf"

    @property
    def content_type(self) -> str:
        return _CONTENT_TYPES["pdf"]

    @property
    def is_for_customs(self) -> bool:
        return self is not Paper.PACKING_SLIP


type Download = LabelFormat | Paper
"""What a customer can download of a label. No two have the same code."""


def known_formats(codes: Iterable[str]) -> tuple[Download, ...]:
    """Those of them that this version knows: a newer one may have others."""
    known: Mapping[str, Download] = {each: each for each in (*LabelFormat, *Paper)}
    return tuple(known[code] for code in codes if code in known)


class PageForm(StrEnum):
    """What a carrier may give us its own page of a label as (R-LBL-31)."""

    PNG = "png"
    ZPL = "zpl"


type Pages = Mapping[PageForm, bytes]
"""A label as its carrier drew it: as a picture, if there is anything. Empty, we draw it."""

type Printed = Mapping[Download, bytes]
"""A label in its formats, the one of 4 by 6 inches among them, and the papers of its parcel."""


@dataclass(frozen=True, slots=True)
class Scan:
    """A carrier's scan of a parcel; `carrier` is the carrier's code."""

    carrier: str
    tracking_number: str
    kind: ScanKind
    scanned_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What a label will cost and who moves the parcel, before it is bought; asking is free.

    `shipment_id` and `rate_id` are the seller's: the same shipment is never sold twice.
    `carrier_name` and `service` are printed. `amount` is in minor units of `currency`, which is
    empty where nothing is paid.
    """

    shipment_id: str
    rate_id: str
    carrier_name: str
    service: str
    amount: int = 0
    currency: str = ""


@dataclass(frozen=True, slots=True)
class LabelDetails:
    """Everything that is printed. `tracking_number`: an SSCC, or a carrier's own; see `sscc`.

    `prepaid`, `language` and `parcel`: see `LabelRequest`. `pages`: what the carrier drew itself.
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
    pages: Pages = field(default_factory=dict)
    parcel: int = 1

    @property
    def shown_ticket(self) -> str:
        """The ticket, and which parcel it is if it is a later one: the first doesn't know."""
        return shown_ticket(self.ticket, self.parcel)

    @property
    def square_code(self) -> str:
        """What its square code says: who reads it finds the ticket before the `#` (R-LBL-45)."""
        return coded_ticket(self.ticket, self.parcel)


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """What a return asks for: a label from this customer to their market's returns centre.

    `number` is 1; it is higher for a return that was reopened after its label was to be voided.
    If it is not `prepaid`, the label is a slip that goes with the parcel, and the customer pays the
    postage (R-LBL-11). What the customer reads on it is in the `language`; what carriers read is in
    English. `consignment` is what its papers say. `parcel` is 1, higher for the later parcels of a
    return that does not fit into one.
    """

    return_id: str
    ticket: str
    market: str
    ship_from: Address
    prepaid: bool = True
    language: str = "en"
    number: int = 1
    consignment: Consignment | None = None
    parcel: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """One of a return's labels, of which one at most is live for each parcel, and how far it is.

    `number` is its place among the parcel's labels, from 1: each but the last was voided. `parcel`
    says which of the return's parcels it is for, from 1.
    `carrier` is the code of the carrier that the label was opened with; it sells, finds and prints
    it. `offer` is what was chosen to be bought; none if it was bought before there were offers.
    `claimed_until` is set while a worker buys it: no other may buy before then. `fault` is why the
    printed page could not be released, if the last attempt failed. `scans` has the time of the
    first scan of each kind that was reported. `void_asked_at` is when its carrier was first asked
    to take it back: nothing is done with it from then on. `void_answer` is what the carrier said
    last; of one whose money is under way, that it is taken back. `void_due_at` is when the carrier
    is asked again, if that was not its last word. `void_refused_at` is when that, or a scan, stood
    against voiding it.
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
    offer: Offer | None = None
    void_answer: VoidAnswer | None = None
    void_due_at: datetime | None = None
    number: int = 1
    parcel: int = 1
    version: int | None = field(default=None, compare=False)

    @property
    def document_key(self) -> str:
        return document_key_of(self.label_id)

    @property
    def was_sold(self) -> bool:
        """Whether the carrier sold it, as far as it told us."""
        told = {VoidAnswer.TAKEN_BACK, VoidAnswer.REFUSED}
        return bool(self.tracking_number) or self.void_answer in told

    @property
    def is_given_up(self) -> bool:
        """Whether it is void, or its carrier was asked and nobody knows yet what it said."""
        is_asked = self.void_asked_at is not None and self.void_answer is None
        return self.status is LabelStatus.VOIDED or (is_asked and not self.void_refused_at)

    def is_claimed(self, now: datetime) -> bool:
        return self.claimed_until is not None and now < self.claimed_until


def shown_ticket(ticket: str, parcel: int) -> str:
    """The ticket as people read it on the label of one of a return's parcels."""
    return f"{ticket} · {parcel}" if parcel > 1 else ticket


def coded_ticket(ticket: str, parcel: int) -> str:
    """The ticket of one of a return's parcels, in signs that every reader and carrier takes."""
    return f"{ticket}#{parcel}" if parcel > 1 else ticket


def paper_of(market: str) -> LabelFormat:
    """The sheet of paper that printers there have (R-LBL-23)."""
    return LabelFormat.LETTER if market in _WITH_LETTER else LabelFormat.A4


def document_key_of(label_id: str, kind: Download = LabelFormat.PDF) -> str:
    """The S3 key of a label in that format, or of that paper; 4 by 6 inches is the oldest."""
    return f"{document_prefix_of(label_id)}{kind.suffix}"


def document_prefix_of(label_id: str) -> str:
    """What the keys of all formats and papers of a label, and of no other, begin with."""
    return f"labels/{label_id}."
