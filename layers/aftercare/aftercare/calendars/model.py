"""A market's business days."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
_SATURDAY = 5


class Span(NamedTuple):
    """From a first to a last day, both included.

    `is_estimated`: a day that decided it may still become a business day, or cease to be one.
    """

    first: date
    last: date
    is_estimated: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """The business days of a market: not Saturdays, Sundays or holidays, unless they are worked.

    `closed` has the names of holidays on weekdays, `worked` the weekend days on which people work
    to make up for one. `estimated` says why a year's days may change. Of a year that is not among
    `years` only the weekends are known.
    """

    years: frozenset[int] = frozenset()
    closed: Mapping[date, str] = field(default_factory=dict)
    worked: frozenset[date] = frozenset()
    estimated: Mapping[int, str] = field(default_factory=dict)

    def is_business_day(self, day: date) -> bool:
        if day.weekday() >= _SATURDAY:
            return day in self.worked
        return day not in self.closed

    def add(self, day: date, business_days: int) -> date:
        """The n-th business day after that day; the day itself for 0.

        Raises:
            ValueError: The number is negative.
        """
        if business_days < 0:
            raise ValueError("business days are counted forwards")
        while business_days:
            day += _DAY
            business_days -= self.is_business_day(day)
        return day

    def is_estimated(self, day: date) -> bool:
        """Whether that year's days are not all known yet."""
        return day.year not in self.years or day.year in self.estimated
