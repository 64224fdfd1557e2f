"""The search's page."""

from collections.abc import Iterable
from typing import NamedTuple

from chalice.app import Blueprint, Response

from aftercare.returns.case_file import Found, FoundBy
from aftercare.staff.model import Member
from console import rooms, words
from console.edge import Visit, members_page

routes = Blueprint(__name__)

_LONGEST = 254
_WHY = {
    FoundBy.TICKET: "Ticket",
    FoundBy.ORDER: "Order number",
    FoundBy.EMAIL: "E-mail address",
    FoundBy.TRACKING: "Tracking number",
    FoundBy.CODE: "Product’s code",
}


class FoundRow(NamedTuple):
    """A return that was found."""

    id: str
    ticket: str
    order_number: str
    status: str
    tone: str
    why: str


@routes.route("/search", methods=["GET"])
@members_page(routes)
def search(visit: Visit, member: Member) -> Response:
    query = visit.request.query("q").strip()[:_LONGEST]
    found = rooms.reviews().search(member, query) if query else ()
    return visit.show("search.html", query=query, found=found_rows(found))


def found_rows(found: Iterable[Found]) -> list[FoundRow]:
    """The returns as a table shows them."""
    return [
        FoundRow(
            each.return_id,
            each.ticket or each.return_id,
            each.order_number,
            *words.status(each.status),
            _WHY[each.why],
        )
        for each in found
    ]
