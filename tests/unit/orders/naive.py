"""An order by the rules as a person would apply them to a list of events, one unit at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.facts import REST
from aftercare.orders.model import (
    OrderCancelled,
    OrderDelivered,
    OrderEvent,
    OrderLine,
    OrderPaid,
    OrderRefunded,
    OrderShipped,
)

ALL = 10**9


class Box(NamedTuple):
    """A parcel: what it is known to hold (none: the rest of the order), and its first delivery."""

    names: frozenset[str]
    holds: dict[str, int] | None
    delivered: datetime | None
    is_for_a_return: bool = False


def lines_of(events: Sequence[OrderEvent]) -> tuple[OrderLine, ...]:
    """The newest lines that could be read."""
    paid = [
        each
        for each in events
        if isinstance(each, OrderPaid) and (each.purchase.lines or each.purchase.is_empty)
    ]
    return max(paid, key=lambda each: each.occurred_at).purchase.lines if paid else ()


def email_of(events: Sequence[OrderEvent]) -> str:
    paid = [each for each in events if isinstance(each, OrderPaid) and each.purchase.email]
    return max(paid, key=lambda each: each.occurred_at).purchase.email if paid else ""


def boxes_of(events: Iterable[OrderEvent]) -> list[Box]:
    """The parcels, those with one name in common being one."""
    boxes: list[Box] = []
    scans = [each for each in events if isinstance(each, OrderShipped | OrderDelivered)]
    for scan in sorted(scans, key=lambda each: each.occurred_at):
        parcel, at = scan.parcel, scan.occurred_at
        holds = dict(parcel.lines) if parcel.lines else None
        names = {parcel.parcel_id, parcel.tracking_number} - {""}
        rest = f"lines {sorted(holds)}" if holds else "the order"
        names = names or {"a return" if parcel.ticket else rest}
        same = [each for each in boxes if each.names & names]
        boxes = [each for each in boxes if each not in same]
        dates = [each.delivered for each in same if each.delivered]
        dates += [at] if isinstance(scan, OrderDelivered) else []
        held = [each.holds for each in same if each.holds]
        known = frozenset(names).union(*(each.names for each in same))
        apart = bool(parcel.ticket) or any(each.is_for_a_return for each in same)
        delivered = min(dates, default=None)
        boxes.append(Box(known, holds or next(iter(held), None), delivered, apart))
    return boxes


def deliveries_of(events: Sequence[OrderEvent]) -> dict[str, list[datetime]]:
    """Line id → when each delivered unit was handed over, newest first."""
    lines = lines_of(events)
    boxes = _only_box([box for box in boxes_of(events) if not box.is_for_a_return], lines)
    return {line.line_id: _deliveries(line, boxes) for line in lines}


def _only_box(boxes: list[Box], lines: Sequence[OrderLine]) -> list[Box]:
    """What has no id and no lines is the order's only parcel, if that one holds it all.

    Unless each has a carrier's number of its own. Ids begin with P here, numbers with 1Z.
    """
    bare = [box for box in boxes if not box.holds and not _has(box, "P")]
    others = [box for box in boxes if box not in bare]
    if len(bare) != 1 or len(others) != 1 or (_has(bare[0], "1Z") and _has(others[0], "1Z")):
        return boxes
    holds = others[0].holds or {}
    if all(holds.get(line.line_id, -1) in {REST, *range(line.quantity, 9)} for line in lines):
        return [others[0]._replace(delivered=others[0].delivered or bare[0].delivered)]
    return boxes


def _has(box: Box, beginning: str) -> bool:
    return any(name.startswith(beginning) for name in box.names)


def _deliveries(line: OrderLine, boxes: list[Box]) -> list[datetime]:
    named = [box for box in boxes if box.holds and line.line_id in box.holds]
    exact = [box for box in named if (box.holds or {})[line.line_id] != REST]
    rest = [box for box in named if box not in exact] or [box for box in boxes if not box.holds]
    units = [box.delivered for box in exact for _ in range((box.holds or {})[line.line_id])]
    latest = max((box.delivered for box in rest if box.delivered), default=None)
    units += [latest] * (line.quantity - len(units))
    return sorted(filter(None, units), reverse=True)[: line.quantity]


def refunded_units(events: Sequence[OrderEvent], line: OrderLine) -> int:
    """The newest event of each refund counts, unless it names more than was bought."""
    newest: dict[str, OrderRefunded] = {}
    for each in sorted(events, key=lambda each: each.occurred_at):
        if isinstance(each, OrderRefunded):
            newest[each.refund_id] = each
    units = [each.refund.units.get(line.line_id, 0) for each in newest.values()]
    return min(line.quantity, sum(each for each in units if each <= line.quantity))


def cancelled_units(events: Sequence[OrderEvent], line: OrderLine) -> int:
    newest: dict[object, OrderCancelled] = {}
    for each in sorted(events, key=lambda each: each.occurred_at):
        if isinstance(each, OrderCancelled):
            said = each.cancellation
            key = said.cancellation_id or (each.occurred_at, repr(said.units))
            newest[key] = each
    units = [
        ALL
        if said.units is None or said.units.get(line.line_id) == REST
        else said.units[line.line_id]
        for said in (each.cancellation for each in newest.values())
        if said.units is None or line.line_id in said.units
    ]
    if ALL in units:
        return line.quantity
    return min(line.quantity, sum(each for each in units if each <= line.quantity))
