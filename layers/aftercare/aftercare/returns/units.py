"""Which units of an order may come back: bought, handed over, not repaid, not on their way yet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.model import REST, Delivery, Order, OrderLine, Parcel
from aftercare.returns.model import Return
from aftercare.returns.settlement import SettlementState

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


class Settled(NamedTuple):
    """What an order's returns have come to: their units by ticket, and what was sent for them.

    `brought` has, by line id, when other units were handed over in the place of those.
    """

    units: Mapping[str, Units]
    brought: Mapping[str, tuple[Delivery, ...]]


class Held(NamedTuple):
    """What an order's live returns hold together, and what they have come to."""

    units: Units
    settled: Settled


def settled_by(order: Order, returns: Iterable[Return]) -> Settled:
    """The units that live returns of this order hold, and those that came in their place.

    A refund may name a return of another order, or one that was declined: that one settles nothing.
    """
    live = [ret for ret in returns if ret.order_number == order.order_number and ret.holds_units]
    units = {ret.ticket: {line.line_id: ret.held_of(line) for line in ret.lines} for ret in live}
    brought: dict[str, tuple[Delivery, ...]] = {}
    for ret in live:
        for line_id, deliveries in _brought_for(order, ret).items():
            brought[line_id] = (*brought.get(line_id, ()), *deliveries)
    return Settled(units, brought)


def _brought_for(order: Order, ret: Return) -> Mapping[str, tuple[Delivery, ...]]:
    """Line id → when the shop's parcels for the return were handed over (R-RET-65).

    Never more units than the return asked for: a parcel that does not name the line has all. What
    a store handed over needs no parcel (R-RET-43).
    """
    asked, brought = Counter[str](), dict[str, tuple[Delivery, ...]]()
    for each in ret.settlements:
        if not each.brings_goods or each.state is SettlementState.FAILED:
            continue
        for line_id, line in each.lines.items():
            if each.handed_over:
                handed_over = Delivery(each.requested_at, line.units)
                brought[line_id] = (*brought.get(line_id, ()), handed_over)
            else:
                asked[line_id] += line.units
    parcels = order.brought_for(ret.ticket) if asked else ()
    for line_id, units in asked.items():
        sent = _deliveries(line_id, units, parcels)
        brought[line_id] = (*brought.get(line_id, ()), *sent)
    return brought


def _deliveries(line_id: str, expected: int, parcels: Iterable[Parcel]) -> Iterator[Delivery]:
    for parcel in parcels:
        units = units_sent(line_id, expected, [parcel])
        if units and parcel.delivered_at:
            yield Delivery(parcel.delivered_at, units)
            expected -= units


def units_sent(line_id: str, expected: int, parcels: Iterable[Parcel]) -> int:
    """The units of a line in parcels for a return; one that does not name it has all expected.

    A parcel that names other lines alone has none of it.
    """
    sent = 0
    for parcel in parcels:
        units = REST if parcel.lines is None else parcel.lines.get(line_id)
        sent += expected if units == REST else units or 0
    return min(sent, expected)


def held_by(order: Order, returns: Iterable[Return]) -> Units:
    """The units of the order's lines that these returns hold."""
    held = Counter[str]()
    for ret in returns:
        if ret.order_number == order.order_number and ret.holds_units:
            held.update({line.line_id: ret.held_of(line) for line in ret.lines})
    return held


def contested(ret: Return, claimed: Units, limits: Units) -> int:
    """How many of the return's units another return has taken since it gave them back."""
    taken = (
        min(line.units, claimed.get(line.line_id, 0) + line.units - limits.get(line.line_id, 0))
        for line in ret.lines
    )
    return sum(units for units in taken if units > 0)


def returnable_units(order: Order, settled: Settled) -> dict[str, int]:
    """Line id → units that live returns may hold together (R-RET-09).

    Those are the units handed over, less those repaid without a return. `settled` is of the returns
    that refunds name: such a refund pays for the units that its return holds. Any other takes its
    units out of what may come back, whatever ticket it names. What came in the place of returned
    units may come back as well (R-RET-65).
    """
    return {
        line.line_id: _units_in(settled.brought.get(line.line_id, ()))
        + min(
            line.quantity - _repaid(order, line.line_id, settled),
            _units_in(order.deliveries(line.line_id)),
        )
        for line in order.lines
    }


def units_of(order: Order, held: Units, settled: Settled) -> Mapping[str, LineUnits]:
    """Line id → its units, for a new return or for the one whose units `held` leaves out."""

    def units_of_line(line: OrderLine) -> LineUnits:
        in_returns = held.get(line.line_id, 0)
        brought = settled.brought.get(line.line_id, ())
        bought = line.quantity - _repaid(order, line.line_id, settled)
        available = bought + _units_in(brought) - in_returns
        deliveries = sorted((*order.deliveries(line.line_id), *brought), reverse=True)
        # Without any unit left, what was delivered still says why: they were taken, not late.
        delivered = _newest(deliveries, without=in_returns if available > 0 else 0)
        return LineUnits(available, tuple(delivered))

    return {line.line_id: units_of_line(line) for line in order.lines}


def _newest(deliveries: Sequence[Delivery], *, without: int) -> Iterator[Delivery]:
    """The deliveries, which are newest first, without that many of the oldest units."""
    left = _units_in(deliveries) - without
    for delivered_at, units in deliveries:
        if left > 0:
            yield Delivery(delivered_at, min(units, left))
        left -= units


def _units_in(deliveries: Iterable[Delivery]) -> int:
    return sum(delivery.units for delivery in deliveries)


def _repaid(order: Order, line_id: str, settled: Settled) -> int:
    """Units cancelled, or refunded apart from those that the refund's own return holds.

    The larger of the two: a cancellation is usually followed by its refund.
    """
    refunded = order.refunded_by_ticket(line_id)
    outside = sum(
        max(0, units - settled.units.get(ticket, {}).get(line_id, 0))
        for ticket, units in refunded.items()
    )
    return max(order.cancelled_units(line_id), outside)
