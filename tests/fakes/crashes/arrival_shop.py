"""What the shop does for the returns of a schedule: in any order, late, with anything twice."""

import json

from aftercare.kernel.timeline import Entry
from aftercare.orders.model import (
    OrderDelivered,
    OrderEvent,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
    Parcel,
    Refund,
    RefundFailure,
)
from tests.fakes.crashes.arrival_world import ArrivalWorld
from tests.fakes.house import WORKER
from tests.fakes.orders import ORDERS_INGEST


def pay(world: ArrivalWorld, return_id: str, how: int) -> None:
    """It pays what it was asked for: the whole, a half, the other half; always the same refund.

    Told again, a refund has the time that it had: told with a later one, it would be counted after
    what was refunded since, and might come to less than it has settled.
    """
    asked = _asked(world, return_id, how)
    if asked and (amount := int(asked.data["amount"])):
        part = amount if how % 3 == 0 else amount // 2 if how % 3 == 1 else amount - amount // 2
        refund_id = f"{asked.data['settlement_id']}/{how % 3}"
        named = asked.data["ticket"]
        with world.saboteur.during(None):
            known = world.house.orders.get(world.order.order_number).refunds.get(refund_id)
        at = (known.refunded_at if known else None) or world.house.clock()
        refund = Refund({}, named, refunded_at=at, amount=part)
        _tell(world, OrderRefunded(world.order.order_number, at, refund_id, refund))


def fail(world: ArrivalWorld, return_id: str, how: int) -> None:
    if asked := _asked(world, return_id, how):
        failure = RefundFailure(asked.data["ticket"], asked.data["settlement_id"], "card_closed")
        number = world.order.order_number
        _tell(world, OrderRefundFailed(number, world.house.clock(), failure))


def send(world: ArrivalWorld, return_id: str, how: int) -> None:
    """It sends a parcel for the return; each second way says what is in it."""
    if parcel := _parcel(world, return_id, how):
        _tell(world, OrderShipped(world.order.order_number, world.house.clock(), parcel))


def hand_over(world: ArrivalWorld, return_id: str, how: int) -> None:
    """The carrier hands that parcel over; it may be the first that we hear of it."""
    if parcel := _parcel(world, return_id, how):
        _tell(world, OrderDelivered(world.order.order_number, world.house.clock(), parcel))


def _parcel(world: ArrivalWorld, return_id: str, how: int) -> Parcel | None:
    """The parcel of one of the requests: it says what is in it, or that it is for the return."""
    asked = _asked(world, return_id, how // 2)
    if asked is None:
        return None
    now, ticket = world.house.clock(), asked.data["ticket"]
    if how % 2 == 0:
        return Parcel(f"P-{ticket}", named_at={"ticket": now}, ticket=ticket)
    lines = {each["line_id"]: each["units"] for each in json.loads(asked.data["lines"])}
    named_at = {"ticket": now, "lines": now}
    parcel_id = f"P-{asked.data['settlement_id']}"
    return Parcel(parcel_id, lines=lines, named_at=named_at, ticket=ticket)


def refund_outside(world: ArrivalWorld, _return_id: str, how: int) -> None:
    """The shop pays a unit of its own accord, or gives money for no unit at all."""
    number, now = world.order.order_number, world.house.clock()
    goodwill = Refund({}, refunded_at=now, amount=5_000)
    refund = goodwill if how % 2 else Refund({"2": 1}, refunded_at=now)
    _tell(world, OrderRefunded(number, now, f"own-{how % 2}", refund))


def refund_early(world: ArrivalWorld, return_id: str, how: int) -> None:
    """The shop pays for a return before it is asked to, or beside what it is asked for."""
    if ret := world.now(return_id):
        number, now = world.order.order_number, world.house.clock()
        refund = Refund({}, ret.ticket, refunded_at=now, amount=1_000)
        _tell(world, OrderRefunded(number, now, f"early-{return_id}-{how % 2}", refund))


def _asked(world: ArrivalWorld, return_id: str, how: int) -> Entry | None:
    """One of the requests that the shop was told of."""
    with world.saboteur.during(None):
        told = world.docks.store.timeline(return_id)
    asked = [entry for entry in told if "settlement_id" in entry.data and "amount" in entry.data]
    return asked[how % len(asked)] if asked else None


def _tell(world: ArrivalWorld, event: OrderEvent) -> None:
    """The shop's fact, and the worker that is told of it."""
    world.house.orders.record(event, actor=ORDERS_INGEST)
    world.shop.settling.record_answers(world.order.order_number, actor=WORKER)
