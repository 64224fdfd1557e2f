"""What the desk is held to: data beside this file, a document per version."""

from datetime import date
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path

from msgspec import Struct

from aftercare.desk.model import Channel, Lane
from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import Count, Day, Name, Positive, RuleBook, book_in


class Measure(StrEnum):
    """What a clock measures."""

    ACKNOWLEDGEMENT = "acknowledgement"
    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    TIER2_QA = "tier2_qa"
    LEGAL = "legal"


class Counting(StrEnum):
    """In which hours a target is counted."""

    STAFFED = "staffed"
    BUSINESS_DAYS = "business_days"
    ROUND_THE_CLOCK = "round_the_clock"


class Unit(StrEnum):
    """What the figures of a target are; a day is 24 counted hours."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"

    @property
    def seconds(self) -> int:
        return {Unit.MINUTES: 60, Unit.HOURS: 3_600, Unit.DAYS: 86_400}[self]


class Target(Struct, frozen=True, forbid_unknown_fields=True):
    """At most so much time, for tickets of some channels and lanes; of all, if it names none.

    `at_least` is the range's lower end: after it somebody is warned, with 0 nobody is.
    """

    measure: Measure
    at_most: Positive
    unit: Unit
    counted: Counting
    source: Name
    at_least: Count = 0
    channels: frozenset[Channel] = frozenset()
    lanes: frozenset[Lane] = frozenset()

    def __post_init__(self) -> None:
        if self.at_least >= self.at_most:
            raise FieldError("at_least", "less than at_most")

    @property
    def seconds(self) -> int:
        return self.at_most * self.unit.seconds

    @property
    def warned_after(self) -> int:
        return self.at_least * self.unit.seconds

    def is_for(self, measure: Measure, channel: Channel, lane: Lane) -> bool:
        return (
            self.measure is measure
            and (not self.channels or channel in self.channels)
            and (not self.lanes or lane in self.lanes)
        )


class Targets(Struct, frozen=True, forbid_unknown_fields=True):
    """One version; a ticket keeps the one of the day on which it was opened."""

    version: Name
    valid_from: Day
    source: Name
    reopen_days: Positive
    remind_days: Positive
    silence_days: Positive
    targets: tuple[Target, ...]

    def __post_init__(self) -> None:
        for measure, channel, lane in product(Measure, Channel, Lane):
            count = sum(each.is_for(measure, channel, lane) for each in self.targets)
            if count > 1 or (not count and measure is not Measure.ACKNOWLEDGEMENT):
                rule = f"one {measure} for {channel} and {lane}, not {count}"
                raise FieldError("targets", rule)

    def of(self, measure: Measure, channel: Channel, lane: Lane) -> Target | None:
        """The target of such tickets; only acknowledgements are not promised on every channel."""
        fitting = (each for each in self.targets if each.is_for(measure, channel, lane))
        return next(fitting, None)


@cache
def published() -> RuleBook[Targets]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, Targets)


def targets_on(day: date) -> Targets:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
