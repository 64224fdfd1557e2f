"""Days and times as the customer's calendar and clock have them (R-CAL-01)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aftercare.kernel.clock import local_day, zone_named
from aftercare.orders.model import Order
from aftercare.returns.model import Return
from aftercare.returns.zones import zone_of_order
from aftercare.words.service import Words

_UTC = zone_named("UTC")


def zone_of_return(ret: Return, order: Order | None = None) -> ZoneInfo | None:
    """The zone that its decisions counted in; its order's, if none says; none without an order."""
    decisions = (line.decision for line in ret.lines if line.decision)
    name = next((decision.zone for decision in decisions if decision.zone), "")
    if name:
        return zone_named(name)
    return zone_of_order(order) if order and order.purchase else None


def day(w: Words, order: Order, at: datetime | None) -> str:
    """The customer's day at that moment; empty if it never came."""
    return w.day(local_day(at, zone_of_order(order))) if at else ""


def day_of_return(w: Words, ret: Return, at: datetime) -> str:
    """The customer's day at that moment of a return."""
    return day_there(w, at, zone_of_return(ret))


def day_there(w: Words, at: datetime, zone: ZoneInfo | None) -> str:
    """The day at that moment in a zone, or in UTC."""
    return w.day(local_day(at, zone or _UTC))
