"""An order as after-sales needs it: the facts of the shop's events, and what follows from them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

from aftercare.kernel.typed import email_of, folded, is_order_number, order_number_in
from aftercare.orders.deliveries import Deliveries, Delivery, deliveries_of, replacing
from aftercare.orders.facts import (
    OVER_THE_COUNTER,
    REST,
    Cancellation,
    OrderLine,
    Parcel,
    ProductKind,
    Purchase,
    Quarantined,
    Refund,
    RefundFailure,
    Stamp,
    Unread,
)

__all__ = [
    "OVER_THE_COUNTER",
    "REST",
    "Cancellation",
    "Delivery",
    "Order",
    "OrderCancelled",
    "OrderChange",
    "OrderDelivered",
    "OrderEvent",
    "OrderLine",
    "OrderPaid",
    "OrderRefundFailed",
    "OrderRefunded",
    "OrderShipped",
    "OrderStatus",
    "Parcel",
    "ProductKind",
    "Purchase",
    "Quarantined",
    "Refund",
    "RefundFailure",
    "Unread",
    "email_key_of",
    "is_order_number",
    "normalised_order_number",
]


class OrderStatus(StrEnum):
    """The furthest milestone an order has reached."""

    UNKNOWN = "unknown"
    PAID = "paid"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    DELIVERED = "delivered"


class OrderChange(StrEnum):
    """What one of the shop's events changes about an order.

    Replaced: it tells of a parcel that brings other units for a return.
    """

    PAID = "paid"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Order:
    """An order, perhaps incomplete: its events may arrive in any order.

    It is a set of facts, and everything else follows from them: folding the same events in any
    order, any number of times, gives the same facts. `purchase` is the newest by its own time
    (`paid_at`); `first_paid_at` is the time of the original purchase, before any edit. A part that
    could not be read in the newest event is that of an older one: `carried` has the parts' stamps,
    and `purchase_digest` is then the newest event's.
    `kept_deliveries` has the deliveries that a later event would have made earlier: a window is
    never shortened (R-ORD-03). `erased_at` is when its buyer was erased: it never names one again
    (R-ERA-05). `version` is that of the stored order, which a write replaces;
    `pieces` are the items that it has beside its own.
    """

    order_number: str
    purchase: Purchase | None = None
    paid_at: datetime | None = None
    first_paid_at: datetime | None = None
    purchase_digest: str = ""
    carried: Mapping[str, Stamp] = field(default_factory=dict)
    parcels: Mapping[str, Parcel] = field(default_factory=dict)
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    refund_failures: Mapping[str, RefundFailure] = field(default_factory=dict)
    cancellations: Mapping[str, Cancellation] = field(default_factory=dict)
    kept_deliveries: Deliveries = field(default_factory=dict, compare=False)
    unread: tuple[Unread, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    erased_at: datetime | None = None
    version: int | None = field(default=None, compare=False)
    pieces: frozenset[str] = field(default=frozenset(), compare=False)

    @property
    def status(self) -> OrderStatus:
        if self.delivered_at:
            return OrderStatus.DELIVERED
        if self.is_cancelled:
            return OrderStatus.CANCELLED
        if self.shipped_at:
            return OrderStatus.SHIPPED
        return OrderStatus.PAID if self.purchase else OrderStatus.UNKNOWN

    @property
    def lines(self) -> tuple[OrderLine, ...]:
        return self.purchase.lines if self.purchase else ()

    @property
    def is_cancelled(self) -> bool:
        """Whether no unit of the order is left that was not cancelled."""
        if any(each.units is None for each in self.cancellations.values()):
            return True
        return bool(self.lines) and all(
            self.cancelled_units(line.line_id) == line.quantity for line in self.lines
        )

    @property
    def shipped_at(self) -> datetime | None:
        """When the newest parcel left."""
        shipped = [parcel.shipped_at for parcel in self._bringing]
        return max(filter(None, shipped), default=None)

    @property
    def delivered_at(self) -> datetime | None:
        """When the newest parcel was handed over; `deliveries` says it of each unit."""
        delivered = [parcel.delivered_at for parcel in self._bringing]
        kept = [each[0].delivered_at for each in self.kept_deliveries.values()]
        return max([*filter(None, delivered), *kept], default=self.taken_along_at)

    @property
    def taken_along_at(self) -> datetime | None:
        """When the customer took the order along; none if parcels bring it (R-ORD-10)."""
        over_the_counter = self.purchase and self.purchase.channel in OVER_THE_COUNTER
        return self.first_paid_at if over_the_counter and not self._bringing else None

    def deliveries(self, line_id: str) -> tuple[Delivery, ...]:
        """When units of the line were handed over, newest first (R-ORD-03)."""
        return self.all_deliveries.get(line_id, ())

    @cached_property
    def all_deliveries(self) -> Deliveries:
        """Line id → when its units were handed over, newest first."""
        if at := self.taken_along_at:
            return {line.line_id: (Delivery(at, line.quantity),) for line in self.lines}
        return self.parcel_deliveries

    @cached_property
    def parcel_deliveries(self) -> Deliveries:
        """The same of units that parcels brought."""
        return deliveries_of(self.lines, self.parcels, self.kept_deliveries)

    def brought_for(self, ticket: str) -> tuple[Parcel, ...]:
        """The parcels that bring other units for the return with that ticket (R-RET-60)."""
        return tuple(parcel for parcel in replacing(self.parcels) if parcel.ticket == ticket)

    def repaid_units(self, line_id: str) -> int:
        """Units that were cancelled, or refunded, with a return or without."""
        return max(self.cancelled_units(line_id), self.refunded_units(line_id))

    def refunded_units(self, line_id: str) -> int:
        """Units that the shop refunded, with a return or without."""
        return self._units(line_id, [each.units for each in self.refunds.values()])

    @property
    def refund_tickets(self) -> frozenset[str]:
        """The tickets of returns that refunds name."""
        return frozenset(each.ticket for each in self.refunds.values() if each.ticket)

    @property
    def tickets(self) -> frozenset[str]:
        """The tickets of returns that any fact names: a refund, a failed one, a parcel."""
        failed = (each.ticket for each in self.refund_failures.values())
        brought = (each.ticket for each in self.parcels.values())
        return self.refund_tickets | frozenset(filter(None, (*failed, *brought)))

    def refunded_by_ticket(self, line_id: str) -> Mapping[str, int]:
        """The ticket that refunds name → units refunded; the empty one for refunds that name none.

        Whether such a return exists is not for the order to say.
        """
        named: dict[str, list[Mapping[str, int]]] = {}
        for each in self.refunds.values():
            named.setdefault(each.ticket, []).append(each.units)
        return {ticket: self._units(line_id, units) for ticket, units in named.items()}

    def cancelled_units(self, line_id: str) -> int:
        """Units that the shop cancelled."""
        cancelled = [each.units for each in self.cancellations.values()]
        bought = self._bought.get(line_id, 0)
        if any(units is None or units.get(line_id) == REST for units in cancelled):
            return bought
        return self._units(line_id, [units for units in cancelled if units is not None])

    def in_effect(self, line_id: str, units: int) -> bool:
        """Whether an event may speak of that many units of the line.

        If not, that part of the event has no effect. While the purchase is not known, any may.
        """
        return self.purchase is None or units <= self._bought.get(line_id, 0)

    def belongs_to(self, email_key: str) -> bool:
        if self.purchase is None or not self.purchase.email:
            return False
        return email_key_of(self.purchase.email) == email_key

    @cached_property
    def _bringing(self) -> tuple[Parcel, ...]:
        """The parcels with what was bought."""
        return tuple(parcel for parcel in self.parcels.values() if not parcel.ticket)

    @cached_property
    def _bought(self) -> Mapping[str, int]:
        return {line.line_id: line.quantity for line in self.lines}

    def _units(self, line_id: str, stated: Sequence[Mapping[str, int]]) -> int:
        units = [each.get(line_id, 0) for each in stated]
        total = sum(count for count in units if self.in_effect(line_id, count))
        return total if self.purchase is None else min(total, self._bought.get(line_id, 0))


@dataclass(frozen=True, slots=True)
class OrderPaid:
    """The shop received the payment, or changed the order after it."""

    change: ClassVar = OrderChange.PAID

    order_number: str
    occurred_at: datetime
    purchase: Purchase
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class OrderShipped:
    """A parcel left the warehouse."""

    change: ClassVar = OrderChange.SHIPPED

    order_number: str
    occurred_at: datetime
    parcel: Parcel = field(default_factory=Parcel)
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return self.parcel.key


@dataclass(frozen=True, slots=True)
class OrderDelivered:
    """A parcel was handed over; the return window of its units begins (R-ORD-03)."""

    change: ClassVar = OrderChange.DELIVERED

    order_number: str
    occurred_at: datetime
    parcel: Parcel = field(default_factory=Parcel)
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return self.parcel.key


@dataclass(frozen=True, slots=True)
class OrderRefunded:
    """The shop paid something back, under a refund id of its own."""

    change: ClassVar = OrderChange.REFUNDED

    order_number: str
    occurred_at: datetime
    refund_id: str
    refund: Refund
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return self.refund_id


@dataclass(frozen=True, slots=True)
class OrderRefundFailed:
    """The shop could not, or would not, pay back what a return asked for."""

    change: ClassVar = OrderChange.REFUND_FAILED

    order_number: str
    occurred_at: datetime
    failure: RefundFailure
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return self.failure.settlement_id or self.failure.ticket


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """The shop cancelled the order, or some of its units."""

    change: ClassVar = OrderChange.CANCELLED

    order_number: str
    occurred_at: datetime
    cancellation: Cancellation
    unread: tuple[Unread, ...] = ()

    @property
    def subject(self) -> str:
        return self.cancellation.cancellation_id


type OrderEvent = (
    OrderPaid | OrderShipped | OrderDelivered | OrderRefunded | OrderRefundFailed | OrderCancelled
)


def email_key_of(email: str) -> str:
    """The key that finds a mailbox's orders and returns; the address cannot be read from it."""
    return hashlib.sha256(email_of(email).encode()).hexdigest()


def normalised_order_number(text: str) -> str:
    """The order number in the text, or else the text in one spelling."""
    return order_number_in(text) or folded(text).upper()
