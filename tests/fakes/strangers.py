"""Two customers, one of whom requests the other's data, and the rules for all responses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from urllib.parse import urlencode

import pytest

from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import Topic
from aftercare.desk.wechat.model import Kind, Received
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.address import Address
from aftercare.kernel.ids import new_id
from aftercare.orders.model import OrderLine, ProductKind, email_key_of
from aftercare.points.unsubscribing import path_of
from aftercare.returns.model import Reason, Return
from aftercare.returns.parcel_labels import labels_of
from portal import rooms
from tests.fakes.browser import APPS, FORM, ROUTES, SIGNING_KEY, Browser, Page
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON, ORDERS_INGEST, delivered, paid
from tests.fakes.points_desk import fresh, joined
from tests.fakes.several import in_parcels
from tests.fakes.wechat import NAME

ATTACKER = "attacker@example.com"
VICTIM = "victim@elsewhere.example"
_HOME = Address("Vita Victorine", "77 Hidden Lane", "Secretville", "NV", "89001", "US")
_LINE = OrderLine("v-1", "SKU-VICTIM", "Victims Private Hare", ProductKind.FIGURE, 6, 1234500)
NOTE = "victims private note"
WORDS = "victims private question"

STATUSES = {200, 201, 303, 400, 403, 404, 405, 409, 413, 415, 429}
MEMBERS = {"type", "title", "status", "detail", "code", "instance"}
CACHED = {"no-store", "public, max-age=300", "public, max-age=31536000, immutable"}
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
}
SERVED = [
    (method, route)
    for route in ROUTES
    for method in sorted(APPS[route].routes[route])
    # What no page has is nobody's.
    if method != "HEAD" and route != "/{proxy+}"
]


# Routes that all visitors may request, and whose data belongs to no customer.
OPEN = {
    "/contact",
    "/privacy",
    "/accessibility",
    "/page-errors",
    "/service",
    "/unboxing",
    "/policy",
    "/track",
    "/static/{name}",
    "/pictures/{name}",
    "/authenticity",
    "/authenticity/claims",
    "/authenticity/static/{name}",
    "/01/{gtin}/21/{serial}",
    # Its link proves whose reminders it ends, and the page says nothing else of them.
    "/points/reminders/{token}",
}
EVERY_ROUTE = pytest.mark.parametrize(("method", "route"), SERVED)
EVERY_FORM = pytest.mark.parametrize("route", [r for method, r in SERVED if method == "POST"])
# What a route's address has beside its path.
QUERIES = {"/orders/{order_number}/item": "line=v-1"}
BOTH_ACCEPTS = ("text/html,application/xhtml+xml", "application/json")


@dataclass(frozen=True)
class Holdings:
    """What one customer has: an order, a draft with a photo, a return with its label, a message."""

    order: str
    draft: str
    photo: str
    done: str
    reminders: str
    message: str
    secrets: tuple[str, ...]

    def of_theirs_alone(self, other: "Holdings") -> tuple[str, ...]:
        """The words of this customer only; both bought the same, so shared words reveal nothing."""
        return tuple(secret for secret in self.secrets if secret not in other.secrets)

    def parameters(self, route: str, return_id: str = "") -> dict[str, str]:
        """Values for a route's parameters, all of this customer's own."""
        own = {
            "order_number": self.order,
            "return_id": return_id or self.draft,
            "evidence_id": self.photo,
            "name": "site.css",
            "kind": "pdf",
            "parcel": "2",
            "gtin": "06941234567895",
            "serial": "7K4M2P9DXW3RB6TN",
            "token": self.reminders,
            "number": self.message,
            "sequence": "0",
        }
        return {name: value for name, value in own.items() if f"{{{name}}}" in route}


def holdings(house: House, email: str) -> Holdings:
    """Creates one of each for a customer with that address."""
    now = datetime.now(UTC)
    house.clock.now = now
    order = f"{email[:6].upper()}-{now:%H%M%S%f}"
    house.orders.record(
        paid(_LINE, number=order, at=now, email=email, ship_to=_HOME), actor=ORDERS_INGEST
    )
    house.orders.record(delivered(order, now), actor=ORDERS_INGEST)
    draft, done = (_chosen(house, email, order, units) for units in (1, 2))
    for ret in (draft, done):
        house.add_good_photo(ret)
    key = email_key_of(email)
    submitted = house.returns.submit(key, done.return_id, actor=CUSTOMER)
    house.returns.approve(done.return_id, actor=WORKER)
    labelled = in_parcels(house, house.make_label(done.return_id), 2)
    labels = labels_of(labelled).values()
    photo = house.evidence.of_return(draft.return_id)[0].evidence_id
    personal = (_HOME.name, _HOME.line1, _HOME.city, _LINE.name, _LINE.sku, NOTE, email, key)
    issued = [(label.label_id, label.tracking_number) for label in labels]
    message = _written(order, email)
    secrets = (*personal, WORDS, submitted.ticket, *chain.from_iterable(issued))
    reminders = path_of(SIGNING_KEY.encode(), joined().member_id).rpartition("/")[2]
    return Holdings(order, draft.return_id, photo, done.return_id, reminders, message, secrets)


def _written(order: str, email: str) -> str:
    """The number of what the customer wrote to the desk about that order."""
    about, sent = About(Topic.ORDER, order), Sent(WORDS, email, "en")
    return rooms.tickets().ask(email_key_of(email), about, sent).ticket.number


def wrote_at_wechat(words: str = WORDS, openid: str = "") -> str:
    """The path of the link that who wrote there gets."""
    received = Received(Kind.MESSAGE, openid or fresh("o"), NAME, fresh("1"), words)
    token = rooms.wechat().take(received, fresh("nonce"), "zh-Hans").token
    return f"/messages/wechat/{token}"


def _chosen(house: House, email: str, order: str, units: int) -> Return:
    return house.choose(
        email_key_of(email),
        new_id("ret", house.clock.now),
        order,
        units={"v-1": units},
        reason=Reason.STAINED,
        note=NOTE,
    )


def keeps_to_the_rules(page: Page, case: object, secrets: tuple[str, ...] = ()) -> Page:
    """Checks a response: no 500, a page, redirect or problem with its headers, no foreign data."""
    assert page.status in STATUSES, (case, page.status, page.body[:300])
    for name, value in HEADERS.items():
        assert page.headers.get(name) == value, case
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"], case
    assert page.headers["Cache-Control"] in CACHED, case
    _is_well_formed(page, case)
    said = page.body + str(page.headers)
    for secret in secrets:
        assert secret not in said, (case, secret)
    return page


def _is_well_formed(page: Page, case: object) -> None:
    kind = page.headers.get("Content-Type", "")
    if page.status == 303:
        assert page.body == "", case
        assert page.location.startswith(("/", "https://test-documents.s3.")), case
    elif kind == "text/html; charset=utf-8":
        assert page.body.lstrip().startswith("<!doctype html>"), case
        assert page.body.rstrip().endswith("</html>"), case
        assert "Traceback" not in page.body, case
    elif page.status >= 400:
        problem = page.problem
        assert set(problem) - {"field"} == MEMBERS, case
        assert (problem["type"], problem["status"]) == ("about:blank", page.status), case
        assert problem["instance"] == "7c1f6f0e-0000-4000-8000-000000000000", case
        assert all(isinstance(problem[name], str) for name in MEMBERS - {"status"}), case
        assert problem["detail"], case
        assert problem["code"] == problem["code"].lower(), case
    else:
        assert kind in {"application/json", "text/css; charset=utf-8", "image/svg+xml"}, (
            case,
            kind,
        )


def good_form(route: str, browser: Browser) -> dict[str, str]:
    fields = {
        "/": {"order_number": "PM-2026-10001", "email": ATTACKER},
        "/code": {"code": "000000"},
        "/authenticity": {"code": "7K4M-2P9D-XW3R-B6TN"},
        "/points/reminders/{token}": {"reminders": "on"},
        "/orders/{order_number}/item": {
            "line": "v-1",
            "return_id": new_id("ret", NOON),
            "units": "1",
            "reason": "stained",
            "opened": "sealed",
            "note": "",
        },
        "/messages/new": {"topic": "other", "words": "Hello?", "sent_as": "of this page"},
        "/messages/paper": {"code": "4829 1300 0000 0000"},
        "/messages/{number}": {"words": "Is there any news?", "sent_as": "of this page"},
        "/returns/{return_id}/photos/{evidence_id}/move": {"to": "later"},
        "/returns/{return_id}/photos/{evidence_id}/marks": {"area": "top", "text": "A scratch"},
        "/returns/{return_id}/photos/{evidence_id}/serial": {"serial": "7K4M 2P9D"},
    }
    return {"csrf": browser.csrf} | fields.get(route, {})


def sent(browser: Browser, method: str, route: str, parameters: dict[str, str]) -> Page:
    """A valid request for the route, with these parameters."""
    query = QUERIES.get(route, "")
    if method == "GET":
        return browser.ask(method, route, parameters, query=query)
    body, headers = urlencode(good_form(route, browser)), {"content-type": FORM}
    return browser.ask(method, route, parameters, query=query, body=body, headers=headers)
