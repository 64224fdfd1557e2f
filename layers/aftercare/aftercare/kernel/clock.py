"""Time: aware UTC instants in code, ISO 8601 in items, local days where a rule counts days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

type Clock = Callable[[], datetime]

FIRST_YEAR = datetime(2010, 1, 1, tzinfo=UTC)
"""Nothing that other systems report happened before; a clock that was never set says 1970."""
MOST_AHEAD = timedelta(hours=24)
"""How far another system's clock may be ahead of ours: a local time that is called UTC may be."""
YEARS = range(1900, 2200)
"""The years of days and instants from outside: beyond them, zones and sums of days overflow."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds, whose text sorts by time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def from_text(text: str) -> datetime:
    """The instant that `to_text` (or any producer of ISO 8601 with an offset) wrote.

    Raises:
        ValueError: The text is not an ISO 8601 instant, or has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without an offset is ambiguous")
    return moment.astimezone(UTC)


def is_sane(moment: date) -> bool:
    """Whether a day, or an instant in UTC, lies in the years that we take from outside."""
    return moment.year in YEARS


def day_from_text(text: str) -> date:
    """The day in ISO 8601, as in 2026-11-27.

    Raises:
        ValueError: It is no such day, or not of those years.
    """
    day = date.fromisoformat(text)
    if not is_sane(day):
        raise ValueError("a day of another century")
    return day


def local_day(moment: datetime, zone: "ZoneInfo") -> date:
    return moment.astimezone(zone).date()


def zone_named(name: str) -> "ZoneInfo":
    """The zone of that name in IANA's database, as it ships.

    Raises:
        ValueError, KeyError: There is no such zone.
    """
    return _zones()(name)


@cache
def _zones() -> "type[ZoneInfo]":
    """Zones from the tzdata that ships, not from the machine's, which may be years older.

    A customer's day must be the same wherever it is counted (R-CAL-01).
    """
    from zoneinfo import ZoneInfo, reset_tzpath  # noqa: PLC0415 - most functions count no days

    reset_tzpath(())
    ZoneInfo.clear_cache()
    return ZoneInfo


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether it is further in the future than another system's clock may be ahead of ours."""
    return moment > now + MOST_AHEAD


def implausible(moment: datetime, now: datetime) -> str:
    """Why an event can't have happened at that time; empty if it can."""
    if is_ahead(moment, now):
        return "in the future"
    return "before 2010" if moment < FIRST_YEAR else ""
