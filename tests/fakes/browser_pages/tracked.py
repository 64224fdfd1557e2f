"""Orders whose parcels have not left, are moving, quiet or delivered, or of which carriers tell."""

from datetime import timedelta
from typing import NamedTuple

from aftercare.orders.facts import Parcel
from aftercare.orders.model import OrderDelivered, OrderShipped
from aftercare.parcels.model import Direction, Owner, ParcelStatus
from tests.fakes.house import WORKER, House
from tests.fakes.orders import ORDERS_INGEST, paid
from tests.fakes.parcels import news, scan
from tests.fakes.tracking_numbers import gs1

TRACKING = "1Z999AA10123456784"
PLACE = "Portland, OR, US"
# How many days ago each order was paid, sent and delivered.
DAYS = {
    "waiting": (1, None, None),
    "overdue": (20, None, None),
    "moving": (4, 2, None),
    "quiet": (9, 8, None),
    "delivered": (9, 8, 2),
}
S = ParcelStatus


class Said(NamedTuple):
    """What a carrier says of a parcel: a status, so many days ago, by which code."""

    status: ParcelStatus
    days_ago: float
    words: str = ""


# What carriers say of orders that were paid twelve days ago and sent eleven days ago.
SCANNED = {
    "announced": (Said(S.LABEL_CREATED, 0.1),),
    "unhanded": (Said(S.LABEL_CREATED, 8),),
    "in_transit": (Said(S.ACCEPTED, 6), Said(S.IN_TRANSIT, 2)),
    "silent": (Said(S.ACCEPTED, 10), Said(S.IN_TRANSIT, 6)),
    "held": (Said(S.IN_TRANSIT, 10), Said(S.EXCEPTION, 9, "in_transit/held")),
    "out_for_delivery": (Said(S.OUT_FOR_DELIVERY, 0.1),),
    "pickup_ready": (Said(S.PICKUP_READY, 7),),
    "attempt_failed": (Said(S.ATTEMPT_FAILED, 1),),
    "exception": (Said(S.IN_TRANSIT, 2), Said(S.EXCEPTION, 1)),
    "returning": (Said(S.RETURNING, 7),),
    "returned": (Said(S.DELIVERED, 8), Said(S.RETURNED, 1)),
    "lost": (Said(S.IN_TRANSIT, 9), Said(S.LOST, 1)),
    "expired": (Said(S.IN_TRANSIT, 9), Said(S.EXPIRED, 1)),
    "handed_over": (Said(S.IN_TRANSIT, 4), Said(S.DELIVERED, 1)),
}


def tracked(house: House, email: str) -> dict[str, str]:
    """One order of each kind, by how its parcel stands."""
    return {name: order_of(house, email, name) for name in (*DAYS, *SCANNED)}


def order_of(house: House, email: str, name: str) -> str:
    """The number of a new order whose parcel stands like that."""
    number = house.new_number()
    paid_at, sent_at, delivered_at = (
        house.clock() - timedelta(days=days) if days is not None else None
        for days in DAYS.get(name, (12, 11, None))
    )
    assert paid_at
    house.orders.record(paid(number=number, at=paid_at, email=email), actor=ORDERS_INGEST)
    if sent_at:
        named = dict.fromkeys(("carrier", "tracking_number"), sent_at)
        carrier, tracking = ("UPS", TRACKING) if name in DAYS else ("USPS", tracking_of(number))
        sent = Parcel("A", carrier, tracking, named_at=named, shipped_at=sent_at)
        house.orders.record(OrderShipped(number, sent_at, sent), actor=ORDERS_INGEST)
    if delivered_at:
        arrived = Parcel("A", delivered_at=delivered_at)
        house.orders.record(OrderDelivered(number, delivered_at, arrived), actor=ORDERS_INGEST)
    if name in SCANNED:
        _tell(house, number, name)
    return number


def tracking_of(order_number: str) -> str:
    """A number of USPS that only the parcel of that order has."""
    digits = "".join(filter(str.isdigit, order_number))
    return gs1("9400" + digits[-17:].rjust(17, "7"))


def _tell(house: House, number: str, name: str) -> None:
    """What the carrier said so far of the order's parcel."""
    tracking = tracking_of(number)
    owner = Owner(Direction.OUTBOUND, number, "USPS", tracking)
    house.parcels.follow(owner, actor=WORKER)
    said = [
        scan(
            each.status,
            at=house.clock() - timedelta(days=each.days_ago),
            words=each.words,
            place=PLACE,
        )
        for each in SCANNED[name]
    ]
    house.parcels.record(news(*said, number=tracking), actor=WORKER)
