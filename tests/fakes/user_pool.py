"""A user pool on loopback: its token endpoint and the operations that the console asks of it."""

import base64
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aftercare.kernel.clock import Clock, utc_now

POOL, CLIENT, SECRET = "us-west-2_Test", "test-client", "test-client-secret"
ISSUER = f"https://cognito-idp.us-west-2.amazonaws.com/{POOL}"

_numbers = itertools.count(1)

type Answer = tuple[int, dict[str, Any]]


@dataclass
class Account:
    """Somebody in the pool."""

    staff_id: str
    email: str
    name: str
    groups: list[str]
    enabled: bool = True

    @property
    def username(self) -> str:
        return f"user-{self.staff_id}"


@dataclass
class UserPool:
    """Accounts, and the codes with which browsers come back from its sign-in pages."""

    accounts: dict[str, Account] = field(default_factory=dict)
    # By code: the query of the sign-in page, and who signed in there.
    codes: dict[str, tuple[dict[str, str], Account]] = field(default_factory=dict)
    # What the next ID tokens say instead of the truth.
    claims: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_silent: bool = False
    clock: Clock = utc_now

    def add(self, *groups: str, name: str = "Ada Agent") -> Account:
        """A new account with those groups."""
        number = next(_numbers)
        email = f"{name.split(maxsplit=1)[0].lower()}{number}@example.com"
        account = Account(f"staff-{number}", email, name, list(groups))
        self.accounts[account.username] = account
        return account

    def sign_in(self, page: str, account: Account) -> tuple[str, str]:
        """Signs in at the page with that address; returns the state and the code."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(page).query).items()}
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = query, account
        return query["state"], code

    def answer(self, headers: dict[str, str], body: bytes) -> Answer:
        if self.is_silent:
            return HTTPStatus.SERVICE_UNAVAILABLE, {}
        target = headers.get("X-Amz-Target", "")
        if not target:
            self.asked.append("token")
            return self._token(headers, {k: v[0] for k, v in parse_qs(body.decode()).items()})
        operation = target.rpartition(".")[2]
        self.asked.append(operation)
        return self._operation(operation, json.loads(body))

    def _operation(self, operation: str, asked: dict[str, str]) -> Answer:
        assert asked["UserPoolId"] == POOL
        if operation == "DescribeUserPoolClient":
            return HTTPStatus.OK, {"UserPoolClient": {"ClientSecret": SECRET}}
        account = self.accounts.get(asked["Username"])
        if account is None:
            return HTTPStatus.BAD_REQUEST, {"__type": "UserNotFoundException"}
        if operation == "AdminListGroupsForUser":
            return HTTPStatus.OK, {"Groups": [{"GroupName": name} for name in account.groups]}
        facts = {"email": account.email, "name": account.name, "sub": account.staff_id}
        attributes = [{"Name": name, "Value": value} for name, value in facts.items()]
        return HTTPStatus.OK, {"Enabled": account.enabled, "UserAttributes": attributes}

    def _token(self, headers: dict[str, str], form: dict[str, str]) -> Answer:
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        assert headers["Authorization"] == f"Basic {basic}"
        query, account = self.codes.pop(form["code"], (None, None))
        if query is None or account is None:
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
        digest = sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_same = challenge == query["code_challenge"]
        if not is_same or form["redirect_uri"] != query["redirect_uri"]:
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
        return HTTPStatus.OK, {"id_token": _token(self._claims(query, account))}

    def _claims(self, query: dict[str, str], account: Account) -> dict[str, Any]:
        return {
            "sub": account.staff_id,
            "iss": ISSUER,
            "aud": CLIENT,
            "token_use": "id",
            "exp": int((self.clock() + timedelta(minutes=5)).timestamp()),
            "cognito:username": account.username,
            "cognito:groups": account.groups,
            "email": account.email,
            "name": account.name,
            "nonce": query["nonce"],
            **self.claims,
        }


def _token(claims: dict[str, Any]) -> str:
    parts = (json.dumps(part).encode() for part in ({"alg": "RS256"}, claims))
    head, body = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    return f"{head}.{body}.signature"


@contextmanager
def answering(pool: UserPool) -> Iterator[str]:
    """The address at which the pool answers."""

    class Handler(BaseHTTPRequestHandler):
        """Hands each request to the pool."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, document = pool.answer(dict(self.headers), body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
