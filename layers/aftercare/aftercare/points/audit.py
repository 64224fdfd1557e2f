"""The audit: whether a member's rows and account tell the same story, to the point."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aftercare.points.model import Account, Lots, plus, total
from aftercare.points.posting import Kind, Row

_EARNED = {Kind.EARN, Kind.REVIEW, Kind.ADJUST_UP}
_SPENT = {Kind.SPEND, Kind.CAPTURE}
_TAKEN = {Kind.CLAWBACK, Kind.ADJUST_DOWN}
_BROUGHT = {*_EARNED, Kind.RETURN, Kind.RELEASE}
_LANDED = {*_BROUGHT, Kind.CLAWBACK}


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


def books(account: Account, rows: Iterable[Row], today: date) -> Books:
    """A member's books from the account and all rows of the ledger."""
    sums = Counter[Kind]()
    undone = Counter[Kind]()
    for row in rows:
        sums[row.kind] += row.points
        undone[row.kind] += row.undone
    past = total(account.past(today))
    return Books(
        earned=_sum(sums, _EARNED),
        returned=sums[Kind.RETURN],
        debt=account.debt,
        available=total(account.live(today)),
        held=account.held,
        spent=_sum(sums, _SPENT),
        expired=past
        + total(account.expired)
        - total(account.refunded)
        + sums[Kind.EXPIRED]
        - undone[Kind.EXPIRED],
        lapsed=total(account.lapsed),
        forfeited=sums[Kind.FORFEIT] - undone[Kind.FORFEIT],
        clawed_back=_sum(sums, _TAKEN),
    )


def audit(account: Account, rows: Sequence[Row], today: date) -> tuple[str, ...]:
    """What is wrong with a member's ledger: nothing, or sentences with ids and numbers."""
    found = []
    if difference := books(account, rows, today).difference:
        found.append(f"the books of {account.member_id} differ by {difference}")
    else:
        found += _of_days(account, rows)
    found += _of_account(account, today)
    for row in rows:
        found += _of_row(row)
    found += _of_undoings(account, rows)
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


def _of_row(row: Row) -> list[str]:
    parts = total(row.lots)
    if row.kind in _LANDED:
        parts += total(row.past) + row.debt + row.forfeited
    if row.kind is not Kind.FORFEIT and parts != row.points:  # whose holds are not broken down
        return [f"{row.operation_id} moved {row.points} points and tells of {parts}"]
    return []


def _of_undoings(account: Account, rows: Sequence[Row]) -> list[str]:
    """Whether each row's points were taken back as often as other rows say, and never more."""
    back = Counter[str]()
    for row in rows:
        if row.kind in {Kind.RETURN, Kind.CLAWBACK}:
            back[row.of] += row.points
    found = []
    for row in rows:
        exact = row.kind in _SPENT or (row.kind is Kind.EARN and account.status == "open")
        if row.undone > row.points or (exact and row.undone != back[row.operation_id]):
            told, taken = row.undone, back[row.operation_id]
            found.append(f"{row.operation_id} was undone by {told} and others took back {taken}")
    return found


def _of_days(account: Account, rows: Sequence[Row]) -> list[str]:
    """Whether each due day has the points that the rows left it: none restored, none moved.

    A capture does not tell of which days the points were that paid a debt: so many may be missing.
    """
    left = _left(rows)
    for lots in (account.lots, account.expired, account.lapsed, *account.holds.values()):
        left.subtract(lots)
    left.update(account.refunded)
    untold = sum(row.debt for row in rows if row.kind is Kind.CAPTURE)
    if sum(map(abs, left.values())) <= untold:
        return []
    told = ", ".join(f"{-points:+} due {due}" for due, points in sorted(left.items()) if points)
    return [f"{account.member_id} has other points by day than its rows left: {told}"]


def _left(rows: Sequence[Row]) -> Counter[date]:
    """What the rows left of each due day: live, held, expired or lapsed."""
    holds = {row.operation_id: row.lots for row in rows if row.kind is Kind.HOLD}
    left = Counter[date]()
    for row in rows:
        left.update(_brought(row))
        left.subtract(_took(row, holds))
        if row.kind in {Kind.RELEASE, Kind.CAPTURE}:
            holds = {hold_id: lots for hold_id, lots in holds.items() if hold_id != row.of}
    if any(row.kind is Kind.FORFEIT for row in rows):
        for lots in holds.values():
            left.subtract(lots)
    return left


def _brought(row: Row) -> Lots:
    if row.kind in _BROUGHT:
        return plus(row.lots, row.past)
    return {row.due: row.undone} if row.kind is Kind.EXPIRED and row.due else {}


def _took(row: Row, holds: Mapping[str, Lots]) -> Lots:
    if row.kind is Kind.RELEASE:
        return holds.get(row.of, {})
    if row.kind in _BROUGHT or row.kind is Kind.HOLD:
        return {}
    return plus(row.lots, row.past) if row.kind is Kind.CLAWBACK else row.lots


def _sum(sums: Counter[Kind], kinds: Iterable[Kind]) -> int:
    return sum(sums[kind] for kind in kinds)
