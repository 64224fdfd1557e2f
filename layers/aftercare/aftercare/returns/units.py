"""Which units of an order may come back: bought, handed over, not repaid, not on their way yet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.model import Delivery, Order, OrderLine
from aftercare.returns.model import Return

type Units = Mapping[str, int]
"""Units by line id."""


class LineUnits(NamedTuple):
    """The units of one line that no other live return holds.

    `available` are those that were not repaid either; fewer than none if the order changed since.
    `deliveries` says when units were handed over, newest first.
    """

    available: int
    deliveries: tuple[Delivery, ...]

    def delivered_at(self, units: int) -> datetime | None:
        """When the last of that many units was handed over; none if they have not all been.

        Those with the newest delivery come back first: nobody can tell one unit from another, and
        the customer must not lose a window.
        """
        needed = max(min(units, self.available), 1)
        for delivered_at, handed_over in self.deliveries:
            needed -= handed_over
            if needed <= 0:
                return delivered_at
        return None


NO_UNITS = LineUnits(0, ())
"""Of a line that the order does not have (any more)."""


def settled_by(order: Order, returns: Iterable[Return]) -> Mapping[str, Units]:
    """The units that live returns of this order hold, by their ticket.

    A refund may name a return of another order, or one that was declined: that one settles nothing.
    """
    return {
        ret.ticket: {line.line_id: line.units for line in ret.lines}
        for ret in returns
        if ret.order_number == order.order_number and ret.holds_units
    }


def held_by(order: Order, returns: Iterable[Return]) -> Units:
    """The units of the order's lines that these returns hold."""
    held = Counter[str]()
    for ret in returns:
        if ret.order_number == order.order_number and ret.holds_units:
            held.update({line.line_id: line.units for line in ret.lines})
    return held


def returnable_units(order: Order, settled: Mapping[str, Units]) -> dict[str, int]:
    """Line id → units that live returns may hold together (R-RET-09).

    Those are the units handed over, less those repaid without a return. `settled` is of the returns
    that refunds name: such a refund pays for the units that its return holds. Any other takes its
    units out of what may come back, whatever ticket it names.
    """
    return {
        line.line_id: min(
            line.quantity - _repaid(order, line.line_id, settled),
            sum(delivery.units for delivery in order.deliveries(line.line_id)),
        )
        for line in order.lines
    }


def units_of(order: Order, held: Units, settled: Mapping[str, Units]) -> Mapping[str, LineUnits]:
    """Line id → its units, for a new return or for the one whose units `held` leaves out."""

    def units_of_line(line: OrderLine) -> LineUnits:
        in_returns = held.get(line.line_id, 0)
        available = line.quantity - _repaid(order, line.line_id, settled) - in_returns
        # Without any unit left, what was delivered still says why: they were taken, not late.
        delivered = _newest(order, line.line_id, without=in_returns if available > 0 else 0)
        return LineUnits(available, tuple(delivered))

    return {line.line_id: units_of_line(line) for line in order.lines}


def _newest(order: Order, line_id: str, *, without: int) -> Iterator[Delivery]:
    """The line's deliveries, newest first, without that many of the oldest units."""
    deliveries = order.deliveries(line_id)
    left = sum(delivery.units for delivery in deliveries) - without
    for delivered_at, units in deliveries:
        if left > 0:
            yield Delivery(delivered_at, min(units, left))
        left -= units


def _repaid(order: Order, line_id: str, settled: Mapping[str, Units]) -> int:
    """Units cancelled, or refunded apart from those that the refund's own return holds.

    The larger of the two: a cancellation is usually followed by its refund.
    """
    refunded = order.refunded_by_ticket(line_id)
    outside = sum(
        max(0, units - settled.get(ticket, {}).get(line_id, 0))
        for ticket, units in refunded.items()
    )
    return max(order.cancelled_units(line_id), outside)
