"""Between HTTP and the views: who is visiting, with which form, and how answers leave."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

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

    @property
    def email_key(self) -> str:
        if not self.session.signed_in:
            raise SignInNeededError("Please find your order again; your return is saved.")
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

    def await_code(self, request_id: str) -> None:
        self.session = Session(self.session.nonce, request_id=request_id)

    def sign_in(self, email_key: str) -> None:
        self.session = signed_in(email_key)

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
            return self.go("/")
        return self._problem_page(problem)

    def _problem_page(self, problem: Problem) -> Response:
        shown = {"title": problem.title, "detail": problem.detail, "request_id": problem.instance}
        todo = (
            "Go back, reload the page and try once more." if problem.code == "page_too_old" else ""
        )
        response = self.show("problem.html", problem.status, **shown, todo=todo, home=True)
        response.headers |= problem.headers()
        return response


type View = Callable[..., Response]


def page(routes: Blueprint) -> Callable[[Callable[..., Response]], View]:
    """Makes a view of `(visit, **path parameters)`: session, form check, errors told."""

    def decorate(view: Callable[..., Response]) -> View:
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
                    visit.form = _checked_form(visit)
                response = view(visit, **parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                response = _told(visit, error)
            return _with_cookie(response, visit.session, known)

        return guarded

    return decorate


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    """The last word on every answer: problems for the framework's refusals, headers, a log line."""
    started = time.perf_counter()
    response = get_response(request)
    problem = framework_problem(response, request_id_of(request))
    response = problem.response() if problem else response
    response.headers = _security_headers() | response.headers
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


def _checked_form(visit: Visit) -> dict[str, str]:
    form = forms.parse(_raw_body(visit.request))
    if not _sessions().is_from(visit.session, form.get("csrf", "")):
        raise PageTooOldError("This page was open for a long time, so we can't be sure it's you.")
    return form


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
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def forget() -> None:
    """Drops what is kept per execution environment; a test that changes settings calls it."""
    _sessions.cache_clear()
    _security_headers.cache_clear()
