"""Parcels to customers that have not moved for too long: their page, and its view models."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.parcels.model import Direction, Silent
from aftercare.parcels.recognising import recognise
from aftercare.staff.model import Member
from console import rooms
from console.edge import Visit, members_page
from console.moments import Moment, moment
from console.queue.rows import tabs

routes = Blueprint(__name__)

PATH = "/queue/parcels"


class OrderLink(NamedTuple):
    """An order that waits for the parcel, and where its returns are."""

    number: str
    href: str


class SilentRow(NamedTuple):
    """One silent parcel; `href` leads to its carrier's page."""

    number: str
    href: str
    carrier: str
    orders: list[OrderLink]
    since: Moment


@routes.route(PATH, methods=["GET"])
@members_page(routes)
def silent(visit: Visit, member: Member) -> Response:
    after = visit.request.query("after")
    page = rooms.parcel_desk().silent(member, after)
    now = utc_now()
    return visit.show(
        "silent.html",
        parcels=[_row(each, now) for each in page.parcels],
        tabs=tabs(PATH),
        first_href=PATH if after else "",
        more_href=f"{PATH}?{urlencode({'after': page.after})}" if page.after else "",
    )


def _row(parcel: Silent, now: datetime) -> SilentRow:
    owners = [owner for owner in parcel.owners if owner.direction is Direction.OUTBOUND]
    found = recognise(parcel.number)
    carrier = found.as_named(*(owner.carrier for owner in owners))
    return SilentRow(
        number=parcel.number,
        href=found.page_of(carrier),
        carrier=carrier.name if carrier else parcel.carrier,
        orders=list(_orders(owner.subject for owner in owners)),
        since=moment(parcel.silent_at, now),
    )


def _orders(numbers: Iterator[str]) -> Iterator[OrderLink]:
    for number in numbers:
        yield OrderLink(number, f"/search?{urlencode({'q': number})}")
