"""What a purchase is worth to the ledger: its net amount, and how much of it was refunded."""

from aftercare.orders.model import Order, OrderStatus


def net_of(order: Order) -> int:
    """What was paid for the order's lines, in minor units."""
    return sum(line.quantity * line.unit_price for line in order.lines)


def refunded_of(order: Order) -> int:
    """How much of it was refunded, in minor units, never more than was paid."""
    return sum(
        min(line.quantity, _refunded_units(order, line.line_id)) * line.unit_price
        for line in order.lines
    )


def is_active(order: Order) -> bool:
    """Whether the order is neither delivered nor fully refunded."""
    if order.status is OrderStatus.DELIVERED:
        return False
    return any(line.quantity > _refunded_units(order, line.line_id) for line in order.lines)


def _refunded_units(order: Order, line_id: str) -> int:
    return sum(refund.units.get(line_id, 0) for refund in order.refunds.values())
