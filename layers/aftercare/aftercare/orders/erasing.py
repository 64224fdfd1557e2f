"""Forgets who bought an order."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.orders.personal import without_person

if TYPE_CHECKING:
    from aftercare.orders.store import OrderStore

ERASED = "order.erased"


@dataclass(frozen=True, slots=True)
class OrderErasing:
    """What the orders room holds of a person, and how it forgets it (R-ERA-01)."""

    store: "OrderStore"
    clock: Clock
    entropy: Entropy

    def held(self, email_key: str) -> tuple[Order, ...]:
        """Every order of that mailbox, newest first, seconds behind at worst."""
        return self.store.of_customer(email_key)

    @on_fresh_state
    def erase(self, order_number: str, email_key: str, *, actor: Actor) -> bool:
        """Forgets the order's buyer, for good; False if it has another one, or none (any more).

        What was bought, paid, sent and refunded stays. Commits `order.erased`. Safe to repeat.

        Raises:
            StaleWriteError, BusyError: Too many events for this order at once; try again.
        """
        order = self.store.get(order_number)
        if not order.belongs_to(email_key):
            return False
        now = self.clock()
        after = replace(without_person(order), erased_at=now)
        data = {"version": str((order.version or 0) + 1)}
        entry_id = new_id("ent", now, self.entropy)
        entry = Entry(entry_id, ERASED, order_number, now, data, actor=actor)
        self.store.save(after, entry, keeps_pieces=False)
        return True

    def exported(self, email_key: str) -> Iterator[dict[str, object]]:
        """Each order of that mailbox as its buyer may read it."""
        for order in self.held(email_key):
            yield {
                "order_number": order.order_number,
                "paid_at": order.paid_at,
                "purchase": order.purchase,
                "parcels": order.parcels,
                "refunds": order.refunds,
                "cancellations": order.cancellations,
            }
