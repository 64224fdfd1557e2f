"""Attributes that pynamodb lacks: days and moments, and maps of numbers by day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pynamodb.attributes import Attribute
from pynamodb.constants import MAP, NUMBER, STRING

from aftercare.kernel.clock import from_text, to_text

type Counts = Mapping[date, int]


class DayAttribute(Attribute[date]):
    """A day."""

    attr_type = STRING

    def serialize(self, value: date) -> str:
        return value.isoformat()

    def deserialize(self, value: str) -> date:
        return date.fromisoformat(value)


class MomentAttribute(Attribute[datetime]):
    """A moment, as everything else writes it."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        return to_text(value)

    def deserialize(self, value: str) -> datetime:
        return from_text(value)


class NamedMomentsAttribute(Attribute[Mapping[str, datetime]]):
    """A map of names to moments."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, datetime]) -> dict[str, dict[str, str]]:
        return {name: {STRING: to_text(moment)} for name, moment in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> Mapping[str, datetime]:
        return {name: from_text(moment[STRING]) for name, moment in value.items()}


class CountsAttribute(Attribute[Counts]):
    """A map of days to numbers."""

    attr_type = MAP

    def serialize(self, value: Counts) -> dict[str, dict[str, str]]:
        return {day.isoformat(): {NUMBER: str(value[day])} for day in value}

    def deserialize(self, value: Mapping[str, Mapping[str, str]]) -> Counts:
        return {date.fromisoformat(day): int(value[day][NUMBER]) for day in sorted(value)}


class NamedCountsAttribute(Attribute[Mapping[str, Counts]]):
    """A map of names to such maps."""

    attr_type = MAP

    def serialize(self, value: Mapping[str, Counts]) -> dict[str, dict[str, Any]]:
        return {name: {MAP: _COUNTS.serialize(counts)} for name, counts in value.items()}

    def deserialize(self, value: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Counts]:
        return {name: _COUNTS.deserialize(counts[MAP]) for name, counts in value.items()}


_COUNTS = CountsAttribute()
