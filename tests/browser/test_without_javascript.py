"""The same return without JavaScript: forms, links and the refresh button."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT, PHONE
from tests.fakes.browser_pages.files import NOT_A_PHOTO, own_photo
from tests.fakes.browser_pages.shop import Order
from tests.fakes.labels import scanned

pytestmark = pytest.mark.browser


def test_the_whole_return_works_without_javascript(visit: Visit, newcomers_order: Order) -> None:
    customer = visit(PHONE, NO_JAVASCRIPT)
    customer.signs_in(newcomers_order)
    customer.opens_order(newcomers_order)
    customer.chooses("Moon Hare 400% Figure", "1", "It arrived damaged")
    customer.sends_a_photo_without_javascript(NOT_A_PHOTO)
    expect(customer.page).to_have_url(re.compile(rf"^{customer.portal_url}/returns/ret_"))
    customer.refreshes_until("isn’t a picture we can read. Please try another photo.")
    expect(customer.is_ready).to_have_count(0)
    customer.sends_a_photo_without_javascript(own_photo(newcomers_order.number))
    customer.refreshes_until("looks good. Thank you!")
    customer.submits()
    customer.refreshes_until("Your label is ready")
    bars, ticket = sorted(scanned(customer.downloads_the_label()))
    assert bars.endswith(customer.tracking_number)
    assert ticket == customer.ticket
