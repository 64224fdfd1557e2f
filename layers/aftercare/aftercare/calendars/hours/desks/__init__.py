"""When desks are staffed: data beside this file, a folder per desk, a document per version."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct, field

from aftercare.calendars.hours.model import BusinessHours, Timetable
from aftercare.calendars.hours.openings import openings
from aftercare.calendars.service import calendar_of
from aftercare.kernel.clock import zone_named
from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import Day, Name, Names, RuleBook, read, read_documents

OTHERS = "*"
_RULE = "openings such as 09:00-18:00 or 22:00-06:00, in order and apart from each other"
_Openings = Annotated[tuple[str, ...], Meta(description=_RULE)]


class _Week(Struct, frozen=True, forbid_unknown_fields=True):
    monday: _Openings
    tuesday: _Openings
    wednesday: _Openings
    thursday: _Openings
    friday: _Openings
    saturday: _Openings
    sunday: _Openings

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            _check(name, getattr(self, name))
        if not any(getattr(self, name) for name in self.__struct_fields__):
            raise FieldError("monday", "a day on which the desk is staffed, or another one")


class DeskHours(Struct, frozen=True, forbid_unknown_fields=True):
    """One version of a desk's hours; `holidays` names the market on whose holidays it is closed.

    `worked` are the hours of a weekend day on which that market works, `on_holidays` those of its
    holidays, `days` those of single days, whatever else is said of them.
    """

    desk: Name
    version: Name
    valid_from: Day
    source: Name
    zone: Name
    markets: Names
    holidays: Name
    worked: _Openings
    week: _Week
    on_holidays: _Openings = ()
    days: dict[date, _Openings] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check("worked", self.worked)
        _check("on_holidays", self.on_holidays)
        for day, texts in self.days.items():
            _check(f"days.{day}", texts)
        try:
            zone_named(self.zone)
        except (KeyError, ValueError):
            raise FieldError("zone", "a zone such as America/Los_Angeles") from None

    def timetable(self) -> Timetable:
        return Timetable(
            week=tuple(openings(getattr(self.week, day)) for day in self.week.__struct_fields__),
            worked=openings(self.worked),
            holidays=openings(self.on_holidays),
            days={day: openings(texts) for day, texts in self.days.items()},
            calendar=calendar_of(self.holidays),
            version=self.version,
            valid_from=self.valid_from,
        )


class Desk:
    """Where people answer the customers of some markets, with all versions of its hours."""

    def __init__(self, versions: Iterable[DeskHours]) -> None:
        """Takes the versions of one desk.

        Raises:
            ValueError: Two share a day or a name, or they differ in zone or markets.
        """
        self.book = RuleBook(versions)
        first, *later = self.book.versions
        if any((each.zone, each.markets) != (first.zone, first.markets) for each in later):
            raise ValueError(f"{first.desk}: a desk keeps its zone and its markets.")
        self.name, self.zone, self.markets = first.desk, zone_named(first.zone), first.markets

    @cached_property
    def hours(self) -> BusinessHours:
        return BusinessHours(self.zone, (each.timetable() for each in self.book.versions))


class Desks:
    """All desks. Each market has one; `*` stands for the markets that no desk names."""

    def __init__(self, versions: Iterable[DeskHours]) -> None:
        """Sorts the versions by their desks.

        Raises:
            ValueError: As `Desk`, or a market has two desks, or no desk takes all others.
        """
        by_desk: dict[str, list[DeskHours]] = defaultdict(list)
        for each in versions:
            by_desk[each.desk].append(each)
        self.desks = tuple(map(Desk, by_desk.values()))
        self._by_market = _by_market(self.desks)
        if OTHERS not in self._by_market:
            raise ValueError(f"No desk takes the markets {OTHERS!r}, which are all others.")

    def of(self, market: str) -> Desk:
        """The desk of that market's customers."""
        return self._by_market.get(market.strip().upper()) or self._by_market[OTHERS]


@cache
def published() -> Desks:
    """Every version beside this file, read once per process."""
    return Desks(read_documents(Path(__file__).parent, read_hours))


def read_hours(text: str) -> DeskHours:
    """The version of a desk's hours in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    return read(text, DeskHours)


def _by_market(desks: Iterable[Desk]) -> Mapping[str, Desk]:
    found: dict[str, Desk] = {}
    for desk in desks:
        for market in desk.markets:
            if (other := found.setdefault(market, desk)) is not desk:
                raise ValueError(f"{other.name} and {desk.name} are both the desk of {market}.")
    return found


def _check(name: str, texts: Iterable[str]) -> None:
    try:
        openings(texts)
    except ValueError:
        raise FieldError(name, _RULE) from None
