"""An order as after-sales needs it, and how the shop's events fold into it in any order."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from aftercare.kernel.address import Address

_ORDER_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{3,39}")


class ProductKind(StrEnum):
    """What decides how a product may come back (R-ORD-02)."""

    FIGURE = "figure"
    BLIND_BOX = "blind_box"
    POP_NOW = "pop_now"


class OrderStatus(StrEnum):
    """The furthest milestone an order has reached."""

    UNKNOWN = "unknown"
    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


class OrderChange(StrEnum):
    """What one of the shop's events changes about an order."""

    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Units of one product. `unit_price` is in the order currency's minor units."""

    line_id: str
    sku: str
    name: str
    kind: ProductKind
    quantity: int
    unit_price: int
    opened_online: bool = False


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a paid order says once and for all: who bought what, where it went."""

    email: str
    market: str
    channel: str
    currency: str
    ship_to: Address
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True)
class Refund:
    """Units refunded by the shop: line id → units; `ticket` of the return it settles, if any."""

    units: Mapping[str, int]
    ticket: str = ""

    def or_more(self, other: "Refund") -> "Refund":
        """Per line the larger of the two, so that the order of arrival does not matter."""
        lines = self.units.keys() | other.units.keys()
        units = {i: max(self.units.get(i, 0), other.units.get(i, 0)) for i in lines}
        return Refund(units, max(self.ticket, other.ticket))


@dataclass(frozen=True, slots=True)
class Order:
    """An order, perhaps incomplete: its events may arrive in any order.

    Every field only moves forward, so folding the same events in any order, any number of times,
    gives the same order. `purchase` is the newest by its own time (`paid_at`). `version` is that of
    the stored order, which a write replaces.
    """

    order_number: str
    purchase: Purchase | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    version: int | None = field(default=None, compare=False)

    @property
    def status(self) -> OrderStatus:
        if self.delivered_at:
            return OrderStatus.DELIVERED
        if self.shipped_at:
            return OrderStatus.SHIPPED
        return OrderStatus.PAID if self.paid_at else OrderStatus.UNKNOWN

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        return self.purchase.lines if self.purchase else ()

    def refunded_units(self, line_id: str) -> int:
        """Units refunded outside of a return; the units of a return's own refund are held by it."""
        refunds = (refund for refund in self.refunds.values() if not refund.ticket)
        return sum(refund.units.get(line_id, 0) for refund in refunds)

    def belongs_to(self, email_key: str) -> bool:
        return self.purchase is not None and email_key_of(self.purchase.email) == email_key


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The shop received the payment."""

    change: ClassVar = OrderChange.PAID

    order_number: str
    occurred_at: datetime
    purchase: Purchase


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """The parcel left the warehouse."""

    change: ClassVar = OrderChange.SHIPPED

    order_number: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    """The parcel was handed over; the return window begins (R-ORD-03)."""

    change: ClassVar = OrderChange.DELIVERED

    order_number: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """The shop refunded units, under a refund id of its own."""

    change: ClassVar = OrderChange.REFUNDED

    order_number: str
    occurred_at: datetime
    refund_id: str
    refund: Refund


type OrderEvent = OrderPaid | OrderShipped | OrderDelivered | OrderRefunded


def fold(order: Order, event: OrderEvent) -> Order:
    """The order after the event: late, repeated and out-of-order events never take it backwards."""
    match event:
        case OrderPaid(occurred_at=at, purchase=purchase):
            newer = order.paid_at is None or (at, repr(purchase)) > (
                order.paid_at,
                repr(order.purchase),  # at the same instant: an arbitrary but constant order
            )
            return replace(order, purchase=purchase, paid_at=at) if newer else order
        case OrderShipped(occurred_at=at):
            return replace(order, shipped_at=_later(order.shipped_at, at))
        case OrderDelivered(occurred_at=at):
            return replace(order, delivered_at=_later(order.delivered_at, at))
        case OrderRefunded(refund_id=refund_id, refund=refund):
            stored = order.refunds.get(refund_id, Refund({}))
            return replace(order, refunds={**order.refunds, refund_id: stored.or_more(refund)})


def _later(stored: datetime | None, reported: datetime) -> datetime:
    return reported if stored is None else max(stored, reported)


def normalised_email(text: str) -> str:
    """One spelling per mailbox: trimmed, compatibility-folded, lower case.

    Not case-folded: that would merge `straße.example` and `strasse.example`, which belong to two
    people.
    """
    return unicodedata.normalize("NFKC", text).strip().lower()


def email_key_of(email: str) -> str:
    """The key that finds a mailbox's orders and returns; the address cannot be read from it."""
    return hashlib.sha256(normalised_email(email).encode()).hexdigest()


def normalised_order_number(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().upper()


def is_order_number(text: str) -> bool:
    """Whether a normalised text is a well-formed order number, as a key of the table must be."""
    return _ORDER_NUMBER.fullmatch(text) is not None
