"""Openings of a day, and when the clocks of a zone show them: whole seconds, no AWS, no data."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 24 * 60 * 60
_OPENING = re.compile(r"(\d\d):(\d\d)(?::(\d\d))?-(\d\d):(\d\d)(?::(\d\d))?")
_MINUTE = _HOUR = 60


class Opening(NamedTuple):
    """A span of a day in seconds since its midnight; one that ends past 24:00 goes on in the next.

    It is a reading of a clock: business is done whenever the clock on the wall shows a time in it.
    """

    begins: int
    ends: int


class Stretch(NamedTuple):
    """A span of instants in seconds since 1970, the last one not included."""

    begins: int
    ends: int


class Offset(NamedTuple):
    """For how many seconds the clocks of a zone are ahead of UTC, from one instant to another."""

    begins: int
    ends: int
    ahead: int


def opening(text: str) -> Opening:
    """What `09:00-18:00` says, `22:00-06:00` (until the next day) or `00:00-24:00`.

    Raises:
        ValueError: It is not one; an opening is never empty, and 24 hours are `00:00-24:00`.
    """
    if not (found := _OPENING.fullmatch(text)):
        raise ValueError(f"{text!r} is not like 09:00-18:00")
    begins, ends = _seconds(*found.groups()[:3]), _seconds(*found.groups()[3:])
    if begins >= DAY or begins == ends:
        raise ValueError(f"{text!r} has no time in it")
    return Opening(begins, ends if ends > begins else ends + DAY)


def openings(texts: Iterable[str]) -> tuple[Opening, ...]:
    """The openings of one day, one after the other.

    Raises:
        ValueError: One is not valid, or begins before the one before it ends.
    """
    found = tuple(map(opening, texts))
    for before, after in pairwise(found):
        if after.begins < before.ends:
            raise ValueError("openings of a day stand in order and do not overlap")
    return found


def offsets(zone: ZoneInfo, begins: int, ends: int) -> Iterator[Offset]:
    """How far the zone's clocks are ahead between two instants, and when that changes.

    Two changes within a day that undo each other are not seen; no zone has had any.
    """
    since, ahead = begins, _ahead(zone, begins)
    for day in range(begins, ends, DAY):
        until = min(day + DAY, ends)
        if (then := _ahead(zone, until)) != ahead:
            change = _change(zone, day, until)
            yield Offset(since, change, ahead)
            since, ahead = change, then
    yield Offset(since, ends, ahead)


def joined(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same instants in order, each of them once."""
    current: Stretch | None = None
    for stretch in sorted(stretches):
        if current is None or stretch.begins > current.ends:
            if current:
                yield current
            current = stretch
        elif stretch.ends > current.ends:
            current = Stretch(current.begins, stretch.ends)
    if current:
        yield current


def _seconds(hour: str, minute: str, second: str | None) -> int:
    parts = int(hour), int(minute), int(second or 0)
    if parts[1] >= _MINUTE or parts[2] >= _MINUTE:
        raise ValueError(f"{hour}:{minute} is no time of a day")
    seconds = (parts[0] * _HOUR + parts[1]) * _MINUTE + parts[2]
    if seconds > DAY:
        raise ValueError(f"{hour}:{minute} is after the end of a day, 24:00")
    return seconds


def _ahead(zone: ZoneInfo, instant: int) -> int:
    offset = datetime.fromtimestamp(instant, zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _change(zone: ZoneInfo, begins: int, ends: int) -> int:
    """The first instant after `begins` at which the clocks show what they show at `ends`."""
    before = _ahead(zone, begins)
    while ends - begins > 1:
        middle = (begins + ends) // 2
        if _ahead(zone, middle) == before:
            begins = middle
        else:
            ends = middle
    return ends
