"""The way in of whoever writes to the desk with nothing but a mailbox (R-DSK-53)."""

from chalice.app import Blueprint, Response

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.typed import MOST
from aftercare.web.forms import CONTENT_TYPES
from portal import rooms
from portal.edge import MESSAGES_DOOR, Visit, edge
from portal.entry.asking import about_cookies, ask
from portal.entry.sessions import is_of_messages, is_place, on_the_way_to

routes = Blueprint(__name__)

_MESSAGES = "/messages"


@routes.route(MESSAGES_DOOR, methods=["GET"])
@edge.page(routes)
def door(visit: Visit) -> Response:
    asked = visit.request.query("to")
    asked = asked if is_place(asked) and is_of_messages(asked) else ""
    if _is_in(visit):
        return visit.go(asked or _MESSAGES)
    wanted = asked or _wanted(visit)
    visit.cookie.session = on_the_way_to(visit.session, wanted)
    return visit.show(
        "messages_door.html",
        email=visit.flash.typed.get("email", ""),
        place=wanted,
        errors=about_cookies(visit),
    )


@routes.route(MESSAGES_DOOR, methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes, takes_stale_form=True)
def ask_for_code(visit: Visit) -> Response:
    visit.form = {"email": visit.form.get("email", "")[:MOST]}
    visit.cookie.session = on_the_way_to(visit.session, _wanted(visit))
    return ask(
        visit,
        MESSAGES_DOOR,
        lambda: rooms.access().request_messages_code(
            visit.form["email"], visit.request.source, actor=CUSTOMER, language=visit.language
        ),
        of_mailbox=True,
    )


def _is_in(visit: Visit) -> bool:
    """Whether pages of messages are open; whom they would send back here must find the form."""
    session = visit.session
    if not session.has_proved or rooms.sign_outs().has(session.nonce):
        return False
    return session.signed_in or bool(rooms.access().mailbox(session.mailbox_by))


def _wanted(visit: Visit) -> str:
    """The page of messages that somebody is on the way to."""
    wanted = visit.session.wanted
    return wanted if is_of_messages(wanted) else _MESSAGES
