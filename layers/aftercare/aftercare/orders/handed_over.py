"""Which pieces of an order its buyer has, by the serials that the shop tells."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.model import Order


class SoldPiece(NamedTuple):
    """The serial of a unit that was handed over, and when its order was paid."""

    serial: str
    sold_at: datetime


def handed_over(order: Order) -> Iterator[SoldPiece]:
    """The units of the lines that were handed over whole (R-AUT-15).

    Of a line that came in part nobody knows which units those were, and a unit that has not left
    may be cancelled and sold to somebody else.
    """
    if order.first_paid_at is None or order.is_cancelled:
        return
    for line in order.lines:
        if sum(each.units for each in order.deliveries(line.line_id)) >= line.quantity:
            yield from (SoldPiece(serial, order.first_paid_at) for serial in line.serials)
