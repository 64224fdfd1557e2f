"""The list of orders says what may come back of each, and costs the same however many there are."""

from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, email_key_of
from tests.fakes.aws import counted
from tests.fakes.browser import Browser, Page
from tests.fakes.callers import person
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, FIGURE, ORDERS_INGEST, POP_NOW, paid, shipped

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


@pytest.fixture
def email(house: House) -> str:
    house.clock.now = datetime.now(UTC)
    return person()


@pytest.fixture
def browser(portal: Browser, email: str) -> Browser:
    return portal.sign_in(email)


def card_of(page: Page, order: Order) -> str:
    """The part of the page that is about the order."""
    cards = page.body.split('<li class="card order">')
    [card] = [each for each in cards if order.order_number in each]
    return card


def test_a_card_says_until_when_its_items_may_come_back(
    browser: Browser, house: House, email: str
) -> None:
    order = house.delivered_order(FIGURE, POP_NOW, email=email)
    card = card_of(browser.get("/orders"), order)
    assert card.count("outlook yes") == 1
    assert "end of" in card
    assert "opened online" in card
    assert "Return from this order" in card


def test_an_order_on_its_way_says_so(browser: Browser, house: House, email: str) -> None:
    number, at = house.new_number(), house.clock()
    house.orders.record(paid(FIGURE, number=number, at=at, email=email), actor=ORDERS_INGEST)
    order = house.orders.record(shipped(number, at), actor=ORDERS_INGEST)
    card = card_of(browser.get("/orders"), order)
    assert "delivered yet" in card
    assert "outlook yes" not in card
    assert "Look at this order" in card


def test_an_order_that_is_too_old_says_its_last_day(
    browser: Browser, house: House, email: str
) -> None:
    order = house.delivered_order(FIGURE, email=email, days_ago=40)
    card = card_of(browser.get("/orders"), order)
    assert "It could be returned until" in card
    assert "Look at this order" in card


def test_units_in_a_return_are_not_offered_again(
    browser: Browser, house: House, email: str
) -> None:
    order = house.delivered_order(BLIND_BOX, email=email)
    draft = house.draft(order, new_id("ret", house.clock()), units={BLIND_BOX.line_id: 6})
    house.add_good_photo(draft)
    house.returns.submit(email_key_of(email), draft.return_id, actor=CUSTOMER)
    assert "in a return already" in card_of(browser.get("/orders"), order)


def test_the_list_says_of_every_line_what_the_orders_own_page_says(
    house: House, email: str
) -> None:
    order = house.delivered_order(FIGURE, BLIND_BOX, POP_NOW, email=email)
    house.add_good_photo(draft := house.draft(order, new_id("ret", house.clock())))
    house.returns.submit(email_key_of(email), draft.return_id, actor=CUSTOMER)
    returns = house.returns.of_customer(email_key_of(email))
    assert house.returns.outlooks([order], returns) == {
        order.order_number: house.returns.outlook(order)
    }


def test_fifty_orders_and_drafts_cost_the_requests_of_one(
    browser: Browser, house: House, email: str
) -> None:
    asked = []
    for more in (1, 49):
        for _ in range(more):
            order = house.delivered_order(FIGURE, email=email)
            house.draft(order, new_id("ret", house.clock()))
        browser.get("/orders")
        with counted("dynamodb") as calls:
            page = browser.get("/orders")
        asked.append(list(calls))
    assert page.body.count('<li class="card order">') == 50
    assert asked[0] == asked[1]
    assert len(asked[1]) <= 4


@pytest.mark.parametrize("path", ["/points", "/authenticity", "/orders/{number}"])
def test_other_pages_cost_the_same_however_many_orders_there_are(
    browser: Browser, house: House, email: str, path: str
) -> None:
    first = house.delivered_order(FIGURE, email=email)
    where = path.format(number=first.order_number)
    asked = []
    for more in (0, 30):
        for _ in range(more):
            house.draft(house.delivered_order(FIGURE, email=email), new_id("ret", house.clock()))
        browser.get(where)
        with counted("dynamodb") as calls:
            browser.get(where)
        asked.append(list(calls))
    assert asked[0] == asked[1]


@pytest.mark.parametrize(
    "path",
    ["/orders/{number}/item?line=1", "/orders/{number}", "/returns/{id}", "/returns/{id}/check"],
)
def test_a_returns_pages_cost_the_same_however_many_others_there_are(
    browser: Browser, house: House, email: str, path: str
) -> None:
    order = house.delivered_order(FIGURE, email=email)
    draft = house.draft(order, new_id("ret", house.clock()))
    where = path.format(number=order.order_number, id=draft.return_id)
    asked = []
    for more in (0, 10):
        for _ in range(more):
            house.draft(house.delivered_order(FIGURE, email=email), new_id("ret", house.clock()))
            house.returns.save_draft(  # another draft of the same order
                email_key_of(email),
                new_id("ret", house.clock()),
                order.order_number,
                draft.choice,
                another=True,
                actor=CUSTOMER,
            )
        browser.get(where)
        with counted("dynamodb") as calls:
            page = browser.get(where)
        assert page.status == HTTPStatus.OK
        asked.append(list(calls))
    assert asked[0] == asked[1]
    assert len(asked[1]) <= 7


def test_a_long_orders_card_shows_what_may_come_back_first_and_stays_short(
    browser: Browser, house: House, email: str
) -> None:
    lines = [
        replace(POP_NOW, line_id=f"p{n}", sku=f"PN-{n}", name=f"Parade {n}") for n in range(29)
    ]
    order = house.delivered_order(*lines, FIGURE, email=email)
    card = card_of(browser.get("/orders"), order)
    assert card.index("Moon Hare") < card.index("Parade 0")
    assert "and 24 more items" in card


def test_who_is_signed_in_and_opens_the_first_page_is_led_to_the_orders(browser: Browser) -> None:
    assert browser.get("/").location == "/orders"
    assert browser.get("/?find=1").status == 200
    assert browser.get("/?order=PM-2026-10001").status == 200
    assert Browser().get("/").status == 200
