"""What the shop's events say about an order. Facts of one kind join in any order of arrival."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from aftercare.kernel.address import Address

REST = 0
"""In the place of units: all units of the line that nothing else names."""

OVER_THE_COUNTER = frozenset({"store", "vending"})
"""The channels in which a purchase is handed over when it is paid (R-ORD-10)."""

type Stamp = tuple[datetime, str]
"""The place of an `order.paid` among those of its order: by time, then by content."""

_EARLIEST = datetime.min.replace(tzinfo=UTC)


class ProductKind(StrEnum):
    """What decides how a product may come back (R-ORD-02)."""

    FIGURE = "figure"
    BLIND_BOX = "blind_box"
    POP_NOW = "pop_now"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Units of one product.

    Amounts are in minor units of the order's currency: `unit_price` is of one unit; `discount`,
    `tax` and `net` are of the whole line, none if the shop does not say. `kind_text` is the shop's
    word for a kind that we don't know. `set_size` is the number of boxes in a full set.
    """

    line_id: str
    sku: str
    name: str
    kind: ProductKind
    quantity: int
    unit_price: int
    opened_online: bool = False
    kind_text: str = ""
    discount: int | None = None
    tax: int | None = None
    net: int | None = None
    gtin: str = ""
    batch_code: str = ""
    serials: tuple[str, ...] = ()
    image_url: str = ""
    set_size: int | None = None
    preorder_ships_at: datetime | None = None

    @property
    def rule_kind(self) -> ProductKind:
        """The kind whose rules apply: for an unknown kind the most careful ones (R-ORD-02)."""
        return ProductKind.POP_NOW if self.kind is ProductKind.UNKNOWN else self.kind


@dataclass(frozen=True, slots=True)
class Purchase:
    """What was bought, by whom, and where it went.

    A text that could not be read is empty; so is each part of an unreadable address. Amounts are in
    minor units of `currency`, none if the shop does not say; `total` is what was paid. `is_empty`
    says that an edit left no unit of any line; else no lines means that none could be read.
    """

    email: str
    market: str
    channel: str
    currency: str
    ship_to: Address
    lines: tuple[OrderLine, ...]
    shipping: int | None = None
    shipping_tax: int | None = None
    total: int | None = None
    price_includes_tax: bool | None = None
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Refund:
    """What the shop paid back under one refund id.

    `units` and `amounts` are by line id, amounts in minor units; `shipping` is the shipping paid
    back, `fee` what the shop kept, `amount` what was paid back in all. `ticket` is of the return
    that the refund settles, if any.
    """

    units: Mapping[str, int]
    ticket: str = ""
    amounts: Mapping[str, int] = field(default_factory=dict)
    shipping: int | None = None
    fee: int = 0
    amount: int | None = None
    refunded_at: datetime | None = None

    def joined(self, other: "Refund") -> "Refund":
        """The newer of two events of one refund; of the same instant, the larger of each figure."""
        mine, theirs = self.refunded_at or _EARLIEST, other.refunded_at or _EARLIEST
        if mine != theirs:
            return self if mine > theirs else other
        return Refund(
            units=_larger_of_each(self.units, other.units),
            ticket=max(self.ticket, other.ticket),
            amounts=_larger_of_each(self.amounts, other.amounts),
            shipping=_larger(self.shipping, other.shipping),
            fee=max(self.fee, other.fee),
            amount=_larger(self.amount, other.amount),
            refunded_at=self.refunded_at,
        )


@dataclass(frozen=True, slots=True)
class RefundFailure:
    """The shop could not, or would not, pay back what a return asked for.

    `settlement_id` is of the request; without one, the failure is of the return's oldest
    request that is open then. `reason` is the shop's own word.
    """

    ticket: str
    settlement_id: str = ""
    reason: str = ""
    failed_at: datetime | None = None

    @property
    def key(self) -> str:
        """One key for each request, or else for each failure."""
        moment = self.failed_at.isoformat() if self.failed_at else ""
        return self.settlement_id or f"{self.ticket} {moment}"

    def joined(self, other: "RefundFailure") -> "RefundFailure":
        """The newer of two events of one failure; of the same instant, the larger text."""

        def rank(failure: RefundFailure) -> tuple[datetime, str, str]:
            return failure.failed_at or _EARLIEST, failure.reason, failure.ticket

        return max(self, other, key=rank)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Units that the shop cancelled, by line id (`REST`: the whole line); none: all of the order.

    `cancellation_id` is the shop's. Without one, the event itself is the cancellation.
    """

    units: Mapping[str, int] | None = None
    cancelled_at: datetime | None = None
    cancellation_id: str = ""

    @property
    def key(self) -> str:
        """One key for each cancellation."""
        moment = self.cancelled_at.isoformat() if self.cancelled_at else ""
        return self.cancellation_id or f"{moment}/{_digest(sorted((self.units or {}).items()))}"

    def joined(self, other: "Cancellation") -> "Cancellation":
        """The newer of two events of one cancellation; of the same instant, the larger one."""
        mine, theirs = self.cancelled_at or _EARLIEST, other.cancelled_at or _EARLIEST
        if mine != theirs:
            return self if mine > theirs else other
        if self.units is None or other.units is None:
            return self if self.units is None else other
        units = _larger_of_each(self.units, other.units)
        return Cancellation(units, self.cancelled_at, self.cancellation_id)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel of the order.

    `lines` is line id → units (`REST`: all units that no other parcel names); none: all lines that
    no other parcel names. `named_at` has, for each of `carrier`, `tracking_number`, `lines` and
    `ticket`, the time of the event that named it. `shipped_at` and `delivered_at` are the first
    ones: a later scan changes nothing (R-ORD-03). `ticket` is of the return for which the parcel
    brings other units, if any: it brings none that were bought.
    """

    parcel_id: str = ""
    carrier: str = ""
    tracking_number: str = ""
    lines: Mapping[str, int] | None = None
    named_at: Mapping[str, datetime] = field(default_factory=dict)
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    ticket: str = ""

    @property
    def key(self) -> str:
        """One key for each parcel; empty for the parcel of an event that describes none."""
        by_lines = f"lines/{_digest(sorted(self.lines))}" if self.lines else ""
        by_lines = f"for/{self.ticket}" if self.ticket else by_lines
        return self.parcel_id or self.tracking_number or by_lines

    def joined(self, other: "Parcel") -> "Parcel":
        """Both events' parcel: the first dates, and the newest of everything else."""
        carrier, tracking, lines, ticket = (
            self._newer(other, name) for name in ("carrier", "tracking_number", "lines", "ticket")
        )
        names = self.named_at.keys() | other.named_at.keys()
        return Parcel(
            parcel_id=self.parcel_id or other.parcel_id,
            carrier=carrier.carrier,
            tracking_number=tracking.tracking_number,
            lines=lines.lines,
            named_at={
                name: max(self.named_at.get(name, _EARLIEST), other.named_at.get(name, _EARLIEST))
                for name in sorted(names)
            },
            shipped_at=earlier(self.shipped_at, other.shipped_at),
            delivered_at=earlier(self.delivered_at, other.delivered_at),
            ticket=ticket.ticket,
        )

    def _newer(self, other: "Parcel", name: str) -> "Parcel":
        def rank(parcel: Parcel) -> tuple[datetime, str]:
            value = getattr(parcel, name)
            text = repr(sorted(value.items())) if isinstance(value, Mapping) else repr(value)
            return parcel.named_at.get(name, _EARLIEST), text

        return self if rank(self) >= rank(other) else other


@dataclass(frozen=True, slots=True, order=True)
class Unread:
    """A part of an event that could not be read, and why; `value` is how the part begins."""

    occurred_at: datetime
    event_type: str
    path: str
    reason: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An event that was not applied, and why.

    `subject` is what it is about: a parcel, a refund or a cancellation, empty for the order. A
    later event about the same, which was applied at `mended_at`, mends it.
    """

    occurred_at: datetime
    event_type: str
    subject: str
    reason: str
    recorded_at: datetime
    mended_at: datetime | None = None


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]


def _larger(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _larger_of_each(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in one.keys() | other.keys()}


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, of which either may be unknown."""
    return min(one, other) if one and other else one or other
