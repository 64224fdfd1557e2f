"""Staff sign in and out of the console in a browser; its pages are right on every screen."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.fakes.browser_pages.chromium import (
    DARK,
    DESK,
    NARROW,
    NO_JAVASCRIPT,
    PATIENCE_MS,
    Device,
)
from tests.fakes.browser_pages.looks import OVERFLOW
from tests.fakes.stack.local_stacks import LocalStack

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize(
    "colleague",
    [NARROW, DESK | DARK],
    ids=["320 px", "desk in dark"],
    indirect=True,
)


@dataclass
class Colleague:
    """Somebody of the staff at a browser."""

    page: Page
    stack: LocalStack

    def opens(self, path: str = "/") -> None:
        self.page.goto(f"{self.stack.facts['console_url']}{path}")

    def signs_in(self, role: str) -> None:
        account = self.stack.facts["demo"]["staff"][role]
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_label("Username").fill(account["email"])
        self.page.get_by_label("Password").fill(account["password"])
        self.page.get_by_role("button", name="Sign in").click()

    def sees(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=heading)).to_be_visible()


@pytest.fixture
def colleague(
    chromium: Browser, stack: LocalStack, request: pytest.FixtureRequest
) -> Iterator[Colleague]:
    device: Device = getattr(request, "param", DESK)
    context = chromium.new_context(**device)
    context.set_default_timeout(PATIENCE_MS)
    yield Colleague(context.new_page(), stack)
    context.close()


def looks_right(page: Page) -> None:
    page.wait_for_load_state("load")
    assert page.evaluate(OVERFLOW) <= 0, f"{page.url} is wider than the screen"
    report = Axe().run(page)
    assert report.violations_count == 0, f"{page.url}\n{report.generate_report()}"


@SCREENS
@pytest.mark.parametrize(
    ("role", "path", "heading"),
    [
        ("agent", "/sessions", "Where you are signed in"),
        ("lead", "/members", "Colleagues"),
        ("auditor", "/audit", "Audit trail"),
    ],
)
def test_staff_sign_in_to_the_page_that_they_wanted_and_out(
    colleague: Colleague, role: str, path: str, heading: str
) -> None:
    page = colleague.page
    colleague.opens(path)
    colleague.sees("Sign in")
    looks_right(page)
    colleague.signs_in(role)
    colleague.sees(heading)
    looks_right(page)
    page.get_by_role("button", name="Sign out").click()
    colleague.sees("You are signed out")
    looks_right(page)
    colleague.opens(path)
    colleague.sees("Sign in")


@pytest.mark.parametrize("colleague", [DESK | NO_JAVASCRIPT], ids=["no script"], indirect=True)
def test_without_javascript_staff_sign_in_and_out(colleague: Colleague) -> None:
    colleague.opens("/sessions")
    colleague.signs_in("agent")
    colleague.sees("Where you are signed in")
    colleague.page.get_by_role("button", name="Sign out").click()
    colleague.sees("You are signed out")


@SCREENS
def test_a_page_that_a_role_may_not_see_says_so(colleague: Colleague) -> None:
    colleague.opens("/members")
    colleague.signs_in("agent")
    colleague.sees("Your role does not allow this")
    looks_right(colleague.page)


def test_an_auditor_finds_what_a_colleague_did(colleague: Colleague) -> None:
    colleague.opens("/audit")
    colleague.signs_in("auditor")
    page = colleague.page
    page.get_by_label("A colleague").select_option(label="Ash Auditor")
    page.get_by_role("button", name="What they did").click()
    expect(page.get_by_role("cell", name="signed in").first).to_be_visible()
    looks_right(page)
    page.get_by_label("The id of a return").fill("R-1234")
    page.get_by_role("button", name="Who read it").click()
    expect(page.get_by_text("looks like")).to_be_visible()
    looks_right(page)


def test_a_way_back_that_is_opened_again_says_what_to_do(colleague: Colleague) -> None:
    """As after Back, or a reload of an address that was kept."""
    colleague.opens("/signed-in?state=old&code=old")
    colleague.sees("Sign in")
    expect(colleague.page.get_by_role("alert")).to_contain_text("Please sign in again")
    looks_right(colleague.page)
