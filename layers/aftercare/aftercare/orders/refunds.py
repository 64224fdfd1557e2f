"""What of an order's money went back: a pure function of the order and its refunds.

Refunds are counted by their time at the shop, so that the order in which they reach us makes no
difference. Together they never come to more than was paid (R-ORD-09).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from aftercare.kernel.sharing import share_of_units, shared
from aftercare.orders.model import Order, Refund
from aftercare.orders.money import LineMoney, OrderMoney, money_of

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Part(NamedTuple):
    """One part of what was paid: a line's net amount or its added tax, or a part of the order."""

    line_id: str
    name: str


_SHIPPING, _SHIPPING_TAX, _OTHER = Part("", "shipping"), Part("", "shipping_tax"), Part("", "other")

type Amounts = Mapping[Part, int]


class Basis(NamedTuple):
    """What an order is worth to the points ledger, in minor units of its currency.

    `returned` is how much of `net` went back, or was cancelled and is not the customer's to keep.
    `paid_at` is the time of the original purchase, whose rules count.
    """

    net: int
    returned: int
    currency: str
    paid_at: datetime | None


class Refunded(NamedTuple):
    """What went back so far: by part, by refund id, and the units of each line."""

    parts: Amounts
    by_refund: Mapping[str, int]
    units: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    @property
    def net(self) -> int:
        return _net_of(self.parts)


def refunded_of(order: Order) -> Refunded:
    """What the shop refunded of the order, never more than was paid."""
    count = _Count.of(money_of(order))
    by_refund = {refund_id: count.refund(refund) for refund_id, refund in _by_time(order.refunds)}
    return Refunded(count.returned(), by_refund, count.units)


def basis_of(order: Order) -> Basis:
    """What the order earns points for in the end.

    Cancelled units count as refunded, whether or not their refund has reached us yet. A refund that
    names no units may be theirs, so the two are not added up.
    """
    money = money_of(order)
    count = _Count.of(money)
    for _, refund in _by_time(order.refunds):
        count.refund(refund)
    count.cancel({line.line_id: order.cancelled_units(line.line_id) for line in order.lines})
    currency = order.purchase.currency if order.purchase else ""
    return Basis(money.net, _net_of(count.returned()), currency, order.first_paid_at)


@dataclass(slots=True)
class _Count:
    """What is left of each part while refunds are counted one after the other."""

    lines: Mapping[str, LineMoney]
    paid: Amounts
    left: dict[Part, int]
    units: dict[str, int] = field(default_factory=dict)
    without_units: int = 0

    @classmethod
    def of(cls, money: OrderMoney) -> "_Count":
        paid = _parts(money)
        return cls({line.line_id: line for line in money.lines}, paid, dict(paid))

    def returned(self) -> dict[Part, int]:
        return {part: amount - self.left[part] for part, amount in self.paid.items()}

    def refund(self, refund: Refund) -> int:
        """Takes a refund out of what is left, and says how much that was."""
        named = self._named_lines(refund)
        told = sum(named.values())
        for line_id in sorted(self.lines.keys() & refund.amounts.keys()):
            share = self._spread(self._parts_of(line_id), refund.amounts[line_id])
            told += refund.amounts[line_id]
            named |= share
        if refund.shipping:
            named |= self._spread([_SHIPPING, _SHIPPING_TAX], refund.shipping)
            told += refund.shipping
        amount = told - refund.fee if refund.amount is None else refund.amount
        before = self._left_of_lines()
        taken = self._take(max(0, amount), named)
        if not refund.units:
            self.without_units += before - self._left_of_lines()
        return taken

    def cancel(self, units: Mapping[str, int]) -> None:
        """Takes out the cancelled units that no refund has named, as far as none has paid them."""
        shares: dict[Part, int] = {}
        for line_id, count in units.items():
            shares |= self._units(line_id, count - self.units.get(line_id, 0))
        self._take_from(shares, max(0, sum(shares.values()) - self.without_units), shares)

    def _left_of_lines(self) -> int:
        return sum(amount for part, amount in self.left.items() if part.line_id)

    def _named_lines(self, refund: Refund) -> dict[Part, int]:
        """What is left of the refunded units' shares, for lines without an amount of their own."""
        named: dict[Part, int] = {}
        for line_id in sorted(self.lines.keys() & refund.units.keys()):
            share = self._units(line_id, refund.units[line_id])
            if line_id not in refund.amounts:
                named |= {part: min(amount, self.left[part]) for part, amount in share.items()}
        return named

    def _spread(self, parts: list[Part], amount: int) -> dict[Part, int]:
        weights = [self.left[part] for part in parts]
        return dict(zip(parts, shared(amount, weights), strict=True))

    def _parts_of(self, line_id: str) -> list[Part]:
        return [Part(line_id, "net"), Part(line_id, "tax")]

    def _units(self, line_id: str, count: int) -> dict[Part, int]:
        """What the next units of a line are worth; more units than the line has are worth nothing.

        Units beyond those left of the line went back before.
        """
        line, before = self.lines[line_id], self.units.get(line_id, 0)
        if not 0 < count <= line.quantity:
            return {}
        count = min(count, line.quantity - before)
        self.units[line_id] = before + count
        return {
            part: share_of_units(self.paid[part], line.quantity, before, count)
            for part in self._parts_of(line_id)
        }

    def _take(self, amount: int, named: Amounts) -> int:
        """Takes an amount out of the named parts, then out of the lines, then out of the rest."""
        taken = self._take_from(named, amount, named)
        lines = [part for part in self.left if part.line_id]
        rest = [part for part in self.left if not part.line_id]
        for parts in (lines, rest):
            taken += self._take_from(parts, amount - taken, self.left)
        return taken

    def _take_from(self, parts: Iterable[Part], amount: int, most: Amounts) -> int:
        """Takes at most `most` of each part, in proportion, and never more than is left of it."""
        parts = list(parts)
        weights = [min(most[part], self.left[part]) for part in parts]
        taken = min(amount, sum(weights))
        for part, share in zip(parts, shared(taken, weights), strict=True):
            self.left[part] -= share
        return taken


def _parts(money: OrderMoney) -> dict[Part, int]:
    parts = {}
    for line in money.lines:
        parts[Part(line.line_id, "net")] = line.net.amount
        parts[Part(line.line_id, "tax")] = line.added_tax
    parts |= {
        _SHIPPING: money.shipping.amount,
        _SHIPPING_TAX: money.added_shipping_tax,
        _OTHER: money.other,
    }
    return parts


def _net_of(amounts: Amounts) -> int:
    return sum(amount for part, amount in amounts.items() if part.name == "net")


def _by_time(refunds: Mapping[str, Refund]) -> list[tuple[str, Refund]]:
    return sorted(refunds.items(), key=lambda item: (item[1].refunded_at or _LONG_AGO, item[0]))
