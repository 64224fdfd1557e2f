"""The portal's edge: whose session it is, where to sign in, which buckets a page may use."""

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from chalice.app import Blueprint, Response

from aftercare.kernel.config import read
from aftercare.web.buckets import BucketsConfig, origin_of
from aftercare.web.config import WebConfig
from aftercare.web.customers import CustomerSession, anonymous, session_cookie
from aftercare.web.edge import SIGNED_OUT, Edge, View
from aftercare.web.errors import SignInNeededError
from aftercare.web.request import BrowserRequest
from aftercare.web.signing import Sessions
from aftercare.web.visit import Visit as AnyVisit
from portal import rooms
from portal.site.pages import PAGES

type Visit = AnyVisit[CustomerSession]

PURPOSE = "portal"
_COLLECTIONS = {"order_number": "/orders", "return_id": "/returns"}
_POINTS = "/points"


def sessions_of(key: bytes, *, secure: bool) -> Sessions[CustomerSession]:
    return Sessions(key, CustomerSession, session_cookie(secure=secure), PURPOSE)


def _sessions(request: BrowserRequest) -> Sessions[CustomerSession]:
    return sessions_of(rooms.signing_key(), secure=request.is_secure)


def _sign_in_path(request: BrowserRequest) -> str:
    """The first page, which remembers the page that the request is about."""
    return f"/?to={quote(_place(request))}"


def _place(request: BrowserRequest) -> str:
    parameters = request.raw.uri_params or {}
    for name, collection in _COLLECTIONS.items():
        if name in parameters:
            return f"{collection}/{parameters[name]}"
    return _POINTS if request.raw.path.startswith(_POINTS) else "/orders"


def _buckets() -> str:
    names = (rooms.CONFIG.uploads_bucket, rooms.CONFIG.documents_bucket)
    config = read(BucketsConfig)
    return " ".join(sorted({origin_of(name, config) for name in names}))


edge = Edge(
    read(WebConfig),
    PAGES,
    visitor=lambda _: anonymous(),
    sessions=_sessions,
    sign_in_path=_sign_in_path,
    buckets=_buckets(),
)


def customers_page(routes: Blueprint) -> Callable[[View], View]:
    """Makes a view of `(visit, **path parameters)`, for customers who are signed in.

    The session's `email_key` is that of a mailbox which the browser proved in the last 30 minutes.
    """

    def decorate(view: View) -> View:
        @edge.page(routes)
        @wraps(view)
        def guarded(visit: Visit, **parameters: str) -> Response:
            if not visit.session.signed_in:
                raise SignInNeededError(SIGNED_OUT)
            return view(visit, **parameters)

        return guarded

    return decorate
