"""Whatever a request says, no route fails: it is answered, or refused with a status below 500."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import authenticity_api.app
import codes_download.app
import hooks.app
import points_api.app
import returns_api.app
import tickets_api.app
import wechat.app
from aftercare.kernel.clock import to_text, utc_now
from aftercare.points.request import Caller
from check_page.app import app as check_page
from portal.app import app as portal
from tests.fakes import hostile, openapi
from tests.fakes.browser import FORM, Browser
from tests.fakes.points import BY_TILL
from tests.fakes.points_desk import joined, points
from tests.fakes.strangers import ATTACKER, Holdings
from tests.fakes.template import paths
from tests.fakes.till import Till

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

portal.whole()
PAGES = {portal, check_page, codes_download.app.app}
APPS = {
    route: app
    for app in (
        *PAGES,
        points_api.app.app,
        authenticity_api.app.app,
        returns_api.app.app,
        tickets_api.app.app,
        hooks.app.app,
        wechat.app.app,
    )
    for route in app.routes
}
SERVED = [
    (method, route)
    for route in sorted(APPS)
    for method in sorted(APPS[route].routes[route])
    # A webhook is bytes, whatever they say: tests/integration/parcels/test_hooks.py, and
    # tests/integration/desk/test_wechat_calls.py.
    if method != "HEAD" and route not in hooks.app.app.routes | wechat.app.app.routes
]
PARAMETER = re.compile(r"\{(\w+)\+?\}")
QUERY = {
    "to": "/orders",
    "lang": "fr",
    "code": "7K4M",
    "cursor": "",
    "limit": "5",
    "line": "v-1",
}
FORM_FIELDS = {
    "order_number": "A-000001",
    "email": ATTACKER,
    "code": "000000",
    "reason": "stained",
    "note": "A stain.",
    "content_type": "image/png",
    "units": "1",
    "lang": "fr",
}
JSON_MEMBERS: dict[str, object] = {
    "receipt": "R-1",
    "amount": 100,
    "currency": "USD",
    "points": 1,
    "who": "Dana",
    "why": "A wrong tag.",
    "code": "7K4M-2P9D-XW3R-B6TN",
    "spend_id": "s-1",
    "hold_id": "h-1",
    "return_id": "r-1",
    "refund_id": "f-1",
    "lines": [{"line_id": "1", "received": 1, "accepted": 1, "grade": "a", "code": "as_asked"}],
    "place": "Dock 7",
    "order_number": "A-000001",
    "what": "send_in",
    "language": "fr",
    "card": "0412000017123456789012345678",
    "shown": "0412000017123456789012345678",
    "phone": "+14155550100",
    "email": ATTACKER,
    "topic": "product",
    "words": "It is broken.",
    "store": "London Soho",
}
FUZZED = settings(
    max_examples=60,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def member(tables: dict[str, str]) -> str:  # noqa: ARG001 - what the settings name
    """A member with points, who has the mailbox of the customer who signs in."""
    member_id = joined(ATTACKER).member_id
    points().adjust(
        member_id, Caller("tests"), "opening", 1000, who="tests", why="To begin.", actor=BY_TILL
    )
    return member_id


def test_the_routes_are_those_of_the_template() -> None:
    assert set(APPS) == set(paths())


@pytest.mark.parametrize(("method", "route"), SERVED)
def test_no_request_is_a_fault(method: str, route: str, mine: Holdings, member: str) -> None:
    own = {"member_id": member, "token": "x" * 43, "reference": "V-0000-0000-0000-0000"}
    ids = {"spend_id": "s-1", "hold_id": "h-1", "proxy": "orders/A/B"}
    if route.endswith("/close"):
        own["member_id"] = joined().member_id
    good = {**own, **ids, **mine.parameters(route)}
    path = {name: good[name] for name in PARAMETER.findall(route)}

    @FUZZED
    @given(
        path=st.fixed_dictionaries({name: hostile.one_of(path[name]) for name in path}),
        query=hostile.fields(QUERY),
        headers=hostile.headers(),
        body=_body(method, route, mine),
        signed_in=st.booleans(),
        encoded=st.sampled_from([False] * 9 + [True]),
    )
    def answered(**request: Any) -> None:
        status = _ask(method, route, **request)
        assert 200 <= status < 500, (method, route, request, status)

    answered()


def _body(method: str, route: str, mine: Holdings) -> st.SearchStrategy[str | None]:
    if method != "POST":
        return st.none()
    if APPS[route] in PAGES:
        form = FORM_FIELDS | {"return_id": mine.draft}
        return hostile.fields(form).map(lambda fields: urlencode(fields, errors="surrogatepass"))
    moment = to_text(utc_now())
    every = JSON_MEMBERS | {"occurred_at": moment}
    taken = openapi.members_of("post", route)
    return hostile.bodies({name: every[name] for name in taken})


def _ask(
    method: str,
    route: str,
    *,
    path: Mapping[str, str],
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: str | None,
    signed_in: bool,
    encoded: bool,
) -> int:
    browser = Browser().sign_in(ATTACKER) if signed_in else Browser()
    is_page = APPS[route] in PAGES
    if body is not None and is_page:
        body = f"csrf={browser.csrf}&{body}"
    kind = {"content-type": FORM if is_page else "application/json"} if body is not None else {}
    key = {} if is_page else {"idempotency-key": f"key-{hash(body)}"}
    event = browser.event(
        method, route, path, body=body, encoded=encoded, headers={**kind, **key, **headers}
    )
    event["queryStringParameters"] = dict(query) or None
    event["multiValueQueryStringParameters"] = {name: [query[name]] for name in query} or None
    if not is_page:
        scopes = (
            "authenticity:check points:read points:write points:admin members:find tickets:write"
            " tickets:handover"
        )
        till = Till(scopes=scopes)
        event["requestContext"] |= till.event(method, route, path)["requestContext"]
    return int(APPS[route](event, None)["statusCode"])
