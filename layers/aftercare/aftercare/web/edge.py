"""Between HTTP and an application's views: sessions, forms, errors, and the last headers."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from chalice.app import Blueprint, Chalice, Request, Response

from aftercare.kernel.errors import AftercareError
from aftercare.web import forms, languages
from aftercare.web.config import WebConfig
from aftercare.web.cookies import with_cookies
from aftercare.web.errors import NoSuchPageError, PageTooOldError, SignInNeededError
from aftercare.web.network import sender_of
from aftercare.web.pages import Pages
from aftercare.web.problems import (
    Headers,
    Problem,
    answered,
    is_browser,
    problem_of,
    request_id_of,
)
from aftercare.web.refusals import NOWHERE, Ways, problem_page, refusal
from aftercare.web.request import BrowserRequest, whole
from aftercare.web.session import Session
from aftercare.web.session_cookie import SessionCookie
from aftercare.web.visit import Visit
from aftercare.words.model import Reader

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
_NO_SUCH_PAGE = "There is no page at this address."
_STALE_PAGE = (
    "This page was open for a long time, so nothing was sent yet. "
    "Please check it and press the button once more."
)


class Edge[S: Session]:
    """One application's edge.

    `visitor` makes the session of a browser that has none. In an application without `sessions`
    nobody signs in: it takes any form except another site's. `ways` are where errors lead. Forms
    may also lead to the origins `forms`. An application in one language has a `reader`.
    """

    def __init__(
        self,
        config: WebConfig,
        pages: Pages,
        visitor: Callable[[BrowserRequest], S],
        *,
        sessions: "Callable[[BrowserRequest], Sessions[S]] | None" = None,
        ways: Ways = NOWHERE,
        buckets: str = "",
        forms: str = "",
        reader: Reader | None = None,
    ) -> None:
        self.config = config
        self._pages = pages
        self._visitor = visitor
        self._sessions = sessions
        self._ways = ways
        self._reader = reader
        self._headers = security_headers(buckets, forms)

    def page(
        self,
        routes: Chalice | Blueprint,
        *,
        takes_stale_form: bool = False,
        again: View | None = None,
    ) -> Callable[[View], View]:
        """Makes a view of `(visit, **path parameters)`.

        `again` is the view of a form that may be longer than a cookie: where such a form is
        refused, it shows it with `visit.flash`, whoever asks.

        A view that takes stale forms looks at `visit.form_is_stale` and must not act on one.
        """

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(**parameters: str) -> Response:
                visit = self._visit(routes.current_request)
                given = {name: whole(parameters[name]) for name in parameters}
                try:
                    self._meet(visit)
                    if visit.request.is_form:
                        self._take_form(visit, takes_stale_form=takes_stale_form)
                    response = view(visit, **given)
                    kept = visit.cookie.headers()
                except Exception as error:  # noqa: BLE001 - the edge: every error gets an answer
                    # An error changes no session.
                    shows = partial(again, visit, **given) if again else None
                    response, kept = refusal(visit, error, self._ways, shows), {}
                return with_cookies(response, kept, visit.cookies(), self._language_cookie(visit))

            return guarded

        return decorate

    def respond(self, request: Request, get_response: Callable[[Any], Response]) -> Response:
        """The middleware: headers on every answer, and a log line."""
        behind_network = self.config.edge_secret
        facts = {"way": sender_of(request, self.config).way} if behind_network else {}
        return answered(request, get_response, self._headers, self._problem_page, **facts)

    def nowhere(self, routes: Chalice | Blueprint) -> Response:
        """The answer at an address that none of our pages has: a page, or a problem."""
        request = routes.current_request
        if request is None:
            raise RuntimeError("a view was called outside of a request")
        problem = problem_of(NoSuchPageError(_NO_SUCH_PAGE), request_id_of(request))
        return self._problem_page(request, problem) if is_browser(request) else problem.response()

    def _problem_page(self, request: Request, problem: Problem) -> Response:
        visit = self._visit(request)
        # Without the key that signs sessions, the page is that of somebody who is not signed in.
        with suppress(AftercareError):
            self._meet(visit)
        return problem_page(visit, problem)

    def _visit(self, request: Request | None) -> Visit[S]:
        if request is None:
            raise RuntimeError("a view was called outside of a request")
        browser_request = BrowserRequest(request, self.config)
        cookie = SessionCookie(self._visitor(browser_request))
        return Visit(browser_request, cookie, self._pages, self._reader)

    def _language_cookie(self, visit: Visit[S]) -> Headers:
        # A form may come from another site; a link may, too, but it says which language it is in.
        if visit.request.is_form or self._reader:
            return {}
        secure = visit.request.is_secure
        return languages.cookie_of(visit.request.raw, self.config.stage, secure=secure)

    def _meet(self, visit: Visit[S]) -> None:
        if self._sessions is not None:
            sessions = self._sessions(visit.request)
            visit.cookie.meet(sessions, visit.request.cookies)
            visit.flashes, visit.kept_forms = sessions.flashes, sessions.kept

    def _take_form(self, visit: Visit[S], *, takes_stale_form: bool) -> None:
        visit.form = forms.parse(visit.request.body())
        if self._sessions is None:
            if visit.request.is_foreign:
                raise PageTooOldError(STALE_FORM, why="form")
            return
        visit.form_is_stale = not visit.cookie.is_from(visit.form.get("csrf", ""))
        if not visit.form_is_stale or takes_stale_form:
            return
        if not visit.session.has_proved:
            raise SignInNeededError(SIGNED_OUT)
        raise PageTooOldError(_STALE_PAGE, why="page")


def security_headers(buckets: str = "", forms: str = "") -> Headers:
    """A page may load from its own origin and these buckets, and no page may frame it.

    Its forms may lead to those, and to the origins `forms`.
    """
    also = f" {buckets}" if buckets else ""
    to = f"{also} {forms}" if forms else also
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{also}; connect-src 'self'{also}; "
        f"form-action 'self'{to}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
    }
