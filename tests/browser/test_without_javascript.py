"""The same return without JavaScript: forms, links and the refresh button."""

import re

import pytest
from playwright.sync_api import expect

from aftercare.labels import reading
from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT, PHONE
from tests.fakes.browser_pages.customer import Customer
from tests.fakes.browser_pages.files import NOT_A_PHOTO, own_photo
from tests.fakes.browser_pages.shop import Order
from tests.fakes.stack.local_stacks import await_true

pytestmark = pytest.mark.browser


def test_the_whole_return_works_without_javascript(visit: Visit, newcomers_order: Order) -> None:
    customer = visit(PHONE, NO_JAVASCRIPT)
    customer.signs_in(newcomers_order)
    customer.opens_order(newcomers_order)
    customer.chooses("Moon Hare 400% Figure", "1", "It arrived damaged")
    customer.sends_a_photo_without_javascript(NOT_A_PHOTO)
    expect(customer.page).to_have_url(re.compile(rf"^{customer.portal_url}/returns/ret_"))
    refresh_until(customer, "isn’t a picture we can read. Please try another photo.")
    expect(customer.is_ready).to_have_count(0)
    customer.sends_a_photo_without_javascript(own_photo(newcomers_order.number))
    refresh_until(customer, "looks good. Thank you!")
    customer.submits()
    refresh_until(customer, "Your label is ready")
    label = reading.read(customer.downloads_the_label())
    assert (label.tracking_number, label.ticket) == (customer.tracking_number, customer.ticket)


def refresh_until(customer: Customer, words: str) -> None:
    """Follows the page's refresh link until the text appears."""

    def shown() -> bool:
        if customer.page.get_by_text(words).count():
            return True
        customer.page.get_by_role("link", name="Check again").click()
        return False

    await_true(shown, what=f"“{words}”")
