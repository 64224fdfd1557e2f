"""The portal's edge: whose session it is, where to sign in, which buckets a page may use."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote, urlencode

from chalice.app import Blueprint, Response

from aftercare.kernel.config import read
from aftercare.web.buckets import BucketsConfig, origin_of
from aftercare.web.config import WebConfig
from aftercare.web.customers import CustomerSession, anonymous, session_cookie
from aftercare.web.edge import SIGNED_OUT, Edge, View
from aftercare.web.errors import SignInNeededError
from aftercare.web.refusals import Ways
from aftercare.web.request import BrowserRequest
from aftercare.web.signing import Sessions
from aftercare.web.visit import Visit as AnyVisit
from portal import rooms
from portal.site.pages import PAGES

type Visit = AnyVisit[CustomerSession]

PURPOSE = "portal"
_COLLECTIONS = {"order_number": "/orders", "return_id": "/returns", "number": "/messages"}
_POINTS, _HAND_OVER, _PICTURES = "/points", "/hand-over", "/pictures"
_MESSAGES, _NEW_MESSAGE, _PAPER = "/messages", "/messages/new", "/messages/paper"
_WECHAT = "/messages/wechat/"
# What points are, and the way in with an e-mail address alone.
POINTS_DOOR = "/points/sign-in"
# The way in of whoever has something to say, with an e-mail address alone.
MESSAGES_DOOR = "/messages/sign-in"
# What a link to the form of a message says of it.
_OF_FORM = ("about", "order", "return", "error", "reference", "check")
# Pages of forms, each sent to the address of its page; and the one that is sent from everywhere.
_WAY_IN = {
    "/": "/",
    "/code": "/code",
    "/sign-out": "/",
    POINTS_DOOR: POINTS_DOOR,
    MESSAGES_DOOR: MESSAGES_DOOR,
}


def sessions_of(key: bytes, *, secure: bool) -> Sessions[CustomerSession]:
    return Sessions(key, CustomerSession, session_cookie(secure=secure), PURPOSE)


def _sessions(request: BrowserRequest) -> Sessions[CustomerSession]:
    return sessions_of(rooms.signing_key(), secure=request.is_secure)


def way_back(request: BrowserRequest) -> str:
    """The way in, for whoever comes back to the page that the request is about."""
    return _sign_in_path(request)


def _sign_in_path(request: BrowserRequest) -> str:
    """The way in: for points their own page, for a link of WeChat that of messages, else the first.

    All but that of points remember the request's page.
    """
    place = _place(request)
    door = MESSAGES_DOOR if place.startswith(_WECHAT) else "/"
    return POINTS_DOOR if place == _POINTS else f"{door}?to={quote(place, errors='replace')}"


def _form_page(request: BrowserRequest) -> str:
    """The page of the form that was sent."""
    return _WAY_IN.get(request.path) or _place(request)


def _place(request: BrowserRequest) -> str:
    """The page that the request is about."""
    parameters = request.raw.uri_params or {}
    if request.path.startswith(_WECHAT):
        return f"{_WECHAT}{parameters.get('token', '')}"
    for name, collection in _COLLECTIONS.items():
        if name in parameters:
            return _page_of(request, name, f"{collection}/{parameters[name]}")
    if request.path == _NEW_MESSAGE:
        return f"{_NEW_MESSAGE}{_query(request, *_OF_FORM)}"
    if request.path in {_MESSAGES, MESSAGES_DOOR, _PAPER}:
        return _PAPER if request.path == _PAPER else _MESSAGES
    return _POINTS if request.raw.path.startswith(_POINTS) else "/orders"


def _page_of(request: BrowserRequest, name: str, page: str) -> str:
    """That thing's own page, or the one below it that the request is about."""
    if request.path.endswith(_HAND_OVER):
        return f"{page}{_HAND_OVER}"
    if name == "number" and _PICTURES in request.path:
        return f"{page}{_PICTURES}"
    return f"{page}{_item(request)}" if request.path.endswith("/item") else page


def _item(request: BrowserRequest) -> str:
    """The rest of an item's address: which one, and for which return."""
    return f"/item{_query(request, 'line', 'return') or '?'}"


def _query(request: BrowserRequest, *names: str) -> str:
    """What of the request's query has those names."""
    values = {name: request.query(name) for name in names}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"?{query}" if query else ""


def _buckets() -> str:
    names = (rooms.CONFIG.uploads_bucket, rooms.CONFIG.documents_bucket)
    config = read(BucketsConfig)
    return " ".join(sorted({origin_of(name, config) for name in names}))


edge = Edge(
    read(WebConfig),
    PAGES,
    visitor=lambda _: anonymous(),
    sessions=_sessions,
    ways=Ways(_form_page, _sign_in_path),
    buckets=_buckets(),
)


def customers_page(
    routes: Blueprint, *, again: View | None = None, of_writers: bool = False
) -> Callable[[View], View]:
    """Makes a view of `(visit, **path parameters)`, for customers who are signed in.

    `again` is as in `edge.page`; it may be called for somebody who is signed out.

    The session's `email_key` is that of a mailbox which the browser proved in the last 30 minutes
    and has not signed out of (R-ACC-08). A view `of_writers` is also for those who proved a mailbox
    and nothing else: it must use `writer_key`, and show nothing of orders (R-DSK-53).
    """

    def decorate(view: View) -> View:
        @edge.page(routes, again=again)
        @wraps(view)
        def guarded(visit: Visit, **parameters: str) -> Response:
            session = visit.session
            is_in = session.has_proved if of_writers else session.signed_in
            if not is_in or rooms.sign_outs().has(session.nonce):
                raise SignInNeededError(SIGNED_OUT)
            return view(visit, **parameters)

        return guarded

    return decorate
