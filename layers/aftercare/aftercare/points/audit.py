"""The audit: whether a member's ledger entries and account agree, to the point."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aftercare.points.model import Account, Lots, plus, total
from aftercare.points.posting import Kind, LedgerEntry

_EARNED = {Kind.EARN, Kind.REVIEW, Kind.ADJUST_UP, Kind.EDIT_UP}
_SPENT = {Kind.SPEND, Kind.CAPTURE}
_TAKEN_BACK = {Kind.CLAWBACK, Kind.EDIT_DOWN}
_TAKEN = {*_TAKEN_BACK, Kind.ADJUST_DOWN}
_ADDED = {*_EARNED, Kind.REVERSAL, Kind.RELEASE}
_ALLOCATED = {*_ADDED, *_TAKEN_BACK}


@dataclass(frozen=True, slots=True)
class Books:
    """A member's points, each of them on both sides of the equation (R-PTS-18).

    Corrections and edits upwards count as earned, downwards as clawed back. Lots past their due day
    that no run has moved count as expired. Here the debt is not subtracted from `available`.
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
        """Points on the left that are missing on the right: zero in sound books."""
        left = self.earned + self.returned + self.debt
        gone = self.spent + self.expired + self.lapsed + self.forfeited + self.clawed_back
        return left - (self.available + self.held + gone)


def books(account: Account, entries: Iterable[LedgerEntry], today: date) -> Books:
    """A member's books from the account and all of the ledger's entries."""
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
    """The faults of a member's ledger, as sentences with ids and numbers; none if it is sound."""
    faults = []
    if difference := books(account, entries, today).difference:
        faults.append(f"the books of {account.member_id} differ by {difference}")
    else:
        faults += _of_days(account, entries)
    faults += _of_account(account, today)
    for entry in entries:
        faults += _of_entry(entry)
    faults += _of_reversals(account, entries)
    return tuple(faults)


def _of_account(account: Account, today: date) -> list[str]:
    member_id, faults = account.member_id, []
    kept = [account.lots, account.expired, account.refunded, account.lapsed, account.debts]
    every = [*kept, *account.holds.values(), *account.loans.values()]
    if any(points <= 0 for lots in every for points in lots.values()):
        faults.append(f"{member_id} has a lot or a debt of zero or less")
    if any(points > account.expired.get(due, 0) for due, points in account.refunded.items()):
        faults.append(f"{member_id} has more expired points refunded than expired")
    if account.debt and account.live(today):
        faults.append(f"{member_id} has live lots beside a debt of {account.debt}")
    return faults


def _of_entry(entry: LedgerEntry) -> list[str]:
    parts = total(entry.lots)
    if entry.kind in _ALLOCATED:
        parts += total(entry.past) + entry.debt + entry.forfeited
    if entry.kind is not Kind.FORFEIT and parts != entry.points:  # its holds have no lots
        return [
            f"{entry.operation_id} moved {entry.points} points, but its parts add up to {parts}"
        ]
    return []


def _of_reversals(account: Account, entries: Sequence[LedgerEntry]) -> list[str]:
    """Whether as many points of each entry are reversed as other entries say, and never more."""
    back = Counter[str]()
    for entry in entries:
        if entry.kind in {Kind.REVERSAL, *_TAKEN_BACK}:
            back[entry.of] += entry.points
        elif entry.kind is Kind.EDIT_UP:
            back[entry.of] -= entry.points
    faults = []
    for entry in entries:
        exact = entry.kind in _SPENT or (entry.kind is Kind.EARN and account.status == "open")
        stored, reversals = entry.reversed_points, back[entry.operation_id]
        if stored > entry.points or (exact and stored != reversals):
            faults.append(f"{entry.operation_id} has {stored} points reversed, others {reversals}")
    return faults


def _of_days(account: Account, entries: Sequence[LedgerEntry]) -> list[str]:
    """Whether each due day has the points that the entries leave it: none restored, none moved.

    A capture of earlier versions does not record the days of the points that paid a debt: that many
    may be missing.
    """
    left = _left(entries)
    for lots in (account.lots, account.expired, account.lapsed, *account.holds.values()):
        left.subtract(lots)
    left.update(account.refunded)
    unrecorded = sum(entry.debt for entry in entries if _is_brief(entry))
    if sum(map(abs, left.values())) <= unrecorded:
        return []
    days = ", ".join(f"{-points:+} due {due}" for due, points in sorted(left.items()) if points)
    return [f"{account.member_id} has other points by day than its entries leave: {days}"]


def _left(entries: Sequence[LedgerEntry]) -> Counter[date]:
    """What the entries leave of each due day: live, held or expired."""
    holds = {entry.operation_id: entry.lots for entry in entries if entry.kind is Kind.HOLD}
    left = Counter[date]()
    for entry in entries:
        left.update(_added(entry))
        left.subtract(_taken(entry, holds))
        if entry.kind in {Kind.RELEASE, Kind.CAPTURE}:
            holds = {hold_id: lots for hold_id, lots in holds.items() if hold_id != entry.of}
    if any(entry.kind is Kind.FORFEIT for entry in entries):
        for lots in holds.values():
            left.subtract(lots)
    return left


def _is_brief(entry: LedgerEntry) -> bool:
    """Whether it is a capture that does not say where the rest of its hold came to."""
    return entry.kind is Kind.CAPTURE and entry.rest is None


def _added(entry: LedgerEntry) -> Lots:
    if entry.rest is not None:
        return plus(entry.rest, entry.past)
    if entry.kind in _ADDED:
        return plus(entry.lots, entry.past)
    return {entry.due: entry.reversed_points} if entry.kind is Kind.EXPIRED and entry.due else {}


def _taken(entry: LedgerEntry, holds: Mapping[str, Lots]) -> Lots:
    if entry.kind is Kind.RELEASE or entry.rest is not None:
        return holds.get(entry.of, {})
    if entry.kind in _ADDED or entry.kind is Kind.HOLD:
        return {}
    return plus(entry.lots, entry.past) if entry.kind in _TAKEN_BACK else entry.lots


def _sum(sums: Counter[Kind], kinds: Iterable[Kind]) -> int:
    return sum(sums[kind] for kind in kinds)
