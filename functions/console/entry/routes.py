"""Signing in at the user pool's pages, coming back with a code, signing out."""

import re
from http import HTTPStatus
from urllib.parse import quote

from chalice.app import Blueprint, Response

from aftercare.kernel.observe import logger
from aftercare.staff.errors import SignInFailedError, Why
from aftercare.staff.service import SignedIn
from aftercare.web.forms import CONTENT_TYPES
from aftercare.web.request import BrowserRequest
from console import rooms
from console.edge import SIGN_IN, Visit, edge
from console.entry.devices import device_of
from console.session import anonymous, signed_in

routes = Blueprint(__name__)

# A page of ours: no other host, which `//host` or a backslash would name.
_PLACE = re.compile(r"/(?![/\\])[\w./@~%:-]*", re.ASCII)
_LONGEST_PLACE = 300


@routes.route(SIGN_IN, methods=["GET"])
@edge.page(routes)
def way_in(visit: Visit) -> Response:
    wanted = _wanted(visit.request)
    return visit.show("sign_in.html", to=wanted, was_here=wanted != "/")


@routes.route(SIGN_IN, methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def begin(visit: Visit) -> Response:
    wanted = visit.form.get("to", "")
    place = wanted if _is_place(wanted) else "/"
    return _away(rooms.staff().begin_sign_in(visit.session.nonce, place))


@routes.route("/signed-in", methods=["GET"])
@edge.page(routes)
def complete(visit: Visit) -> Response:
    """Where the sign-in pages send the browser; whatever is wrong, it begins anew."""
    try:
        opened = _opened(visit)
    except SignInFailedError as error:
        logger.warning("sign-in failed", extra={"why": error.reason})
        return visit.refuse(SIGN_IN, {"form": error.detail}, code=error.code, typed={})
    if visit.session.signed_in:
        rooms.staff().sign_out(visit.session.key)  # whoever was here before
    visit.cookie.session = signed_in(opened.key)
    return visit.go(quote(opened.wanted))


@routes.route("/sign-out", methods=["POST"], content_types=CONTENT_TYPES)
@edge.page(routes)
def sign_out(visit: Visit) -> Response:
    page = rooms.staff().sign_out(visit.session.key)
    visit.cookie.session = anonymous()
    return _away(page)


@routes.route("/signed-out", methods=["GET"])
@edge.page(routes)
def signed_out(visit: Visit) -> Response:
    return visit.show("signed_out.html")


def _opened(visit: Visit) -> SignedIn:
    request = visit.request
    if request.query("error"):
        raise SignInFailedError(Why.REFUSED)
    return rooms.staff().complete_sign_in(
        visit.session.nonce,
        request.query("state"),
        request.query("code"),
        device_of(request.header("user-agent")),
    )


def _wanted(request: BrowserRequest) -> str:
    wanted = request.query("to")
    return wanted if _is_place(wanted) else "/"


def _is_place(path: str) -> bool:
    return len(path) <= _LONGEST_PLACE and _PLACE.fullmatch(path) is not None


def _away(page: str) -> Response:
    return Response("", {"Location": page}, HTTPStatus.SEE_OTHER)
