"""What is left to pay back of an order, beside what its returns have asked for (R-RET-61).

The shop's refunds say what went back. What a return asks for is taken out as well, as soon as it
asks: two returns never ask for the same money. A refund that names the return's ticket is the
answer to that, and counts only for what it pays beyond it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from aftercare.kernel.sharing import share_of_units, shared
from aftercare.orders.model import Order, Refund
from aftercare.orders.money import LineMoney, OrderMoney, money_of
from aftercare.orders.refunds import refunded_of


class Worth(NamedTuple):
    """What units of one line are worth: without tax, and their tax, in minor units."""

    units: int
    net: int
    tax: int

    @property
    def amount(self) -> int:
        return self.net + self.tax


NOTHING = Worth(0, 0, 0)


class Claim(NamedTuple):
    """What a return asks the shop to pay back: line id → worth, and what belongs to no line.

    Units that are none of the worth's stay with the customer, or other ones took their place. The
    shop keeps `kept` of it. `by_seller` says that it comes back for the seller's fault.
    """

    ticket: str
    lines: Mapping[str, Worth]
    rest: int = 0
    kept: int = 0
    by_seller: bool = True

    @property
    def amount(self) -> int:
        """What the shop pays."""
        return sum(worth.amount for worth in self.lines.values()) + self.rest - self.kept


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left: `of_lines` by line id, `rest` of what belongs to no line, `total` of both.

    The total is less than the sum where refunds named nothing. `units` are those that are gone,
    `asked` is what returns asked for of each line.
    """

    lines: Mapping[str, LineMoney]
    units: Mapping[str, int]
    asked: Mapping[str, Worth]
    of_lines: Mapping[str, int]
    rest: int
    total: int
    includes_tax: bool

    def worth(self, line_id: str, units: int) -> Worth:
        """What the next units of the line are worth: by largest remainder, at most what is left.

        Of neither part is more asked for than was paid, in whatever pieces it was asked for before.
        Units that are gone already, and those of a line that the order does not have, are worth
        nothing.
        """
        line = self.lines.get(line_id)
        if line is None:
            return NOTHING
        before = self.units.get(line_id, 0)
        units = max(0, min(units, line.quantity - before))
        paid, tax = _share(line, before, units), _tax(line, before, units, self.includes_tax)
        amount = max(0, min(paid, self.of_lines[line_id], self.total))
        within = self._within(line, tax if amount == paid else amount * tax // paid, amount)
        return Worth(units, amount - within, within)

    def _within(self, line: LineMoney, tax: int, amount: int) -> int:
        """The tax in that amount: near `tax`, as far as the tax and the net that are left allow."""
        asked, whole = self.asked.get(line.line_id, NOTHING), _taxes(line, self.includes_tax)
        most, net_left = whole - asked.tax, line.paid - whole - asked.net
        within = max(min(tax, most), amount - net_left)
        return max(0, min(within, amount))

    def without(self, worths: Mapping[str, Worth]) -> "Remaining":
        """What is left once those are taken out, too."""
        taken = {line_id: worth.amount for line_id, worth in worths.items()}
        return replace(
            self,
            units=Counter(self.units) + Counter({key: each.units for key, each in worths.items()}),
            asked={**self.asked, **{key: _both(self.asked, key, worths[key]) for key in worths}},
            of_lines={key: left - taken.get(key, 0) for key, left in self.of_lines.items()},
            total=self.total - sum(taken.values()),
        )

    def is_last(self, units: Mapping[str, int]) -> bool:
        """Whether nothing of the order stays with its customer when these units went back."""
        return all(
            self.units.get(line_id, 0) + units.get(line_id, 0) >= line.quantity
            for line_id, line in self.lines.items()
        )


def remaining_of(order: Order, claims: Sequence[Claim], asking: str = "") -> Remaining:
    """What is left of the order when everything is paid that was claimed so far.

    What the shop paid for the return with the ticket `asking`, beyond what that asked for, is not
    taken out: see `paid_beyond`.
    """
    money, by_refund = money_of(order), refunded_of(order).by_refund
    answered = {claim.ticket for claim in claims} - {""}
    count = _Count.of(money)
    for key, refund in order.refunds.items():
        if refund.ticket not in answered and (refund.ticket != asking or not asking):
            count.refund(refund, by_refund[key])
    cancelled = {line.line_id: order.cancelled_units(line.line_id) for line in order.lines}
    count.cancel(cancelled)
    for claim in claims:
        count.claim(claim)
    for ticket in answered - {asking}:
        count.unnamed += paid_beyond(order, ticket, claims)
    return count.remaining(includes_tax=money.includes_tax)


def paid_beyond(order: Order, ticket: str, claims: Sequence[Claim]) -> int:
    """What the shop paid back for a return beyond what it asked for."""
    asked = sum(claim.amount for claim in claims if claim.ticket == ticket)
    return max(0, paid_for(order, ticket) - asked)


def paid_for(order: Order, ticket: str) -> int:
    """What the shop paid back for a return, never more than was paid for the order."""
    named = [key for key, each in order.refunds.items() if ticket and each.ticket == ticket]
    if not named:
        return 0
    by_refund = refunded_of(order).by_refund
    return sum(by_refund[key] for key in named)


@dataclass(slots=True)
class _Count:
    """Takes out what went back: of a line if it names one, else of the whole."""

    lines: Mapping[str, LineMoney]
    of_lines: dict[str, int]
    rest: int
    units: Counter[str] = field(default_factory=Counter)
    asked: dict[str, Worth] = field(default_factory=dict)
    unnamed: int = 0
    cancelled: int = 0

    @classmethod
    def of(cls, money: OrderMoney) -> "_Count":
        lines = {line.line_id: line for line in money.lines}
        rest = money.shipping.amount + money.added_shipping_tax + money.other
        return cls(lines, {line.line_id: line.paid for line in money.lines}, rest)

    def refund(self, refund: Refund, amount: int) -> None:
        """Takes out a refund that came to this amount, in proportion to what it names."""
        named = {key: refund.amounts[key] for key in self.lines.keys() & refund.amounts.keys()}
        for line_id in sorted(self.lines.keys() & refund.units.keys()):
            before, units = self.units[line_id], refund.units[line_id]
            if units <= self.lines[line_id].quantity:
                share = _share(self.lines[line_id], before, units)
                named.setdefault(line_id, share)
                self.units[line_id] += units
        weights = {**dict(sorted(named.items())), "": refund.shipping or 0}
        taken = min(amount, sum(weights.values()))
        for line_id, share in zip(weights, shared(taken, [*weights.values()]), strict=True):
            self._take(line_id, share)
        self.unnamed += amount - taken

    def cancel(self, units: Mapping[str, int]) -> None:
        """Takes out cancelled units beyond those that refunds name: they are to be paid, too."""
        for line_id, line in self.lines.items():
            before = min(self.units[line_id], line.quantity)
            share = _share(line, before, units[line_id] - before)
            share = min(share, self.of_lines[line_id])
            self.cancelled += share
            self._take(line_id, share)
            self.units[line_id] = max(before, units[line_id])

    def claim(self, claim: Claim) -> None:
        for line_id, worth in claim.lines.items():
            self._take(line_id, worth.amount)
            self.units[line_id] += worth.units
            self.asked[line_id] = _both(self.asked, line_id, worth)
        self._take("", claim.rest)

    def remaining(self, *, includes_tax: bool) -> Remaining:
        # What names nothing pays for cancelled units first (R-ORD-09), then comes of the lines.
        unnamed = max(0, self.unnamed - self.cancelled)
        total = max(0, sum(self.of_lines.values()) - unnamed)
        beyond = max(0, unnamed - sum(self.of_lines.values()))
        rest = max(0, self.rest - beyond)
        return Remaining(
            self.lines, self.units, self.asked, self.of_lines, rest, total, includes_tax
        )

    def _take(self, line_id: str, amount: int) -> None:
        """Takes an amount out of a line, or of the rest; what it does not have, out of any."""
        left = self.of_lines.get(line_id, 0) if line_id else self.rest
        taken = min(amount, left)
        self.unnamed += amount - taken
        if line_id in self.of_lines:
            self.of_lines[line_id] -= taken
        elif not line_id:
            self.rest -= taken


def _share(line: LineMoney, before: int, units: int) -> int:
    """What those units cost, with their tax: each part by largest remainder."""
    units = max(0, min(units, line.quantity - before))
    return sum(
        share_of_units(part, line.quantity, before, units)
        for part in (line.net.amount, line.added_tax)
    )


def _both(asked: Mapping[str, Worth], line_id: str, more: Worth) -> Worth:
    before = asked.get(line_id, NOTHING)
    return Worth(before.units + more.units, before.net + more.net, before.tax + more.tax)


def _tax(line: LineMoney, before: int, units: int, includes_tax: bool) -> int:
    return share_of_units(_taxes(line, includes_tax), line.quantity, before, units)


def _taxes(line: LineMoney, includes_tax: bool) -> int:
    return min(line.tax.amount, line.net.amount) if includes_tax else line.added_tax
