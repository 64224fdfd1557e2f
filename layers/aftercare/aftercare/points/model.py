"""A member's account: points by due day, held points, expired points, debts."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from aftercare.points.errors import AccountClosedError, NotEnoughPointsError
from aftercare.points.intake import Intake, Loans, kept

MOST_POINTS = 10_000_000
MOST_HOLDS = 50
# No nightly run looks for older days; then a ledger entry keeps what expired.
EXPIRED_KEPT = timedelta(days=400)

type Lots = Mapping[date, int]
"""Points by due day: they are good through the end of that day."""


class AccountStatus(StrEnum):
    """Whether an account still takes operations; the values are stored."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Where points went that were added to an account: to lots, expired at once, or to the debt."""

    lots: Lots = field(default_factory=dict)
    past: Lots = field(default_factory=dict)
    debt: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One member's points by due day. No balance is stored; writes are checked against `version`.

    `expired` are the points that nightly runs moved out of `lots`, and `refunded` those of them
    that refunds clawed back since. `lapsed` points were past their due day when they were added.
    `debts` are points that refunds clawed back when they were already gone; `loans` those that
    other lots gave in their place. `ends` says until when points are held; a hold of an earlier
    version has no end until the next operation.
    """

    member_id: str
    lots: Lots = field(default_factory=dict)
    expired: Lots = field(default_factory=dict)
    refunded: Lots = field(default_factory=dict)
    lapsed: Lots = field(default_factory=dict)
    holds: Mapping[str, Lots] = field(default_factory=dict)
    ends: Mapping[str, datetime] = field(default_factory=dict)
    debts: Lots = field(default_factory=dict)
    loans: Loans = field(default_factory=dict)
    status: AccountStatus = AccountStatus.OPEN
    version: int | None = field(default=None, compare=False)

    def live(self, today: date) -> dict[date, int]:
        """The lots that can be spent today, soonest due first."""
        return {due: self.lots[due] for due in sorted(self.lots) if due >= today}

    def past(self, today: date) -> dict[date, int]:
        """The lots that have expired and that no run has moved yet."""
        return {due: points for due, points in self.lots.items() if due < today}

    def available(self, today: date) -> int:
        """Live points less the debt; negative while there is a debt, as no lot is live then."""
        return total(self.live(today)) - self.debt

    @property
    def debt(self) -> int:
        return total(self.debts)

    @property
    def held(self) -> int:
        return sum(total(lots) for lots in self.holds.values())

    @property
    def lost(self) -> dict[date, int]:
        """Expired points that no refund clawed back."""
        return minus(self.expired, self.refunded)

    @property
    def worth(self) -> int:
        """What the statement adds up to before expiries."""
        return total(self.lots) + total(self.expired) - self.debt

    def require_open(self) -> None:
        """Raises unless the account is open.

        Raises:
            AccountClosedError: It is closed.
        """
        if self.status is AccountStatus.CLOSED:
            raise AccountClosedError(self.member_id)

    def add(self, points: Lots, today: date) -> tuple["Account", Allocation]:
        """With those points, wherever they belong: see `Intake`.

        First they settle what refunds of their own day took elsewhere or left as debt; so points
        that are refunded and reversed are gone once, and the same ones, whichever comes first
        (R-PTS-23). Past ones expire, the others pay the debt.
        """
        loans = {owed: Counter(lots) for owed, lots in self._open_loans(today).items()}
        intake = Intake(today, Counter(self.debts), loans)
        intake.take_in(points)
        live, past = dict(sorted((+intake.live).items())), dict(sorted((+intake.past).items()))
        after = replace(
            self,
            lots=plus(self.lots, live),
            lapsed=plus(self.lapsed, past),
            debts=dict(+intake.debts),
            loans=kept(intake.loans),
        )
        return after, Allocation(live, past, intake.paid)

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
        """Without points that a refund leaves unearned: from their own lot, then others, then debt.

        From their own lot first the live points, then the expired ones. Lots past their due day
        count as expired, whether a nightly run has moved them or not.
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
        loans = swept._open_loans(today)
        after = replace(
            swept,
            lots=minus(lots, others),
            refunded=plus(swept.refunded, expired),
            lapsed=minus(swept.lapsed, lapsed),
            debts=plus(swept.debts, {due: debt} if debt else {}),
            loans=kept({**loans, due: plus(loans.get(due, {}), others)}),
        )
        return after, Allocation(plus(own, others), past, debt)

    def hold(self, hold_id: str, lots: Lots) -> "Account":
        return replace(self, holds={**self.holds, hold_id: lots})

    def unhold(self, hold_id: str) -> "Account":
        """Without that hold; the caller puts its points elsewhere."""
        holds = {name: lots for name, lots in self.holds.items() if name != hold_id}
        ends = {name: until for name, until in self.ends.items() if name != hold_id}
        return replace(self, holds=holds, ends=ends)

    def hold_until(self, hold_id: str, until: datetime) -> "Account":
        return replace(self, ends={**self.ends, hold_id: until})

    def with_ends(self, until: datetime) -> "Account":
        """With that end for each hold that has none."""
        return replace(self, ends={name: self.ends.get(name, until) for name in self.holds})

    def overdue(self, now: datetime) -> list[str]:
        """The holds whose time is over, and those that have no end yet, by name."""
        return sorted(name for name in self.holds if self.ends.get(name, now) <= now)

    def expire(self, until: date) -> "Account":
        """With every lot expired that was due before that day: what the nightly run writes.

        A repeat changes nothing.
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
        return replace(self, lots={}, holds={}, ends={}, loans={}, status=AccountStatus.CLOSED)

    def _open_loans(self, today: date) -> Loans:
        """The loans of days whose books are open."""
        return {owed: lots for owed, lots in self.loans.items() if owed >= today - EXPIRED_KEPT}


def total(lots: Lots) -> int:
    return sum(lots.values())


def plus(lots: Lots, more: Lots) -> dict[date, int]:
    """Both together, by day."""
    days = sorted(lots.keys() | more.keys())
    return {due: lots.get(due, 0) + more.get(due, 0) for due in days}


def minus(lots: Lots, less: Lots) -> dict[date, int]:
    """The lots without those points; empty lots are dropped.

    Raises:
        ValueError: A lot has fewer points.
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
    taken: dict[date, int] = {}
    for due in days:
        if points <= 0:
            break
        taken[due] = min(points, lots[due])
        points -= taken[due]
    return taken


def _without(lots: Lots, days: set[date]) -> dict[date, int]:
    return {due: points for due, points in lots.items() if due not in days}


def _some(lots: Lots, due: date, points: int) -> dict[date, int]:
    """Up to that many points of one lot."""
    taken = min(points, lots.get(due, 0))
    return {due: taken} if taken > 0 else {}


@dataclass(frozen=True, slots=True)
class Marker:
    """A hint for the nightly run: this member may have points that are due on that day."""

    member_id: str
    due: date
    shard: int


def shard_of(member_id: str, shards: int) -> int:
    """The shard of the member's markers, the same for every due day."""
    return int.from_bytes(hashlib.sha256(member_id.encode()).digest()[:8]) % shards
