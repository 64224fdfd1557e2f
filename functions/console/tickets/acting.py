"""What the pages of a ticket do: show it, fill in a macro, send what was typed."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus

from chalice.app import Response

from aftercare.desk import macros
from aftercare.desk.errors import StaleTicketError, WordsInvalidError
from aftercare.desk.merging import Seen
from aftercare.desk.moves import Verb
from aftercare.desk.ticket import Thread, Ticket
from aftercare.kernel.clock import utc_now
from aftercare.orders.model import Order
from aftercare.returns.case_desk import READ_EVIDENCE
from aftercare.staff.model import Member
from console import rooms
from console.cases.forms import text_in
from console.edge import Visit
from console.tickets import names
from console.tickets.beside import Photos, beside
from console.tickets.by_wechat import by_wechat
from console.tickets.forms import done_in, entries_in
from console.tickets.pages import ANSWER, Shown, orphan, ticket_page, with_macro
from console.tickets.pictures import link
from console.tickets.pictures import shown as pictures_of
from console.tickets.talk import Reader, news


def read(visit: Visit, member: Member, number: str) -> Response:
    """The ticket, with what was typed and refused, or with a macro that the address names."""
    thread, query = rooms.tickets().open_ticket(member, number), visit.request.query
    typed: Mapping[str, str] = visit.flash.typed or visit.kept
    if not typed and (text := _macro(query("macro"), thread.ticket)):
        typed = {"form": ANSWER, "words": text}
    done = names.done(query("done"))
    last = entries_in(visit.request.queries(), "to")
    return _page(visit, member, thread, typed=typed, done=done, last=last)


def picture(member: Member, number: str, evidence_id: str) -> Response:
    """To a short-lived link: a page that was open for long still shows its pictures."""
    url = link(rooms.tickets().look_at(member, number), evidence_id)
    return Response("", {"Location": url}, HTTPStatus.FOUND)


def insert(visit: Visit, member: Member, number: str) -> Response:
    """The page with a macro behind what was typed: it answers the form, and saves nothing."""
    thread = rooms.tickets().open_ticket(member, number)
    text = _macro(visit.form.get("macro", ""), thread.ticket)
    words = with_macro(text_in(visit.form, "words"), text)
    return _page(visit, member, thread, typed={**visit.form, "form": ANSWER, "words": words})


def act(visit: Visit, member: Member, number: str) -> Response:
    """Sends what was typed, once, if the ticket is as it was when the page was shown.

    A form that cannot be sent is answered by the page: a cookie does not hold all that was typed.
    """
    form = visit.form
    if not _is_offered(form.get("verb", "")):
        return visit.refuse(f"/tickets/{number}", {"form": "Choose what to do with the ticket."})
    done = done_in(form)
    try:
        rooms.tickets().act(member, number, done)
    except StaleTicketError:
        thread = rooms.tickets().open_ticket(member, number)
        seen = done.entries if thread.ticket.number == number else _before_merge(thread)
        return _page(visit, member, thread, typed=form, seen=seen, status=HTTPStatus.CONFLICT)
    except WordsInvalidError as error:
        thread = rooms.tickets().open_ticket(member, number)
        return _page(
            visit,
            member,
            thread,
            typed=form,
            errors={"words": error.detail},
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return visit.go(f"/tickets/{number}?done={done.verb}")


def _evidence(photos: Photos | None) -> dict[str, object]:
    """What the template of a case's evidence shows."""
    if photos is None:
        return {"can": frozenset[str]()}
    return {
        "can": {READ_EVIDENCE},
        "pieces": photos.pieces,
        "case": {"language": photos.language},
        "can_ask": False,
    }


def merge(visit: Visit, member: Member, number: str) -> Response:
    """Makes one of this ticket and another of the customer, both as the page showed them."""
    form = visit.form
    other = Seen(form.get("other", ""), entries_in(form, "other_entries"))
    sent_as = f"{form.get('sent_as', '')} {Verb.MERGE} {other.number}"
    one = Seen(number, entries_in(form, "entries"))
    thread = rooms.merging().merge(member, one, other, sent_as)
    return visit.go(f"/tickets/{thread.ticket.number}?done={Verb.MERGE}")


def unmerge(visit: Visit, member: Member, number: str) -> Response:
    """Gives a ticket back that was merged into this one."""
    form = visit.form
    seen, loser = Seen(number, entries_in(form, "entries")), form.get("loser", "")
    sent_as = f"{form.get('sent_as', '')} {Verb.UNMERGE} {loser}"
    rooms.merging().unmerge(member, seen, loser, sent_as)
    return visit.go(f"/tickets/{number}?done={Verb.UNMERGE}")


def _before_merge(thread: Thread) -> int:
    """How many entries there were before the last ticket was merged into this one."""
    return thread.merges[-1].entry.number - 1 if thread.merges else 0


def _is_offered(verb: str) -> bool:
    return verb in set(names.OFFERS)


def _macro(macro_id: str, ticket: Ticket) -> str:
    """The text of that macro for the ticket's customer; empty if there is none."""
    found = macros.published().get(macro_id)
    return found.filled(ticket) if found else ""


def _order(ticket: Ticket) -> Order | None:
    return rooms.orders().get(ticket.shown_order) if ticket.shown_order else None


def _page(
    visit: Visit,
    member: Member,
    thread: Thread,
    *,
    typed: Mapping[str, str],
    status: HTTPStatus = HTTPStatus.OK,
    errors: Mapping[str, str] | None = None,
    done: str = "",
    seen: int = 0,
    last: int = 0,
) -> Response:
    reader = Reader(member.actor, rooms.staff().names(), utc_now())
    earlier = rooms.tickets().earlier(member, thread.ticket)
    pictures = pictures_of(visit, thread, f"/tickets/{thread.ticket.number}")
    shown = Shown(thread, earlier, _order(thread.ticket), pictures)
    about = beside(visit, member, thread)
    token, quota = secrets.token_urlsafe(12), rooms.wechat_quota(thread)
    page = ticket_page(shown, member, reader, visit.words, sent_as=token, last=last)
    return visit.show(
        "ticket.html",
        status,
        errors=errors,
        typed=typed,
        typed_form=typed.get("form", ""),
        chosen=typed.get("macro", ""),
        done=done,
        is_stale=status is HTTPStatus.CONFLICT,
        news=news(thread, seen, reader).items if status is HTTPStatus.CONFLICT else [],
        orphan=orphan(typed, page["forms"]),
        points=about.points,
        codes=about.codes,
        by_wechat=by_wechat(quota) if quota else None,
        **_evidence(about.photos),
        **page,
    )
