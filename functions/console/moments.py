"""Instants as pages show them: in UTC, and by the script in the reader's own zone."""

from datetime import UTC, datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """An instant for machines and for people."""

    iso: str
    text: str


def moment(at: datetime) -> Moment:
    utc = at.astimezone(UTC)
    return Moment(utc.isoformat(timespec="seconds"), f"{utc:%Y-%m-%d %H:%M} UTC")
