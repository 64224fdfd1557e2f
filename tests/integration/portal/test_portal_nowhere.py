"""Addresses and methods that no page has: a page with the site's face, or a problem document."""

import pytest

from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from tests.fakes.browser import Browser
from tests.fakes.servers import closed_port
from tests.fakes.strangers import keeps_to_the_rules

pytestmark = pytest.mark.integration

UNKNOWN = ["/nothing", "/orders/A/B/C", "/wp-login.php", "/authenticity/x", "/.git/config"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_is_a_page_that_leads_on(portal: Browser, path: str) -> None:
    page = keeps_to_the_rules(portal.get(path), path)
    assert page.status == 404
    assert "<h1>There is no page here</h1>" in page.body
    assert 'href="/authenticity"' in page.body
    assert 'class="button primary" href="/"' in page.body


def test_who_is_signed_in_is_led_back_to_the_orders(attacker: Browser) -> None:
    page = attacker.get("/nothing")
    assert 'class="button primary" href="/orders"' in page.body
    assert "Sign out" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_the_readers_language(portal: Browser, language: str) -> None:
    portal.headers = {"accept-language": language}
    title = words(language, typeset=True).text("pages.problem_title.no_such_page")
    assert f"<h1>{title}</h1>" in portal.get("/nothing").body


@pytest.mark.parametrize("accept", ["application/json", "*/*", None])
@pytest.mark.parametrize("method", METHODS)
def test_a_program_gets_a_problem(portal: Browser, method: str, accept: str | None) -> None:
    page = portal.ask(method, "/{proxy+}", {"proxy": "x"}, headers={"accept": accept})
    problem = keeps_to_the_rules(page, accept).problem
    assert (problem["status"], problem["code"]) == (404, "no_such_page")


def test_head_of_an_unknown_address_has_no_body(portal: Browser) -> None:
    page = portal.ask("HEAD", "/{proxy+}", {"proxy": "x"})
    assert (page.status, page.body) == (404, "")


def test_without_the_key_that_signs_sessions_the_page_is_there_all_the_same(
    portal: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = portal.sign_in("mei@example.com").cookie
    with closed_port() as nobody:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", nobody)
        page = Browser(cookie=cookie).get("/nothing")
    assert page.status == 404
    assert 'class="button primary" href="/"' in page.body


def test_a_form_larger_than_any_of_ours_says_so_at_the_form(portal: Browser) -> None:
    portal.get("/")
    body = f"csrf={portal.csrf}&email={'x' * 300_000}"
    answer = portal.post_body("/", body)
    assert answer.refusal == "form_too_large"
    assert "That form is larger than any of ours." in portal.follow(answer).text
    portal.accept = "application/json"
    problem = portal.post_body("/", body).problem
    assert (problem["status"], problem["code"]) == (413, "form_too_large")
