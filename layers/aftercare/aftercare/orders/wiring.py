"""Builds the orders room from its configuration."""

import secrets
from typing import NamedTuple

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy
from aftercare.orders.service import OrderService
from aftercare.orders.store import OrderStore


class OrdersConfig(NamedTuple):
    """What the room needs of a deployment."""

    orders_table: str


def order_service(
    config: OrdersConfig, *, clock: Clock = utc_now, entropy: Entropy = secrets.randbits
) -> OrderService:
    """Orders in the configured table."""
    return OrderService(OrderStore(config.orders_table), clock, entropy)
