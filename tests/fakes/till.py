"""A store's system as API Gateway shows it to the functions that it calls."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import authenticity_api.app
import points_api.app
import returns_api.app
import tickets_api.app
from tests.fakes import openapi

CHECKS = "/authenticity/checks"
CHECK = "/authenticity/checks/{reference}"
APPS = {
    "authenticity": authenticity_api.app.app,
    "points": points_api.app.app,
    "members": points_api.app.app,
    "returns": returns_api.app.app,
    "counter": returns_api.app.app,
    "tickets": tickets_api.app.app,
    "handovers": tickets_api.app.app,
}
REQUEST_ID = "7c1f6f0e-0000-4000-8000-000000000001"

type Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One response, checked against the OpenAPI document."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def problem(self) -> tuple[int, str]:
        """The status and code of a problem document."""
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        assert self.body["instance"]
        return self.status, self.body["code"]


@dataclass
class Till:
    """Sends its key to the gateway, which passes the client to the function."""

    client_id: str = "ac_0123456789"
    store_id: str = "S-0412"
    country: str = "US"
    kind: str = "store"
    scopes: str = "authenticity:check points:write"
    requests: int = 0

    def check(self, code: str, **headers: str) -> Reply:
        """Asks about a code; `Idempotency_Key="…"` sends that header."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.post(json.dumps({"code": code}), **named)

    def look_up(self, reference: str) -> Reply:
        return self.ask("GET", CHECK, {"reference": reference})

    def post(self, body: str | bytes | None, **headers: str) -> Reply:
        """Sends any body; bytes are base64-encoded, as the gateway does for binary bodies."""
        return self.ask("POST", CHECKS, body=body, headers=headers)

    def ask(
        self,
        method: str,
        route: str,
        parameters: Mapping[str, str] | None = None,
        *,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Reply:
        """Sends anything to an operation, sensible or not."""
        self.requests += 1
        event = self.event(
            method, route, parameters or {}, body=body, headers=headers or {}, query=query
        )
        answer = APPS[route.split("/")[1]](event, None)
        is_json = "json" in answer["headers"]["Content-Type"]
        parsed = json.loads(answer["body"]) if is_json else answer["body"]
        reply = Reply(int(answer["statusCode"]), answer["headers"], parsed)
        openapi.keeps_to_it(method, route, reply.status, reply.headers, reply.body)
        return reply

    def event(
        self,
        method: str,
        route: str,
        parameters: Mapping[str, str],
        *,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Json:
        requests = {name: [value] for name, value in (query or {}).items()}
        sent = {"content-type": "application/json", **(headers or {})}
        path = re.sub(r"\{(\w+)\}", lambda name: parameters[name[1]], route)
        return {
            "resource": route,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "pathParameters": dict(parameters) or None,
            "queryStringParameters": dict(query) if query else None,
            "multiValueQueryStringParameters": requests or None,
            "stageVariables": None,
            "body": base64.b64encode(body).decode() if isinstance(body, bytes) else body,
            "isBase64Encoded": isinstance(body, bytes),
            "requestContext": self._context(method, route, path),
        }

    def _context(self, method: str, route: str, path: str) -> Json:
        return {
            "resourcePath": route,
            "path": path,
            "httpMethod": method,
            "requestId": f"{REQUEST_ID[:-4]}{self.requests:04d}",
            "domainName": "api.example.com",
            "identity": {"sourceIp": "203.0.113.9"},
            "stage": "live",
            "authorizer": {
                "principalId": self.client_id,
                "client_id": self.client_id,
                "store_id": self.store_id,
                "country": self.country,
                "kind": self.kind,
                "scopes": self.scopes,
            },
        }


def asking(code: str) -> Json:
    """The event of a check of that code."""
    return Till().event("POST", CHECKS, {}, body=json.dumps({"code": code}))


def looking_up(reference: str) -> Json:
    """The event of a look-up of that reference."""
    return Till().event("GET", CHECK, {"reference": reference})
