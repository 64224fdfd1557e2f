"""A cookie that we did not write, or a form that is not this session's, opens and does nothing."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from aftercare.orders.model import email_key_of
from aftercare.web.customers import CustomerSession, anonymous, signed_in, writing
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.house import House
from tests.fakes.strangers import (
    ATTACKER,
    BOTH_ACCEPTS,
    EVERY_FORM,
    EVERY_ROUTE,
    OPEN,
    VICTIM,
    WORDS,
    Holdings,
    keeps_to_the_rules,
    sent,
)

pytestmark = pytest.mark.integration


class OldSigner(TimestampSigner):
    """Signs half an hour and a bit ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - 30 * 60 - 2


def signed(payload: object, key: str = SIGNING_KEY, salt: str = "portal.session") -> str:
    text = URLSafeTimedSerializer(key, salt=salt).dumps(payload)
    return f"aftercare={text if isinstance(text, str) else text.decode()}"


def old_cookie(email: str) -> str:
    session = signed_in(email_key_of(email))
    old = URLSafeTimedSerializer(SIGNING_KEY, salt="portal.session", signer=OldSigner)
    text = old.dumps([session.nonce, session.email_key, "", ""])
    return f"aftercare={text if isinstance(text, str) else text.decode()}"


def bad_cookies() -> Iterator[tuple[str, str]]:
    key = email_key_of(VICTIM)
    good = Browser().sign_in(VICTIM).cookie
    yield "none", ""
    yield "of another name", good.replace("aftercare=", "aftercare2=")
    yield "without a value", "aftercare="
    yield "without an equals sign", "aftercare"
    yield "only separators", ";;;=;=;"
    yield "garbage", "aftercare=%00\x00\xff;;"
    yield "very long", "aftercare=" + "x" * 8000
    yield "not ASCII", "aftercare=ü🧸.x.y"
    yield "unsigned", "aftercare=" + base64.urlsafe_b64encode(key.encode()).decode()
    yield "signature cut off", good.rpartition(".")[0]
    signed_part, _, signature = good.rpartition(".")
    yield "signature changed", f"{signed_part}.{signature.swapcase()}"
    yield "payload changed", good.replace("aftercare=", "aftercare=A")
    yield "signed with another key", signed(["n", key, "", ""], key="another key")
    yield "signed for another purpose", signed(["n", key, "", ""], salt="portal.csrf")
    yield "expired", old_cookie(VICTIM)
    yield "too few members", signed(["n"] * 0)
    yield "too many members", signed(["n", key, "", "", "", "", ""])
    yield "a number", signed(7)
    yield "nothing", signed(None)
    yield "an object", signed({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5})


@EVERY_ROUTE
def test_a_cookie_that_we_did_not_write_or_that_is_old_opens_nothing(
    portal: Browser, theirs: Holdings, method: str, route: str
) -> None:
    for case, cookie in bad_cookies():
        for accept in BOTH_ACCEPTS:
            portal.accept, portal.cookie = accept, cookie
            page = sent(portal, method, route, theirs.parameters(route, theirs.done))
            keeps_to_the_rules(page, (case, accept), theirs.secrets)
            is_door = route in {"/", "/code", "/points/sign-in", "/messages/sign-in"}
            is_open = route in OPEN or (is_door and method == "GET")
            if not is_open:
                refused = page.status in {403, 404} or page.location.startswith(
                    ("/?to=", "/?again=", "/points/sign-in", "/messages/sign-in")
                )
                assert refused, (case, accept, page.status, page.location)


@EVERY_ROUTE
def test_a_copy_of_a_signed_out_cookie_opens_no_route(
    portal: Browser, theirs: Holdings, method: str, route: str
) -> None:
    portal.sign_in(VICTIM)
    copy = replace(portal)
    assert portal.post("/sign-out").location == "/"
    page = sent(copy, method, route, theirs.parameters(route))
    keeps_to_the_rules(page, (method, route), theirs.secrets)
    if "{" in route and route not in OPEN:
        # Who writes by WeChat may have bought nothing: a mailbox is all that they can prove.
        door = "/messages/sign-in" if route.startswith("/messages/wechat") else "/"
        assert page.location.startswith(f"{door}?to=/"), (page.status, page.location)


def test_a_cookie_of_29_minutes_still_opens_and_one_of_31_does_not(portal: Browser) -> None:
    portal.cookie = old_cookie(ATTACKER)
    assert portal.get("/orders").location == "/?to=/orders"
    assert portal.sign_in(ATTACKER).get("/orders").status == 200


def test_a_session_that_awaits_a_code_opens_nothing(portal: Browser, theirs: Holdings) -> None:
    portal.take(CustomerSession("nonce", requests="sgn_01JXD0B7G00000000000000000"))
    page = portal.get(f"/returns/{theirs.done}")
    assert keeps_to_the_rules(page, "awaiting", theirs.secrets).status == 303


@EVERY_ROUTE
def test_who_proved_a_mailbox_alone_is_shown_nothing_of_its_orders(
    portal: Browser, theirs: Holdings, method: str, route: str
) -> None:
    """Not even the mailbox's own: an order is proved by its number, too (R-DSK-53)."""
    secrets = tuple(each for each in theirs.secrets if each != WORDS)
    for accept in BOTH_ACCEPTS:
        portal.accept = accept
        portal.take(writing(email_key_of(VICTIM), "sgn_01JXD0B7G00000000000000000"))
        page = sent(portal, method, route, theirs.parameters(route, theirs.done))
        keeps_to_the_rules(page, (method, route, accept), secrets)
        assert theirs.order not in page.body, (method, route, accept)
        is_of_orders = route.startswith(("/orders", "/returns", "/points"))
        if is_of_orders and route not in OPEN and route != "/points/sign-in":
            refused = page.status == 403 or page.location.startswith(("/?to=", "/points/sign-in"))
            assert refused, (method, route, accept, page.status)


@EVERY_FORM
def test_a_form_without_this_sessions_token_changes_nothing(
    house: House, portal: Browser, theirs: Holdings, route: str
) -> None:
    """The victim is signed in; another site's form, or an older page, comes with their cookie."""
    if route in OPEN:
        return
    before = state_of(house, theirs)
    foreign = [
        Browser().sign_in(VICTIM).csrf,
        Browser().take(anonymous()).csrf,
        "",
        "x",
        "ü",
        "\x00",
    ]
    for token in foreign:
        for accept in BOTH_ACCEPTS:
            portal.sign_in(VICTIM)
            cookie, portal.csrf, portal.accept = portal.cookie, token, accept
            page = sent(portal, "POST", route, theirs.parameters(route))
            keeps_to_the_rules(page, token)
            assert page.refusal == "page_too_old" or page.problem["code"] == "page_too_old"
            assert cookie in portal.cookie.split("; ")
    assert state_of(house, theirs) == before


def state_of(house: House, holdings: Holdings) -> list[object]:
    key = email_key_of(VICTIM)
    return [
        sorted(house.returns.of_customer(key), key=lambda ret: ret.return_id),
        house.evidence.of_return(holdings.draft),
        house.orders.owned(holdings.order, key),
    ]


def test_a_stale_form_is_a_problem_to_a_script_and_a_page_to_a_person(
    attacker: Browser, mine: Holdings
) -> None:
    path = f"/returns/{mine.draft}/submit"
    assert "This page was open for a long time" in attacker.refused(path, csrf="x").body
    attacker.accept = "application/json"
    problem = attacker.post(path, csrf="x").problem
    assert (problem["status"], problem["code"]) == (403, "page_too_old")


def test_without_a_session_a_script_is_told_and_a_person_is_led_back(portal: Browser) -> None:
    assert portal.get("/orders").location == "/?to=/orders"
    portal.accept = "application/json"
    problem = portal.get("/orders").problem
    assert (problem["status"], problem["code"]) == (403, "sign_in_needed")


@pytest.mark.parametrize(
    "to",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "/orders/../..",
        "javascript:x",
        "/orders?x",
        "/returns",
        "/orders/" + "x" * 99,
        "\x00",
        "/orders\n",
        "/sign-out",
        "%2f%2fx",
    ],
)
def test_signing_in_never_leads_to_another_site(portal: Browser, to: str) -> None:
    page = portal.ask("GET", "/", query=urlencode({"to": to}))
    assert keeps_to_the_rules(page, to).status == 200
    assert "been signed out" not in page.body


def test_a_page_to_come_back_to_does_not_lengthen_a_session(attacker: Browser) -> None:
    answer = attacker.ask("GET", "/", query="to=/orders/AAAA")
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "sign", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}]
)
def test_another_sites_form_changes_no_cookie(portal: Browser, sign: dict[str, str]) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    answer = portal.ask("POST", "/", body="x=1", headers=form | sign)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers
