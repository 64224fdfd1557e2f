"""How a parcel gets on by the times that we know of it: pure, in the words of FAQ §4."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.calendars.service import add_business_days
from aftercare.kernel.clock import local_day
from aftercare.parcels.model import Parcel, ParcelStatus, Scan
from aftercare.parcels.vocabulary import vocabularies

# A parcel without news for less than this moves normally (R-PCL-01).
NORMAL_SILENCE = timedelta(hours=5 * 24)
# Within so many business days of the payment an order is handed to its carrier (R-PCL-05).
HANDOVER_DAYS = 3
# For so many business days customs may hold a parcel (R-PCL-08).
CUSTOMS_DAYS = 14
# Business days of no market: a parcel's number does not say which customs it is at.
_ANYWHERE = ""

_UNDER_WAY = frozenset(
    {
        ParcelStatus.ACCEPTED,
        ParcelStatus.IN_TRANSIT,
        ParcelStatus.OUT_FOR_DELIVERY,
        ParcelStatus.ATTEMPT_FAILED,
        ParcelStatus.EXCEPTION,
    }
)


class Progress(StrEnum):
    """What is said of a parcel that has left.

    Moving and quiet are by our own dates alone. All others but delivered, which is by either, are
    by what the carrier says.
    """

    MOVING = "moving"
    QUIET = "quiet"
    DELIVERED = "delivered"
    ANNOUNCED = "announced"
    UNHANDED = "unhanded"
    IN_TRANSIT = "in_transit"
    SILENT = "silent"
    HELD = "held"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_READY = "pickup_ready"
    ATTEMPT_FAILED = "attempt_failed"
    EXCEPTION = "exception"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    EXPIRED = "expired"


TURNED_BACK = frozenset({Progress.RETURNING, Progress.RETURNED})

# An announced parcel depends on the days since then.
_BY_STATUS: Mapping[ParcelStatus, Progress] = {
    ParcelStatus.ACCEPTED: Progress.IN_TRANSIT,
    ParcelStatus.IN_TRANSIT: Progress.IN_TRANSIT,
    ParcelStatus.OUT_FOR_DELIVERY: Progress.OUT_FOR_DELIVERY,
    ParcelStatus.PICKUP_READY: Progress.PICKUP_READY,
    ParcelStatus.DELIVERED: Progress.DELIVERED,
    ParcelStatus.ATTEMPT_FAILED: Progress.ATTEMPT_FAILED,
    ParcelStatus.EXCEPTION: Progress.EXCEPTION,
    ParcelStatus.RETURNING: Progress.RETURNING,
    ParcelStatus.RETURNED: Progress.RETURNED,
    ParcelStatus.LOST: Progress.LOST,
    ParcelStatus.EXPIRED: Progress.EXPIRED,
}


class Gist(NamedTuple):
    """How a parcel gets on, and the moment that the words about it name."""

    progress: Progress
    at: datetime


def progress_of(
    moved_at: datetime | None, delivered_at: datetime | None, now: datetime
) -> Progress:
    """How the parcel gets on that was last known to move at `moved_at`."""
    if delivered_at:
        return Progress.DELIVERED
    if moved_at and now - moved_at >= NORMAL_SILENCE:
        return Progress.QUIET
    return Progress.MOVING


def gist_of(parcel: Parcel, market: str, zone: ZoneInfo, now: datetime) -> Gist | None:
    """How the parcel gets on by what its carrier says; none if that says nothing.

    Business days are the market's, on the clock of `zone`.
    """
    status, since = parcel.standing
    if since is None:
        return None
    silent_at = silent_from(parcel)
    if parcel.moved_at and silent_at and now >= silent_at:
        return Gist(Progress.SILENT, parcel.moved_at)
    if held_at := held_since(parcel):
        return Gist(Progress.HELD, held_at)
    if status is ParcelStatus.LABEL_CREATED:
        is_late = local_day(now, zone) > handover_day(market, local_day(since, zone))
        return Gist(Progress.UNHANDED if is_late else Progress.ANNOUNCED, since)
    return Gist(_BY_STATUS[status], since)


def silent_from(parcel: Parcel) -> datetime | None:
    """When the parcel is silent unless it moves before, by the carrier's clock (R-PCL-01).

    None if it is not under way: nobody has it yet, it waits to be fetched, or its way has ended.
    One that is held, as customs do, has 14 business days from then on (R-PCL-08).
    """
    if parcel.standing.status not in _UNDER_WAY or parcel.moved_at is None:
        return None
    normal = parcel.moved_at + NORMAL_SILENCE
    held_at = held_since(parcel)
    if held_at is None:
        return normal
    held_on = held_at.date()
    return max(normal, held_at + (add_business_days(_ANYWHERE, held_on, CUSTOMS_DAYS) - held_on))


def untold_from(parcel: Parcel) -> datetime | None:
    """When its owners are to be told of a silence; none if there is none, or they know of it.

    What was told of lasts until a movement after it: one before it, of which the carrier told late,
    is no news of the parcel, and begins no other silence (R-PAR-05).
    """
    return None if is_silent(parcel) else silent_from(parcel)


def is_silent(parcel: Parcel) -> bool:
    """Whether a silence that was told of goes on."""
    return (
        parcel.silent_at is not None
        and silent_from(parcel) is not None
        and parcel.moved_at is not None
        and parcel.moved_at <= parcel.silent_at
    )


def held_since(parcel: Parcel) -> datetime | None:
    """Since when the carrier has said of the parcel nothing but that it is held; none if not."""
    if parcel.standing.status is not ParcelStatus.EXCEPTION:
        return None
    newest_first = sorted(
        (scan for scan in parcel.scans if scan.status), key=lambda scan: scan.order, reverse=True
    )
    return min((scan.scanned_at for scan in takewhile(_is_held, newest_first)), default=None)


def handover_day(market: str, paid_on: date) -> date:
    """The last day on which what was paid, or announced, on that day is normally handed over."""
    return add_business_days(market, paid_on, HANDOVER_DAYS)


def _is_held(scan: Scan) -> bool:
    vocabulary = vocabularies().get(scan.source)
    return vocabulary is not None and scan.words in vocabulary.held
