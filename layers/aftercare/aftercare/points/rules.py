"""The rules of points: versioned, dated, read as data; a change is never applied backwards."""

import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day
from aftercare.points.errors import NoRulesError, PointsInvalidError
from aftercare.points.model import MOST_POINTS

# What one partition of a table takes in a second.
_PARTITION_UNITS = 1000
_DAY = timedelta(days=1)
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Rules:
    """One version, in force from the first moment of `valid_from` in the program's zone.

    `minor_units` tells per currency how many minor units make one whole: 100 cents, 1 yen.
    """

    version: str
    valid_from: date
    source: str
    zone: ZoneInfo
    lifetime_days: int
    review_bonus: int
    reminder_days: tuple[int, ...]
    minor_units: Mapping[str, int]
    peak_writes_per_second: int
    units_per_marker: int

    def points_for(self, net: int, currency: str) -> int:
        """The points that a net amount, in minor units, earns: one per whole currency unit.

        Raises:
            PointsInvalidError: No such currency, no whole amount, or more than an operation moves.
        """
        if currency not in self.minor_units:
            raise PointsInvalidError("currency", "Nothing is earned in that currency.")
        if type(net) is not int or net < 0:
            raise PointsInvalidError("amount", "An amount is in whole minor units, zero or more.")
        points = net // self.minor_units[currency]
        if points > MOST_POINTS:
            raise PointsInvalidError("amount", f"An amount earns {MOST_POINTS} points at most.")
        return points

    def day_of(self, moment: datetime) -> date:
        """The program's local day."""
        return local_day(moment, self.zone)

    def due_day(self, moment: datetime) -> date:
        """The last day on which what is earned at that moment is good."""
        return self.day_of(moment) + timedelta(days=self.lifetime_days)

    def end_of(self, day: date) -> datetime:
        """The first moment after that local day, in UTC: its points are past from then on."""
        return datetime.combine(day + _DAY, time.min, self.zone).astimezone(UTC)

    @property
    def shards(self) -> int:
        """Over how many partitions the markers of one due day are spread.

        So many that no partition takes more than its 1 000 units a second at the peak.
        """
        return max(
            1, math.ceil(self.peak_writes_per_second * self.units_per_marker / _PARTITION_UNITS)
        )


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All versions, oldest first, in one time zone."""

    versions: Sequence[Rules]

    def __post_init__(self) -> None:
        """Refuses versions that would let a day be counted in two ways."""
        dates = [rules.valid_from for rules in self.versions]
        if not dates or dates != sorted(set(dates)):
            raise ValueError(
                "each version of the rules has a day of its own, and they are in order"
            )
        if len({rules.zone.key for rules in self.versions}) > 1:
            raise ValueError("a program keeps its time zone: else a day would come twice, or never")

    @property
    def zone(self) -> ZoneInfo:
        return self.versions[0].zone

    def at(self, moment: datetime) -> Rules:
        """The rules in force at that moment.

        Raises:
            NoRulesError: There were none yet.
        """
        day = local_day(moment, self.zone)
        for rules in reversed(self.versions):
            if rules.valid_from <= day:
                return rules
        raise NoRulesError("Nobody earned points at that time.")

    def earns_in(self, currency: str, moment: datetime) -> bool:
        """Whether purchases in that currency earned anything at that moment.

        What is no currency's code (ISO 4217) is left to `Rules.points_for` to refuse.
        """
        try:
            known = self.at(moment).minor_units
        except NoRulesError:
            return False
        return currency in known or not _CURRENCY.fullmatch(currency)

    def version(self, version: str) -> Rules:
        """The rules of that version, which a ledger row names."""
        return next(rules for rules in self.versions if rules.version == version)


@cache
def published() -> RuleBook:
    """The rules beside this file, read once per process."""
    folder = files(__package__) / "rules"
    documents = (item for item in folder.iterdir() if item.name.endswith(".toml"))
    versions = [read_rules(item.read_text()) for item in documents]
    return RuleBook(sorted(versions, key=lambda rules: rules.valid_from))


def read_rules(text: str) -> Rules:
    """The rules in a TOML document.

    Raises:
        KeyError, ValueError, TypeError: The document is no set of rules.
    """
    document = tomllib.loads(text)
    minor_units, expiry = document["minor_units"], document["expiry"]
    return Rules(
        version=_text(document, "version"),
        valid_from=date.fromisoformat(_text(document, "valid_from")),
        source=_text(document, "source"),
        zone=ZoneInfo(_text(document, "time_zone")),
        lifetime_days=_count(document, "lifetime_days"),
        review_bonus=_count(document, "review_bonus"),
        reminder_days=tuple(int(days) for days in document["reminder_days"]),
        minor_units={currency: _count(minor_units, currency) for currency in minor_units},
        peak_writes_per_second=_count(expiry, "peak_writes_per_second"),
        units_per_marker=_count(expiry, "units_per_marker"),
    )


def _text(table: Mapping[str, object], name: str) -> str:
    value = table[name]
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    return value


def _count(table: Mapping[str, object], name: str) -> int:
    value = table[name]
    if type(value) is not int or value < 1:
        raise ValueError(f"{name} is a whole number, one or more")
    return value
