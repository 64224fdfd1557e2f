"""The parcels room's events: a parcel moved, or is silent; and the timer of a silence."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.ids import key_part
from aftercare.kernel.timeline import Entry
from aftercare.parcels.model import Direction, Owner, ParcelStatus, Standing

MOVED = "parcel.moved"
SILENT = "parcel.silent"
SILENCE_DUE = "due.parcel_silence"


@dataclass(frozen=True, slots=True)
class ParcelMoved:
    """The data of `parcel.moved`; the entry's subject is the tracking number in one spelling.

    `since` is the time of the scan that decides, by the carrier's clock.
    """

    number: str
    owner: Owner
    status: ParcelStatus
    since: datetime

    def data(self) -> dict[str, str]:
        return {
            "direction": self.owner.direction,
            **_told_of(self.owner),
            "status": self.status,
            "since": to_text(self.since),
        }

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `parcel.moved`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        of = entry.fact
        owner = _owner_in(entry, of("direction", Direction))
        return cls(entry.subject, owner, of("status", ParcelStatus), of("since", from_text))


@dataclass(frozen=True, slots=True)
class ParcelSilent:
    """The data of `parcel.silent`; the entry's subject is the tracking number in one spelling.

    `moved_at` is when the parcel last moved, `silent_at` when the silence began to count, both by
    the carrier's clock.
    """

    number: str
    owner: Owner
    moved_at: datetime
    silent_at: datetime

    def data(self) -> dict[str, str]:
        return {
            **_told_of(self.owner),
            "moved_at": to_text(self.moved_at),
            "silent_at": to_text(self.silent_at),
        }

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """The event in an entry of type `parcel.silent`.

        Raises:
            EntryInvalidError: The entry lacks a field.
        """
        of = entry.fact
        owner = _owner_in(entry, Direction.OUTBOUND)
        return cls(entry.subject, owner, of("moved_at", from_text), of("silent_at", from_text))


def moves(number: str, owner: Owner, standing: Standing) -> tuple[ParcelMoved, ...]:
    """The event of an owner's parcel that stands there; none before its first scan."""
    if standing.since is None:
        return ()
    return (ParcelMoved(number, owner, standing.status, standing.since),)


def _told_of(owner: Owner) -> dict[str, str]:
    return {
        "subject": owner.subject,
        "carrier": owner.carrier,
        "tracking_number": owner.tracking_number,
    }


def _owner_in(entry: Entry, direction: Direction) -> Owner:
    of = entry.fact
    number = of("tracking_number", key_part)
    return Owner(direction, of("subject", key_part), of("carrier", str), number)
