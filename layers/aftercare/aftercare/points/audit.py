"""The audit: whether a member's entries and account tell the same story, to the point."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aftercare.points.model import Account, Lots, plus, total
from aftercare.points.posting import Kind, LedgerEntry

_EARNED = {Kind.EARN, Kind.REVIEW, Kind.ADJUST_UP}
_SPENT = {Kind.SPEND, Kind.CAPTURE}
_TAKEN = {Kind.CLAWBACK, Kind.ADJUST_DOWN}
_BROUGHT = {*_EARNED, Kind.REVERSAL, Kind.RELEASE}
_ALLOCATED = {*_BROUGHT, Kind.CLAWBACK}


@dataclass(frozen=True, slots=True)
class Books:
    """A member's points, every one of them on both sides.

    Corrections upwards count as earned, downwards as clawed back. Lots that are past and not moved
    yet count as expired; the debt is not taken off `available` here.
    """

    earned: int
    returned: int
    debt: int
    available: int
    held: int
    spent: int
    expired: int
    lapsed: int
    forfeited: int
    clawed_back: int

    @property
    def difference(self) -> int:
        """Points that are told on the left and lie nowhere on the right; zero, or it is wrong."""
        left = self.earned + self.returned + self.debt
        gone = self.spent + self.expired + self.lapsed + self.forfeited + self.clawed_back
        return left - (self.available + self.held + gone)


def books(account: Account, entries: Iterable[LedgerEntry], today: date) -> Books:
    """A member's books from the account and all entries of the ledger."""
    sums = Counter[Kind]()
    reversed_points = Counter[Kind]()
    for entry in entries:
        sums[entry.kind] += entry.points
        reversed_points[entry.kind] += entry.reversed_points
    past = total(account.past(today))
    return Books(
        earned=_sum(sums, _EARNED),
        returned=sums[Kind.REVERSAL],
        debt=account.debt,
        available=total(account.live(today)),
        held=account.held,
        spent=_sum(sums, _SPENT),
        expired=past
        + total(account.expired)
        - total(account.refunded)
        + sums[Kind.EXPIRED]
        - reversed_points[Kind.EXPIRED],
        lapsed=total(account.lapsed),
        forfeited=sums[Kind.FORFEIT] - reversed_points[Kind.FORFEIT],
        clawed_back=_sum(sums, _TAKEN),
    )


def audit(account: Account, entries: Sequence[LedgerEntry], today: date) -> tuple[str, ...]:
    """What is wrong with a member's ledger: nothing, or sentences with ids and numbers."""
    found = []
    if difference := books(account, entries, today).difference:
        found.append(f"the books of {account.member_id} differ by {difference}")
    else:
        found += _of_days(account, entries)
    found += _of_account(account, today)
    for entry in entries:
        found += _of_entry(entry)
    found += _of_reversals(account, entries)
    return tuple(found)


def _of_account(account: Account, today: date) -> list[str]:
    member_id, found = account.member_id, []
    kept = [account.lots, account.expired, account.refunded, account.lapsed, account.debts]
    every = [*kept, *account.holds.values()]
    if any(points <= 0 for lots in every for points in lots.values()):
        found.append(f"{member_id} has a lot, or a debt, that is none or less")
    if any(points > account.expired.get(due, 0) for due, points in account.refunded.items()):
        found.append(f"{member_id} had more refunded of what expired than had expired")
    if account.debt and account.live(today):
        found.append(f"{member_id} has live lots beside a debt of {account.debt}")
    return found


def _of_entry(entry: LedgerEntry) -> list[str]:
    parts = total(entry.lots)
    if entry.kind in _ALLOCATED:
        parts += total(entry.past) + entry.debt + entry.forfeited
    if entry.kind is not Kind.FORFEIT and parts != entry.points:  # whose holds are not broken down
        return [f"{entry.operation_id} moved {entry.points} points and tells of {parts}"]
    return []


def _of_reversals(account: Account, entries: Sequence[LedgerEntry]) -> list[str]:
    """Whether each entry's points were taken back as often as other entries say, and never more."""
    back = Counter[str]()
    for entry in entries:
        if entry.kind in {Kind.REVERSAL, Kind.CLAWBACK}:
            back[entry.of] += entry.points
    found = []
    for entry in entries:
        exact = entry.kind in _SPENT or (entry.kind is Kind.EARN and account.status == "open")
        stored, reversals = entry.reversed_points, back[entry.operation_id]
        if stored > entry.points or (exact and stored != reversals):
            found.append(f"{entry.operation_id} has {stored} points reversed, others {reversals}")
    return found


def _of_days(account: Account, entries: Sequence[LedgerEntry]) -> list[str]:
    """Whether each due day has the points that the entries left it: none restored, none moved.

    A capture does not tell of which days the points were that paid a debt: so many may be missing.
    """
    left = _left(entries)
    for lots in (account.lots, account.expired, account.lapsed, *account.holds.values()):
        left.subtract(lots)
    left.update(account.refunded)
    untold = sum(entry.debt for entry in entries if entry.kind is Kind.CAPTURE)
    if sum(map(abs, left.values())) <= untold:
        return []
    told = ", ".join(f"{-points:+} due {due}" for due, points in sorted(left.items()) if points)
    return [f"{account.member_id} has other points by day than its entries left: {told}"]


def _left(entries: Sequence[LedgerEntry]) -> Counter[date]:
    """What the entries left of each due day: live, held, expired or lapsed."""
    holds = {entry.operation_id: entry.lots for entry in entries if entry.kind is Kind.HOLD}
    left = Counter[date]()
    for entry in entries:
        left.update(_brought(entry))
        left.subtract(_took(entry, holds))
        if entry.kind in {Kind.RELEASE, Kind.CAPTURE}:
            holds = {hold_id: lots for hold_id, lots in holds.items() if hold_id != entry.of}
    if any(entry.kind is Kind.FORFEIT for entry in entries):
        for lots in holds.values():
            left.subtract(lots)
    return left


def _brought(entry: LedgerEntry) -> Lots:
    if entry.kind in _BROUGHT:
        return plus(entry.lots, entry.past)
    return {entry.due: entry.reversed_points} if entry.kind is Kind.EXPIRED and entry.due else {}


def _took(entry: LedgerEntry, holds: Mapping[str, Lots]) -> Lots:
    if entry.kind is Kind.RELEASE:
        return holds.get(entry.of, {})
    if entry.kind in _BROUGHT or entry.kind is Kind.HOLD:
        return {}
    return plus(entry.lots, entry.past) if entry.kind is Kind.CLAWBACK else entry.lots


def _sum(sums: Counter[Kind], kinds: Iterable[Kind]) -> int:
    return sum(sums[kind] for kind in kinds)
