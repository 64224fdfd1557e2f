"""A customer starts on the website, and a store finishes: nobody asks anything twice (R-DSK-03)."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.fakes.browser_pages import axe, measures
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.scenes import Scene

pytestmark = pytest.mark.browser

# Width in CSS pixels, and the reader's text size in per cent.
SCREENS = [(320, 100), (390, 200), (1280, 100), (1280, 200)]
SOHO = "London Soho"
WORDS = "The left ear is missing."


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def customer(
    request: pytest.FixtureRequest, chromium: Browser, portal_url: str, every_scene: list[Scene]
) -> Iterator[Page]:
    """A customer who is signed in, on a phone."""
    [scene] = [each for each in every_scene if each.name == "message, new"]
    name, _, value = scene.cookies.partition("=")
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 800}}
    with chromium.new_context(**phone, java_script_enabled=request.param) as context:
        context.add_cookies([{"name": name, "value": value, "url": portal_url}])
        page = context.new_page()
        page.goto(f"{portal_url}/messages/new?lang=en")
        yield page


def writes(page: Page) -> None:
    page.get_by_label("What is it about?").select_option("product")
    page.get_by_label("Your message").fill(WORDS)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Continue in a store").click()


def shows_a_code(page: Page) -> str:
    page.get_by_role("button", name="Show a code").click()
    return digits_on(page)


def digits_on(page: Page) -> str:
    digits = "".join(filter(str.isdigit, page.locator(".code").inner_text()))
    assert len(digits) == 6
    return digits


def test_a_customer_starts_on_the_website_and_a_store_finishes(
    customer: Page, desks: Desks
) -> None:
    writes(customer)
    digits = shows_a_code(customer)
    store = desks.of("store")
    store.goto("/counter")
    store.get_by_label("This store").fill(SOHO)
    expect(store.get_by_label("The customer’s code")).to_be_visible()
    store.get_by_label("The customer’s code").fill(digits)
    store.keyboard.press("Enter")
    expect(store.get_by_role("heading", name="Nothing needs to be asked")).to_be_visible()
    expect(store.get_by_text(WORDS)).to_be_visible()
    for width, per_cent in SCREENS:
        assert measures.faults(store, width, per_cent) == []
    for colours, rules in axe.RULES.items():
        store.emulate_media(color_scheme=colours, reduced_motion="reduce")
        assert axe.violations(store, *rules) == ""
    store.get_by_label("Words to the customer").fill("Here is a new one.")
    store.get_by_role("button", name="Send and resolve").click()
    expect(store.get_by_role("status").filter(has_text="Sent and resolved.")).to_be_visible()
    customer.get_by_role("link", name="Ticket").click()
    expect(customer.get_by_text(f"You brought this to our store {SOHO}.")).to_be_visible()
    expect(customer.get_by_text("Here is a new one.")).to_be_visible()
    expect(customer.get_by_role("heading", name="Solved")).to_be_visible()


def test_the_next_customer_needs_no_name_of_the_store(customer: Page, desks: Desks) -> None:
    writes(customer)
    store = desks.of("store")
    for _ in range(2):
        store.goto("/counter")
        if not store.get_by_label("This store").input_value():
            store.get_by_label("This store").fill(SOHO)
        customer.reload()
        customer.locator("main form button").click()
        digits = digits_on(customer)
        # A scanner types what the picture says, and presses Enter.
        store.get_by_label("The customer’s code").press_sequentially(digits)
        store.keyboard.press("Enter")
        expect(store.get_by_text(f"With {SOHO}")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: "-".join(map(str, screen)))
def test_the_picture_is_read_as_the_digits_above_it(
    customer: Page,
    portal_url: str,
    every_scene: list[Scene],
    colours: Any,
    screen: tuple[int, int],
) -> None:
    [scene] = [each for each in every_scene if each.name == "hand-over, of a ticket"]
    customer.goto(f"{portal_url}{scene.path}?lang=en")
    customer.locator("main form button").click()
    digits = digits_on(customer)
    customer.emulate_media(color_scheme=colours)
    measures.set_width(customer, screen[0])
    measures.set_text_size(customer, screen[1])
    customer.context.set_offline(True)
    picture = Image.open(io.BytesIO(customer.screenshot(full_page=True))).convert("L")
    [code] = zxingcpp.read_barcodes(picture)
    assert (code.format, code.text) == (zxingcpp.BarcodeFormat.QRCode, digits)


def test_a_page_that_is_kept_open_says_that_the_codes_time_is_over(
    chromium: Browser, portal_url: str, every_scene: list[Scene]
) -> None:
    [scene] = [each for each in every_scene if each.name == "hand-over, of a ticket"]
    name, _, value = scene.cookies.partition("=")
    with chromium.new_context() as context:
        context.add_cookies([{"name": name, "value": value, "url": portal_url}])
        page = context.new_page()
        page.clock.install()
        page.goto(f"{portal_url}{scene.path}?lang=en")
        page.locator("main form button").click()
        expect(page.locator(".code")).to_be_visible()
        context.set_offline(True)
        page.clock.run_for(14 * 60 * 1000)
        expect(page.locator(".code")).to_be_visible()
        page.clock.run_for(2 * 60 * 1000)
        expect(page.locator(".code")).to_be_hidden()
        expect(page.get_by_text("This code is too old.")).to_be_visible()


def test_who_begins_at_a_counter_takes_a_paper_code_along(desks: Desks) -> None:
    store = desks.of("store")
    axe.awaits(store.context)
    store.goto("/counter")
    store.get_by_role("link", name="No code: open a case").click()
    looks_right(store)
    store.get_by_label("What they say").fill(WORDS)
    store.get_by_label("What it is about").select_option("product")
    store.get_by_label("The language").select_option("fr")
    store.get_by_label("Number", exact=True).fill("PM-2026-99999")
    store.get_by_label("Total paid").fill("89.00")
    store.get_by_label("This store").fill(SOHO)
    store.get_by_role("button", name="Open the case").click()
    expect(store.get_by_text("We know no receipt")).to_be_visible()
    looks_right(store)
    store.get_by_label("open the case unconfirmed").check()
    store.get_by_role("button", name="Open the case").click()
    expect(store.get_by_role("heading", name="Nothing is proved")).to_be_visible()
    looks_right(store)
    store.get_by_role("button", name="Print a paper code").click()
    expect(store.locator(".code")).to_be_visible()
    looks_right(store)
    digits = "".join(filter(str.isdigit, store.locator(".code").inner_text()))
    for medium in ("screen", "print"):
        store.emulate_media(media=medium, color_scheme="dark")
        picture = Image.open(io.BytesIO(store.screenshot(full_page=True))).convert("L")
        [code] = zxingcpp.read_barcodes(picture)
        assert code.text == digits
    expect(store.get_by_role("button", name="Another paper code")).to_be_hidden()
    expect(store.get_by_role("link", name="Back to the case")).to_be_hidden()


def looks_right(page: Page) -> None:
    """On every screen, in light and dark."""
    for width, per_cent in SCREENS:
        assert measures.faults(page, width, per_cent) == []
    for colours, rules in axe.RULES.items():
        page.emulate_media(color_scheme=colours, reduced_motion="reduce")
        assert axe.violations(page, *rules) == ""
