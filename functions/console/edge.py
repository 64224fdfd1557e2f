"""The console's edge: who is signed in, where to sign in, where a refused form leads."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate
from urllib.parse import quote, urlsplit

from chalice.app import Blueprint, Response

from aftercare.kernel.config import read
from aftercare.staff.errors import SessionEndedError
from aftercare.staff.model import Member
from aftercare.staff.policy import verbs_of
from aftercare.web.buckets import BucketsConfig, origin_of
from aftercare.web.config import WebConfig
from aftercare.web.edge import Edge, View
from aftercare.web.errors import SignInNeededError
from aftercare.web.problems import Problem
from aftercare.web.refusals import Ways
from aftercare.web.request import BrowserRequest
from aftercare.web.sentences import Explanation
from aftercare.web.signing import Sessions
from aftercare.web.visit import Visit as AnyVisit
from aftercare.words.model import ENGLISH, Reader
from aftercare.words.service import Words
from console import rooms
from console.session import ConsoleSession, anonymous, sessions_of
from console.site.pages import PAGES

type Visit = AnyVisit[ConsoleSession]
type MembersView = Callable[Concatenate[Visit, Member, ...], Response]

SIGN_IN = "/sign-in"
_CASES, _DOCK, _CODES, _TICKETS = "/cases", "/dock", "/codes", "/tickets"
_COUNTER = "/counter"
# Forms that are sent from a page of another address.
_SEARCHES = "/queue/tickets/searches"
_WALK_IN = f"{_COUNTER}/new"
_PAGES = {"/sign-out": SIGN_IN, _SEARCHES: _SEARCHES, f"{_SEARCHES}/forget": _SEARCHES}
_PAGES |= {_WALK_IN: _WALK_IN}


def _in_its_own_words(_spoken: Words, _error: Exception, problem: Problem) -> Explanation:
    """The error's own English sentence: the catalogue speaks to customers."""
    return Explanation(problem.title, problem.detail)


def _config() -> WebConfig:
    """The console's origin in place of the portal's; empty where that is its API's own address."""
    url = rooms.CONFIG.console_url
    is_origin = not urlsplit(url).path
    return read(WebConfig)._replace(portal_url=url if is_origin else "")


def _sessions(request: BrowserRequest) -> Sessions[ConsoleSession]:
    return sessions_of(rooms.signing_key(), secure=request.is_secure)


def _form_page(request: BrowserRequest) -> str:
    """The page of the form that was sent: a case's, or the one under which its verb lies."""
    parameters = request.raw.uri_params or {}
    if key := parameters.get("key"):
        return f"{_CODES}/{key}"
    if number := parameters.get("number"):
        room = _COUNTER if request.path.startswith(f"{_COUNTER}/") else _TICKETS
        return f"{room}/{number}"
    if return_id := parameters.get("return_id"):
        room = _DOCK if request.path.startswith(f"{_DOCK}/") else _CASES
        return f"{room}/{return_id}"
    return _PAGES.get(request.path) or "/" + request.path.split("/")[1]


def _sign_in_page(request: BrowserRequest) -> str:
    """The way in, which remembers the page that the request is about."""
    wanted = _form_page(request) if request.is_form else request.path
    if wanted == SIGN_IN:
        return SIGN_IN
    return f"{SIGN_IN}?to={quote(wanted, errors='replace')}"


edge = Edge(
    _config(),
    PAGES,
    visitor=lambda _: anonymous(),
    sessions=_sessions,
    ways=Ways(_form_page, _sign_in_page, _in_its_own_words),
    buckets=origin_of(rooms.CONFIG.documents_bucket, read(BucketsConfig)),
    forms=rooms.CONFIG.sign_in_url,
    reader=Reader(ENGLISH),
)


def members_page(routes: Blueprint) -> Callable[[MembersView], View]:
    """Makes a view of `(visit, member, **path parameters)`, for staff who are signed in.

    The member's roles are at most a minute old (R-STF-03). What they may do is decided by the
    services; every page has `member` and `may`, the verbs that it need not hide.
    """

    def decorate(view: MembersView) -> View:
        @edge.page(routes)
        @wraps(view)
        def guarded(visit: Visit, **parameters: str) -> Response:
            return view(visit, _member(visit), **parameters)

        return guarded

    return decorate


def _member(visit: Visit) -> Member:
    if not visit.session.signed_in:
        raise SignInNeededError("Please sign in.")
    try:
        member = rooms.staff().member(visit.session.key)
    except SessionEndedError as error:
        raise SignInNeededError(error.detail) from error
    visit.shared |= {"member": member, "may": verbs_of(member)}
    return member
