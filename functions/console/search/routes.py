"""The search's page."""

from collections.abc import Iterable
from typing import NamedTuple

from chalice.app import Blueprint, Response

from aftercare.kernel.ids import is_ticket
from aftercare.returns.case_file import Found, FoundBy
from aftercare.staff.model import Member
from aftercare.staff.policy import may
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
    """A return or a ticket that was found."""

    href: str
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
    return visit.show(
        "search.html", query=query, found=[*_tickets(member, query), *found_rows(found)]
    )


def _tickets(member: Member, query: str) -> list[FoundRow]:
    """The ticket of that number; a return's number may be that of a ticket, too."""
    number = query.upper()
    if not is_ticket(number) or not may(member, "tickets.read"):
        return []
    from console.tickets import names  # noqa: PLC0415 - few searches are for tickets

    ticket = rooms.tickets().find(member, number)
    if ticket is None:
        return []
    state, tone = names.state(ticket.state)
    href = f"/tickets/{ticket.number}"
    return [FoundRow(href, ticket.number, ticket.order_number, state, tone, "Ticket of the desk")]


def found_rows(found: Iterable[Found]) -> list[FoundRow]:
    """The returns as a table shows them."""
    return [
        FoundRow(
            f"/cases/{each.return_id}",
            each.ticket or each.return_id,
            each.order_number,
            *words.status(each.status),
            _WHY[each.why],
        )
        for each in found
    ]
