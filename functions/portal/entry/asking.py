"""What both ways in share: a form that asks for a code, and what follows it."""

from collections.abc import Callable

from chalice.app import Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.web.edge import STALE_FORM
from aftercare.web.errors import PageTooOldError
from portal import rooms
from portal.edge import Visit
from portal.entry.sessions import awaiting_code

_ASKED_AGAIN = "again"


def ask(
    visit: Visit, page: str, request: Callable[[], str], *, of_mailbox: bool = False
) -> Response:
    """Requests a code with the form of that page, and leads to where it is typed.

    `of_mailbox` says that the code goes to whoever has the mailbox.
    """
    if visit.form_is_stale and visit.request.is_foreign:
        raise PageTooOldError(STALE_FORM, why="form")
    if visit.form_is_stale:
        return _ask_again(visit, page)
    return to_the_code(visit, request(), of_mailbox=of_mailbox)


def to_the_code(
    visit: Visit, request_id: str, page: str = "/code", *, of_mailbox: bool = False
) -> Response:
    end(visit)
    visit.cookie.session = awaiting_code(visit.session, request_id, of_mailbox=of_mailbox)
    return visit.go(page)


def end(visit: Visit) -> None:
    """Ends the browser's session, its copies included."""
    if visit.session.has_proved:
        rooms.sign_outs().add(visit.session.nonce, actor=CUSTOMER)


def about_cookies(visit: Visit) -> dict[str, str]:
    """What to say to a browser that sends none of the cookies that it has just got."""
    if visit.request.cookies or not visit.request.query(_ASKED_AGAIN):
        return {}
    return {"form": visit.words.text("problems.page_too_old.cookies")}


def _ask_again(visit: Visit, page: str) -> Response:
    """The form once more, from a session whose token it has; a browser may keep no cookies."""
    sentence = visit.words.text("problems.page_too_old.form")
    answer = visit.refuse(page, {"form": sentence}, code=PageTooOldError.code)
    answer.headers |= visit.go(f"{page}?{_ASKED_AGAIN}=1").headers
    return answer
