"""What an order cost, part by part. Amounts are in minor units of the order's currency.

The shop tells some figures and leaves out others. What it leaves out is derived from the rest, and
each figure keeps its source. The parts always add up to what was paid (R-ORD-08).
"""

from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.sharing import shared
from aftercare.orders.model import Order, OrderLine, Purchase


class Source(StrEnum):
    """Whether the shop told a figure, or we derived it from other figures."""

    TOLD = "told"
    DERIVED = "derived"


class Figure(NamedTuple):
    """An amount and where it comes from."""

    amount: int
    source: Source


class LineMoney(NamedTuple):
    """What one line cost.

    `gross` is the list price of all units, `net` what is left of it after discounts: what points
    count. `tax` is part of `net` where prices include it, and is added where they do not.
    """

    line_id: str
    quantity: int
    gross: int
    discount: Figure
    net: Figure
    tax: Figure
    added_tax: int

    @property
    def paid(self) -> int:
        return self.net.amount + self.added_tax


class OrderMoney(NamedTuple):
    """What an order cost. `other` is the part of the total that no other figure explains.

    `total` = the lines' `paid` + `shipping` + `added_shipping_tax` + `other`.
    """

    lines: tuple[LineMoney, ...]
    shipping: Figure
    shipping_tax: Figure
    added_shipping_tax: int
    other: int
    total: Figure
    includes_tax: bool

    @property
    def net(self) -> int:
        """What was paid for the goods: the amount that earns points."""
        return sum(line.net.amount for line in self.lines)


_NOTHING = Figure(0, Source.DERIVED)


def money_of(order: Order) -> OrderMoney:
    """What the order cost, as its newest `order.paid` says; nothing if we have none."""
    purchase = order.purchase
    if purchase is None:
        return OrderMoney((), _NOTHING, _NOTHING, 0, 0, _NOTHING, includes_tax=False)
    includes_tax = _includes_tax(purchase)
    lines = [_line(line, includes_tax=includes_tax) for line in purchase.lines]
    shipping, shipping_tax = _told(purchase.shipping), _told(purchase.shipping_tax)
    added = 0 if includes_tax else shipping_tax.amount
    parts = sum(line.paid for line in lines) + shipping.amount + added
    money = OrderMoney(
        lines=tuple(lines),
        shipping=shipping,
        shipping_tax=shipping_tax,
        added_shipping_tax=added,
        other=0,
        total=Figure(parts, Source.DERIVED),
        includes_tax=includes_tax,
    )
    return money if purchase.total is None else _explaining(money, purchase.total)


def _line(line: OrderLine, *, includes_tax: bool) -> LineMoney:
    gross, tax = line.quantity * line.unit_price, _told(line.tax)
    if line.net is not None:
        net = Figure(line.net, Source.TOLD)
        discount = gross - line.net
        source = Source.TOLD if discount == line.discount else Source.DERIVED
    else:
        discount = min(line.discount or 0, gross)
        net = Figure(gross - discount, Source.DERIVED)
        source = Source.TOLD if discount == line.discount else Source.DERIVED
    return LineMoney(
        line_id=line.line_id,
        quantity=line.quantity,
        gross=gross,
        discount=Figure(discount, source),
        net=net,
        tax=tax,
        added_tax=0 if includes_tax else tax.amount,
    )


def _explaining(money: OrderMoney, total: int) -> OrderMoney:
    """The figures for the total that the shop tells.

    A total above the sum of the parts has another part. One below it is a discount on the order: it
    is spread over the lines, then taken from shipping and taxes.
    """
    told, excess = Figure(total, Source.TOLD), total - money.total.amount
    if excess >= 0:
        return money._replace(other=excess, total=told)
    missing = -excess
    from_lines = min(missing, money.net)
    nets = shared(money.net - from_lines, [line.net.amount for line in money.lines])
    missing -= from_lines
    shipping = max(0, money.shipping.amount - missing)
    missing -= money.shipping.amount - shipping
    shipping_tax = max(0, money.added_shipping_tax - missing)
    missing -= money.added_shipping_tax - shipping_tax
    taxes = [line.added_tax for line in money.lines]
    taxes = shared(sum(taxes) - missing, taxes)
    return money._replace(
        lines=tuple(map(_discounted, money.lines, nets, taxes)),
        shipping=_changed(money.shipping, shipping),
        added_shipping_tax=shipping_tax,
        total=told,
    )


def _discounted(line: LineMoney, net: int, added_tax: int) -> LineMoney:
    return line._replace(
        discount=_changed(line.discount, line.gross - net),
        net=_changed(line.net, net),
        added_tax=added_tax,
    )


def _changed(figure: Figure, amount: int) -> Figure:
    return figure if amount == figure.amount else Figure(amount, Source.DERIVED)


def _told(amount: int | None) -> Figure:
    return _NOTHING if amount is None else Figure(amount, Source.TOLD)


def _includes_tax(purchase: Purchase) -> bool:
    """Whether prices include their tax: as the shop says, or else as its total shows."""
    if purchase.price_includes_tax is not None or purchase.total is None:
        return bool(purchase.price_includes_tax)
    without_tax = sum(_line(line, includes_tax=True).paid for line in purchase.lines)
    return purchase.total == without_tax + (purchase.shipping or 0)
