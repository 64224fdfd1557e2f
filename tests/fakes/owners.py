"""How codes are checked: by honest owners and by whoever buys copies, by assumptions stated here.

Times are in days. Each share is of codes, or of people, as its name says. None is measured, as
there are no customers yet: where two were likely, the one that makes more false alarms is taken.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from typing import NamedTuple

from aftercare.authenticity.model import Audience, Check, Hints, History
from aftercare.authenticity.sales import Sales
from tests.fakes.codes import NOON, check

YEAR = 365.0
MARKETS = ("US", "CN", "JP", "FR", "GB", "KR", "TH", "AU")
# The kinds of phones: the most common is that of one person in eight.
_DEVICES = [1 / (rank + 3) for rank in range(60)]


@dataclass(frozen=True)
class Assumptions:
    """Shares of codes and of people, and how often they check."""

    owners_who_check: float = 0.35
    further_checks: float = 0.3  # after each one, of one more at any time within the year
    owners_with_two_devices: float = 0.15
    gifts: float = 0.25
    givers_who_check: float = 0.2
    families_who_check: float = 0.1  # one more person, on the day of the owner's first check
    checks_from_elsewhere: float = 0.4  # mobile networks, friends, work
    people_behind_vpns: float = 0.05
    holidays: float = 0.3
    resales: float = 0.05
    bidders_who_check_a_photo: float = 0.1
    returns: float = 0.04
    former_owners_who_check: float = 0.05
    untold_sales: float = 0.1
    videos: float = 0.0003  # with a legible code
    viewers_on_average: float = 6.0
    days_of_a_video: float = 7.0
    # Copies
    buyers_of_copies_who_check: float = 0.3
    days_of_selling_copies: float = 90.0


class Person(NamedTuple):
    """Somebody with a phone or two, at home in a network of a country."""

    devices: tuple[str, ...]
    home: str
    country: str
    has_vpn: bool


class Visit(NamedTuple):
    """A check by a customer."""

    day: float
    network: str
    device: str
    country: str


class Life(NamedTuple):
    """What happens to one code in a year."""

    visits: list[Visit]
    sales: list[tuple[float, str]]


class World:
    """Draws people and what they do."""

    def __init__(self, seed: int, assume: Assumptions | None = None) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - a simulation
        self.assume = assume or Assumptions()
        self._names = count()

    def honest(self) -> Life:
        """A genuine product's code: one owner, perhaps a giver, a return or a resale."""
        assume, market = self.assume, self.dice.choice(MARKETS)
        sold = 0.0
        visits: list[Visit] = []
        sales = [] if self._is(assume.untold_sales) else [(sold, "sold")]
        owner = self._person(market)
        first = self.dice.expovariate(0.2) + 0.1
        if self._is(assume.gifts):
            if self._is(assume.givers_who_check):
                visits.append(self._visit(self._person(market), 0.2 + self.dice.random()))
            first += 1 + self.dice.expovariate(0.1)
        visits += self._owner(owner, first)
        if self._is(assume.videos):
            visits += self._video(first)
        if self._is(assume.returns):
            more, back = self._return(owner, market, first)
            visits, sales = visits + more, sales + back
        elif self._is(assume.resales):
            visits += self._resale(market)
        return Life(sorted(visit for visit in visits if visit.day < YEAR), sales)

    def copies(self, number: int) -> Life:
        """A code that so many copies carry: one genuine piece, and buyers over weeks."""
        assume = self.assume
        honest = self.honest()
        sold_in = self.dice.sample(MARKETS, 3)
        buyers = sum(
            self._is(assume.buyers_of_copies_who_check) for _ in range(min(number, 30_000))
        )
        visits = [
            self._visit(
                self._person(self.dice.choice(sold_in)),
                self.dice.random() * assume.days_of_selling_copies,
            )
            for _ in range(buyers)
        ]
        return Life(sorted([*honest.visits, *visits]), honest.sales)

    def _owner(self, owner: Person, first: float) -> Iterator[Visit]:
        assume = self.assume
        if not self._is(assume.owners_who_check):
            return
        yield self._visit(owner, first)
        if self._is(assume.families_who_check):
            other = self._person(owner.country)._replace(home=owner.home)
            yield self._visit(other, first + self.dice.random() * 0.5)
        while self._is(assume.further_checks):
            yield self._visit(owner, first + self.dice.random() ** 3 * YEAR)
        if self._is(assume.holidays) and self._is(assume.further_checks):
            abroad = owner._replace(country=self.dice.choice(MARKETS), home=self._name())
            yield self._visit(abroad, first + self.dice.random() * YEAR)

    def _video(self, first: float) -> Iterator[Visit]:
        start = first + self.dice.random() * 5
        viewers = min(int(self.dice.expovariate(1 / self.assume.viewers_on_average)), 60)
        for _ in range(viewers):
            later = min(self.dice.expovariate(0.35), self.assume.days_of_a_video)
            yield self._visit(self._person(self.dice.choice(MARKETS)), start + later)

    def _return(
        self, owner: Person, market: str, first: float
    ) -> tuple[list[Visit], list[tuple[float, str]]]:
        back = first + 1 + self.dice.random() * 25
        again = back + 1 + self.dice.expovariate(0.1)
        visits = list(self._owner(self._person(market), again + 1))
        if self._is(self.assume.former_owners_who_check):
            visits.append(self._visit(owner, back + self.dice.expovariate(0.2)))
        return visits, [(back, "returned"), (again, "sold")]

    def _resale(self, market: str) -> Iterator[Visit]:
        day = self.dice.random() * YEAR
        while self._is(self.assume.bidders_who_check_a_photo):
            yield self._visit(self._person(market), day - self.dice.random() * 7)
        yield from self._owner(self._person(market), day + 1)

    def _person(self, country: str) -> Person:
        kinds = self.dice.choices(range(len(_DEVICES)), _DEVICES, k=2)
        devices = tuple(f"d{country}{kind}" for kind in kinds)
        if not self._is(self.assume.owners_with_two_devices):
            devices = devices[:1]
        return Person(devices, self._name(), country, self._is(self.assume.people_behind_vpns))

    def _visit(self, who: Person, day: float) -> Visit:
        network, country = who.home, who.country
        if self._is(self.assume.checks_from_elsewhere):
            network = self._name()
        if who.has_vpn and self._is(0.5):
            network, country = self._name(), self.dice.choice(MARKETS)
        return Visit(max(day, 0.0), network, self.dice.choice(who.devices), country)

    def _name(self) -> str:
        return f"n{next(self._names)}"

    def _is(self, share: float) -> bool:
        return self.dice.random() < share


def histories(life: Life, dice: random.Random) -> Iterator[tuple[float, History]]:
    """The code's history after each check that is recorded, with the day."""
    known = History()
    for number, visit in enumerate(life.visits):
        weight = 1 if known.first_by_customer is None else known.weight(Audience.CUSTOMER)
        if dice.random() * weight >= 1:
            continue
        known = known.including(_check(number, visit), weight)
        sales = Sales()
        for day, kind in life.sales:
            if day <= visit.day:
                at = NOON + timedelta(days=day)
                sales = sales.sold(at) if kind == "sold" else sales.returned(at)
        yield visit.day, replace(known, sales=sales)


def _check(number: int, visit: Visit) -> Check:
    return check(
        number,
        check_id=f"{number:08d}",
        at=NOON + timedelta(days=visit.day),
        country=visit.country,
        hints=Hints(visit.network, visit.device),
    )
