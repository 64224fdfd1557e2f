"""Business days by market (R-CAL-03). They are days: the zone that they are in is the caller's."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from aftercare.calendars.model import Calendar, Span


def is_business_day(market: str, day: date) -> bool:
    """Whether business is done in the market on that day."""
    return calendar_of(market).is_business_day(day)


def add_business_days(market: str, day: date, business_days: int) -> date:
    """The n-th business day after that day; the day itself for 0.

    Raises:
        ValueError: The number is negative.
    """
    return calendar_of(market).add(day, business_days)


def between(market: str, day: date, fewest: int, most: int) -> Span:
    """The days on which something falls that takes `fewest` to `most` business days from that day.

    Raises:
        ValueError: A number is negative.
    """
    calendar = calendar_of(market)
    last = calendar.add(day, most)
    estimated = any(map(calendar.is_estimated, (day, last)))
    return Span(calendar.add(day, fewest), last, estimated)


def is_estimated(market: str, day: date) -> bool:
    """Whether the market's business days of that year may still change.

    It has no calendar, or none of that year, or the state has not announced them yet.
    """
    return calendar_of(market).is_estimated(day)


def calendar_of(market: str) -> Calendar:
    """The market's calendar; of one without data, only the weekends are known."""
    return _calendars().get(market.strip().upper()) or Calendar()


@cache
def _calendars() -> Mapping[str, Calendar]:
    text = Path(__file__).with_name("markets.json").read_text("utf-8")
    return {market: _calendar(document) for market, document in json.loads(text).items()}


def _calendar(document: Mapping[str, Mapping[str, Any]]) -> Calendar:
    closed = {
        date.fromisoformat(f"{year}-{day}"): name
        for year, days in document["closed"].items()
        for day, name in days.items()
    }
    worked = {
        date.fromisoformat(f"{year}-{day}")
        for year, days in document["worked"].items()
        for day in days
    }
    return Calendar(
        years=frozenset(map(int, document["closed"])),
        closed=closed,
        worked=frozenset(worked),
        estimated={int(year): why for year, why in document["estimated"].items()},
    )
