"""Where an order's customer is: whose rules count, and on which clock days are counted."""

from zoneinfo import ZoneInfo

from aftercare.addresses.zones import zone_of
from aftercare.orders.model import Order


def market_of(order: Order) -> str:
    """The order's market; empty before its purchase is known."""
    return order.purchase.market if order.purchase else ""


def zone_of_order(order: Order) -> ZoneInfo:
    """The zone on whose clock the days of the order's customer are counted (R-RET-02)."""
    purchase = order.purchase
    return zone_of(purchase.ship_to if purchase else None, market_of(order))
