"""How the desk served its customers: counts by minutes, from which medians are read."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import NamedTuple

from aftercare.desk.facts import Fact, Measured
from aftercare.desk.model import Channel

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Spread:
    """How often something took so many minutes, begun ones in full, and was in time."""

    minutes: Mapping[int, int] = field(default_factory=dict)
    met: int = 0

    @property
    def count(self) -> int:
        return sum(self.minutes.values())

    def within(self, percent: int) -> int:
        """In how many minutes so many of a hundred were served; the nearest rank, 0 of none."""
        rank, seen = ceil(self.count * percent / 100), 0
        for minutes in sorted(self.minutes):
            seen += self.minutes[minutes]
            if seen >= rank:
                return minutes
        return 0

    def and_(self, other: "Spread") -> "Spread":
        both = Counter(self.minutes) + Counter(other.minutes)
        return Spread(dict(both), self.met + other.met)


@dataclass(frozen=True, slots=True)
class Served:
    """The first responses to some tickets, and their resolutions with all reopenings."""

    first_response: Spread = field(default_factory=Spread)
    resolution: Spread = field(default_factory=Spread)

    @property
    def tickets(self) -> int:
        return self.resolution.count

    def and_(self, other: "Served") -> "Served":
        return Served(
            self.first_response.and_(other.first_response),
            self.resolution.and_(other.resolution),
        )


type Figures = Mapping[Channel, Served]
"""Of the channels on which a ticket was closed."""


class Report(NamedTuple):
    """The figures of the tickets that closed in the thirty days that end with `until`."""

    until: date
    figures: Figures


def figures_of(facts: Iterable[Fact]) -> Figures:
    """The figures of some facts, in whatever order."""
    taken: dict[Channel, list[Fact]] = {}
    for fact in facts:
        taken.setdefault(fact.channel, []).append(fact)
    return {
        channel: Served(
            _spread(each.first_response for each in some), _spread(each.resolution for each in some)
        )
        for channel, some in taken.items()
    }


def together(several: Iterable[Figures]) -> Figures:
    """The figures of several days."""
    whole: dict[Channel, Served] = {}
    for figures in several:
        for channel, served in figures.items():
            whole[channel] = whole.get(channel, Served()).and_(served)
    return whole


def _spread(some: Iterable[Measured]) -> Spread:
    measured = list(some)
    minutes = Counter(ceil(each.seconds / _MINUTE) for each in measured)
    return Spread(dict(minutes), sum(each.met for each in measured))
