"""Bad input to every route: a clear page or a problem, never a 500, never another's data."""

import base64
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from aftercare.kernel.ids import new_id, new_ticket
from portal.site.pages import STATIC
from tests.fakes.browser import APPS, FORM, ROUTES, Browser
from tests.fakes.orders import NOON
from tests.fakes.strangers import (
    BOTH_ACCEPTS,
    EVERY_FORM,
    OPEN,
    QUERIES,
    SERVED,
    VICTIM,
    Holdings,
    good_form,
    keeps_to_the_rules,
    sent,
)

pytestmark = pytest.mark.integration

WITH_PARAMETERS = pytest.mark.parametrize(
    ("method", "route"), [(method, route) for method, route in SERVED if "{" in route]
)
BROKEN_IDS = [
    " ",
    ".",
    "..",
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "\x00",
    "a\x00b",
    "\r\nSet-Cookie: a=b",
    "x" * 3000,
    "ü" * 1500,
    "ret_",
    "evd_01JXD0B7G00000000000000000 ",
    "RETURN#1",
    "COUNT",
    "null",
    "-1",
    "{}",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\u202e\ufeff",
    "🧸",
    "*",
    "site.css/../portal.js",
]


# ---------------------------------------------------------------- bodies


def bad_bodies(good: dict[str, str]) -> Iterator[tuple[str, str | None, bool]]:
    """Case, body, whether it is base64: everything a form can be that it should not be."""
    csrf = urlencode({"csrf": good["csrf"]})
    yield "no body", None, False
    yield "empty", "", False
    yield "the token alone", csrf, False
    for name in good:
        yield f"without {name}", urlencode({k: v for k, v in good.items() if k != name}), False
        yield f"{name} empty", urlencode(good | {name: ""}), False
        yield f"{name} too long", urlencode(good | {name: "x" * 5000}), False
        yield f"{name} all digits", urlencode(good | {name: "9" * 5000}), False
        yield f"{name} with NUL", urlencode(good | {name: "a\x00b"}), False
        yield f"{name} twice", urlencode([*good.items(), (name, "again")]), False
        yield f"{name} as a list", urlencode({f"{k}[]": v for k, v in good.items()}), False
        yield f"{name} not UTF-8", f"{csrf}&{name}=%ff%fe%80", False
        yield f"{name} of emoji", urlencode(good | {name: "🧸" * 300}), False
    yield "ten thousand fields", csrf + "".join(f"&a{i}=1" for i in range(10_000)), False
    yield "a hundred and twenty fields", csrf + "&units-1=1" * 119, False
    yield "a field of a megabyte", f"{csrf}&note={'x' * 2**20}", False
    yield "JSON", '{"csrf": "x", "units-1": 1}', False
    yield "half an escape", f"{csrf}&note=%f", False
    yield "half a surrogate", f"{csrf}&note=\ud800", False
    yield "no separators", "&&&&====;;;;", False
    yield "bytes that are no text", base64.b64encode(b"\xff\xfe\x00\x80").decode(), True
    yield "no base64 at all", "*** no base64 ***", True
    yield "base64 that is not ASCII", "ünïcode", True
    yield "well-formed base64", base64.b64encode(urlencode(good).encode()).decode(), True


@EVERY_FORM
def test_any_body_is_answered_clearly(
    attacker: Browser, mine: Holdings, secrets: tuple[str, ...], route: str
) -> None:
    session = attacker.cookie, attacker.csrf
    for accept in BOTH_ACCEPTS:
        for case, body, encoded in bad_bodies(good_form(route, attacker)):
            attacker.cookie, attacker.csrf = session
            attacker.accept = accept
            page = attacker.ask(
                "POST",
                route,
                mine.parameters(route),
                query=QUERIES.get(route, ""),
                body=body,
                encoded=encoded,
                headers={"content-type": FORM},
            )
            keeps_to_the_rules(page, (case, accept), secrets)


# Mail programs post one click as either type of form (RFC 8058).
BY_MAIL_PROVIDERS = {"/points/reminders/{token}"}


@EVERY_FORM
@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/json",
        "multipart/form-data; boundary=x",
        "x" * 999,
        "\x00",
    ],
)
def test_a_body_of_another_type_is_a_415_problem(
    attacker: Browser, mine: Holdings, route: str, content_type: str | None
) -> None:
    body = urlencode(good_form(route, attacker))
    headers = {"content-type": content_type}
    page = attacker.ask("POST", route, mine.parameters(route), body=body, headers=headers)
    if "multipart" in (content_type or "") and route in BY_MAIL_PROVIDERS:
        assert keeps_to_the_rules(page, content_type).status == 303
        return
    assert keeps_to_the_rules(page, content_type).status == 415
    assert "<h1>We can’t read that</h1>" in page.body
    attacker.accept = "application/json"
    page = attacker.ask("POST", route, mine.parameters(route), body=body, headers=headers)
    assert keeps_to_the_rules(page, content_type).problem["code"] == "unsupported_media_type"


def test_a_form_with_a_charset_is_still_a_form(attacker: Browser) -> None:
    body = urlencode(good_form("/", attacker))
    page = attacker.post_body("/", body, f"{FORM}; charset=UTF-8")
    assert page.location == "/code"


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "GET", "POST"])
def test_a_method_that_a_route_does_not_have_is_a_405_problem(
    attacker: Browser, mine: Holdings, route: str, method: str
) -> None:
    if method in APPS[route].routes[route]:
        return
    page = attacker.ask(method, route, mine.parameters(route))
    assert page.status == 405
    if method == "HEAD":
        assert page.body == ""
    else:
        assert "<h1>This address works another way</h1>" in keeps_to_the_rules(page, method).body
        attacker.accept = "application/json"
        page = attacker.ask(method, route, mine.parameters(route))
        assert keeps_to_the_rules(page, method).problem["code"] == "method_not_allowed"
    assert set(page.headers["Allow"].split(", ")) == set(APPS[route].routes[route])


READABLE = [route for method, route in SERVED if method == "GET"]


@pytest.mark.parametrize("route", READABLE)
def test_head_is_answered_as_get_is_without_the_body(
    attacker: Browser, mine: Holdings, route: str
) -> None:
    answers = []
    for method in ("GET", "HEAD"):
        page = replace(attacker).ask(method, route, mine.parameters(route))
        page.headers = {name: _of_now(value) for name, value in page.headers.items()}
        answers.append(page)
    got, head = answers
    assert (head.status, head.headers, head.body) == (got.status, got.headers, "")


def _of_now(header: str) -> str:
    """Without what differs from one moment or visitor to the next."""
    return re.sub(r"(Signature|X-Amz-Date|aftercare-visitor)=[^&;]+", r"\1=", header)


# ---------------------------------------------------------------- ids

IN_A_RETURN = {"photo_not_found", "video_not_found"}
ABSENT = {"order_not_found", "return_not_found", "ticket_not_found", *IN_A_RETURN}
NOTHING = {
    # A picture that is not there is an empty drawing, so that no page shows a hole.
    ("/pictures/{name}", "name"): {200},
    # A format that a label does not have leads back to the page with those that it has.
    ("/returns/{return_id}/label/{kind}", "kind"): {303},
    ("/returns/{return_id}/parcels/{parcel}/label/{kind}", "kind"): {303},
    ("/returns/{return_id}/parcels/{parcel}/label/{kind}", "parcel"): {303},
    # What was posted there leads back to the page, which is not there.
    ("/points/reminders/{token}", "token"): {303, 404},
    ("/messages/wechat/{token}", "token"): {303, 404},
}


@WITH_PARAMETERS
def test_an_id_that_is_none_is_not_found_or_refused(
    attacker: Browser, mine: Holdings, secrets: tuple[str, ...], method: str, route: str
) -> None:
    own = mine.parameters(route)
    session = attacker.cookie, attacker.csrf
    for accept in BOTH_ACCEPTS:
        attacker.accept = accept
        for name in own:
            for broken in BROKEN_IDS:
                attacker.cookie, attacker.csrf = session
                page = sent(attacker, method, route, own | {name: broken})
                keeps_to_the_rules(page, (name, broken), secrets)
                nothing = NOTHING.get((route, name), {400, 404})
                absent = page.refusal in ABSENT
                assert absent or page.status in nothing, (name, broken)


@WITH_PARAMETERS
def test_another_customers_id_looks_like_one_that_does_not_exist(
    attacker: Browser, mine: Holdings, theirs: Holdings, method: str, route: str
) -> None:
    if route in OPEN:
        return
    own, secrets = mine.parameters(route), theirs.of_theirs_alone(mine)
    nobodys = replace(
        mine,
        order="PM-NOBODYS",
        draft=new_id("ret", NOON),
        photo=new_id("evd", NOON),
        message=new_ticket(lambda _: 0),
    )
    for accept in BOTH_ACCEPTS:
        attacker.accept = accept
        for name in own:
            for their_return in (theirs.draft, theirs.done):
                taken = theirs.parameters(route, their_return)[name]
                if taken == own[name]:  # nobody's own, such as a format
                    continue
                page = sent(attacker, method, route, own | {name: taken})
                keeps_to_the_rules(page, (name, taken), secrets)
                absent = nobodys.parameters(route)[name]
                other = sent(attacker, method, route, own | {name: absent})
                assert page.refusal == other.refusal
                if page.refusal in IN_A_RETURN:  # the page of the own return says so
                    continue
                page, other = attacker.follow(page), attacker.follow(other)
                assert page.status == other.status == 404
                assert page.body.replace(taken, "") == other.body.replace(absent, "")


@WITH_PARAMETERS
def test_signed_out_another_customers_things_stay_theirs(
    portal: Browser, theirs: Holdings, method: str, route: str
) -> None:
    if route in OPEN:
        return
    for return_id in (theirs.draft, theirs.done):
        page = sent(portal, method, route, theirs.parameters(route, return_id))
        keeps_to_the_rules(page, return_id, theirs.secrets)
        door = "/messages/sign-in" if "wechat" in route else "/"
        assert page.location.startswith(f"{door}?to=/")


def test_the_owner_sees_what_the_stranger_did_not(portal: Browser, theirs: Holdings) -> None:
    """Or the tests above would prove nothing."""
    portal.sign_in(VICTIM)
    bodies = [
        portal.get(path).body
        for path in ("/orders", f"/orders/{theirs.order}", f"/returns/{theirs.done}")
    ]
    for shown in ("Victims Private Hare", "victims private note", theirs.secrets[-1]):
        assert any(shown in body for body in bodies), shown


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "....//app.py",
        "/etc/passwd",
        "site.css",
        "\x00",
        "site.css\x00.js",
        "",
        "templates/base.html",
        "static_url",
        "C:\\x",
    ],
)
def test_only_named_assets_are_served(portal: Browser, name: str) -> None:
    page = portal.ask("GET", "/static/{name}", {"name": name})
    assert keeps_to_the_rules(page, name).status == 404
    assert page.problem["code"] == "not_found"
    assert page.problem["detail"] == "There is no such file here."


def test_an_asset_is_served_under_its_hashed_name(portal: Browser) -> None:
    page = keeps_to_the_rules(portal.get(STATIC.url("site.css")), "css")
    assert page.status == 200
    assert page.headers["Cache-Control"] == "public, max-age=31536000, immutable"
