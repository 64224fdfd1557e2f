"""The points a member should have, one by one: slow, plain, and independent of the ledger."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

# The place of a point. A live one that is past its day has expired, even before a night's run.
LIVE, LAPSED, PAID, TAKEN, FORFEITED = "live", "lapsed", "paid a debt", "taken back", "forfeited"
LENT = "lent"
_KEPT = timedelta(days=400)
# How long points are set aside, and how long at most.
_HELD, _LONGEST = timedelta(days=30), timedelta(days=180)


class RefusedError(Exception):
    """A refusal by the rules, by its code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Point:
    due: date
    where: str = LIVE
    # The day of the refunded points in whose place it was taken.
    owed: date = date.min


@dataclass
class Earned:
    """A purchase: when its points are due, what it earned, what was taken back."""

    due: date
    points: int
    net: int
    unit: int
    refunded: int = 0
    reversed_points: int = 0


@dataclass
class Purse:
    """One member's points, one by one."""

    points: list[Point] = field(default_factory=list)
    purchases: dict[str, Earned] = field(default_factory=dict)
    debts: Counter[date] = field(default_factory=Counter)
    closed: bool = False
    # Since when each hold is there, and until when.
    held_since: dict[str, datetime] = field(default_factory=dict)
    held_until: dict[str, datetime] = field(default_factory=dict)

    @property
    def debt(self) -> int:
        return self.debts.total()

    def lots(self, today: date) -> dict[date, int]:
        return dict(Counter(point.due for point in self._live(today)))

    def available(self, today: date) -> int:
        return len(self._live(today)) - self.debt

    def held(self) -> dict[str, int]:
        names = (point.where for point in self.points)
        return dict(Counter(name for name in names if name.startswith("hold#")))

    def ends(self) -> dict[str, datetime]:
        return {name: self.held_until[name] for name in self.held()}

    def set_aside(self, at: datetime, hold: str) -> None:
        self.held_since[hold], self.held_until[hold] = at, at + _HELD

    def set_aside_longer(self, at: datetime, hold: str) -> None:
        latest = min(at + _HELD, self.held_since[hold] + _LONGEST)
        self.held_until[hold] = max(self.held_until[hold], latest)

    def expired(self, today: date) -> int:
        return sum(point.due < today and point.where == LIVE for point in self.points)

    def count(self, where: str) -> int:
        return sum(point.where == where for point in self.points)

    def earn(self, today: date, name: str, due: date, net: int, unit: int) -> None:
        count = net // unit
        self.purchases[name] = Earned(due, count, net, unit)
        self.bonus(today, due, count)

    def bonus(self, today: date, due: date, count: int) -> None:
        new = [Point(due) for _ in range(count)]
        self.points += new
        self.come(today, new)

    def come(self, today: date, points: Iterable[Point]) -> None:
        """Points arrive, or come back, one by one: each frees what was taken in its place.

        Then past ones lapse, and live ones pay the debt. What is due latest is kept.
        """
        waiting = self._soonest(points)
        while waiting:
            point = waiting.pop(0)
            lent = [other for other in self._lent(today) if other.owed == point.due]
            later = [other for other in self._lent(today) if other.due > point.due]
            if self.debts[point.due]:
                self.debts[point.due] -= 1
                point.where = PAID
            elif lent:
                point.where = TAKEN
                waiting.append(max(lent, key=lambda other: other.due))
                waiting[-1].where = "on its way"
            elif point.due < today:
                point.where = LAPSED
            elif self.debt:
                point.where, point.owed = LENT, min(due for due in self.debts if self.debts[due])
                self.debts[point.owed] -= 1
            elif later:
                latest = max(later, key=lambda other: (other.due, other.owed))
                point.where, point.owed = LENT, latest.owed
                latest.where = "on its way"
                waiting.append(latest)
            else:
                point.where = LIVE
            waiting = self._soonest(waiting)

    def take(self, today: date, count: int, where: str) -> None:
        if self.available(today) < count:
            raise RefusedError("not_enough_points")
        for point in self._soonest(self._live(today))[:count]:
            point.where = where

    def capture(self, today: date, hold: str, spent: str, count: int) -> None:
        held = self._soonest(self._at(hold))
        for point in held[:count]:
            point.where = spent
        self.come(today, held[count:])

    def reverse(self, today: date, spent: str, count: int) -> None:
        latest = self._soonest(self._at(spent))[::-1]
        self.come(today, latest[: count or len(latest)])

    def refund(self, today: date, name: str, refunded: int) -> None:
        """The total refund of a purchase so far."""
        earned = self.purchases[name]
        earned.refunded = max(earned.refunded, min(refunded, earned.net))
        if earned.due < today - timedelta(days=400):
            return
        right = (earned.net - earned.refunded) // earned.unit
        count = max(0, earned.points - earned.reversed_points - right)
        earned.reversed_points += count
        self.take_back(today, earned.due, count)

    def close(self, today: date) -> None:
        for point in self.points:
            is_live = point.where == LIVE and point.due >= today
            if is_live or point.where.startswith("hold#"):
                point.where = FORFEITED
        self.closed = True

    def take_back(self, today: date, due: date, count: int) -> None:
        """Points of that day's purchase go: their own, then those due soonest, then as debt."""
        own: list[Callable[[Point], bool]] = [
            lambda point: point.where == LIVE and point.due == due,
            lambda point: point.where == LAPSED and point.due == due,
        ]
        for is_own in own:
            for point in filter(is_own, list(self.points)):
                if count:
                    point.where, count = TAKEN, count - 1
        others = self._at(FORFEITED) if self.closed else self._soonest(self._live(today))
        for point in others[:count]:
            point.where, point.owed, count = TAKEN if self.closed else LENT, due, count - 1
        if not self.closed:
            self.debts[due] += count

    def _live(self, today: date) -> list[Point]:
        return [point for point in self.points if point.where == LIVE and point.due >= today]

    def _lent(self, today: date) -> list[Point]:
        """What was taken in another's place, while that day's books are open."""
        return [p for p in self.points if p.where == LENT and p.owed >= today - _KEPT]

    def _at(self, where: str) -> list[Point]:
        return [point for point in self.points if point.where == where]

    def _soonest(self, points: Iterable[Point]) -> list[Point]:
        return sorted(points, key=lambda point: point.due)
