"""Between HTTP and the views: who is visiting, with which form, and how answers leave."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache, wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

from chalice.app import Blueprint, Request, Response

from aftercare import assembly
from aftercare.kernel.errors import ForbiddenError
from aftercare.kernel.observe import logger
from aftercare.kernel.web import Problem, framework_problem, problem_of, request_id_of
from portal import forms
from portal.rendering import render
from portal.session import Session, Sessions, anonymous, signed_in

type Headers = dict[str, str | list[str]]

_HTML = "text/html; charset=utf-8"
_LOOPBACK = {"localhost", "127.0.0.1"}
_COLLECTIONS = {"order_number": "/orders", "return_id": "/returns"}
_PLACE = re.compile(r"/orders|/(orders|returns)/[A-Za-z0-9_-]{4,40}")
_SIGNED_OUT = (
    "You've been signed out to keep your order safe. "
    "Reload the page to sign in again; your return is saved."
)


class SignInNeededError(ForbiddenError):
    """Nobody has proved an e-mail address in this browser, or it is more than 30 minutes ago."""

    code = "sign_in_needed"


class PageTooOldError(ForbiddenError):
    """The form's token is not this session's: another site's form, or an older session's page."""

    code = "page_too_old"


@dataclass(slots=True)
class Visit:
    """One request of one browser. `session` may be replaced; the cookie is written when it was."""

    request: Request
    session: Session
    form: dict[str, str] = field(default_factory=dict)
    form_is_stale: bool = False

    @property
    def email_key(self) -> str:
        if not self.session.signed_in:
            raise SignInNeededError(_SIGNED_OUT)
        return self.session.email_key

    @property
    def source(self) -> str:
        return str(self.request.context.get("identity", {}).get("sourceIp", ""))

    @property
    def base(self) -> str:
        """What stands before our paths: the stage's name on the API's own address, else nothing."""
        return "" if os.environ.get("PORTAL_URL") else f"/{self.request.context['stage']}"

    @property
    def origin(self) -> str:
        """Scheme and host that the customer sees."""
        return os.environ.get("PORTAL_URL") or f"https://{self.request.context['domainName']}"

    @property
    def wants_json(self) -> bool:
        return "application/json" in str(self.request.headers.get("accept", ""))

    def want(self, path: str) -> bool:
        """Remember where to go after signing in, if that is a page of ours; tells whether it is."""
        is_ours = _PLACE.fullmatch(path) is not None
        if is_ours:
            self.session = replace(self.session, wanted=path)
        return is_ours

    def await_code(self, request_id: str) -> None:
        session = self.session
        self.session = Session(session.nonce, request_id=request_id, wanted=session.wanted)

    def sign_in(self, email_key: str) -> str:
        """Start a session; returns the path of the page to go on with."""
        wanted = self.session.wanted
        self.session = signed_in(email_key)
        return wanted or "/orders"

    def sign_out(self) -> None:
        self.session = anonymous()

    def show(self, template: str, status: int = HTTPStatus.OK, **context: object) -> Response:
        """A page, with what every page needs."""
        body = render(
            template,
            base=self.base,
            csrf=_sessions().token(self.session),
            signed_in=self.session.signed_in,
            page_id=template.removesuffix(".html"),
            stage=os.environ.get("STAGE", ""),
            mailbox_url=os.environ.get("MAILBOX_URL", ""),
            **context,
        )
        return Response(body, {"Content-Type": _HTML}, status)

    def go(self, path: str) -> Response:
        """On to one of our own pages, by GET."""
        return Response("", {"Location": f"{self.base}{path}"}, HTTPStatus.SEE_OTHER)

    def refuse(self, error: Exception) -> Response:
        """What went wrong, as a page or, for a script of ours, as problem details."""
        problem = problem_of(error, request_id_of(self.request))
        if self.wants_json:
            return problem.response()
        if isinstance(error, SignInNeededError):
            return self.go(f"/?to={quote(self._place())}")
        return self._problem_page(problem)

    def _place(self) -> str:
        """The page that this request is about, to come back to after signing in."""
        parameters = self.request.uri_params or {}
        for name, collection in _COLLECTIONS.items():
            if name in parameters:
                return f"{collection}/{parameters[name]}"
        return "/orders"

    def _problem_page(self, problem: Problem) -> Response:
        shown = {"title": problem.title, "detail": problem.detail, "request_id": problem.instance}
        todo = (
            "Go back, reload the page and try once more." if problem.code == "page_too_old" else ""
        )
        response = self.show("problem.html", problem.status, **shown, todo=todo, home=True)
        response.headers |= problem.headers()
        return response


type View = Callable[..., Response]


def page(routes: Blueprint, *, takes_stale_form: bool = False) -> Callable[[View], View]:
    """Makes a view of `(visit, **path parameters)`: session, form check, errors told.

    A view that takes stale forms looks at `visit.form_is_stale` and must not act on one. An error
    writes no cookie: another site's form, which comes without ours, must not replace it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parameters: str) -> Response:
            request = routes.current_request
            if request is None:
                raise RuntimeError("a view was called outside of a request")
            visit = Visit(request, anonymous())
            known = None
            try:
                known = _sessions().read(str(request.headers.get("cookie", "")))
                visit.session = known or visit.session
                if request.method == "POST":
                    _check_form(visit, takes_stale_form=takes_stale_form)
                response = view(visit, **parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                return _told(visit, error)
            return _with_cookie(response, visit.session, known)

        return guarded

    return decorate


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    """The last word on every answer: problems for the framework's refusals, headers, a log line."""
    started = time.perf_counter()
    response = get_response(request)
    problem = framework_problem(response, request_id_of(request))
    kept = response.headers
    response = problem.response() if problem else response
    response.headers = _security_headers() | kept | response.headers
    logger.info(
        "request",
        extra={
            "route": f"{request.method} {request.path}",
            "status": int(response.status_code),
            "ms": round((time.perf_counter() - started) * 1000),
        },
    )
    return response


def _told(visit: Visit, error: Exception) -> Response:
    try:
        return visit.refuse(error)
    except Exception as second:  # noqa: BLE001 - even the page may need what is missing (its token)
        return problem_of(second, request_id_of(visit.request)).response()


def _check_form(visit: Visit, *, takes_stale_form: bool) -> None:
    visit.form = forms.parse(_raw_body(visit.request))
    visit.form_is_stale = not _sessions().is_from(visit.session, visit.form.get("csrf", ""))
    if not visit.form_is_stale or takes_stale_form:
        return
    if not visit.session.signed_in:
        raise SignInNeededError(_SIGNED_OUT)
    raise PageTooOldError("This page was open for a long time, so we can't be sure it's you.")


def _raw_body(request: Request) -> bytes:
    try:
        body = request.raw_body
    except ValueError as error:
        raise forms.FormInvalidError("That form can't be read.") from error
    return body.encode() if isinstance(body, str) else body


def _with_cookie(response: Response, session: Session, known: Session | None) -> Response:
    if session != known and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        response.headers["Set-Cookie"] = _sessions().write(session)
    return response


@cache
def _sessions() -> Sessions:
    on_loopback = urlsplit(os.environ.get("PORTAL_URL", "")).hostname in _LOOPBACK
    return Sessions(assembly.signing_key(), secure=not on_loopback)


@cache
def _security_headers() -> Headers:
    """A page may load from itself and from our buckets, and may be framed by nobody."""
    buckets = " ".join(assembly.evidence().origins())
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data: {buckets}; connect-src 'self' {buckets}; "
        f"form-action 'self' {buckets}; base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin",
        "Cache-Control": "no-store",
    }


def forget() -> None:
    """Drops what is kept per execution environment; a test that changes settings calls it."""
    _sessions.cache_clear()
    _security_headers.cache_clear()
