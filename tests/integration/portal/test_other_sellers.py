"""Orders that others sold, or that a store did, as their customers see them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.orders.model import Order, OrderLine
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.orders import EMAIL, FIGURE, ORDERS_INGEST, delivered, paid

pytestmark = pytest.mark.integration


def bought(house: House, *lines: OrderLine, **of_purchase: Any) -> Order:
    """An order of the day before yesterday, delivered yesterday."""
    house.clock.now = utc_now()
    at = house.clock() - timedelta(days=2)
    event = paid(*lines, number=house.new_number(), at=at)
    changed = replace(event, purchase=replace(event.purchase, **of_purchase))
    order = house.orders.record(changed, actor=ORDERS_INGEST)
    handed_over = delivered(order.order_number, at + timedelta(days=1))
    return house.orders.record(handed_over, actor=ORDERS_INGEST)


@pytest.fixture
def customer(portal: Browser) -> Browser:
    return portal.sign_in(EMAIL)


@pytest.mark.parametrize(
    ("channel", "whom"),
    [
        ("distributor", "A distributor sold you this order."),
        ("marketplace", "Please contact them through the marketplace"),
        ("pigeon", "Please ask where you bought it."),
    ],
)
def test_an_order_that_others_sold_says_whom_to_ask(
    house: House, customer: Browser, channel: str, whom: str
) -> None:
    order = bought(house, FIGURE, channel=channel)
    page = customer.get(f"/orders/{order.order_number}")
    assert page.status == 200
    assert whom in page.text
    assert "/item?" not in page.body


def test_a_verified_sellers_order_is_returned_like_the_websites(
    house: House, customer: Browser
) -> None:
    order = bought(house, FIGURE, channel="verified_marketplace")
    page = customer.get(f"/orders/{order.order_number}")
    assert f"/orders/{order.order_number}/item?" in page.body


def test_nobody_delivers_what_was_bought_in_a_store(house: House, portal: Browser) -> None:
    house.clock.now, shopper = utc_now(), "ines@example.com"
    customer, at = portal.sign_in(shopper), house.clock() - timedelta(days=2)
    event = paid(FIGURE, number=house.new_number(), at=at, email=shopper)
    in_store = replace(event, purchase=replace(event.purchase, channel="store"))
    order = house.orders.record(in_store, actor=ORDERS_INGEST)
    for path in ("/orders", f"/orders/{order.order_number}"):
        page = customer.get(path)
        assert "Bought in a store" in page.text
        assert "Delivered" not in page.text
        assert order.order_number in page.body
