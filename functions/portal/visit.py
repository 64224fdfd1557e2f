"""One request of one browser: who it is, what it may see, how a page goes back to it."""

import os
import re
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from urllib.parse import quote

from chalice.app import Request, Response

from aftercare.kernel.errors import ForbiddenError
from aftercare.web.problems import Headers, Problem, problem_of, request_id_of
from portal.languages import ENGLISH, chrome
from portal.rendering import render
from portal.session import Session, Sessions, anonymous, signed_in

_HTML = "text/html; charset=utf-8"
_COLLECTIONS = {"order_number": "/orders", "return_id": "/returns"}
_POINTS = "/points"
_PLACE = re.compile(r"/orders|/points|/(orders|returns)/[A-Za-z0-9_-]{4,40}")
SIGNED_OUT = (
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
    """One request of one browser.

    `session` is the browser's once it was met, and may be replaced by the view: the answer then
    carries the new one's cookie. Until then, or where the signing key cannot be had, it is
    nobody's, and pages carry no token.
    """

    request: Request
    session: Session = field(default_factory=anonymous)
    form: dict[str, str] = field(default_factory=dict)
    form_is_stale: bool = False
    _sessions: Sessions | None = None
    _known: Session | None = None
    _cookies: list[str] = field(default_factory=list)

    def meet(self, sessions: Sessions) -> None:
        """Find out whose browser this is, by its cookie."""
        self._sessions = sessions
        self._known = sessions.read(str(self.request.headers.get("cookie", "")))
        self.session = self._known or self.session

    @property
    def token(self) -> str:
        """The token that this session's forms carry."""
        return self._sessions.token(self.session) if self._sessions else ""

    def sent(self, token: str) -> bool:
        """Whether a form with that token came from a page of this session."""
        return self._sessions is not None and self._sessions.is_from(self.session, token)

    def cookie(self) -> Headers:
        """The cookies to send along: none that the browser has already."""
        cookies = list(self._cookies)
        if self._sessions is not None and self.session != self._known:
            cookies.append(self._sessions.write(self.session))
        if len(cookies) > 1:
            return {"Set-Cookie": cookies}
        return {"Set-Cookie": cookies[0]} if cookies else {}

    def send_cookie(self, cookie: str) -> None:
        """Send one more along, beside the session's."""
        self._cookies.append(cookie)

    @property
    def email_key(self) -> str:
        if not self.session.signed_in:
            raise SignInNeededError(SIGNED_OUT)
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
    def is_foreign(self) -> bool:
        """Whether another site's page sent this, by what browsers say of it."""
        headers = self.request.headers
        origin = headers.get("origin", self.origin)
        return origin != self.origin or headers.get("sec-fetch-site") in {"cross-site", "same-site"}

    @property
    def wants_json(self) -> bool:
        return "application/json" in str(self.request.headers.get("accept", ""))

    def want(self, path: str) -> bool:
        """Remember where to go after signing in, if that is a page of ours; tells whether it is.

        A session that is signed in stays untouched: writing it anew would lengthen its life.
        """
        is_ours = _PLACE.fullmatch(path) is not None
        if is_ours and not self.session.signed_in:
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
        return self.show_in(ENGLISH, template, status, **context)

    def show_in(
        self, language: str, template: str, status: int = HTTPStatus.OK, **context: object
    ) -> Response:
        """The same in another language than English."""
        body = render(
            template,
            lang=language,
            t=chrome(language),
            base=self.base,
            csrf=self.token,
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
        return _POINTS if self.request.path.startswith(_POINTS) else "/orders"

    def _problem_page(self, problem: Problem) -> Response:
        shown = {"title": problem.title, "detail": problem.detail, "request_id": problem.instance}
        todo = (
            "Go back, reload the page and try once more." if problem.code == "page_too_old" else ""
        )
        response = self.show("problem.html", problem.status, **shown, todo=todo, home=True)
        response.headers |= problem.headers()
        return response
