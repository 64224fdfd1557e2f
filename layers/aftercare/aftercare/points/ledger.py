"""The operations: each a pure function from an account to what is to be written, or a refusal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from aftercare.kernel.timeline import Entry
from aftercare.points.errors import HoldEndedError, TooManyHoldsError, TooMuchError
from aftercare.points.model import (
    EXPIRED_KEPT,
    MOST_HOLDS,
    Account,
    AccountStatus,
    Landing,
    Lots,
    Marker,
    latest,
    minus,
    shard_of,
    soonest,
    total,
)
from aftercare.points.posting import Kind, Operation, Posting, Row, Undoing

LAPSED_ON_RETURN = "points.lapsed_on_return"
# A transaction takes a hundred writes; what is left over moves with the next operation.
_MOST_SETTLED = 20

type Decide = Callable[[Account, Operation], Posting]


@dataclass(frozen=True, slots=True)
class Earning:
    """Points with the last day they are good on; for a purchase, its net amount in minor units."""

    points: int
    due: date
    net: int = 0
    currency: str = ""


def earn(account: Account, operation: Operation, earning: Earning) -> Posting:
    """Points that come with a due day: past ones lapse, the debt is paid, the rest is a lot.

    Raises:
        AccountClosedError: The account is closed.
    """
    account.require_open()
    points = {earning.due: earning.points} if earning.points else {}
    after, landing = account.add(points, operation.today)
    posting = _posting(
        account,
        after,
        operation,
        landing,
        points=earning.points,
        due=earning.due,
        net=earning.net,
        currency=earning.currency,
    )
    is_new = bool(landing.lots.keys() - account.lots.keys())
    claims = operation.kind in {Kind.EARN, Kind.REVIEW}
    return replace(
        posting, marker=_marker(operation, earning.due) if is_new else None, claims=claims
    )


def spend(account: Account, operation: Operation, points: int) -> Posting:
    """Points that are gone, soonest due first; also a correction downwards.

    Raises:
        AccountClosedError: The account is closed.
        NotEnoughPointsError: Fewer are available.
    """
    account.require_open()
    after, taken = account.take(points, operation.today)
    return _posting(account, after, operation, Landing(taken), points=points)


def hold(account: Account, operation: Operation, points: int) -> Posting:
    """Points set aside, soonest due first, until they are captured or released.

    Raises:
        AccountClosedError: The account is closed.
        NotEnoughPointsError: Fewer are available.
        TooManyHoldsError: There are 50 others.
    """
    account.require_open()
    if len(account.holds) >= MOST_HOLDS:
        raise TooManyHoldsError(len(account.holds))
    after, taken = account.take(points, operation.today)
    held = after.hold(operation.operation_id, taken)
    return _posting(account, held, operation, Landing(taken), points=points)


def capture(account: Account, operation: Operation, held: Row, points: int) -> Posting:
    """Held points that are spent, soonest due first; the rest of the hold goes back.

    Raises:
        AccountClosedError: The account is closed.
        HoldEndedError: It was captured or released already.
        TooMuchError: Fewer are held.
    """
    account.require_open()
    lots = _held(account, held)
    if points > total(lots):
        raise TooMuchError(points, total(lots))
    spent = soonest(lots, points)
    after, landing = account.unhold(held.operation_id).add(minus(lots, spent), operation.today)
    kept = Landing(spent, landing.past, landing.debt)
    return _posting(account, after, operation, kept, points=points, of=held.operation_id)


def release(account: Account, operation: Operation, held: Row) -> Posting:
    """Held points that go back to their own lots; what is past by now lapses at once.

    Raises:
        AccountClosedError: The account is closed.
        HoldEndedError: It was captured or released already.
    """
    account.require_open()
    lots = _held(account, held)
    after, landing = account.unhold(held.operation_id).add(lots, operation.today)
    return _posting(account, after, operation, landing, points=total(lots), of=held.operation_id)


def give_back(account: Account, operation: Operation, spent: Row, points: int) -> Posting:
    """Spent points that go back to their own lots, latest due first; past ones lapse at once.

    Raises:
        AccountClosedError: The account is closed.
        TooMuchError: Fewer were spent, less what went back already.
    """
    account.require_open()
    if points > spent.points - spent.undone:
        raise TooMuchError(points, spent.points - spent.undone)
    before = latest(spent.lots, spent.undone)
    back = minus(latest(spent.lots, spent.undone + points), before)
    after, landing = account.add(back, operation.today)
    posting = _posting(account, after, operation, landing, points=points, of=spent.operation_id)
    return replace(posting, undoings=(Undoing(spent, points),))


def surplus(earned: Row, remaining: int, today: date) -> int:
    """How many of a purchase's points are too many, when what remains paid earns so many.

    None once its day was past for 400 days: that day's books are closed.
    """
    if earned.due is None or earned.due < today - EXPIRED_KEPT:
        return 0
    return max(0, earned.points - earned.undone - remaining)


def claw_back(
    account: Account,
    operation: Operation,
    earned: Row,
    points: int,
    *,
    refunded: int,
    forfeit: Row | None,
) -> Posting:
    """Points of a purchase that was refunded: its own lot, then soonest due, then debt.

    A closed account makes no debt: there what was forfeited is clawed back, as far as it goes.
    """
    due = earned.due or operation.today
    after, landing = account.take_back(points, due, operation.today)
    forfeited = 0
    undoings = [Undoing(earned, points, refunded)]
    if account.status is AccountStatus.CLOSED:
        after = replace(after, debts=account.debts)
        if forfeit:
            forfeited = min(landing.debt, forfeit.points - forfeit.undone)
            undoings.append(Undoing(forfeit, forfeited))
        points -= landing.debt - forfeited
        landing = replace(landing, debt=0)
    posting = _posting(
        account,
        after,
        operation,
        landing,
        points=points,
        of=earned.operation_id,
        forfeited=forfeited,
    )
    return replace(posting, undoings=tuple(undoings))


def forfeit(account: Account, operation: Operation) -> Posting:
    """Everything that could be spent, and what is held, gone for good; the account is closed.

    Raises:
        AccountClosedError: It is closed already.
    """
    account.require_open()
    swept = account.expire(operation.today)
    live: Lots = swept.lots
    points = total(live) + swept.held
    return _posting(account, swept.close(), operation, Landing(live), points=points)


def _posting(
    before: Account,
    after: Account,
    operation: Operation,
    landing: Landing,
    **columns: Any,  # noqa: ANN401 - as the row takes them
) -> Posting:
    row = Row(
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
        lots=landing.lots,
        past=landing.past,
        debt=landing.debt,
        who=operation.who,
        why=operation.why,
        **columns,
    )
    days = after.settled(operation.today)[:_MOST_SETTLED]
    settled = tuple(_expired(after, operation, day) for day in days)
    return Posting(
        after.without_expired(days), row, settled=settled, entry=_lapse(operation, landing)
    )


def _expired(account: Account, operation: Operation, due: date) -> Row:
    """The row that keeps what expired on a day long ago, in the place where it was told before."""
    ended = operation.rules.end_of(due)
    points = account.expired[due]
    return Row(
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
        undone=account.refunded.get(due, 0),
        due=due,
    )


def _lapse(operation: Operation, landing: Landing) -> Entry | None:
    """What the member is to be told when points that come back are past."""
    if operation.kind not in {Kind.RETURN, Kind.RELEASE, Kind.CAPTURE} or not landing.past:
        return None
    data = {"points": str(total(landing.past)), "operation_id": operation.operation_id}
    return Entry(
        operation.entry_id, LAPSED_ON_RETURN, operation.member_id, operation.recorded_at, data
    )


def _held(account: Account, held: Row) -> Lots:
    if held.operation_id not in account.holds:
        raise HoldEndedError(held.operation_id)
    return account.holds[held.operation_id]


def _marker(operation: Operation, due: date) -> Marker:
    return Marker(operation.member_id, due, shard_of(operation.member_id, operation.rules.shards))
