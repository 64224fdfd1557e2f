"""The calendars room's data: one line per market and year."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import holidays

FILE = (
    Path(__file__).parents[2] / "layers" / "aftercare" / "aftercare" / "calendars" / "markets.json"
)
# The first policy's year, and how many years after the current one.
FIRST_YEAR = 2025
AHEAD = 3
_ESTIMATED = "estimated"
_SHOWN = "en_US"


class Source(NamedTuple):
    """Which of the package's holidays are a market's.

    `part` is the part of the country that counts, where holidays are its parts' and none, or too
    few, are the whole country's. `kinds` are the package's categories: where banks close on more
    days than offices, no refund moves on those either.
    """

    part: str = ""
    kinds: tuple[str, ...] = ("public",)


# The countries with the retailer's own shops, online or in the street, that most orders come from.
MARKETS = {
    "US": Source(),
    "CA": Source(part="ON"),
    "GB": Source(part="ENG"),
    "FR": Source(),
    "DE": Source(),
    "IT": Source(),
    "ES": Source(),
    "NL": Source(),
    "AU": Source(part="NSW"),
    "NZ": Source(),
    "JP": Source(kinds=("public", "bank")),
    "KR": Source(),
    "SG": Source(),
    "CN": Source(),
}


def years_from(today: date) -> Sequence[int]:
    """The years of a file that is written on that day."""
    return range(FIRST_YEAR, today.year + AHEAD + 1)


def text(years: Sequence[int]) -> str:
    """The file's text: one line per market and year, so that changes of a holiday are seen."""
    markets = (
        f"{json.dumps(market)}: {{\n{_lines(calendar)}\n}}"
        for market, calendar in calendars(years).items()
    )
    return "{\n" + ",\n".join(markets) + "\n}\n"


def calendars(years: Sequence[int]) -> dict[str, dict[str, dict[str, Any]]]:
    """Market → by year, its closed weekdays, its worked weekend days, and why they may change."""
    return {market: _calendar(market, source, years) for market, source in MARKETS.items()}


def _lines(calendar: dict[str, dict[str, Any]]) -> str:
    return ",\n".join(
        f"  {json.dumps(part)}: {{{', '.join(_members(by_year))}}}"
        if part != "closed"
        else f"  {json.dumps(part)}: {{\n    " + ",\n    ".join(_members(by_year)) + "\n  }"
        for part, by_year in calendar.items()
    )


def _members(by_year: dict[str, Any]) -> list[str]:
    return [
        f"{json.dumps(year)}: {json.dumps(days, ensure_ascii=False)}"
        for year, days in by_year.items()
    ]


def _calendar(market: str, source: Source, years: Sequence[int]) -> dict[str, dict[str, Any]]:
    found = _holidays(market, source, years)
    if found.weekend != {5, 6}:
        raise ValueError(f"{market}: the calendars room knows no weekend but Saturday and Sunday")
    closed: dict[str, dict[str, str]] = {str(year): {} for year in years}
    worked: dict[str, list[str]] = {}
    for day, name in sorted(found.items()):
        if day.year in years and day.weekday() not in found.weekend:
            closed[str(day.year)][f"{day:%m-%d}"] = name
    for day in sorted(found.weekend_workdays):
        if day.year in years:
            worked.setdefault(str(day.year), []).append(f"{day:%m-%d}")
    return {"closed": closed, "worked": worked, _ESTIMATED: _doubts(market, closed, worked)}


def _holidays(market: str, source: Source, years: Sequence[int]) -> holidays.HolidayBase:
    languages = getattr(holidays, market).supported_languages
    return holidays.country_holidays(
        market,
        subdiv=source.part or None,
        years=years,
        categories=source.kinds,
        language=_SHOWN if _SHOWN in languages else None,
    )


def _doubts(
    market: str, closed: dict[str, dict[str, str]], worked: dict[str, list[str]]
) -> dict[str, str]:
    """Year → why its days may still change."""
    doubts = {
        year: "days of the lunar or Islamic calendar are not yet announced"
        for year, days in closed.items()
        if any(_ESTIMATED in name for name in days.values())
    }
    if market == "CN":
        doubts |= {
            year: "the State Council has not yet announced days off and worked weekends"
            for year in closed
            if year not in worked
        }
    return doubts
