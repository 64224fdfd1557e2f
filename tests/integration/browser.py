"""A browser as API Gateway shows it to the portal: events in, answers out, cookies kept."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from portal.app import app

_ROUTES = sorted(app.routes, key=lambda route: route.count("{"))


@dataclass
class Page:
    """One answer of the portal."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.body)
        return found.group(1) if found else ""

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body)
        assert found, f"no hidden field {name}"
        return found.group(1)


@dataclass
class Browser:
    """Keeps the session cookie, as browsers do."""

    source: str = "203.0.113.7"
    cookie: str = ""
    csrf: str = ""
    accept: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Page:
        return self._send("GET", path, None)

    def post(self, path: str, *, csrf: str | None = None, **form: str) -> Page:
        """Posts a form, with the token of the last page seen unless another is given."""
        token = self.csrf if csrf is None else csrf
        return self.post_body(path, urlencode({"csrf": token} | form))

    def post_body(
        self, path: str, body: str | None, content_type: str = "application/x-www-form-urlencoded"
    ) -> Page:
        return self._send("POST", path, body, {"content-type": content_type})

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str] | None = None
    ) -> Page:
        event = self._event(method, path, body, headers or {})
        answer = app(event, None)
        page = Page(answer["statusCode"], {**answer["headers"]}, answer["body"])
        if "Set-Cookie" in page.headers:
            self.cookie = page.headers["Set-Cookie"].partition(";")[0]
        self.csrf = page.csrf or self.csrf
        return page

    def _event(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        resource, parameters = _match(path)
        sent = {"accept": self.accept, "cookie": self.cookie} | self.headers | headers
        return {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": None,
            "multiValueQueryStringParameters": None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "body": body,
            "isBase64Encoded": False,
            "requestContext": {
                "resourcePath": resource,
                "path": path,
                "httpMethod": method,
                "requestId": "7c1f6f0e-0000-4000-8000-000000000000",
                "domainName": "portal.example.com",
                "identity": {"sourceIp": self.source},
                "stage": "live",
            },
        }


def _match(path: str) -> tuple[str, dict[str, str]]:
    for route in _ROUTES:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", route)
        if found := re.fullmatch(pattern, path):
            return route, found.groupdict()
    raise AssertionError(f"no route for {path}")
