"""The labels room's events: a label was released or could not be, was voided, was scanned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.ids import key_part
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import Download, LabelFormat, ScanKind, known_formats

RELEASED = "label.released"
FAILED = "label.failed"
VOIDED = "label.voided"
VOID_REFUSED = "label.void_refused"
SCANNED = "label.scanned"
VOID_DUE = "due.label_void"


LABEL_NUMBER, PARCEL, PARCELS = "label_number", "parcel", "parcels"


def numbered(number: int, parcel: int = 1) -> dict[str, str]:
    """How an entry says which of a return's labels it is about; of the first it says nothing."""
    return _above_one({LABEL_NUMBER: number, PARCEL: parcel})


def ended(number: int, parcels: int) -> dict[str, str]:
    """How the entry that ends a return names its labels: their number, and for how many parcels."""
    return _above_one({LABEL_NUMBER: number, PARCELS: parcels})


def _above_one(counts: Mapping[str, int]) -> dict[str, str]:
    return {name: str(count) for name, count in counts.items() if count > 1}


def number_in(entry: Entry) -> int:
    """Which of a return's labels an entry is about.

    Raises:
        EntryInvalidError: It is no number.
    """
    return _count_in(entry, LABEL_NUMBER)


def parcel_in(entry: Entry) -> int:
    """Which of a return's parcels an entry is about.

    Raises:
        EntryInvalidError: It is no number.
    """
    return _count_in(entry, PARCEL)


def parcels_in(entry: Entry) -> range:
    """The parcels of the return that an entry ends.

    Raises:
        EntryInvalidError: It is no number.
    """
    return range(1, _count_in(entry, PARCELS) + 1)


def _count_in(entry: Entry, name: str) -> int:
    return entry.fact(name, int) if name in entry.data else 1


@dataclass(frozen=True, slots=True)
class LabelReleased:
    """The data of `label.released`; the entry's subject is the label's id.

    `carrier` is the carrier's code, `carrier_name` its name on the label. `sample` is true of a
    carrier that moves no parcels. `formats` are those that can be downloaded, the papers of its
    parcel among them; an entry from before there were several names none, and its label has the
    page of 4 by 6 inches. `amount` is what we pay for it, in minor units of `currency`, which is
    empty where we pay nothing, or where an older entry does not say.
    """

    return_id: str
    label_id: str
    ticket: str
    tracking_number: str
    carrier: str
    carrier_name: str
    sample: bool
    formats: tuple[Download, ...] = (LabelFormat.PDF,)
    number: int = 1
    amount: int = 0
    currency: str = ""
    parcel: int = 1

    def data(self) -> dict[str, str]:
        price = {"amount": str(self.amount), "currency": self.currency} if self.currency else {}
        return {
            "return_id": self.return_id,
            "ticket": self.ticket,
            "tracking_number": self.tracking_number,
            "carrier": self.carrier,
            "carrier_name": self.carrier_name,
            "sample": "true" if self.sample else "false",
            "formats": " ".join(self.formats),
            **price,
            **numbered(self.number, self.parcel),
        }

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.released`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        return cls(
            return_id=entry.fact("return_id", key_part),
            label_id=entry.subject,
            ticket=entry.fact("ticket", key_part),
            tracking_number=entry.fact("tracking_number", key_part),
            carrier=entry.fact("carrier", key_part),
            carrier_name=entry.fact("carrier_name", key_part),
            sample=entry.fact("sample", key_part) == "true",
            formats=known_formats(entry.data.get("formats", LabelFormat.PDF).split()),
            number=number_in(entry),
            parcel=parcel_in(entry),
            amount=entry.fact("amount", int) if "amount" in entry.data else 0,
            currency=entry.data.get("currency", ""),
        )


@dataclass(frozen=True, slots=True)
class LabelFailed:
    """The data of `label.failed`; the entry's subject is the label's id. `fault`: a LabelFault."""

    return_id: str
    label_id: str
    ticket: str
    fault: str
    parcel: int = 1

    def data(self) -> dict[str, str]:
        of = numbered(1, self.parcel)
        return {"return_id": self.return_id, "ticket": self.ticket, "fault": self.fault, **of}

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.failed`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        of = entry.fact
        ticket, fault = of("ticket", key_part), of("fault", key_part)
        return cls(of("return_id", key_part), entry.subject, ticket, fault, parcel_in(entry))


@dataclass(frozen=True, slots=True)
class LabelScanned:
    """The data of `label.scanned`; the entry's subject is the label's id.

    `voided` is true of the first scan of a label that was voided, or is about to be: see
    `Label.is_given_up`.
    """

    return_id: str
    label_id: str
    ticket: str
    tracking_number: str
    carrier_name: str
    sample: bool
    kind: ScanKind
    scanned_at: datetime
    number: int = 1
    voided: bool = False
    parcel: int = 1

    def data(self) -> dict[str, str]:
        return {
            "return_id": self.return_id,
            "ticket": self.ticket,
            "tracking_number": self.tracking_number,
            "carrier_name": self.carrier_name,
            "sample": "true" if self.sample else "false",
            "kind": self.kind,
            "scanned_at": to_text(self.scanned_at),
            **({"voided": "true"} if self.voided else {}),
            **numbered(self.number, self.parcel),
        }

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.scanned`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        return cls(
            return_id=entry.fact("return_id", key_part),
            label_id=entry.subject,
            ticket=entry.fact("ticket", key_part),
            tracking_number=entry.fact("tracking_number", key_part),
            carrier_name=entry.fact("carrier_name", key_part),
            sample=entry.fact("sample", key_part) == "true",
            kind=entry.fact("kind", ScanKind),
            scanned_at=entry.fact("scanned_at", from_text),
            number=number_in(entry),
            parcel=parcel_in(entry),
            voided=entry.data.get("voided") == "true",
        )
