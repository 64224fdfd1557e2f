"""The operations: each a pure function from an account to a posting, or an error."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aftercare.kernel.due.model import Timer
from aftercare.kernel.timeline import Entry
from aftercare.points.errors import HoldEndedError, TooManyHoldsError, TooMuchError
from aftercare.points.model import (
    EXPIRED_KEPT,
    MOST_HOLDS,
    Account,
    AccountStatus,
    Allocation,
    Lots,
    Marker,
    latest,
    minus,
    shard_of,
    soonest,
    total,
)
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Reversal

LAPSED_ON_RETURN = "points.lapsed_on_return"
HOLD_DUE = "due.points_hold"
# A transaction takes a hundred writes; the rest moves with the next operation.
_MOST_SETTLED = 20

type Decide = Callable[[Account, Operation], Posting]


@dataclass(frozen=True, slots=True)
class Earning:
    """Points and their due day; for a purchase, its net amount in minor units."""

    points: int
    due: date
    net: int = 0
    currency: str = ""


def earn(account: Account, operation: Operation, earning: Earning) -> Posting:
    """Adds points with a due day: if it has passed they expire, else they pay the debt first.

    Raises:
        AccountClosedError: The account is closed.
    """
    account.require_open()
    points = {earning.due: earning.points} if earning.points else {}
    after, allocation = account.add(points, operation.today)
    posting = _posting(
        account,
        after,
        operation,
        allocation,
        points=earning.points,
        due=earning.due,
        net=earning.net,
        currency=earning.currency,
    )
    claims = operation.kind in {Kind.EARN, Kind.REVIEW}
    marker = _marker(account, operation, earning.due) if points else None
    return replace(posting, marker=marker, claims=claims)


def spend(account: Account, operation: Operation, points: int) -> Posting:
    """Takes points, soonest due first; also a correction downwards.

    Raises:
        AccountClosedError: The account is closed.
        NotEnoughPointsError: Fewer are available.
    """
    account.require_open()
    after, taken = account.take(points, operation.today)
    return _posting(account, after, operation, Allocation(taken), points=points)


def hold(account: Account, operation: Operation, points: int) -> Posting:
    """Sets points aside, soonest due first, until they are captured or released, or time is over.

    Raises:
        AccountClosedError: The account is closed.
        NotEnoughPointsError: Fewer are available.
        TooManyHoldsError: The account has 50 holds.
    """
    account.require_open()
    if len(account.holds) >= MOST_HOLDS:
        raise TooManyHoldsError(len(account.holds))
    after, taken = account.take(points, operation.today)
    until = operation.rules.hold_end(operation.recorded_at)
    held = after.hold(operation.operation_id, taken).hold_until(operation.operation_id, until)
    return _posting(account, held, operation, Allocation(taken), points=points, until=until)


def extend(account: Account, operation: Operation, held: LedgerEntry) -> Posting:
    """Puts off the end of a hold: as far as a new one's, but not past the longest that one lasts.

    An end never comes sooner than it was told.

    Raises:
        AccountClosedError: The account is closed.
        HoldEndedError: It was captured or released before.
    """
    account.require_open()
    _held(account, held)
    hold_id, rules = held.operation_id, operation.rules
    new = rules.hold_end(operation.recorded_at)
    until = max(
        min(new, held.recorded_at + rules.longest_hold),
        account.ends.get(hold_id, new),
    )
    after = account.hold_until(hold_id, until)
    return _posting(account, after, operation, Allocation(), points=0, of=hold_id, until=until)


def capture(account: Account, operation: Operation, held: LedgerEntry, points: int) -> Posting:
    """Spends held points, soonest due first; the rest of the hold returns to its lots.

    Raises:
        AccountClosedError: The account is closed.
        HoldEndedError: It was captured or released before.
        TooMuchError: Fewer are held.
    """
    account.require_open()
    lots = _held(account, held)
    if points > total(lots):
        raise TooMuchError(points, total(lots))
    spent = soonest(lots, points)
    after, allocation = account.unhold(held.operation_id).add(minus(lots, spent), operation.today)
    kept = Allocation(spent, allocation.past, allocation.debt)
    return _posting(
        account,
        after,
        operation,
        kept,
        points=points,
        of=held.operation_id,
        rest=allocation.lots,
    )


def release(account: Account, operation: Operation, held: LedgerEntry) -> Posting:
    """Returns held points to their own lots; those past their due day expire.

    Raises:
        AccountClosedError: The account is closed.
        HoldEndedError: It was captured or released before.
    """
    account.require_open()
    lots = _held(account, held)
    after, allocation = account.unhold(held.operation_id).add(lots, operation.today)
    return _posting(account, after, operation, allocation, points=total(lots), of=held.operation_id)


def reverse(account: Account, operation: Operation, spent: LedgerEntry, points: int) -> Posting:
    """Returns spent points to their own lots, latest due first; those past their due day expire.

    Raises:
        AccountClosedError: The account is closed.
        TooMuchError: Fewer were spent and not reversed yet.
    """
    account.require_open()
    if points > spent.points - spent.reversed_points:
        raise TooMuchError(points, spent.points - spent.reversed_points)
    before = latest(spent.lots, spent.reversed_points)
    back = minus(latest(spent.lots, spent.reversed_points + points), before)
    after, allocation = account.add(back, operation.today)
    posting = _posting(account, after, operation, allocation, points=points, of=spent.operation_id)
    return replace(posting, reversals=(Reversal(spent, points),))


def correction(earned: LedgerEntry, right: int, today: date) -> int:
    """By how many points a purchase changes that is to have `right` of them.

    None 400 days after their due day: that day's books are closed.
    """
    due = earned.due_now
    return 0 if due is None or due < today - EXPIRED_KEPT else right - earned.credited


def edit_up(account: Account, operation: Operation, amendment: Reversal, due: date) -> Posting:
    """Adds points to a purchase that became more, due on the day of the purchase's own.

    Raises:
        AccountClosedError: The account is closed.
    """
    account.require_open()
    points = -amendment.points
    after, allocation = account.add({due: points}, operation.today)
    posting = _posting(
        account,
        after,
        operation,
        allocation,
        points=points,
        of=amendment.entry.operation_id,
        due=due,
    )
    marker = _marker(account, operation, due)
    return replace(posting, marker=marker, reversals=(amendment,))


def claw_back(
    account: Account, operation: Operation, amendment: Reversal, *, forfeit: LedgerEntry | None
) -> Posting:
    """Takes points of a purchase back: from its own lot, then soonest due, then as debt.

    A closed account gets no debt: its forfeited points are clawed back, as far as they go.
    """
    earned, points = amendment.entry, amendment.points
    due = earned.due_now or operation.today
    after, allocation = account.take_back(points, due, operation.today)
    forfeited = 0
    reversals = [amendment]
    if account.status is AccountStatus.CLOSED:
        after = replace(after, debts=account.debts)
        if forfeit:
            forfeited = min(allocation.debt, forfeit.points - forfeit.reversed_points)
            reversals.append(Reversal(forfeit, forfeited))
        points -= allocation.debt - forfeited
        allocation = replace(allocation, debt=0)
    posting = _posting(
        account,
        after,
        operation,
        allocation,
        points=points,
        of=earned.operation_id,
        forfeited=forfeited,
    )
    return replace(posting, reversals=tuple(reversals))


def forfeit(account: Account, operation: Operation) -> Posting:
    """Forfeits all live and held points and closes the account.

    Raises:
        AccountClosedError: It was closed before.
    """
    account.require_open()
    swept = account.expire(operation.today)
    live: Lots = swept.lots
    points = total(live) + swept.held
    return _posting(account, swept.close(), operation, Allocation(live), points=points)


def _posting(
    before: Account,
    after: Account,
    operation: Operation,
    allocation: Allocation,
    **columns: Any,  # noqa: ANN401 - as the entry takes them
) -> Posting:
    after = after.with_ends(operation.rules.hold_end(operation.recorded_at))
    entry = LedgerEntry(
        operation_id=operation.operation_id,
        member_id=operation.member_id,
        kind=operation.kind,
        digest=operation.digest,
        rules=operation.rules.version,
        occurred_at=operation.occurred_at,
        recorded_at=operation.recorded_at,
        sequence=(before.version or 0) + 1,
        change=after.worth - before.worth,
        available=after.available(operation.today),
        lots=allocation.lots,
        past=allocation.past,
        debt=allocation.debt,
        who=operation.who,
        why=operation.why,
        actor=operation.actor,
        **columns,
    )
    days = after.settled(operation.today)[:_MOST_SETTLED]
    settled = tuple(_expired(after, operation, day) for day in days)
    return Posting(
        after.without_expired(days),
        entry,
        settled=settled,
        timers=_timers(before, after),
        timeline_entry=_lapse(operation, allocation),
    )


def _timers(before: Account, after: Account) -> tuple[Timer, ...]:
    """A timer for each moment at which a hold ends that did not end then before."""
    new = {until for name, until in after.ends.items() if before.ends.get(name) != until}
    return tuple(Timer(HOLD_DUE, after.member_id, until) for until in sorted(new))


def _expired(account: Account, operation: Operation, due: date) -> LedgerEntry:
    """An entry for points that expired long ago, at the place where the statement showed them."""
    ended = operation.rules.end_of(due)
    points = account.expired[due]
    return LedgerEntry(
        operation_id=f"expired#{due}",
        member_id=account.member_id,
        kind=Kind.EXPIRED,
        points=points,
        digest="",
        rules=operation.rules.version,
        occurred_at=ended,
        recorded_at=ended,
        sequence=(account.version or 0) + 1,
        change=-points,
        available=0,
        lots={due: points},
        reversed_points=account.refunded.get(due, 0),
        due=due,
        actor=operation.actor,
    )


def _lapse(operation: Operation, allocation: Allocation) -> Entry | None:
    """The event that has a mail sent about returned points that had already expired."""
    if operation.kind not in {Kind.REVERSAL, Kind.RELEASE, Kind.CAPTURE} or not allocation.past:
        return None
    data = {"points": str(total(allocation.past)), "operation_id": operation.operation_id}
    return Entry(
        entry_id=operation.entry_id,
        entry_type=LAPSED_ON_RETURN,
        subject=operation.member_id,
        occurred_at=operation.recorded_at,
        data=data,
        actor=operation.actor,
    )


def _held(account: Account, held: LedgerEntry) -> Lots:
    if held.operation_id not in account.holds:
        raise HoldEndedError(held.operation_id)
    return account.holds[held.operation_id]


def _marker(account: Account, operation: Operation, due: date) -> Marker | None:
    """A hint for the night; also of points that pay a debt, which may come back to their lot."""
    if due < operation.today or due in account.lots:
        return None
    return Marker(operation.member_id, due, shard_of(operation.member_id, operation.rules.shards))
