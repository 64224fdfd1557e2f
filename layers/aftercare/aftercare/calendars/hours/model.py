"""Business hours (R-CAL-06): the seconds between two instants, and when so many are over."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate, starmap
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.calendars.hours.openings import DAY, Opening, Stretch, joined, offsets
from aftercare.calendars.model import Calendar

type Openings = tuple[Opening, ...]

ALL_DAY: Openings = (Opening(0, DAY),)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_EPOCH_DAY = _EPOCH.toordinal()
_SATURDAY = 5
# Hours are laid out for 28 days at a time and kept.
_SHEET = 28 * DAY
_MOST_EMPTY_SHEETS = 2 * 13


class NeverOpenError(ValueError):
    """In two years there is not one business hour: no deadline is ever reached."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The hours of each day, in force from a day on.

    A weekday that is a holiday has the hours of holidays, a weekend day that is worked those of
    worked days; `days` has single days that differ from everything else. A shift across midnight
    belongs to the day on which it begins.
    """

    week: tuple[Openings, ...]
    worked: Openings = ()
    holidays: Openings = ()
    days: Mapping[date, Openings] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    version: str = "always"
    valid_from: date = date.min

    def openings_on(self, day: date) -> Openings:
        if (own := self.days.get(day)) is not None:
            return own
        weekday = day.weekday()
        if self.calendar.is_business_day(day) == (weekday < _SATURDAY):
            return self.week[weekday]
        return self.holidays if weekday < _SATURDAY else self.worked


class BusinessHours:
    """The hours of one place by its clock, as its timetables say, each from its day on.

    Business is done whenever the clock on the wall shows a time of an opening: an hour that a
    clock skips has none, one that it shows twice has two. Instants count by their whole second.
    """

    def __init__(self, zone: ZoneInfo, timetables: Iterable[Timetable]) -> None:
        """Takes the timetables of a place; before the first one's day that one is in force.

        Raises:
            ValueError: There is none.
        """
        self.zone = zone
        self._timetables = sorted(timetables, key=lambda each: each.valid_from)
        self._days = [each.valid_from for each in self._timetables]
        self._sheets: dict[int, _Sheet] = {}
        if not self._timetables:
            raise ValueError("business hours need a timetable")

    def elapsed(self, begins: datetime, ends: datetime) -> int:
        """The seconds of business between two instants; negative if they are the other way round.

        It adds up: from a to b and from b to c is from a to c.
        """
        since, until = _second(begins), _second(ends)
        if until < since:
            return -self.elapsed(ends, begins)
        first, last = since // _SHEET, until // _SHEET
        whole = sum(self._sheet(number).total for number in range(first, last))
        return whole + self._sheet(last).before(until) - self._sheet(first).before(since)

    def deadline(self, start: datetime, seconds: int) -> datetime:
        """The first instant at which so many seconds of business have passed since the start.

        That may be the moment at which business ends for the day. `elapsed` is its inverse.

        Raises:
            ValueError: The number is negative.
            NeverOpenError: No business is done for two years.
        """
        if seconds < 0:
            raise ValueError("deadlines lie ahead")
        begins = _second(start)
        if not seconds:
            return _instant(begins)
        number, empty = begins // _SHEET, 0
        left = seconds + self._sheet(number).before(begins)
        while left > (total := self._sheet(number).total):
            left -= total
            number += 1
            empty = 0 if total else empty + 1
            if empty > _MOST_EMPTY_SHEETS:
                raise NeverOpenError("there are no business hours")
        return _instant(self._sheet(number).at(left))

    def _openings_on(self, day: date) -> Openings:
        place = bisect_right(self._days, day) - 1
        return self._timetables[max(place, 0)].openings_on(day)

    def _sheet(self, number: int) -> "_Sheet":
        if (sheet := self._sheets.get(number)) is None:
            begins = number * _SHEET
            stretches = tuple(joined(self._stretches(begins, begins + _SHEET)))
            sheet = self._sheets[number] = _Sheet.of(stretches)
        return sheet

    def _stretches(self, begins: int, ends: int) -> Iterator[Stretch]:
        """When business is done between two instants; two stretches may share some."""
        for since, until, ahead in offsets(self.zone, begins, ends):
            # What the clock shows, in seconds as if it were UTC. Shifts may be of the day before.
            first, last = (since + ahead) // DAY - 1, (until - 1 + ahead) // DAY
            for day in range(first, last + 1):
                midnight = day * DAY - ahead
                for opening in self._openings_on(date.fromordinal(_EPOCH_DAY + day)):
                    opens = max(midnight + opening.begins, since)
                    closes = min(midnight + opening.ends, until)
                    if opens < closes:
                        yield Stretch(opens, closes)


class _Sheet(NamedTuple):
    """The hours of 28 days: their stretches, and the seconds of business until each one's end."""

    begins: tuple[int, ...]
    ends: tuple[int, ...]
    sums: tuple[int, ...]
    total: int

    @classmethod
    def of(cls, stretches: tuple[Stretch, ...]) -> "_Sheet":
        begins, ends = zip(*stretches, strict=True) if stretches else ((), ())
        sums = tuple(accumulate(starmap(_length, stretches)))
        return cls(begins, ends, sums, sums[-1] if sums else 0)

    def before(self, instant: int) -> int:
        """The seconds of business in the sheet before that instant."""
        place = bisect_right(self.begins, instant) - 1
        if place < 0:
            return 0
        return self.sums[place] - max(self.ends[place] - instant, 0)

    def at(self, seconds: int) -> int:
        """The first instant at which so many seconds of the sheet's business are over."""
        place = bisect_left(self.sums, seconds)
        return self.ends[place] - (self.sums[place] - seconds)


def _length(begins: int, ends: int) -> int:
    return ends - begins


def _second(moment: datetime) -> int:
    return (moment - _EPOCH) // _SECOND


def _instant(second: int) -> datetime:
    return _EPOCH + second * _SECOND
