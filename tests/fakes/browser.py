"""A browser as API Gateway shows it to the portal and the check page, with its cookies."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

from chalice.app import Chalice
from itsdangerous import URLSafeTimedSerializer

from aftercare.orders.model import email_key_of
from aftercare.web.customers import CustomerSession, signed_in
from check_page.app import app as check_page
from check_page.edge import edge as check_pages_edge
from portal.app import app as portal
from portal.edge import edge, sessions_of

type Headers = Mapping[str, str | None]

type Apps = Mapping[str, Chalice]

APPS: Apps = {route: app for app in (portal.whole(), check_page) for route in app.routes}
ROUTES = sorted(APPS, key=lambda route: ("+" in route, route.count("{"), route))
FORM = "application/x-www-form-urlencoded"
SIGNING_KEY = "test key"


@contextmanager
def deployed_with(**settings: str) -> Iterator[None]:
    """Changes these settings of the pages' WebConfig within the block."""
    kept = edge.config, check_pages_edge.config
    edge.config, check_pages_edge.config = (config._replace(**settings) for config in kept)
    try:
        yield
    finally:
        edge.config, check_pages_edge.config = kept


def plain(text: str) -> str:
    """The text with single spaces."""
    return " ".join(text.split())


@dataclass
class Page:
    """One response of the portal."""

    status: int
    headers: dict[str, str]
    body: str
    several_cookies: list[str] = field(default_factory=list)

    @property
    def cookies(self) -> list[str]:
        """The cookies that it sets."""
        one = self.headers.get("Set-Cookie")
        return [one] if one else self.several_cookies

    @property
    def text(self) -> str:
        """Its text, without markup; a place where a word may break is within the word."""
        return plain(html.unescape(re.sub(r"<[^>]+>", " ", self.body.replace("<wbr>", ""))))

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def refusal(self) -> str:
        """The code of the error that the next page shows; empty if the form was taken."""
        return self.refusal_of("portal")

    def refusal_of(self, application: str) -> str:
        """The same, for a page of that application."""
        for cookie in self.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if name.endswith("aftercare-flash") and value:
                signed = URLSafeTimedSerializer(SIGNING_KEY, salt=f"{application}.flash")
                return str(signed.loads(value)[2])
        return ""

    @property
    def problem(self) -> dict[str, Any]:
        """The members of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json"
        members: dict[str, Any] = json.loads(self.body)
        return members

    @property
    def csrf(self) -> str:
        field = re.search(r'name="csrf" value="([^"]+)"', self.body)
        return field.group(1) if field else ""

    def hidden(self, name: str) -> str:
        field = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        assert field, f"no hidden field {name}"
        return field.group(1)


@dataclass
class Browser:
    """Keeps the session cookie, as browsers do."""

    source: str = "203.0.113.7"
    cookie: str = ""
    csrf: str = ""
    accept: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def apps(self) -> Apps:
        """The application behind each route of the origin that this browser is at."""
        return APPS

    def sign_in(self, email: str) -> "Browser":
        """Starts a session, as a correct code does."""
        return self.take(signed_in(email_key_of(email)))

    def take(self, session: CustomerSession, key: str = SIGNING_KEY) -> "Browser":
        sessions = sessions_of(key.encode(), secure=False)
        self.cookie = sessions.write(session).partition(";")[0]
        self.csrf = sessions.token(session)
        return self

    def get(self, path: str) -> Page:
        path, _, query = path.partition("?")
        route, parameters = matched(path, self.apps)
        return self.ask("GET", route, parameters, query=query)

    def post(self, path: str, *, csrf: str | None = None, **form: str) -> Page:
        """Posts a form, with the token of the last page seen unless another is given."""
        token = self.csrf if csrf is None else csrf
        return self.post_body(path, urlencode({"csrf": token} | form))

    def refused(self, path: str, *, csrf: str | None = None, **form: str) -> Page:
        """Posts a form that is refused; returns the page that says so."""
        answer = self.post(path, csrf=csrf, **form)
        assert (answer.status, bool(answer.refusal)) == (303, True), (path, answer)
        return self.follow(answer)

    def follow(self, page: Page) -> Page:
        """The page behind a redirect; any other page as it is. A fragment stays in the browser."""
        path, _, _ = page.location.partition("#")
        return self.get(unquote(path)) if page.status == 303 else page

    def post_body(self, path: str, body: str | None, content_type: str | None = FORM) -> Page:
        path, _, query = path.partition("?")
        route, parameters = matched(path, self.apps)
        headers = {"content-type": content_type}
        return self.ask("POST", route, parameters, query=query, body=body, headers=headers)

    def ask(
        self,
        method: str,
        route: str,
        parameters: Mapping[str, str] | None = None,
        *,
        query: str = "",
        body: str | None = None,
        encoded: bool = False,
        headers: Headers | None = None,
    ) -> Page:
        """Sends any request, valid or not, to a route; headers that are None are left out."""
        event = self.event(
            method, route, parameters, query=query, body=body, encoded=encoded, headers=headers
        )
        answer = self.apps[route](event, None)
        several = answer.get("multiValueHeaders", {}).get("Set-Cookie", [])
        page = Page(int(answer["statusCode"]), {**answer["headers"]}, answer["body"], several)
        for cookie in page.cookies:
            self._keep(cookie)
        self.csrf = page.csrf or self.csrf
        return page

    def _keep(self, cookie: str) -> None:
        """Adds a cookie, or replaces the one of that name; one without a lifetime goes."""
        pair, _, flags = cookie.partition(";")
        name = pair.partition("=")[0]
        others = [kept for kept in self.cookie.split("; ") if kept.partition("=")[0] != name]
        fresh = [] if "Max-Age=0" in flags else [pair]
        self.cookie = "; ".join([*filter(None, others), *fresh])

    def event(
        self,
        method: str,
        route: str,
        parameters: Mapping[str, str] | None = None,
        *,
        query: str = "",
        body: str | None = None,
        encoded: bool = False,
        headers: Headers | None = None,
    ) -> dict[str, Any]:
        """The gateway's event for a request."""
        own = {"accept": self.accept, "cookie": self.cookie, **self.headers}
        sent = {
            name: value for name, value in {**own, **(headers or {})}.items() if value is not None
        }
        values = parameters or {}
        path = re.sub(r"\{(\w+)\+?\}", lambda name: values[name[1]], route)
        fields = parse_qs(query, keep_blank_values=True)
        return {
            "body": body,
            "isBase64Encoded": encoded,
            "multiValueQueryStringParameters": fields or None,
            "queryStringParameters": {name: each[-1] for name, each in fields.items()} or None,
            "resource": route,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "pathParameters": dict(values) or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": route,
                "path": path,
                "httpMethod": method,
                "requestId": "7c1f6f0e-0000-4000-8000-000000000000",
                "domainName": "portal.example.com",
                "identity": {"sourceIp": self.source},
                "stage": "live",
            },
        }


def looking() -> dict[str, Any]:
    """The event of a request for the check page."""
    return Browser().event("GET", "/authenticity")


def checking(code: str) -> dict[str, Any]:
    """The event of a check on the check page."""
    body, form = urlencode({"code": code}), {"content-type": FORM}
    return Browser().event("POST", "/authenticity", body=body, headers=form)


def seeing_the_answer(code: str) -> dict[str, Any]:
    """The event of a request for the answer to that check."""
    return Browser().event("GET", "/authenticity", query=f"code={code}&state=checked")


def matched(path: str, apps: Apps = APPS) -> tuple[str, dict[str, str]]:
    """The route of a path, and its parameters."""
    found = route_of(path, apps)
    assert found, f"no route for {path}"
    return found


def route_of(path: str, apps: Apps = APPS) -> tuple[str, dict[str, str]] | None:
    """The route of that path with its parameters; none if no function has it."""
    for route in sorted(apps, key=lambda route: ("+" in route, route.count("{"), route)):
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route)
        pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", pattern)
        if match := re.fullmatch(pattern, path):
            return route, match.groupdict()
    return None
