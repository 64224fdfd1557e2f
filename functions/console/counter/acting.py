"""What the pages of a counter do: redeem a code, show its case, send what was typed."""

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, unquote

from chalice.app import Response

from aftercare.desk.counter import REDEEM, VERBS
from aftercare.desk.errors import StaleTicketError, WordsInvalidError
from aftercare.desk.moves import Verb
from aftercare.desk.ticket import MOST_STORE, Thread
from aftercare.kernel.clock import utc_now
from aftercare.returns.case_file import CaseFile, Size
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.staff.model import Member
from aftercare.staff.policy import require
from aftercare.web.cookies import Cookie
from console import rooms
from console.cases.evidence import Address
from console.counter.pages import Seen, counter_page
from console.edge import Visit
from console.tickets import names
from console.tickets.forms import done_in
from console.tickets.pictures import link, shown
from console.tickets.talk import Reader, news

_A_YEAR = 365 * 24 * 3600
_OPENED = {"opened": "Opened. Print a paper code, so that the customer can go on anywhere."}


def form(visit: Visit, member: Member) -> Response:
    """The form for a code; the browser remembers in which store it is."""
    require(member, REDEEM)
    typed = visit.flash.typed
    store = typed.get("store") or store_of(visit)
    return visit.show("hand_over.html", store=store, code=typed.get("code", ""), most=MOST_STORE)


def redeem(visit: Visit, member: Member) -> Response:
    """Uses the code up, and leads to its case."""
    store = visit.form.get("store", "").strip()
    thread = rooms.counter().redeem(member, visit.form.get("code", ""), store)
    visit.set_cookie(store_cookie(visit).write(quote(store, safe="")))
    return visit.go(f"/counter/{thread.ticket.number}")


def read(visit: Visit, member: Member, number: str) -> Response:
    thread = rooms.counter().open_ticket(member, number)
    done = visit.request.query("done")
    said = names.OFFERS[Verb(done)].done if done in VERBS else _OPENED.get(done, "")
    return _page(visit, member, thread, typed=visit.flash.typed or visit.kept, done=said)


def picture(member: Member, number: str, evidence_id: str) -> Response:
    """To a short-lived link: a page that was open for long still shows its pictures."""
    url = link(rooms.counter().look_at(member, number), evidence_id)
    return Response("", {"Location": url}, HTTPStatus.FOUND)


def act(visit: Visit, member: Member, number: str) -> Response:
    """Sends what was typed, once, if the case is as it was when the page was shown."""
    form = visit.form
    if form.get("verb", "") not in VERBS:
        return visit.refuse(f"/counter/{number}", {"form": "Choose what to do with the case."})
    done = done_in(form)
    try:
        rooms.counter().act(member, number, done)
    except StaleTicketError:
        thread = rooms.counter().open_ticket(member, number)
        return _page(
            visit, member, thread, typed=form, seen=done.entries, status=HTTPStatus.CONFLICT
        )
    except WordsInvalidError as error:
        thread = rooms.counter().open_ticket(member, number)
        return _page(
            visit,
            member,
            thread,
            typed=form,
            errors={"words": error.detail},
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return visit.go(f"/counter/{number}?done={done.verb}")


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
) -> Response:
    number = thread.ticket.number
    reader = Reader(member.actor, rooms.staff().names(), utc_now())
    case = Seen(
        thread,
        _file(member, thread),
        rooms.orders().get(order) if (order := thread.ticket.shown_order) else None,
        rooms.counter().verbs_for(member, thread),
        shown(visit, thread, f"/counter/{number}"),
    )
    page = counter_page(case, reader, visit.words, _address(visit, number))
    is_stale = status is HTTPStatus.CONFLICT
    return visit.show(
        "counter.html",
        status,
        errors=errors,
        typed=typed,
        typed_form=typed.get("form", ""),
        done=done,
        is_stale=is_stale,
        news=news(thread, seen, reader).items if is_stale else [],
        sent_as=secrets.token_urlsafe(12),
        **page,
    )


def _file(member: Member, thread: Thread) -> CaseFile | None:
    """The return's file, if it is about one that is still there."""
    if not thread.ticket.return_id:
        return None
    handed = rooms.counter().handed(member, thread.ticket.number)
    try:
        return rooms.reviews().handed_over(member, handed)
    except ReturnNotFoundError:
        return None


def _address(visit: Visit, number: str) -> Address:
    def address(_return_id: str, evidence_id: str, size: Size) -> str:
        return f"{visit.request.base}/counter/{number}/evidence/{evidence_id}?size={size}"

    return address


def store_of(visit: Visit) -> str:
    """The store that was typed in this browser last."""
    return unquote(store_cookie(visit).read(visit.request.cookies))[:MOST_STORE]


def store_cookie(visit: Visit) -> Cookie:
    return Cookie("aftercare-store", _A_YEAR, secure=visit.request.is_secure)
