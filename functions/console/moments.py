"""Instants as pages show them: in UTC, and by the script in the reader's own zone."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Moment(NamedTuple):
    """An instant for machines and for people, and how far from now it is, where a page says so."""

    iso: str
    text: str
    ago: str = ""


def moment(at: datetime, now: datetime | None = None) -> Moment:
    utc = at.astimezone(UTC)
    ago = span(abs(now - at)) if now else ""
    return Moment(utc.isoformat(timespec="seconds"), f"{utc:%Y-%m-%d %H:%M} UTC", ago)


def span(length: timedelta) -> str:
    """A length of time in its two largest units: "3 d 4 h"."""
    minutes = int(length.total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min"
