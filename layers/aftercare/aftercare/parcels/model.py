"""What carriers say of a parcel, and the fold that says where it stands (R-PAR-01)."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.clock import to_text

KEPT = timedelta(days=400)
"""How long a parcel is kept after it last changed; labels are kept as long (R-LBL-10)."""
UNKNOWN_KEPT = timedelta(days=60)
"""How long news is kept of a number that no order and no label has."""

MOST_SCANS = 100
"""How many scans of a parcel are kept, beside the first and the last of each status."""


class Direction(StrEnum):
    """Whose way a parcel goes: to the customer, or back to us."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"


class ParcelStatus(StrEnum):
    """Where a parcel stands: one vocabulary for all carriers."""

    LABEL_CREATED = "label_created"
    ACCEPTED = "accepted"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_READY = "pickup_ready"
    DELIVERED = "delivered"
    ATTEMPT_FAILED = "attempt_failed"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    EXPIRED = "expired"


# Which of two scans of one instant is the later one.
_RANK: Mapping[ParcelStatus | None, int] = {
    status: rank
    for rank, status in enumerate(
        (
            None,
            ParcelStatus.LABEL_CREATED,
            ParcelStatus.EXPIRED,
            ParcelStatus.ACCEPTED,
            ParcelStatus.IN_TRANSIT,
            ParcelStatus.EXCEPTION,
            ParcelStatus.LOST,
            ParcelStatus.OUT_FOR_DELIVERY,
            ParcelStatus.ATTEMPT_FAILED,
            ParcelStatus.PICKUP_READY,
            ParcelStatus.DELIVERED,
            ParcelStatus.RETURNING,
            ParcelStatus.RETURNED,
        )
    )
}
MOVEMENTS = frozenset(
    {
        ParcelStatus.ACCEPTED,
        ParcelStatus.IN_TRANSIT,
        ParcelStatus.OUT_FOR_DELIVERY,
        ParcelStatus.PICKUP_READY,
        ParcelStatus.DELIVERED,
        ParcelStatus.ATTEMPT_FAILED,
        ParcelStatus.RETURNING,
        ParcelStatus.RETURNED,
    }
)
"""What a carrier can only say of a parcel that it has."""
_TURNED = frozenset({ParcelStatus.RETURNING, ParcelStatus.RETURNED})
_HANDED_OVER = frozenset({ParcelStatus.DELIVERED, ParcelStatus.RETURNED})


@dataclass(frozen=True, slots=True)
class Scan:
    """One thing that a source said of a parcel; `scanned_at` is by the carrier's clock.

    `words` is the source's own code. A code that we don't know has no status: it is kept, and
    counts as no movement. `place` is a city and a country, never an address.
    """

    status: ParcelStatus | None
    scanned_at: datetime
    source: str
    words: str
    place: str = ""

    @property
    def id(self) -> str:
        """The same each time that the source says it, also if it has learned the place since."""
        said = "\n".join((self.source, to_text(self.scanned_at), self.words))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def order(self) -> tuple[datetime, int, str]:
        """Its place among all scans of its parcel."""
        return self.scanned_at, _RANK[self.status], self.id

    @property
    def _knowledge(self) -> tuple[int, str]:
        return _RANK[self.status], self.place


class Standing(NamedTuple):
    """Where a parcel stands, and the time of the scan that says so; none without a scan."""

    status: ParcelStatus
    since: datetime | None = None


def joined(*scans: Scan) -> tuple[Scan, ...]:
    """The set of those scans, oldest first: the same for every order and number of repetitions.

    Of very many, those are kept that decide where the parcel stands, and the newest.
    """
    known: dict[str, Scan] = {}
    for scan in scans:
        same = known.get(scan.id, scan)
        known[scan.id] = max(scan, same, key=lambda each: each._knowledge)
    ordered = sorted(known.values(), key=lambda scan: scan.order)
    if len(ordered) <= MOST_SCANS:
        return tuple(ordered)
    first = {scan.status: scan.id for scan in reversed(ordered)}
    last = {scan.status: scan.id for scan in ordered}
    newest = (scan.id for scan in ordered[-MOST_SCANS:])
    kept = {*first.values(), *last.values(), *newest}
    return tuple(scan for scan in ordered if scan.id in kept)


def standing_of(scans: Iterable[Scan]) -> Standing:
    """Where a parcel stands: by the carrier's time and the statuses' rank, never by arrival.

    A delivery is undone only by a parcel that turned back, and then stands for its delivery to the
    sender. A printed label is no step back, whenever it is reported (R-PAR-01).
    """
    ordered = sorted((scan for scan in scans if scan.status), key=lambda scan: scan.order)
    if turned := next((scan for scan in ordered if scan.status in _TURNED), None):
        return _turned_back(turned, ordered)
    if delivered := next(_with(ParcelStatus.DELIVERED, ordered), None):
        return Standing(ParcelStatus.DELIVERED, delivered.scanned_at)
    moved = [scan for scan in ordered if scan.status is not ParcelStatus.LABEL_CREATED]
    for scan in reversed(moved or ordered):
        return Standing(scan.status or ParcelStatus.LABEL_CREATED, scan.scanned_at)
    return Standing(ParcelStatus.LABEL_CREATED)


def _turned_back(turned: Scan, ordered: list[Scan]) -> Standing:
    since = [scan for scan in ordered if scan.order >= turned.order]
    back = [scan.scanned_at for scan in since if scan.status in _HANDED_OVER]
    if back:
        return Standing(ParcelStatus.RETURNED, back[-1])
    return Standing(ParcelStatus.RETURNING, turned.scanned_at)


def _with(status: ParcelStatus, scans: Iterable[Scan]) -> Iterator[Scan]:
    return (scan for scan in scans if scan.status is status)


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """Whose parcel it is: an order's, or a return's.

    `subject` is the order's number or the return's id. `carrier` and `tracking_number` are spelled
    as that order or label has them.
    """

    direction: Direction
    subject: str
    carrier: str
    tracking_number: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything that was said of one tracking number.

    Two orders may share a parcel, so it may have several `owners`; none while nobody here has
    named it. `carrier` is the carrier as the news names it. `silent_at` is when the last silence
    began that its owners were told of.
    """

    number: str
    carrier: str = ""
    owners: tuple[Owner, ...] = ()
    scans: tuple[Scan, ...] = ()
    version: int | None = field(default=None, compare=False)
    silent_at: datetime | None = None

    @property
    def standing(self) -> Standing:
        return standing_of(self.scans)

    @property
    def moved_at(self) -> datetime | None:
        """When it last moved, as far as anybody has said."""
        moments = (scan.scanned_at for scan in self.scans if scan.status in MOVEMENTS)
        return max(moments, default=None)

    def owned_by(self, owner: Owner) -> "Parcel":
        """With that owner: the last to spell the number or the carrier is believed."""
        others = [
            each
            for each in self.owners
            if (each.direction, each.subject) != (owner.direction, owner.subject)
        ]
        return replace(self, owners=tuple(sorted((*others, owner))))

    def scanned(self, scans: Iterable[Scan], carrier: str = "") -> "Parcel":
        """With those scans, too."""
        return replace(self, carrier=max(self.carrier, carrier), scans=joined(*self.scans, *scans))


class Silent(NamedTuple):
    """A parcel whose silence goes on, as a list shows it."""

    number: str
    carrier: str
    owners: tuple[Owner, ...]
    silent_at: datetime


class SilentPage(NamedTuple):
    """Some of the silent parcels. `after` leads to what comes behind; empty if nothing does."""

    parcels: tuple[Silent, ...]
    after: str = ""
