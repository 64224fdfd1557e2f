"""Whoever forges, repeats or plants a sign-in, or keeps a cookie for too long, gets nowhere."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from console.app import app
from console.session import PURPOSE, anonymous, sessions_of
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.user_pool import UserPool

FAILED = "That sign-in was not completed. Please sign in again."


def refused(browser: StaffBrowser, state: str, code: str) -> None:
    answer = browser.comes_back(state, code)
    assert (answer.status, answer.location) == (303, "/sign-in")
    assert answer.refusal_of(PURPOSE) == "sign_in_failed"
    assert FAILED in browser.follow(answer).text
    assert not browser.opens()


def test_a_sign_in_leads_to_the_page_that_was_wanted(pool: UserPool, browser: StaffBrowser) -> None:
    answer = browser.comes_back(*pool.sign_in(browser.begins("/sessions"), pool.add("agent")))
    assert answer.location == "/sessions"
    assert "Where you are signed in" in browser.follow(answer).text
    assert pool.asked == ["DescribeUserPoolClient", "token"]


def test_the_sign_in_page_is_asked_with_a_challenge_a_nonce_and_a_state_that_nobody_can_guess(
    browser: StaffBrowser,
) -> None:
    pages = [urlsplit(browser.begins()) for _ in range(2)]
    first, second = ({k: v[0] for k, v in parse_qs(page.query).items()} for page in pages)
    assert first["redirect_uri"] == "http://console.localhost:8787/signed-in"
    assert (first["response_type"], first["code_challenge_method"]) == ("code", "S256")
    assert first["prompt"] == "login"
    for secret in ("state", "nonce", "code_challenge"):
        assert len(first[secret]) >= 43
        assert first[secret] != second[secret]


def test_the_verifier_stays_on_the_server(browser: StaffBrowser) -> None:
    page = browser.begins()
    assert "verifier" not in page
    assert "verifier" not in browser.cookie


@pytest.mark.parametrize("state", ["", "forged", "x" * 5000, "../MEMBER#1"])
def test_a_forged_state_signs_nobody_in(pool: UserPool, browser: StaffBrowser, state: str) -> None:
    _, code = pool.sign_in(browser.begins(), pool.add("agent"))
    refused(browser, state, code)


def test_a_sign_in_that_another_browser_began_signs_nobody_in(
    pool: UserPool, browser: StaffBrowser
) -> None:
    """An attacker signs in as themselves, and has a victim open the way back."""
    theirs = StaffBrowser()
    state, code = pool.sign_in(theirs.begins(), pool.add("agent", name="Mallory"))
    browser.get("/sign-in")
    refused(browser, state, code)
    assert "token" not in pool.asked


def test_a_state_is_used_up_even_by_the_wrong_browser(
    pool: UserPool, browser: StaffBrowser
) -> None:
    state, code = pool.sign_in(browser.begins(), pool.add("agent"))
    refused(StaffBrowser(), state, code)
    refused(browser, state, code)


def test_a_way_back_opens_once(pool: UserPool, browser: StaffBrowser) -> None:
    state, code = pool.sign_in(browser.begins(), pool.add("agent"))
    thief = browser.copy()
    assert browser.comes_back(state, code).location == "/"
    refused(thief, state, code)
    assert browser.opens()


def test_a_code_of_another_sign_in_is_not_exchanged(pool: UserPool, browser: StaffBrowser) -> None:
    """PKCE: the code is bound to the challenge of the attempt that it was given for."""
    other = StaffBrowser()
    _, stolen = pool.sign_in(other.begins(), pool.add("lead", name="Lee Lead"))
    state, _ = pool.sign_in(browser.begins(), pool.add("agent"))
    refused(browser, state, stolen)


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"nonce": ""},
        {"aud": "another-client"},
        {"iss": "https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Other"},
        {"token_use": "access"},
        {"exp": 1},
        {"sub": ""},
        {"cognito:groups": "lead"},
    ],
    ids=str,
)
def test_a_token_for_somebody_or_something_else_signs_nobody_in(
    pool: UserPool, browser: StaffBrowser, claims: dict[str, object]
) -> None:
    pool.claims = claims
    refused(browser, *pool.sign_in(browser.begins(), pool.add("agent")))


def test_what_the_user_pool_refuses_is_not_completed(pool: UserPool, browser: StaffBrowser) -> None:
    state, code = pool.sign_in(browser.begins(), pool.add("agent"))
    answer = browser.get(f"/signed-in?error=access_denied&state={state}")
    assert answer.refusal_of(PURPOSE) == "sign_in_failed"
    assert not browser.opens()
    assert code in pool.codes


def test_without_the_user_pool_nobody_is_signed_in(pool: UserPool, browser: StaffBrowser) -> None:
    state, code = pool.sign_in(browser.begins(), pool.add("agent"))
    pool.is_silent = True
    assert browser.comes_back(state, code).status == 503
    pool.is_silent = False
    assert not browser.opens()


def test_a_session_that_was_planted_is_replaced_at_sign_in(
    pool: UserPool, browser: StaffBrowser
) -> None:
    """Fixation: what the browser had before opens nothing afterwards, nor do its forms' tokens."""
    browser.get("/sign-in")
    planted, token = browser.copy(), browser.csrf
    browser.signs_in(pool, pool.add("agent"))
    assert not planted.opens()
    assert planted.cookie != browser.cookie
    browser.get("/sessions")
    assert browser.csrf != token


def test_a_cookie_that_we_did_not_sign_opens_nothing(pool: UserPool, browser: StaffBrowser) -> None:
    browser.signs_in(pool, pool.add("agent"))
    payload, _, signature = browser.cookie.rpartition(".")
    swapped = signature[1:] + signature[:1]
    forged = StaffBrowser(cookie=f"{payload}.{swapped}")
    assert not forged.opens()


def test_a_customers_cookie_opens_nothing_at_the_console_and_the_reverse(
    pool: UserPool, browser: StaffBrowser
) -> None:
    customer = Browser().sign_in("mei@example.com")
    assert not StaffBrowser(cookie=customer.cookie).opens()
    browser.signs_in(pool, pool.add("lead"))
    value = browser.cookie.partition("=")[2]
    assert Browser(cookie=f"aftercare={value}").get("/orders").status == 303


def test_a_copy_of_a_signed_out_cookie_opens_nothing(pool: UserPool, browser: StaffBrowser) -> None:
    browser.signs_in(pool, pool.add("agent"))
    copy = browser.copy()
    left = browser.post("/sign-out")
    assert urlsplit(left.location).path == "/logout", "the sign-in pages forget the browser, too"
    assert not copy.opens()
    assert not browser.opens()


def test_a_revoked_session_opens_nothing(pool: UserPool, browser: StaffBrowser) -> None:
    account = pool.add("agent")
    browser.signs_in(pool, account)
    lead = StaffBrowser().signs_in(pool, pool.add("lead", name="Lee Lead"))
    lead.get("/members")
    ended = lead.post(f"/members/{account.staff_id}/end")
    assert ended.location == "/members?ended=1"
    assert not browser.opens()


def test_another_browser_of_ones_own_can_be_signed_out(
    pool: UserPool, browser: StaffBrowser
) -> None:
    account = pool.add("agent")
    elsewhere = StaffBrowser().signs_in(pool, account)
    browser.signs_in(pool, account)
    page = browser.get("/sessions")
    [other] = re.findall(r"/sessions/([0-9a-f]{64})/end", page.body)
    assert browser.post(f"/sessions/{other}/end").location == "/sessions"
    assert not elsewhere.opens()
    assert browser.opens()


def test_nobody_ends_another_persons_session(pool: UserPool, browser: StaffBrowser) -> None:
    """Neither by its name, nor as an agent by the colleague's."""
    theirs = StaffBrowser().signs_in(pool, lead := pool.add("lead", name="Lee Lead"))
    browser.signs_in(pool, pool.add("agent"))
    browser.get("/sessions")
    session_id = "0" * 64
    assert browser.post(f"/sessions/{session_id}/end").refusal_of(PURPOSE) == "no_such_session"
    assert browser.post(f"/members/{lead.staff_id}/end").refusal_of(PURPOSE) == "not_permitted"
    assert browser.get("/members").status == 403
    assert theirs.opens()


FORMS = sorted(
    route
    for route, methods in app.whole().routes.items()
    if "POST" in methods and "{proxy+}" not in route
)


@pytest.mark.parametrize("csrf", ["", "forged", "another browser's"])
@pytest.mark.parametrize("route", FORMS)
def test_a_form_without_this_browsers_token_does_nothing(
    pool: UserPool, browser: StaffBrowser, route: str, csrf: str
) -> None:
    lead = pool.add("lead")
    browser.signs_in(pool, lead)
    before = list(pool.asked)
    if csrf == "another browser's":
        csrf = sessions_of(SIGNING_KEY.encode(), secure=False).token(anonymous())
    path = re.sub(r"\{\w+\}", lead.staff_id, route)
    answer = browser.post(path, csrf=csrf)
    assert answer.refusal_of(PURPOSE) == "page_too_old", answer
    assert browser.opens(), "it still is signed in"
    assert pool.asked == before, "nobody was asked"


@pytest.mark.parametrize("route", FORMS)
def test_another_sites_form_does_nothing(pool: UserPool, browser: StaffBrowser, route: str) -> None:
    lead = pool.add("lead")
    browser.signs_in(pool, lead)
    before, path = list(pool.asked), re.sub(r"\{\w+\}", lead.staff_id, route)
    for header in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        # With the cookie, as an old browser sends it; the token is nothing that a site can read.
        foreign = StaffBrowser(cookie=browser.cookie, headers=header)
        assert foreign.post(path, csrf="").status == 403
    assert pool.asked == before, "nobody was asked"
    assert browser.opens()


@pytest.mark.parametrize(
    "to", ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/" + "x" * 400]
)
def test_a_sign_in_leads_to_none_but_our_pages(
    pool: UserPool, browser: StaffBrowser, to: str
) -> None:
    answer = browser.comes_back(*pool.sign_in(browser.begins(to), pool.add("agent")))
    assert answer.location == "/"


def test_every_page_of_staff_leads_a_stranger_to_the_way_in(pool: UserPool) -> None:
    open_to_all = {"/sign-in", "/signed-in", "/signed-out", "/static/{name}", "/{proxy+}"}
    for route, methods in app.whole().routes.items():
        if "GET" in methods and route not in open_to_all:
            path = re.sub(r"\{\w+\}", "x", route)
            assert StaffBrowser().get(path).location.startswith("/sign-in?to="), route
    assert pool.asked == []
