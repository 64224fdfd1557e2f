"""One clock: the business seconds spent on one target, and when that is due."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.calendars.hours.model import BusinessHours
from aftercare.calendars.hours.service import business_days, round_the_clock, staffed
from aftercare.desk.targets import Counting, Measure


class ClockState(StrEnum):
    """How a clock stands by what was done; one that runs past its due time was missed."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


class Hours(NamedTuple):
    """The business hours of one desk and market, in each way of counting."""

    staffed: BusinessHours
    business_days: BusinessHours
    round_the_clock: BusinessHours

    def of(self, counting: Counting) -> BusinessHours:
        return {
            Counting.STAFFED: self.staffed,
            Counting.BUSINESS_DAYS: self.business_days,
            Counting.ROUND_THE_CLOCK: self.round_the_clock,
        }[counting]


@dataclass(frozen=True, slots=True)
class Clock:
    """One target of one ticket.

    `spent` are the business seconds of the stretches that are over. `due` and `warned_at` are there
    while the clock runs; a clock that ran past its due time keeps that as `missed_at`, for good.
    """

    measure: Measure
    target: int
    warned_after: int
    counted: Counting
    since: datetime
    spent: int = 0
    running_since: datetime | None = None
    due: datetime | None = None
    warned_at: datetime | None = None
    missed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def state(self) -> ClockState:
        if self.missed_at:
            return ClockState.MISSED
        if self.ended_at:
            return ClockState.MET
        return ClockState.RUNNING if self.running_since else ClockState.PAUSED

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    def state_at(self, now: datetime) -> ClockState:
        """The state at a moment after the last entry: who runs past the due time has missed it."""
        return ClockState.MISSED if self.due and whole(now) > self.due else self.state

    def spent_at(self, now: datetime, hours: Hours) -> int:
        """The business seconds spent until a moment after the last entry."""
        if self.running_since is None:
            return self.spent
        return self.spent + hours.of(self.counted).elapsed(self.running_since, now)

    def running(self, at: datetime, hours: Hours) -> "Clock":
        """The clock that runs from that instant on, with what is left of its target."""
        if self.running_since:
            return self
        resumed = replace(self, running_since=at, ended_at=None)
        if self.missed_at:
            return replace(resumed, due=self.missed_at)
        deadline, left = hours.of(self.counted).deadline, self.target - self.spent
        unwarned = self.warned_after - self.spent
        return replace(
            resumed,
            due=deadline(at, left),
            warned_at=deadline(at, unwarned) if unwarned > 0 else None,
        )

    def paused(self, at: datetime, hours: Hours) -> "Clock":
        """The clock that keeps what it has spent until that instant."""
        if not self.running_since:
            return self
        return replace(
            self,
            spent=self.spent_at(at, hours),
            missed_at=self.due if self.due and at > self.due else self.missed_at,
            running_since=None,
            due=None,
            warned_at=None,
        )

    def ended(self, at: datetime, hours: Hours) -> "Clock":
        return self if self.ended_at else replace(self.paused(at, hours), ended_at=at)


def hours_of(market: str) -> Hours:
    """The business hours of the market's customers."""
    return Hours(staffed(market), business_days(market), round_the_clock())


def whole(moment: datetime) -> datetime:
    """The moment as clocks count it, without parts of a second."""
    return moment.replace(microsecond=0)
