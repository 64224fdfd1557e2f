"""Between HTTP and an application's views: sessions, forms, errors, and the last headers."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, Request, Response

from aftercare.web import forms
from aftercare.web.config import WebConfig
from aftercare.web.errors import PageTooOldError, SignInNeededError
from aftercare.web.pages import Pages
from aftercare.web.problems import Headers, answered
from aftercare.web.refusals import refusal
from aftercare.web.request import BrowserRequest
from aftercare.web.session import Session
from aftercare.web.session_cookie import SessionCookie
from aftercare.web.visit import Visit

if TYPE_CHECKING:
    from aftercare.web.signing import Sessions

type View = Callable[..., Response]

SIGNED_OUT = (
    "You've been signed out to keep your order safe. "
    "Reload the page to sign in again; your return is saved."
)
STALE_FORM = (
    "This page was open for a long time. Please press the button once more. "
    "If this comes back, allow cookies for this site."
)
_STALE_PAGE = "This page was open for a long time, so we can't be sure it's you."


class Edge[S: Session]:
    """One application's edge.

    `visitor` makes the session of a browser that has none. In an application without `sessions`
    nobody signs in: it takes any form except another site's.
    """

    def __init__(
        self,
        config: WebConfig,
        pages: Pages,
        visitor: Callable[[BrowserRequest], S],
        *,
        sessions: "Callable[[BrowserRequest], Sessions[S]] | None" = None,
        sign_in_path: Callable[[BrowserRequest], str] | None = None,
        buckets: str = "",
    ) -> None:
        self.config = config
        self._pages = pages
        self._visitor = visitor
        self._sessions = sessions
        self._sign_in_path = sign_in_path
        self._headers = security_headers(buckets)

    def page(
        self, routes: Chalice | Blueprint, *, takes_stale_form: bool = False
    ) -> Callable[[View], View]:
        """Makes a view of `(visit, **path parameters)`.

        A view that takes stale forms looks at `visit.form_is_stale` and must not act on one.
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(**parameters: str) -> Response:
                visit = self._visit(routes.current_request)
                try:
                    self._meet(visit)
                    if visit.request.is_form:
                        self._take_form(visit, takes_stale_form=takes_stale_form)
                    response = view(visit, **parameters)
                except Exception as error:  # noqa: BLE001 - the edge: every error gets an answer
                    return refusal(visit, error, self._sign_in(visit.request))
                response.headers |= visit.cookie.headers()
                return response

            return guarded

        return decorate

    def respond(self, request: Request, get_response: Callable[[Any], Response]) -> Response:
        """The middleware: headers on every answer, and a log line."""
        return answered(request, get_response, self._headers)

    def _visit(self, request: Request | None) -> Visit[S]:
        if request is None:
            raise RuntimeError("a view was called outside of a request")
        browser_request = BrowserRequest(request, self.config)
        cookie = SessionCookie(self._visitor(browser_request))
        return Visit(browser_request, cookie, self._pages)

    def _meet(self, visit: Visit[S]) -> None:
        if self._sessions is not None:
            visit.cookie.meet(self._sessions(visit.request), visit.request.cookies)

    def _take_form(self, visit: Visit[S], *, takes_stale_form: bool) -> None:
        visit.form = forms.parse(visit.request.body())
        if self._sessions is None:
            if visit.request.is_foreign:
                raise PageTooOldError(STALE_FORM, why="form")
            return
        visit.form_is_stale = not visit.cookie.is_from(visit.form.get("csrf", ""))
        if not visit.form_is_stale or takes_stale_form:
            return
        if not visit.session.signed_in:
            raise SignInNeededError(SIGNED_OUT)
        raise PageTooOldError(_STALE_PAGE, why="page")

    def _sign_in(self, request: BrowserRequest) -> str:
        return self._sign_in_path(request) if self._sign_in_path else "/"


def security_headers(buckets: str = "") -> Headers:
    """A page may load from its own origin and these buckets, and no page may frame it."""
    also = f" {buckets}" if buckets else ""
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{also}; connect-src 'self'{also}; "
        f"form-action 'self'{also}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
    }
