"""Answers of the desk appear on the customer's page by themselves, and what is typed is counted."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from aftercare.desk.moves import Verb
from tests.fakes.browser_pages.scenes import Scene
from tests.fakes.browser_pages.talking import talks_on

pytestmark = pytest.mark.browser


@pytest.fixture
def page(chromium: Browser, portal_url: str, every_scene: list[Scene]) -> Iterator[Page]:
    """A conversation that nobody has answered yet."""
    [scene] = [each for each in every_scene if each.name == "message, just sent"]
    name, _, value = scene.cookies.partition("=")
    with chromium.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": portal_url}])
        page = context.new_page()
        page.goto(f"{portal_url}{scene.path}?lang=en")
        yield page


def test_an_answer_appears_in_the_log_and_nothing_typed_is_lost(
    page: Page, tables: dict[str, str]
) -> None:
    expect(page.get_by_text("New answers appear here by themselves.")).to_be_visible()
    page.get_by_label("Your message").fill("Half a sentence")
    number = page.url.partition("?")[0].rpartition("/")[2]
    talks_on(tables).did(number, Verb.ASK, "Which <b>door</b>?")
    expect(page.get_by_role("log")).to_contain_text("Which <b>door</b>?")
    expect(page.get_by_role("heading", name="Your turn")).to_be_visible()
    expect(page.locator("#latest")).to_contain_text("door")
    expect(page.get_by_label("Your message")).to_have_value("Half a sentence")


def test_letters_that_are_left_are_counted_as_people_count(page: Page) -> None:
    field = page.get_by_label("Your message")
    field.fill("🧸" * 10)
    expect(page.locator("#words-hint")).to_have_text("Characters left: 3990")
    field.fill("x" * 4_003)
    expect(page.locator("#words-hint")).to_have_text("Characters too many: 3")
