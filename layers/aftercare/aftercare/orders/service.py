"""The orders room's verbs: fold in the shop's events, look orders up."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import Order, OrderEvent, email_key_of, fold, is_order_number

if TYPE_CHECKING:
    from aftercare.orders.store import OrderStore

CHANGED = "order.changed"
_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class OrderService:
    """The shop owns orders; this copy follows its events (R-ORD-01)."""

    store: "OrderStore"
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def record(self, event: OrderEvent, *, actor: Actor) -> Order:
        """Folds one of the shop's events into its order and commits an `order.changed` entry.

        A late or repeated event that changes nothing writes nothing; a retry is safe.

        Raises:
            StaleWriteError: Too many events for this order at once; try again.
            BusyError: As above.
        """
        order = self.store.get(event.order_number)
        after = fold(order, event)
        if after != order:
            self.store.save(after, self._changed(after, event, actor))
        return after

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
        return (
            self.store.get(order_number) if is_order_number(order_number) else Order(order_number)
        )

    def matches(self, order_number: str, email: str) -> bool:
        """Whether that order was bought with that e-mail address."""
        return self.get(order_number).belongs_to(email_key_of(email))

    def of_customer(self, email_key: str) -> tuple[Order, ...]:
        """The customer's 50 newest orders, newest first; a change shows within seconds."""
        return self.store.of_customer(email_key, limit=_MOST_LISTED)

    def every_of_customer(self, email_key: str) -> tuple[Order, ...]:
        """All of the customer's orders; for rare checks that must not miss one."""
        return self.store.of_customer(email_key)

    def timeline(self, order_number: str) -> tuple[Entry, ...]:
        """The order's entries of the last 400 days, oldest first."""
        return self.store.timeline(self.get(order_number))

    def _changed(self, order: Order, event: OrderEvent, actor: Actor) -> Entry:
        now = self.clock()
        data = {
            "version": str((order.version or 0) + 1),
            "changed": event.change,
            "status": order.status,
        }
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, CHANGED, order.order_number, now, data, actor=actor)
