"""The labels room's events: a label was released or could not be, was voided, was scanned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.ids import key_part
from aftercare.kernel.timeline import Entry
from aftercare.labels.model import ScanKind

RELEASED = "label.released"
FAILED = "label.failed"
VOIDED = "label.voided"
VOID_REFUSED = "label.void_refused"
SCANNED = "label.scanned"


@dataclass(frozen=True, slots=True)
class LabelReleased:
    """The data of `label.released`; the entry's subject is the label's id.

    `carrier` is the carrier's code, `carrier_name` its name on the label. `sample` is true of a
    carrier that moves no parcels.
    """

    return_id: str
    label_id: str
    ticket: str
    tracking_number: str
    carrier: str
    carrier_name: str
    sample: bool

    def data(self) -> dict[str, str]:
        return {
            "return_id": self.return_id,
            "ticket": self.ticket,
            "tracking_number": self.tracking_number,
            "carrier": self.carrier,
            "carrier_name": self.carrier_name,
            "sample": "true" if self.sample else "false",
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
        )


@dataclass(frozen=True, slots=True)
class LabelFailed:
    """The data of `label.failed`; the entry's subject is the label's id. `fault`: a LabelFault."""

    return_id: str
    label_id: str
    ticket: str
    fault: str

    def data(self) -> dict[str, str]:
        return {"return_id": self.return_id, "ticket": self.ticket, "fault": self.fault}

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `label.failed`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        of = entry.fact
        return cls(
            of("return_id", key_part), entry.subject, of("ticket", key_part), of("fault", key_part)
        )


@dataclass(frozen=True, slots=True)
class LabelScanned:
    """The data of `label.scanned`; the entry's subject is the label's id."""

    return_id: str
    label_id: str
    ticket: str
    tracking_number: str
    carrier_name: str
    sample: bool
    kind: ScanKind
    scanned_at: datetime

    def data(self) -> dict[str, str]:
        return {
            "return_id": self.return_id,
            "ticket": self.ticket,
            "tracking_number": self.tracking_number,
            "carrier_name": self.carrier_name,
            "sample": "true" if self.sample else "false",
            "kind": self.kind,
            "scanned_at": to_text(self.scanned_at),
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
        )
