"""Events that can't be true are kept apart, with the reason, until a later one mends them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from aftercare.kernel.clock import implausible
from aftercare.orders.facts import Parcel, Quarantined
from aftercare.orders.model import Order, OrderEvent, OrderPaid

MOST_QUARANTINED = 50
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def set_aside(order: Order, event: OrderEvent, reason: str, now: datetime) -> Order:
    """The order with the event among the quarantined ones; a repeated event is there once."""
    new = Quarantined(event.occurred_at, f"order.{event.change}", event.subject, reason, now)
    return _with(order, [new])


def mended(order: Order, event: OrderEvent, now: datetime) -> Order:
    """The order once the event was applied: it mends the quarantined ones about the same."""
    about = (f"order.{event.change}", event.subject)
    quarantined = tuple(
        replace(each, mended_at=now)
        if (each.event_type, each.subject) == about and not each.mended_at
        else each
        for each in order.quarantined
    )
    return replace(order, quarantined=quarantined)


def believable(order: Order, now: datetime) -> Order:
    """The order without dates that can't be true: earlier versions stored those, too."""
    doubtful = {
        key: parcel
        for key, parcel in order.parcels.items()
        if any(implausible(date, now) for date in (parcel.shipped_at, parcel.delivered_at) if date)
    }
    if not doubtful:
        return order
    parcels = {**order.parcels, **{key: _dated(each, now) for key, each in doubtful.items()}}
    events = (
        Quarantined(date, event_type, key, implausible(date, now), now)
        for key, parcel in doubtful.items()
        for event_type, date in (
            ("order.shipped", parcel.shipped_at),
            ("order.delivered", parcel.delivered_at),
        )
        if date and implausible(date, now)
    )
    return _with(replace(order, parcels=parcels), events)


def replaceable(order: Order, event: OrderEvent, now: datetime) -> Order:
    """The order as the event finds it: a purchase of a date that can't be true is the oldest."""
    if isinstance(event, OrderPaid) and order.paid_at and implausible(order.paid_at, now):
        return replace(order, paid_at=_LONG_AGO, first_paid_at=None)
    return order


def _with(order: Order, events: Iterable[Quarantined]) -> Order:
    known = {(each.event_type, each.subject, each.occurred_at) for each in order.quarantined}
    new = (
        each for each in events if (each.event_type, each.subject, each.occurred_at) not in known
    )
    newest = sorted([*new, *order.quarantined], key=lambda each: each.recorded_at, reverse=True)
    return replace(order, quarantined=tuple(newest[:MOST_QUARANTINED]))


def _dated(parcel: Parcel, now: datetime) -> Parcel:
    """The parcel without the dates that can't be true."""

    def plausible(date: datetime | None) -> datetime | None:
        return None if date and implausible(date, now) else date

    return replace(
        parcel,
        shipped_at=plausible(parcel.shipped_at),
        delivered_at=plausible(parcel.delivered_at),
    )
