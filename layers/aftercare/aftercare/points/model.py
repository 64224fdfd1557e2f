"""A member's account: points by the day they are due, held, expired, owed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from aftercare.points.errors import AccountClosedError, NotEnoughPointsError

MOST_POINTS = 10_000_000
MOST_HOLDS = 50
# Long enough that no nightly run looks for an older day; then a ledger entry keeps it.
EXPIRED_KEPT = timedelta(days=400)

type Lots = Mapping[date, int]
"""Points by due day: they are good through the end of that day."""


class AccountStatus(StrEnum):
    """Whether anything but the audit may still happen to an account."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where points that came to an account went: to lots, or past at once, or to the debt."""

    lots: Lots = field(default_factory=dict)
    past: Lots = field(default_factory=dict)
    debt: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One member's points. There is no stored balance; `version` is what is written against.

    `expired` is what the nightly run moved out of `lots`, as it moved it, and `refunded` what
    refunds took of that since; `lapsed`, what was past when it came. `debts` are points that were
    refunded when they were gone, by the due day that they had.
    """

    member_id: str
    lots: Lots = field(default_factory=dict)
    expired: Lots = field(default_factory=dict)
    refunded: Lots = field(default_factory=dict)
    lapsed: Lots = field(default_factory=dict)
    holds: Mapping[str, Lots] = field(default_factory=dict)
    debts: Lots = field(default_factory=dict)
    status: AccountStatus = AccountStatus.OPEN
    version: int | None = field(default=None, compare=False)

    def live(self, today: date) -> dict[date, int]:
        """The lots that can be spent today, soonest due first."""
        return {due: self.lots[due] for due in sorted(self.lots) if due >= today}

    def past(self, today: date) -> dict[date, int]:
        """The lots that expired and that no run has moved yet."""
        return {due: points for due, points in self.lots.items() if due < today}

    def available(self, today: date) -> int:
        """Live points less the debt; below zero while there is debt, for then nothing is live."""
        return total(self.live(today)) - self.debt

    @property
    def debt(self) -> int:
        return total(self.debts)

    @property
    def held(self) -> int:
        return sum(total(lots) for lots in self.holds.values())

    @property
    def lost(self) -> dict[date, int]:
        """What expired and was not refunded since."""
        return minus(self.expired, self.refunded)

    @property
    def worth(self) -> int:
        """What the statement's lines add up to before anything has expired."""
        return total(self.lots) + total(self.expired) - self.debt

    def require_open(self) -> None:
        """Lets an open account pass.

        Raises:
            AccountClosedError: It is closed.
        """
        if self.status is AccountStatus.CLOSED:
            raise AccountClosedError(self.member_id)

    def add(self, points: Lots, today: date) -> tuple["Account", Allocation]:
        """With those points: what is past lapses at once, the rest pays the debt first.

        What is past pays, too, but only the debt that points of its own day left: refunded before
        they came back, or after, they are gone once.
        """
        past = {due: count for due, count in points.items() if due < today}
        own = {due: min(past[due], self.debts[due]) for due in past if due in self.debts}
        live, lapsed, owed = minus(points, past), minus(past, own), minus(self.debts, own)
        paid = soonest(live, total(owed))
        landed = minus(live, paid)
        after = replace(
            self,
            lots=plus(self.lots, landed),
            lapsed=plus(self.lapsed, lapsed),
            debts=minus(owed, soonest(owed, total(paid))),
        )
        return after, Allocation(landed, lapsed, total(own) + total(paid))

    def take(self, points: int, today: date) -> tuple["Account", Lots]:
        """Without that many points, soonest due first.

        Raises:
            NotEnoughPointsError: Fewer are available today.
        """
        available = self.available(today)
        if points > available:
            raise NotEnoughPointsError(points, available)
        taken = soonest(self.live(today), points)
        return replace(self, lots=minus(self.lots, taken)), taken

    def take_back(self, points: int, due: date, today: date) -> tuple["Account", Allocation]:
        """Without points that should never have been earned: their own lot, then others, then debt.

        Of their own lot first what is still there, then what of it is past. What is past by now
        counts as expired, whether the nightly run was there or not.
        """
        swept = self.expire(today)
        own = _some(swept.lots, due, points)
        expired = _some(swept.lost, due, points - total(own))
        lapsed = _some(swept.lapsed, due, points - total(own) - total(expired))
        past = plus(expired, lapsed)
        lots = minus(swept.lots, own)
        rest = points - total(own) - total(past)
        others = soonest(lots, rest)
        debt = rest - total(others)
        after = replace(
            swept,
            lots=minus(lots, others),
            refunded=plus(swept.refunded, expired),
            lapsed=minus(swept.lapsed, lapsed),
            debts=plus(swept.debts, {due: debt} if debt else {}),
        )
        return after, Allocation(plus(own, others), past, debt)

    def hold(self, hold_id: str, lots: Lots) -> "Account":
        return replace(self, holds={**self.holds, hold_id: lots})

    def unhold(self, hold_id: str) -> "Account":
        """Without that hold; its points are to go elsewhere."""
        holds = {known: lots for known, lots in self.holds.items() if known != hold_id}
        return replace(self, holds=holds)

    def expire(self, until: date) -> "Account":
        """With every lot that was due before that day expired: what the nightly run writes.

        The same day again changes nothing.
        """
        due = self.past(until)
        return replace(self, lots=minus(self.lots, due), expired=plus(self.expired, due))

    def settled(self, today: date) -> list[date]:
        """The days that are old enough to move to ledger entries, oldest first."""
        return [due for due in sorted(self.expired) if due < today - EXPIRED_KEPT]

    def without_expired(self, days: Iterable[date]) -> "Account":
        gone = set(days)
        return replace(
            self, expired=_without(self.expired, gone), refunded=_without(self.refunded, gone)
        )

    def close(self) -> "Account":
        """Without anything that could be spent, and closed."""
        return replace(self, lots={}, holds={}, status=AccountStatus.CLOSED)


def total(lots: Lots) -> int:
    return sum(lots.values())


def plus(lots: Lots, more: Lots) -> dict[date, int]:
    """Both together, by day."""
    days = sorted(lots.keys() | more.keys())
    return {due: lots.get(due, 0) + more.get(due, 0) for due in days}


def minus(lots: Lots, less: Lots) -> dict[date, int]:
    """The lots without those points; a lot of none is no lot.

    Raises:
        ValueError: There are not as many.
    """
    left = {due: points - less.get(due, 0) for due, points in lots.items()}
    if less.keys() - left.keys() or any(points < 0 for points in left.values()):
        raise ValueError("a lot has fewer points than are taken")
    return {due: points for due, points in left.items() if points}


def soonest(lots: Lots, points: int) -> dict[date, int]:
    """Up to that many of the lots' points, soonest due first."""
    return _first(lots, sorted(lots), points)


def latest(lots: Lots, points: int) -> dict[date, int]:
    """Up to that many of the lots' points, latest due first."""
    return _first(lots, sorted(lots, reverse=True), points)


def _first(lots: Lots, days: Iterable[date], points: int) -> dict[date, int]:
    found: dict[date, int] = {}
    for due in days:
        if points <= 0:
            break
        found[due] = min(points, lots[due])
        points -= found[due]
    return found


def _without(lots: Lots, days: set[date]) -> dict[date, int]:
    return {due: points for due, points in lots.items() if due not in days}


def _some(lots: Lots, due: date, points: int) -> dict[date, int]:
    """Up to that many points of one lot."""
    found = min(points, lots.get(due, 0))
    return {due: found} if found > 0 else {}


@dataclass(frozen=True, slots=True)
class Marker:
    """A hint for the nightly run: this member has points that are due on that day."""

    member_id: str
    due: date
    shard: int


def shard_of(member_id: str, shards: int) -> int:
    """Which of a due day's partitions the member's marker lies in; always the same."""
    return int.from_bytes(hashlib.sha256(member_id.encode()).digest()[:8]) % shards
