"""A customer starts on the website and a store finishes, on the deployed stack (R-DSK-03)."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DESK, PATIENCE_MS, PHONE
from tests.fakes.browser_pages.shop import Order
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.till import Till

pytestmark = pytest.mark.browser

SOHO, BASTILLE = "London Soho", "Paris Bastille"
WORDS = "The left ear is missing."


@pytest.fixture
def store(chromium: Browser, stack: LocalStack) -> Iterator[Page]:
    """A store's staff who are signed in at the counter's page."""
    with chromium.new_context(**DESK) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        account = stack.facts["demo"]["staff"]["store"]
        page.goto(f"{stack.facts['console_url']}/counter")
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Username").fill(account["email"])
        page.get_by_label("Password").fill(account["password"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1, name="Hand-over")).to_be_visible()
        yield page


def writes_and_shows_a_code(visit: Visit, order: Order) -> tuple[Page, str]:
    """The customer's phone, and the digits on it."""
    customer = visit(PHONE)
    customer.signs_in(order)
    page = customer.page
    customer.opens("/messages/new?lang=en")
    page.get_by_label("What is it about?").select_option("product")
    page.get_by_label("Your message").fill(WORDS)
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("link", name="Continue in a store").click()
    page.get_by_role("button", name="Show a code").click()
    digits = "".join(filter(str.isdigit, page.locator(".code").inner_text()))
    assert len(digits) == 6
    return page, digits


def redeems(store: Page, digits: str, name: str = SOHO) -> None:
    store.get_by_label("This store").fill(name)
    store.get_by_label("The customer’s code").fill(digits)
    store.keyboard.press("Enter")


def test_a_customer_starts_on_the_website_and_a_store_finishes(
    visit: Visit, newcomers_order: Order, store: Page
) -> None:
    customer, digits = writes_and_shows_a_code(visit, newcomers_order)
    redeems(store, digits)
    expect(store.get_by_text(WORDS)).to_be_visible()
    expect(store.get_by_text(f"With {SOHO}")).to_be_visible()
    # Nothing is asked: no field of the page is about the customer, their order or their purchase.
    asked = store.locator("main").locator("input:not([type=hidden]), select, textarea")
    assert {each.get_attribute("name") for each in asked.all()} <= {"words"}
    expect(store.locator("main")).not_to_contain_text(newcomers_order.email)
    store.get_by_label("Words to the customer").fill("Here is a new one.")
    store.get_by_role("button", name="Send and resolve").click()
    expect(store.get_by_role("status").filter(has_text="Sent and resolved.")).to_be_visible()
    customer.get_by_role("link", name="Ticket").click()
    expect(customer.get_by_text(f"You brought this to our store {SOHO}.")).to_be_visible()
    expect(customer.get_by_text("Here is a new one.")).to_be_visible()
    expect(customer.get_by_role("heading", name="Solved")).to_be_visible()
    store.get_by_role("link", name="Next customer").click()
    redeems(store, f"{(int(digits) + 1) % 10**6:06d}")
    expect(store.get_by_text("No case has this code now.")).to_be_visible()


def test_a_till_finishes_what_a_customer_started(
    visit: Visit, newcomers_order: Order, stack: LocalStack
) -> None:
    customer, digits = writes_and_shows_a_code(visit, newcomers_order)
    till = Till(stack.portal_url, new_key(stack, scopes="tickets:handover"))
    body = {"code": digits, "store": BASTILLE}
    first, again = (till.ask("POST", "/handovers", body) for _ in range(2))
    assert first.status == again.status == 200, first.data
    assert first.json() == again.json()
    assert [each["words"] for each in first.json()["thread"] if each["did"] == "open"] == [WORDS]
    other = Till(stack.portal_url, new_key(stack, scopes="tickets:handover"))
    assert other.ask("POST", "/handovers", body).status == 409
    customer.get_by_role("link", name="Ticket").click()
    expect(customer.get_by_text(f"You brought this to our store {BASTILLE}.")).to_be_visible()


def test_who_began_at_a_counter_goes_on_at_another_with_paper(store: Page) -> None:
    store.get_by_role("link", name="No code: open a case").click()
    store.get_by_label("What they say").fill("L’oreille gauche manque.")
    store.get_by_label("What it is about").select_option("product")
    store.get_by_label("The language").select_option("fr")
    store.get_by_label("Number", exact=True).fill("PM-2026-60001")
    store.get_by_label("Total paid").fill("1.00")
    store.get_by_label("This store").fill(SOHO)
    store.get_by_role("button", name="Open the case").click()
    expect(store.get_by_text("We know no receipt")).to_be_visible()
    store.get_by_label("Total paid").fill("222.00")
    store.get_by_role("button", name="Open the case").click()
    expect(store.get_by_role("heading", name="Nothing needs to be asked")).to_be_visible()
    expect(store.get_by_text("Cloud Cat 100% Figure")).to_be_visible()
    number = re.search(r"R-[0-9A-Z-]+", store.url)
    assert number
    store.get_by_role("button", name="Print a paper code").click()
    digits = "".join(filter(str.isdigit, store.locator(".code").inner_text()))
    assert len(digits) == 16
    store.goto(re.sub(r"/counter/.*", "/counter", store.url))
    redeems(store, digits, BASTILLE)
    expect(store.get_by_role("heading", level=1, name=number[0])).to_be_visible()
    expect(store.get_by_text("L’oreille gauche manque.")).to_be_visible()
