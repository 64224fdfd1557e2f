"""The orders room's verbs: fold in the shop's events, look orders up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock, implausible, to_text
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.findings import Trouble, troubles_of
from aftercare.orders.folding import fold
from aftercare.orders.model import Order, OrderEvent, email_key_of, is_order_number
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

    def record(self, event: OrderEvent, *, actor: Actor) -> Order:
        """The order after one of the shop's events: `take_in` without its troubles."""
        return self.take_in(event, actor=actor).order

    @on_fresh_state
    def take_in(self, event: OrderEvent, *, actor: Actor, event_id: str = "") -> Recorded:
        """Folds one of the shop's events into its order and commits an `order.changed` entry.

        A late or repeated event that changes nothing writes nothing; a retry is safe. An event
        whose time can't be true is quarantined: it is kept with the order, without effect, until a
        later one mends it (R-ORD-07). `event_id` is the bus's; the entry has it.

        Raises:
            StaleWriteError: Too many events for this order at once; try again.
            BusyError: As above.
        """
        now = self.clock()
        stored = self.store.get(event.order_number)
        order = believable(stored, now)
        if reason := implausible(event.occurred_at, now):
            after = set_aside(order, event, reason, now)
        else:
            after = mended(fold(replaceable(order, event, now), event), event, now)
        if after != stored:
            self.store.save(after, self._changed(after, event, actor, event_id, now))
        return Recorded(after, troubles_of(stored, after))

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

    def _changed(
        self, order: Order, event: OrderEvent, actor: Actor, event_id: str, now: datetime
    ) -> Entry:
        data = {
            "version": str((order.version or 0) + 1),
            "changed": event.change,
            "status": order.status,
            "event_at": to_text(event.occurred_at),
        }
        if event_id:
            data["event_id"] = event_id
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CHANGED, order.order_number, now, data, actor=actor)
