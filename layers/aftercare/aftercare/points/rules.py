"""The rules of points: dated versions, read as data; none is applied backwards (R-PTS-11)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from aftercare.kernel.clock import local_day, zone_named
from aftercare.kernel.rulebook import Day, Name, Positive, read, read_documents
from aftercare.kernel.rulebook import RuleBook as DatedBook
from aftercare.points.errors import NoRulesError, PointsInvalidError

# What one partition of a table takes in a second.
_PARTITION_UNITS = 1000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """One version, in force from the first moment of `valid_from` in the program's zone.

    `per_point` is, per currency, the amount that earns a point, in minor units: 100 cents, 150 yen.
    """

    version: str
    valid_from: date
    source: str
    zone: ZoneInfo
    lifetime_days: int
    review_bonus: int
    reminder_days: tuple[int, ...]
    hold_days: int
    longest_hold_days: int
    per_point: Mapping[str, int]
    peak_writes_per_second: int
    units_per_marker: int

    def points_for(self, net: int, currency: str) -> int:
        """The points that a net amount, in minor units, earns: one for each whole `per_point`.

        Raises:
            PointsInvalidError: The currency earns no points, or the amount is not whole.
        """
        if currency not in self.per_point:
            raise PointsInvalidError("currency", "That currency earns no points.")
        if type(net) is not int or net < 0:
            raise PointsInvalidError("amount", "amount must be in whole minor units, zero or more.")
        return net // self.per_point[currency]

    def day_of(self, moment: datetime) -> date:
        """The program's local day."""
        return local_day(moment, self.zone)

    def due_day(self, moment: datetime) -> date:
        """The last day on which points earned at that moment are valid (R-PTS-02)."""
        return self.day_of(moment) + timedelta(days=self.lifetime_days)

    def end_of(self, day: date) -> datetime:
        """The first moment after that local day, in UTC: its points have expired from then on."""
        return datetime.combine(day + _DAY, time.min, self.zone).astimezone(UTC)

    def hold_end(self, moment: datetime) -> datetime:
        """When a hold ends that is made, or extended, at that moment (R-PTS-26)."""
        return moment + timedelta(days=self.hold_days)

    @property
    def longest_hold(self) -> timedelta:
        return timedelta(days=self.longest_hold_days)

    @property
    def shards(self) -> int:
        """The number of partitions over which the markers of one due day are spread.

        It is such that no partition takes more than its 1 000 units a second at the peak.
        """
        return max(
            1, math.ceil(self.peak_writes_per_second * self.units_per_marker / _PARTITION_UNITS)
        )


class RuleBook(DatedBook[Rules]):
    """All versions, oldest first, in one time zone."""

    def __init__(self, versions: Iterable[Rules]) -> None:
        """Refuses versions by which a day could be counted in two ways.

        Raises:
            ValueError: There is none, two share a day or a name, or their time zones differ.
        """
        super().__init__(versions)
        if len({rules.zone.key for rules in self.versions}) > 1:
            raise ValueError("A program keeps its time zone, or a day would be counted twice.")

    @property
    def zone(self) -> ZoneInfo:
        return self.versions[0].zone

    def at(self, moment: datetime) -> Rules:
        """The rules in force at that moment.

        Raises:
            NoRulesError: There were none yet.
        """
        rules = self.on(local_day(moment, self.zone))
        if rules is None:
            raise NoRulesError("No rules of points were in force at that time.")
        return rules


class _Expiry(Struct, forbid_unknown_fields=True):
    peak_writes_per_second: Positive
    units_per_marker: Positive


class _Holds(Struct, forbid_unknown_fields=True, frozen=True):
    days: Positive
    longest_days: Positive


# Versions before that of 2026-11-30 don't say how long a hold lasts: as long as by that one.
_FIRST_HOLDS = _Holds(30, 180)


class _Document(Struct, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    time_zone: Name
    lifetime_days: Positive
    review_bonus: Positive
    reminder_days: tuple[int, ...]
    expiry: _Expiry
    holds: _Holds = _FIRST_HOLDS
    # A point for each whole unit; since the version of 2026-11-30, for an amount of each currency.
    minor_units: dict[str, Positive] = {}
    per_point: dict[str, Positive] = {}


@cache
def published() -> RuleBook:
    """The rules beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).with_name("rules"), read_rules))


def read_rules(text: str) -> Rules:
    """The version of the rules in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        KeyError, ValueError: There is no such time zone, the text is not TOML, or it does not say
            once what earns a point.
    """
    document = read(text, _Document)
    if bool(document.per_point) is bool(document.minor_units):
        raise ValueError("Either minor_units or per_point says what earns a point.")
    return Rules(
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        zone=zone_named(document.time_zone),
        lifetime_days=document.lifetime_days,
        review_bonus=document.review_bonus,
        reminder_days=document.reminder_days,
        hold_days=document.holds.days,
        longest_hold_days=document.holds.longest_days,
        per_point=document.per_point or document.minor_units,
        peak_writes_per_second=document.expiry.peak_writes_per_second,
        units_per_marker=document.expiry.units_per_marker,
    )
