"""The queues of tickets, a ticket's page, and what staff do with the ticket.

The room of tickets loads with the first of these pages: a console's day may have none.
"""

from chalice.app import Blueprint, Response

from aftercare.kernel.clock import utc_now
from aftercare.staff.model import Member
from aftercare.web.forms import CONTENT_TYPES
from console import rooms
from console.edge import Visit, members_page
from console.queue.rows import tabs

routes = Blueprint(__name__)

# So many pages of a queue are looked through for a ticket at which nobody is.
_MOST_PAGES = 5


@routes.route("/queue/tickets", methods=["GET"])
@members_page(routes)
def waiting(visit: Visit, member: Member) -> Response:
    from console.tickets.listing import PATH, href, queue_in, queue_tabs, rows  # noqa: PLC0415

    queue, after = queue_in(visit.request.query("queue")), visit.request.query("after")
    page = rooms.tickets().waiting(member, queue, after)
    return visit.show(
        "tickets.html",
        tickets=rows(page.cards, member.actor, utc_now()),
        tabs=tabs(PATH),
        queues=queue_tabs(queue),
        next_href=f"{PATH}/next?queue={queue}",
        first_href=href(queue) if after else "",
        more_href=href(queue, page.after) if page.after else "",
        is_done=visit.request.query("done") == "empty",
    )


@routes.route("/queue/tickets/next", methods=["GET"])
@members_page(routes)
def next_ticket(visit: Visit, member: Member) -> Response:
    """To the most urgent ticket at which nobody is; `but` was just worked on."""
    from console.tickets.listing import href, is_free, queue_in  # noqa: PLC0415

    queue, but, after = queue_in(visit.request.query("queue")), visit.request.query("but"), ""
    now = utc_now()
    for _ in range(_MOST_PAGES):
        page = rooms.tickets().waiting(member, queue, after)
        for card in page.cards:
            if card.number != but and is_free(card, now):
                return visit.go(f"/tickets/{card.number}")
        if not (after := page.after):
            break
    return visit.go(f"{href(queue)}&done=empty")


@routes.route("/tickets/{number}", methods=["GET"])
@members_page(routes)
def ticket(visit: Visit, member: Member, number: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.read(visit, member, number)


@routes.route("/tickets/{number}/macro", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def macro(visit: Visit, member: Member, number: str) -> Response:
    """The page with a macro behind what was typed; it saves nothing."""
    from console.tickets import acting  # noqa: PLC0415

    return acting.insert(visit, member, number)


@routes.route("/tickets/{number}/act", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def act(visit: Visit, member: Member, number: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.act(visit, member, number)


@routes.route("/tickets/{number}/claim", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def claim(visit: Visit, member: Member, number: str) -> Response:
    rooms.tickets().claim(member, number, wanted=visit.form.get("wanted") == "yes")
    return visit.go(f"/tickets/{number}")
