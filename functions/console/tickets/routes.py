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
    """A queue, or those of its next 20 tickets that fit what is looked for (R-DSK-89)."""
    from console.tickets import searches  # noqa: PLC0415
    from console.tickets.listing import PATH, queue_tabs, rows  # noqa: PLC0415

    search, after = searches.search_in(visit.request.queries()), visit.request.query("after")
    page = rooms.ticket_searching().found(member, search, after)
    return visit.show(
        "tickets.html",
        tickets=rows(page.cards, member.actor, utc_now()),
        tabs=tabs(PATH),
        queues=queue_tabs(search.queue),
        search=searches.search_form(search),
        hidden={} if search.is_whole_queue else searches.hidden(search),
        next_href=f"{PATH}/next?queue={search.queue}",
        first_href=searches.href(search) if after else "",
        more_href=searches.href(search, page.after) if page.after else "",
        is_done=visit.request.query("done") == "empty",
    )


@routes.route("/queue/tickets/searches", methods=["GET"])
@members_page(routes)
def kept_searches(visit: Visit, member: Member) -> Response:
    """The reader's own searches."""
    from console.tickets.searches import kept_rows  # noqa: PLC0415

    return visit.show("searches.html", kept=kept_rows(rooms.ticket_searching().kept(member)))


@routes.route("/queue/tickets/searches", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def keep_search(visit: Visit, member: Member) -> Response:
    from console.tickets.searches import search_in  # noqa: PLC0415

    rooms.ticket_searching().keep(member, visit.form.get("name", ""), search_in(visit.form))
    return visit.go("/queue/tickets/searches")


@routes.route("/queue/tickets/searches/forget", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def forget_search(visit: Visit, member: Member) -> Response:
    rooms.ticket_searching().forget(member, visit.form.get("name", ""))
    return visit.go("/queue/tickets/searches")


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


@routes.route("/queue/tickets/mails", methods=["GET"])
@members_page(routes)
def parked_mails(visit: Visit, member: Member) -> Response:
    """The mails that opened nothing."""
    from console.tickets.listing import PATH, queue_tabs  # noqa: PLC0415
    from console.tickets.mails import href, rows  # noqa: PLC0415

    after = visit.request.query("after")
    page = rooms.parked_mails().waiting(member, after)
    return visit.show(
        "parked_mails.html",
        mails=rows(page.mails, utc_now()),
        tabs=tabs(PATH),
        queues=queue_tabs(None),
        first_href=href() if after else "",
        more_href=href(page.after) if page.after else "",
        is_done=visit.request.query("done") == "left",
    )


@routes.route("/queue/tickets/mails/{name}", methods=["GET"])
@members_page(routes)
def parked_mail(visit: Visit, member: Member, name: str) -> Response:
    from console.tickets.mails import PATH, shown  # noqa: PLC0415

    mail = rooms.parked_mails().open_mail(member, name)
    return visit.show("parked_mail.html", mail=shown(mail, utc_now()), list_href=PATH)


@routes.route("/queue/tickets/mails/{name}", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def decide_on_mail(visit: Visit, member: Member, name: str) -> Response:
    """Opens a ticket for the mail, or takes it off the list."""
    from console.tickets.mails import PATH  # noqa: PLC0415

    if visit.form.get("what") == "take_in":
        thread = rooms.parked_mails().take_in(member, name)
        return visit.go(f"/tickets/{thread.ticket.number}?done=take")
    rooms.parked_mails().leave(member, name)
    return visit.go(f"{PATH}?done=left")


@routes.route("/tickets/{number}", methods=["GET"])
@members_page(routes)
def ticket(visit: Visit, member: Member, number: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.read(visit, member, number)


@routes.route("/tickets/{number}/pictures/{evidence_id}", methods=["GET"])
@members_page(routes)
def picture(_visit: Visit, member: Member, number: str, evidence_id: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.picture(member, number, evidence_id)


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


@routes.route("/tickets/{number}/merge", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def merge(visit: Visit, member: Member, number: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.merge(visit, member, number)


@routes.route("/tickets/{number}/unmerge", methods=["POST"], content_types=CONTENT_TYPES)
@members_page(routes)
def unmerge(visit: Visit, member: Member, number: str) -> Response:
    from console.tickets import acting  # noqa: PLC0415

    return acting.unmerge(visit, member, number)
