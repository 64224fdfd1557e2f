"""A form is answered with a redirect, and the page after it says what was wrong, once."""

from dataclasses import replace

import pytest

from tests.fakes.browser import Browser
from tests.fakes.logs import logged
from tests.fakes.strangers import (
    EVERY_FORM,
    OPEN,
    Holdings,
    sent,
)

pytestmark = pytest.mark.integration

TYPED = {"order_number": "PM-2026-10001", "email": "sam at example.com"}


@EVERY_FORM
def test_no_form_of_ours_is_answered_with_a_page(
    attacker: Browser, mine: Holdings, route: str
) -> None:
    """Else Back and Reload ask whether to send it again."""
    if route in OPEN or route.startswith("/orders/"):
        return
    for token in (attacker.csrf, "of another page"):
        browser = replace(attacker, csrf=token)
        page = sent(browser, "POST", route, mine.parameters(route, mine.done))
        assert (page.status, page.body) == (303, ""), token


def test_what_was_wrong_is_shown_once_with_what_was_typed(portal: Browser) -> None:
    portal.get("/")
    page = portal.refused("/", **TYPED)
    assert "That doesn’t look like an e-mail address." in page.text
    assert 'value="sam at example.com"' in page.body
    assert 'aria-invalid="true"' in page.body
    again = portal.get("/")
    assert "That doesn’t look like an e-mail address." not in again.text
    assert "sam at example.com" not in again.body


def test_another_page_in_between_takes_nothing_away(portal: Browser) -> None:
    portal.get("/")
    portal.post("/", **TYPED)
    portal.get("/authenticity")
    assert "That doesn’t look like an e-mail address." in portal.get("/").text


def test_an_old_form_can_be_sent_again_as_it_is(portal: Browser) -> None:
    """A session's page that lay open overnight."""
    portal.get("/")
    page = portal.refused("/", csrf="of yesterday", **TYPED)
    assert "Please press the button once more" in page.text
    assert 'value="PM-2026-10001"' in page.body
    assert portal.post("/", order_number="PM-2026-10001", email="s@example.com").location == "/code"


def test_a_browser_that_keeps_no_cookies_is_told_so(portal: Browser) -> None:
    portal.get("/")
    portal.cookie = ""
    answer = portal.post("/", **TYPED)
    portal.cookie = ""
    assert "Please allow cookies for this site" in portal.follow(answer).text


def test_the_log_says_why_a_form_was_refused_and_nothing_that_was_typed(portal: Browser) -> None:
    portal.get("/")
    with logged() as log:
        portal.post("/", **TYPED)
    [line] = [line for line in log.lines if line["message"] == "form refused"]
    assert (line["code"], line["status"]) == ("find_order_invalid", 400)
    assert "sam at" not in log.getvalue()


def test_a_script_gets_a_problem_and_no_redirect(portal: Browser) -> None:
    portal.get("/")
    portal.accept = "application/json"
    problem = portal.post("/", **TYPED).problem
    assert (problem["status"], problem["code"]) == (400, "find_order_invalid")
    assert problem["field"] == "email"
