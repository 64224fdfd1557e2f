"""All pages in all states have no accessibility violations and fit the screen."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import DARK, DESK, PHONE, Console, Device
from tests.fakes.browser_pages.files import A_DOCUMENT, TOO_SMALL, own_photo
from tests.fakes.browser_pages.looks import looks_right
from tests.fakes.browser_pages.shop import Mailbox, Order

pytestmark = pytest.mark.browser

SCREENS = pytest.mark.parametrize(
    "device", [PHONE, DESK | DARK], ids=["phone in light", "desk in dark"]
)


@SCREENS
def test_the_sign_in_pages(
    visit: Visit, newcomers_order: Order, mailbox: Mailbox, device: Device
) -> None:
    customer = visit(device)
    customer.opens()
    looks_right(customer)
    customer.asks_for_a_code("??", "sam@example.com")
    looks_right(customer)
    customer.asks_for_a_code(newcomers_order.number, newcomers_order.email)
    customer.sees_heading("Check your mail")
    looks_right(customer)
    customer.types_the_code("000000")
    looks_right(customer)
    customer.types_the_code(mailbox.next_code(newcomers_order.email, 0))
    customer.sees_heading("What’s coming back?")
    customer.opens("/orders")
    customer.sees_heading("My orders")
    looks_right(customer)


@SCREENS
def test_the_choice(visit: Visit, regular: Order, order: Order, device: Device) -> None:
    customer = visit(device, signed_in=True)
    customer.opens(f"/orders/{regular.number}")
    customer.sees_heading("Nothing to return right now")
    looks_right(customer)
    customer.opens(f"/orders/{order.number}")
    customer.sees_heading("What’s coming back?")
    looks_right(customer)
    customer.page.get_by_role("link", name="Moon Hare 400% Figure").click()
    customer.sees_heading("Moon Hare 400% Figure")
    looks_right(customer)
    customer.page.get_by_role("button", name="Continue").click()
    expect(customer.page.get_by_role("alert")).to_contain_text("Please tell us why")
    looks_right(customer)


@SCREENS
def test_the_photos_and_the_label(
    visit: Visit, order: Order, console: Console, device: Device
) -> None:
    customer = visit(device, signed_in=True)
    customer.starts_a_return(order)
    looks_right(customer)
    customer.picks(own_photo(order.number), TOO_SMALL, A_DOCUMENT)
    customer.sees("looks good. Thank you!")
    customer.sees("is too small to see details")
    looks_right(customer)
    customer.page.route("**/returns/*", without_news)
    customer.submits()
    customer.sees("This page updates by itself.")
    looks_right(customer)
    customer.page.unroute("**/returns/*")
    customer.sees_heading("Your label is ready")
    console.forgive("status of 503")  # only now: the last one may be told late
    looks_right(customer)


def without_news(route: Route) -> None:
    """Keeps the page's own requests from changing it."""
    if route.request.resource_type == "fetch":
        route.fulfill(status=503)
    else:
        route.continue_()


@SCREENS
def test_the_other_pages(visit: Visit, order: Order, device: Device) -> None:
    customer = visit(device, signed_in=True)
    customer.opens("/returns/ret_00000000000000000000000000")
    customer.sees_heading("Not found")
    looks_right(customer)
    customer.starts_a_return(order)
    slot = customer.page.locator("[data-uploader] form")
    slot.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
    customer.sees_heading("Add a photo")
    looks_right(customer)
    customer.page.context.clear_cookies()
    customer.opens("/orders")
    customer.sees("You’re signed out")
    looks_right(customer)
