"""Folds the shop's events into an order: in any order, any number of times (R-ORD-01)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol, Self

from aftercare.kernel.address import Address
from aftercare.orders.deliveries import Deliveries, later
from aftercare.orders.document import digest_of
from aftercare.orders.facts import Parcel, Purchase, Stamp, earlier
from aftercare.orders.model import (
    Order,
    OrderCancelled,
    OrderDelivered,
    OrderEvent,
    OrderPaid,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
)

MOST_UNREAD = 50
# Parts of a purchase that an event is never without. Amounts are not among them: an amount of an
# older event may not fit the lines of a newer one.
_PARTS = ("email", "market", "channel", "currency", "ship_to", "lines")
_UNREADABLE: tuple[object, ...] = ("", (), Address("", "", "", "", "", ""))


def fold(order: Order, event: OrderEvent) -> Order:
    """The order after the event: late, repeated and out-of-order events never take it backwards."""
    after = _with_fact(order, event)
    unread = sorted({*order.unread, *event.unread}, reverse=True)[:MOST_UNREAD]
    return replace(after, unread=tuple(unread), kept_deliveries=_kept(order, after))


def _with_fact(order: Order, event: OrderEvent) -> Order:
    match event:
        case OrderPaid():
            return _paid(order, event)
        case OrderShipped(occurred_at=at, parcel=parcel):
            return _with_parcel(order, replace(parcel, shipped_at=at))
        case OrderDelivered(occurred_at=at, parcel=parcel):
            return _with_parcel(order, replace(parcel, delivered_at=at))
        case OrderRefunded(occurred_at=at, refund_id=refund_id, refund=refund):
            refunds = _with(order.refunds, refund_id, replace(refund, refunded_at=at))
            return replace(order, refunds=refunds)
        case OrderRefundFailed(occurred_at=at, failure=failure):
            failure = replace(failure, failed_at=at)
            failures = _with(order.refund_failures, failure.key, failure)
            return replace(order, refund_failures=failures)
        case OrderCancelled(occurred_at=at, cancellation=cancellation):
            cancellation = replace(cancellation, cancelled_at=at)
            cancellations = _with(order.cancellations, cancellation.key, cancellation)
            return replace(order, cancellations=cancellations)


class _Joined(Protocol):
    def joined(self, other: Self) -> Self: ...


def _with[Fact: _Joined](facts: Mapping[str, Fact], key: str, fact: Fact) -> dict[str, Fact]:
    """The facts with one more, joined with what is known of the same."""
    known = facts.get(key)
    return {**facts, key: known.joined(fact) if known else fact}


class _Statement(NamedTuple):
    """A purchase as events state it, and the stamps of the parts that could be read."""

    stamp: Stamp
    purchase: Purchase
    parts: Mapping[str, Stamp]


def _paid(order: Order, event: OrderPaid) -> Order:
    """The newest purchase. A part that its event does not have is the newest one known of it."""
    at, purchase = event.occurred_at, event.purchase
    order = replace(order, first_paid_at=earlier(order.first_paid_at, at))
    if order.purchase is None or order.paid_at is None:
        return replace(order, purchase=purchase, paid_at=at)
    stored: Stamp = (order.paid_at, order.purchase_digest or digest_of(order.purchase))
    reported: Stamp = (at, digest_of(purchase))
    if reported == stored:
        return order
    merged = _merged(
        _Statement(stored, order.purchase, {**_parts(order.purchase, stored), **order.carried}),
        _Statement(reported, purchase, _parts(purchase, reported)),
    )
    carried = {part: stamp for part, stamp in merged.parts.items() if stamp != merged.stamp}
    return replace(
        order,
        purchase=merged.purchase,
        paid_at=merged.stamp[0],
        purchase_digest=merged.stamp[1] if carried else "",
        carried=carried,
    )


def _parts(purchase: Purchase, stamp: Stamp) -> dict[str, Stamp]:
    return {
        part: stamp
        for part in _PARTS
        if getattr(purchase, part) not in _UNREADABLE or (part == "lines" and purchase.is_empty)
    }


def _merged(one: _Statement, other: _Statement) -> _Statement:
    newer, older = (one, other) if one.stamp > other.stamp else (other, one)
    known = {
        part: stamp
        for part, stamp in older.parts.items()
        if part not in newer.parts or stamp > newer.parts[part]
    }
    values = {part: getattr(older.purchase, part) for part in known}
    if "lines" in known:
        values["is_empty"] = older.purchase.is_empty
    return _Statement(newer.stamp, replace(newer.purchase, **values), {**newer.parts, **known})


def _with_parcel(order: Order, parcel: Parcel) -> Order:
    return replace(order, parcels=_with(order.parcels, parcel.key, parcel))


def _kept(before: Order, after: Order) -> Deliveries:
    """What keeps each line's deliveries as late as a customer may have seen them (R-ORD-03)."""
    if before.purchase is after.purchase and before.parcels == after.parcels:
        return before.kept_deliveries
    kept = dict(before.kept_deliveries)
    for line in after.lines:
        shown = before.parcel_deliveries.get(line.line_id, ())
        derived = after.parcel_deliveries.get(line.line_id, ())
        if later(shown, derived, most=line.quantity) != derived:
            kept[line.line_id] = later(shown, kept.get(line.line_id, ()))
    return kept
