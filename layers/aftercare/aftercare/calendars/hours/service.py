"""Three kinds of business hours by market: staffed ones, whole business days, round the clock."""

from functools import cache

from aftercare.calendars.hours.desks import published
from aftercare.calendars.hours.model import ALL_DAY, BusinessHours, Timetable
from aftercare.calendars.service import calendar_of
from aftercare.kernel.clock import zone_named

_WEEKDAYS, _WEEKEND = 5, 2


def staffed(market: str) -> BusinessHours:
    """The hours in which people answer the customers of that market (R-CAL-04)."""
    return published().of(market).hours


def business_days(market: str) -> BusinessHours:
    """All 24 hours of the market's business days, by its desk's clock (R-CAL-03, R-CAL-05)."""
    return _business_days(market.strip().upper())


@cache
def round_the_clock() -> BusinessHours:
    """Every hour of every day: seconds as they pass."""
    return BusinessHours(zone_named("UTC"), [Timetable((ALL_DAY,) * (_WEEKDAYS + _WEEKEND))])


@cache
def _business_days(market: str) -> BusinessHours:
    week = (ALL_DAY,) * _WEEKDAYS + ((),) * _WEEKEND
    timetable = Timetable(week, worked=ALL_DAY, calendar=calendar_of(market))
    return BusinessHours(published().of(market).zone, [timetable])
