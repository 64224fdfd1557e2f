"""What an online order is worth to its buyer, and the next thing that the ledger does about it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from aftercare.orders.model import Order, OrderStatus
from aftercare.orders.refunds import basis_of
from aftercare.points import ledger
from aftercare.points.errors import NoRulesError
from aftercare.points.posting import Kind, LedgerEntry, Reversal
from aftercare.points.rules import RuleBook, Rules


@dataclass(frozen=True, slots=True)
class Worth:
    """What was paid for an order in the end, and the rules of its original purchase.

    `net` is what its goods cost in minor units, `returned` how much of that went back. No rules: it
    earns nothing. `due` is the due day by those rules, `version` that of the order.
    """

    net: int
    returned: int
    currency: str
    rules: Rules | None
    due: date | None
    version: int

    @property
    def points(self) -> int:
        return self.points_after(self.returned)

    def points_after(self, returned: int) -> int:
        """The points that it earns with that much of it returned."""
        left = max(0, self.net - returned)
        return self.rules.points_for(left, self.currency) if self.rules else 0


class Step(NamedTuple):
    """One change of an order's points: `amendment` has how many, and what is recorded with it."""

    kind: Kind
    amendment: Reversal
    due: date


def worth_of(order: Order, moment: datetime, joined_at: datetime, book: RuleBook) -> Worth:
    """What the order is worth to somebody who joined then, by the rules of that moment.

    Nothing, if they were no member yet (R-PTS-13), no rules were in force, or its currency earns no
    points (R-PTS-12).
    """
    basis = basis_of(order)
    rules = _rules_for(basis.currency, moment, book) if joined_at <= moment else None
    due = rules.due_day(moment) if rules else None
    return Worth(basis.net, basis.returned, basis.currency, rules, due, order.version or 0)


def next_step(earned: LedgerEntry, worth: Worth, today: date, *, is_closed: bool) -> Step | None:
    """The next change of the points that a purchase earned; None if they are right (R-PTS-07).

    First what edits changed, then what was refunded: each has an entry of its own. Points whose
    purchase turns out to be older leave their lot, and come to the older day's. A closed account
    gets no points.
    """
    if earned.due_now is None:
        return None
    if not is_closed and (move := _move(earned, worth, today)):
        return move
    change = ledger.correction(earned, worth.points, today)
    if change == 0 or (is_closed and change > 0):
        return None
    edited = worth.net - earned.net - earned.edited
    by_edit = worth.points_after(earned.refunded) - earned.credited if edited else 0
    by_refund = change - by_edit
    if by_edit and by_refund < 0 and not is_closed:
        return _step(earned, worth, by_edit, edited=edited, returned=earned.refunded)
    is_refund = change < 0 and not by_edit and worth.returned > earned.refunded
    kind = Kind.CLAWBACK if is_refund else None
    return _step(earned, worth, change, edited=edited, returned=worth.returned, kind=kind)


def is_active(order: Order) -> bool:
    """Whether the order is neither delivered nor fully refunded."""
    if order.status is OrderStatus.DELIVERED:
        return False
    basis = basis_of(order)
    if basis.net and basis.returned >= basis.net:
        return False
    return any(line.quantity > order.repaid_units(line.line_id) for line in order.lines)


def _move(earned: LedgerEntry, worth: Worth, today: date) -> Step | None:
    """Takes all points out of their lot, if an earlier payment has become known since."""
    here = earned.due_now
    if not (here and worth.due and worth.due < here):
        return None
    change = ledger.correction(earned, 0, today)
    return _step(earned, worth, change, moved_to=worth.due) if change else None


def _step(
    earned: LedgerEntry,
    worth: Worth,
    change: int,
    *,
    edited: int = 0,
    returned: int | None = None,
    moved_to: date | None = None,
    kind: Kind | None = None,
) -> Step:
    here = earned.due_now or date.max
    due = min(worth.due or here, here)
    amendment = Reversal(
        earned,
        -change,
        refunded=0 if returned is None else returned - earned.refunded,
        edited=edited,
        settled=worth.version,
        moved_to=moved_to or (due if due < here else None),
    )
    return Step(kind or (Kind.EDIT_UP if change > 0 else Kind.EDIT_DOWN), amendment, due)


def _rules_for(currency: str, moment: datetime, book: RuleBook) -> Rules | None:
    try:
        rules = book.at(moment)
    except NoRulesError:
        return None
    return rules if currency in rules.per_point else None
