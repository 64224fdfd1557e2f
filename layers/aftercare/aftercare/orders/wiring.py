"""Builds the orders room from its configuration."""

import secrets
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.erased import ErasedAt, nobody
from aftercare.kernel.ids import Entropy
from aftercare.orders.service import OrderService
from aftercare.orders.store import OrderStore

if TYPE_CHECKING:
    from aftercare.orders.erasing import OrderErasing


class OrdersConfig(NamedTuple):
    """What the room needs of a deployment."""

    orders_table: str


def order_service(
    config: OrdersConfig,
    *,
    erased: ErasedAt = nobody,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> OrderService:
    """Orders in the configured table. Whoever takes the shop's events in says who was `erased`."""
    return OrderService(OrderStore(config.orders_table), clock, entropy, erased)


def order_erasing(
    config: OrdersConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> "OrderErasing":
    """What forgets the buyers of orders in the configured table."""
    from aftercare.orders.erasing import OrderErasing  # noqa: PLC0415 - few functions erase

    return OrderErasing(OrderStore(config.orders_table), clock, entropy)
