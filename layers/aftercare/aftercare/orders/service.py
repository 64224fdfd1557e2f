"""What other rooms and the shop's events ask of orders."""

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import Order, OrderEvent, email_key_of, fold, is_order_number

if TYPE_CHECKING:
    from aftercare.orders.store import OrderStore

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class OrderService:
    """The shop owns orders; here they are only read and kept up."""

    store: "OrderStore"
    clock: Clock = utc_now
    entropy: Entropy = secrets.randbits

    @on_fresh_state
    def record(self, event: OrderEvent) -> Order:
        """Folds one of the shop's events into its order; late or repeated ones change nothing.

        Raises:
            StaleWriteError: Too many events for this order at once; try again.
        """
        order = self.store.get(event.order_number)
        after = fold(order, event)
        if after != order:
            self.store.save(after)
        return after

    def owned(self, order_number: str, email_key: str) -> Order:
        """The order, if it was bought with that mailbox.

        Raises:
            OrderNotFoundError: No such order, or somebody else's: the two look the same.
        """
        order = self.store.get(order_number) if is_order_number(order_number) else None
        if order is None or not order.belongs_to(email_key):
            raise OrderNotFoundError("We can't find that order under your e-mail address.")
        return order

    def get(self, order_number: str) -> Order:
        """The order, whoever bought it; empty when nothing is known of it. For workers only."""
        return self.store.get(order_number)

    def matches(self, order_number: str, email: str) -> bool:
        """Whether that order was bought with that e-mail address."""
        order = self.store.get(order_number)
        return order.belongs_to(email_key_of(email))

    def of_customer(self, email_key: str) -> tuple[Order, ...]:
        """The customer's 50 newest orders, newest first; a change shows within seconds."""
        return self.store.of_customer(email_key, limit=_MOST_LISTED)

    def every_of_customer(self, email_key: str) -> tuple[Order, ...]:
        """All of the customer's orders, however many: for what is rare and must miss none."""
        return self.store.of_customer(email_key)
