"""The orders room's verbs: fold in the shop's events, look orders up."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock, implausible, to_text
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.deliveries import distinct, replacing
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.findings import Trouble, troubles_of
from aftercare.orders.folding import fold
from aftercare.orders.model import (
    Order,
    OrderChange,
    OrderDelivered,
    OrderEvent,
    OrderPaid,
    Parcel,
    email_key_of,
    is_order_number,
)
from aftercare.orders.quarantine import believable, mended, replaceable, set_aside

if TYPE_CHECKING:
    from aftercare.orders.store import OrderStore

CHANGED = "order.changed"
_MOST_LISTED = 50


class Recorded(NamedTuple):
    """An order after an event, and what an operator should look at because of it."""

    order: Order
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True)
class OrderService:
    """The shop owns orders; this copy follows its events (R-ORD-01)."""

    store: "OrderStore"
    clock: Clock
    entropy: Entropy
    erased: ErasedAt = nobody

    def record(self, event: OrderEvent, *, actor: Actor) -> Order:
        """The order after one of the shop's events: `take_in` without its troubles."""
        return self.take_in(event, actor=actor).order

    @on_fresh_state
    def take_in(self, event: OrderEvent, *, actor: Actor, event_id: str = "") -> Recorded:
        """Folds one of the shop's events into its order and commits an `order.changed` entry.

        A late or repeated event that changes nothing writes nothing; a retry is safe. An event
        whose time can't be true is quarantined: it is kept with the order, without effect, until a
        later one mends it (R-ORD-07). Of an event from before its buyer was erased, or about an
        order whose buyer was, only what names nobody counts (R-ERA-05). `event_id` is the bus's;
        the entry has it.

        Raises:
            StaleWriteError: Too many events for this order at once; try again.
            BusyError: As above.
        """
        now = self.clock()
        stored = self.store.get(event.order_number)
        order, event = self._impersonal(believable(stored, now), event)
        if reason := implausible(event.occurred_at, now):
            after = set_aside(order, event, reason, now)
        else:
            after = mended(fold(replaceable(order, event, now), event), event, now)
        if after != stored:
            self.store.save(after, self._changed(stored, after, event, actor, event_id))
        return Recorded(after, troubles_of(stored, after))

    def record_delivery(
        self, order_number: str, tracking_number: str, delivered_at: datetime, *, actor: Actor
    ) -> Recorded:
        """Notes that a carrier handed a parcel of the order over, by the carrier's clock.

        As the shop's own event about that parcel would (R-ORD-03). Nothing, if no parcel of the
        order has that number, in the order's own spelling: it was mistyped, and the shop has mended
        it since. Safe to repeat.

        Raises:
            StaleWriteError, BusyError: As for `take_in`.
        """
        order = self.get(order_number)
        if all(each.tracking_number != tracking_number for each in order.parcels.values()):
            return Recorded(order, ())
        parcel = Parcel(tracking_number=tracking_number)
        return self.take_in(OrderDelivered(order_number, delivered_at, parcel), actor=actor)

    def owned(self, order_number: str, email_key: str) -> Order:
        """The order, if it was bought with that mailbox.

        Raises:
            OrderNotFoundError: No such order, or somebody else's; both look the same.
        """
        order = self.get(order_number)
        if not order.belongs_to(email_key):
            raise OrderNotFoundError("We can't find that order under your e-mail address.")
        return order

    def get(self, order_number: str) -> Order:
        """The order of any customer; empty when we have no event of it. For workers only."""
        if not is_order_number(order_number):
            return Order(order_number)
        return believable(self.store.get(order_number), self.clock())

    def parcels_sent(self, order_number: str) -> tuple[Parcel, ...]:
        """The order's parcels that have left, oldest first, without their contents (R-PCL-06).

        What anybody may know who has the number. None of an order that is unknown or has not left.
        """
        sent = [
            replace(parcel, lines=None)
            for parcel in distinct(self.get(order_number).parcels)
            if parcel.shipped_at or parcel.delivered_at
        ]
        return tuple(sorted(sent, key=lambda each: str(each.shipped_at or each.delivered_at)))

    def matches(self, order_number: str, email: str) -> bool:
        """Whether that order was bought with that e-mail address."""
        return self.get(order_number).belongs_to(email_key_of(email))

    def of_customer(self, email_key: str) -> tuple[Order, ...]:
        """The customer's 50 newest orders, newest first; a change shows within seconds."""
        return self._of_customer(email_key, limit=_MOST_LISTED)

    def every_of_customer(self, email_key: str) -> tuple[Order, ...]:
        """All of the customer's orders; for rare checks that must not miss one."""
        return self._of_customer(email_key)

    def of_numbers(self, numbers: Iterable[str]) -> tuple[Order, ...]:
        """Those of the orders that we have events of, in no order. For workers only."""
        now = self.clock()
        found = self.store.of_numbers(filter(is_order_number, numbers))
        return tuple(believable(order, now) for order in found)

    def timeline(self, order_number: str) -> tuple[Entry, ...]:
        """The order's entries of the last 400 days, oldest first."""
        return self.store.timeline(self.get(order_number))

    def _of_customer(self, email_key: str, limit: int | None = None) -> tuple[Order, ...]:
        now = self.clock()
        orders = self.store.of_customer(email_key, limit=limit)
        return tuple(believable(order, now) for order in orders)

    def _impersonal(self, order: Order, event: OrderEvent) -> tuple[Order, OrderEvent]:
        """Both without the person, if that person was erased since the event.

        Who was erased is asked only when an event names a buyer that the order does not have yet.
        """
        from aftercare.orders.personal import impersonal  # noqa: PLC0415 - only events are changed

        if order.erased_at:
            return order, impersonal(event)
        if not isinstance(event, OrderPaid) or not event.purchase.email:
            return order, event
        email_key = email_key_of(event.purchase.email)
        erased_at = None if order.belongs_to(email_key) else self.erased(email_key)
        if erased_at is None or event.occurred_at > erased_at:
            return order, event
        is_someone_elses = order.purchase is not None and bool(order.purchase.email)
        marked = order if is_someone_elses else replace(order, erased_at=erased_at)
        return marked, impersonal(event)

    def _changed(
        self, before: Order, order: Order, event: OrderEvent, actor: Actor, event_id: str
    ) -> Entry:
        now, replaced = self.clock(), replacing(order.parcels) != replacing(before.parcels)
        data = {
            "version": str((order.version or 0) + 1),
            "changed": OrderChange.REPLACED if replaced else event.change,
            "status": order.status,
            "event_at": to_text(event.occurred_at),
        }
        if event_id:
            data["event_id"] = event_id
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CHANGED, order.order_number, now, data, actor=actor)
