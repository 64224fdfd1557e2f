"""A customer of the deployed portal over plain HTTP, who keeps cookies and tokens."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import urllib3

from aftercare.kernel.ids import new_id
from tests.fakes import photos as builders
from tests.fakes.browser_pages.shop import Mailbox, Order
from tests.fakes.stack.local_stacks import await_true

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_POOL = urllib3.PoolManager(maxsize=32, timeout=urllib3.Timeout(connect=30, read=60), retries=False)


@dataclass(frozen=True)
class Page:
    """One response."""

    status: int
    location: str
    body: str

    def find(self, pattern: str) -> str:
        match = re.search(pattern, self.body)
        assert match, f"{pattern!r} is not on the page: {self.body[:500]}"
        return match.group(1)


@dataclass(frozen=True)
class Slot:
    """The place for one photo, with the form that uploads it."""

    evidence_id: str
    url: str
    fields: dict[str, str]

    def sends(self, photo: bytes) -> None:
        form: dict[str, Any] = {**self.fields, "file": ("photo.jpg", photo, "image/jpeg")}
        sent = _POOL.request("POST", self.url, fields=form)
        assert sent.status == 201, sent.data


@dataclass
class Visitor:
    """One session at one portal."""

    portal_url: str
    cookie: str = ""
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Page:
        return self._send("GET", path)

    def post(self, path: str, *, accept: str = "text/html", **form: str) -> Page:
        headers = _FORM | {"Accept": accept}
        return self._send("POST", path, urlencode({"csrf": self.csrf} | form), headers)

    def signs_in(self, order: Order, mailbox: Mailbox) -> None:
        before = len(mailbox.codes_for(order.email))
        self.get("/")
        assert self.post("/", order_number=order.number, email=order.email).location == "/code"
        self.get("/code")
        code = mailbox.next_code(order.email, before)
        assert self.post("/code", code=code).location == f"/orders/{order.number}"
        self.get("/orders")

    def drafts(self, order: Order, units: int = 1) -> str:
        """Chooses units of the first line, in a draft of its own; returns the path of its page."""
        path = f"/orders/{order.number}/item?line=1&return={new_id('ret', datetime.now(UTC))}"
        self.get(path)
        form = {"units": str(units), "reason": "missing_parts", "note": "An ear came off."}
        return self.post(path, **form).location

    def opens_a_slot(self, path: str) -> "Slot":
        """Opens a slot for a photo of the draft."""
        self.get(path)
        body = urlencode({"csrf": self.csrf, "content_type": "image/jpeg"})
        headers = _FORM | {"Accept": "application/json"}
        answer = self._request("POST", f"{path}/photos", body, headers)
        assert answer.status == 201, answer.data
        told = answer.json()
        return Slot(told["photo_id"], told["upload"]["url"], told["upload"]["fields"])

    def sends_a_photo(self, path: str, photo: bytes | None = None) -> None:
        """Uploads a photo, by default the draft's own, and waits until it is accepted."""
        self.opens_a_slot(path).sends(photo or builders.own_jpeg(path))
        await_true(lambda: 'data-state="accepted"' in self.get(path).body, what="the verdict")

    def submits(self, path: str) -> Page:
        """Submits the draft as a script; retries while the portal is busy, as the problem says."""

        def answer() -> Page | None:
            page = self.post(f"{path}/submit", accept="application/json")
            return None if page.status == HTTPStatus.SERVICE_UNAVAILABLE else page

        page = await_true(answer, seconds=90, what="an answer to the submit")
        assert page
        return page

    def awaits_the_label(self, path: str) -> bytes:
        """The label's page, once the portal offers it."""
        await_true(lambda: "Download your prepaid label" in self.get(path).body, what="the label")
        answer = _POOL.request("GET", self.get(f"{path}/label").location)
        assert answer.status == 200
        return bytes(answer.data)

    def _send(self, method: str, path: str, body: str | None = None, headers: Any = None) -> Page:
        answer = self._request(method, path, body, headers or {})
        for cookie in answer.headers.getlist("Set-Cookie"):
            self._keep(cookie.partition(";")[0])
        page = Page(answer.status, answer.headers.get("Location", ""), answer.data.decode())
        if match := re.search(r'name="csrf" value="([^"]+)"', page.body):
            self.csrf = match.group(1)
        return page

    def _keep(self, cookie: str) -> None:
        """Adds a cookie, or replaces the one of that name."""
        name = cookie.partition("=")[0]
        others = [kept for kept in self.cookie.split("; ") if kept.partition("=")[0] != name]
        self.cookie = "; ".join([*filter(None, others), cookie])

    def _request(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        sent = {"Cookie": self.cookie, "Accept": "text/html"} | self.headers | headers
        return _POOL.request(
            method, f"{self.portal_url}{path}", body=body, headers=sent, redirect=False
        )
