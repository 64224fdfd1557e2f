"""The page with a hand-over code: of a ticket, and of a return that nobody wrote about yet."""

import json
import re
from datetime import UTC, datetime

import pytest
import zxingcpp
from PIL import Image

from aftercare.desk.counter import CounterDesk
from aftercare.desk.hand_over import MOST_A_DAY
from aftercare.desk.ticket import Thread
from aftercare.desk.wiring import TicketsConfig, counter_desk
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id, new_ticket
from aftercare.orders.model import Order
from aftercare.returns.model import Return
from aftercare.web import qr
from aftercare.words.model import LANGUAGES
from portal import rooms
from tests.fakes.browser import Browser, Page
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.orders import FIGURE
from tests.fakes.points_desk import fresh
from tests.fakes.reviews import STORE, Trail

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
SOHO = "London Soho"


@pytest.fixture
def order(house: House) -> Order:
    house.clock.now = datetime.now(UTC)
    return house.delivered_order(FIGURE, email=f"{fresh('mei')}@example.com")


@pytest.fixture
def ret(house: House, order: Order) -> Return:
    return house.draft(order, new_id("ret", house.clock()))


@pytest.fixture
def customer(portal: Browser, order: Order) -> Browser:
    assert order.purchase
    return portal.sign_in(order.purchase.email)


@pytest.fixture
def ticket(customer: Browser) -> str:
    """The path of a conversation that was just begun."""
    form = customer.get("/messages/new")
    sent = {"topic": "product", "words": "The ear.", "sent_as": form.hidden("sent_as")}
    return customer.post("/messages/new", **sent).location.partition("#")[0]


def counter() -> CounterDesk:
    key = rooms.hand_overs().key
    return counter_desk(read(TicketsConfig), rooms.orders(), Trail(), key)


def redeemed(page: Page) -> Thread:
    return counter().redeem(STORE, digits_on(page), SOHO)


def digits_on(page: Page) -> str:
    found = re.search(r'<p class="code">.*?</span>(.*?)</p>', page.body)
    assert found, page.text
    return re.sub(r"\D", "", found[1])


def asked(browser: Browser, case: str) -> Page:
    """The page with a code, after its button."""
    assert 'class="code"' not in browser.get(f"{case}/hand-over").body
    page = browser.post(f"{case}/hand-over")
    assert (page.status, page.location) == (303, f"{case}/hand-over")
    return browser.follow(page)


def test_a_customer_shows_a_code_and_reads_that_the_store_has_it(
    customer: Browser, ticket: str
) -> None:
    assert f'href="{ticket}/hand-over"' in customer.get(ticket).body
    page = asked(customer, ticket)
    assert digits_on(customer.get(f"{ticket}/hand-over")) == digits_on(page)
    thread = redeemed(page)
    assert thread.ticket.number == ticket.rpartition("/")[2]
    assert f"You brought this to our store {SOHO}." in customer.get(ticket).text
    assert 'class="code"' not in customer.get(f"{ticket}/hand-over").body


def test_a_return_that_nobody_wrote_about_is_handed_over(customer: Browser, ret: Return) -> None:
    path = f"/returns/{ret.return_id}"
    assert f'href="{path}/hand-over"' in customer.get(path).body
    found = redeemed(asked(customer, path)).ticket
    assert (found.return_id, found.order_number) == (ret.return_id, ret.order_number)
    assert found.number == (ret.ticket or found.number)
    assert SOHO in customer.get(f"/messages/{found.number}").text


def test_the_picture_has_the_digits(customer: Browser, ticket: str) -> None:
    page = asked(customer, ticket)
    digits = digits_on(page)
    assert read_back(digits) == [digits]
    assert f'd="{qr.path_of(digits)}"' in page.body


@pytest.mark.parametrize("digits", ["000000", "999999", "482913", "000001"])
def test_a_code_is_read_with_a_quarter_of_its_middle_gone(digits: str) -> None:
    assert read_back(digits, dirt=True) == [digits]


def read_back(digits: str, *, dirt: bool = False) -> list[str]:
    """What a scanner reads of it, also when it lies in a window's reflection."""
    scale, side = 4, qr.SIZE + 2 * qr.QUIET
    picture = Image.new("L", (side * scale, side * scale), 255)
    for (row, column), is_dark in qr.modules_of(digits).items():
        if is_dark:
            left, top = (column + qr.QUIET) * scale, (row + qr.QUIET) * scale
            picture.paste(0, (left, top, left + scale, top + scale))
    if dirt:
        picture.paste(255, (14 * scale, 14 * scale, 18 * scale, 18 * scale))
    return [each.text for each in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_until_when_in_every_language(
    customer: Browser, ticket: str, language: str
) -> None:
    asked(customer, ticket)
    page = customer.get(f"{ticket}/hand-over?lang={language}")
    assert len(digits_on(page)) == 6
    assert "hand_over." not in page.text
    [left] = re.findall(r'data-left="(\d+)"', page.body)
    assert 880 < int(left) <= 900


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_gets_a_code_of_what_is_not_theirs(
    house: House, customer: Browser, ticket: str, ret: Return, method: str
) -> None:
    assert customer
    email = f"{fresh('li')}@example.com"
    house.delivered_order(FIGURE, email=email)
    stranger = Browser().sign_in(email)
    for case in (ticket, f"/returns/{ret.return_id}", f"/messages/{new_ticket()}"):
        page = getattr(stranger, method.lower())(f"{case}/hand-over")
        page = stranger.follow(page) if page.status == 303 else page
        assert 'class="code"' not in page.body
        assert "Continue in a store" not in page.text


def test_who_is_signed_out_comes_back_to_the_code(ticket: str) -> None:
    page = Browser().get(f"{ticket}/hand-over")
    assert page.location.startswith("/?to=")
    assert page.location.endswith("hand-over")


def test_the_last_code_of_a_day_says_what_to_do(customer: Browser, ticket: str) -> None:
    for _ in range(MOST_A_DAY):
        customer.post(f"{ticket}/hand-over")
    page = customer.follow(customer.post(f"{ticket}/hand-over"))
    assert "a lot of codes" in page.text


def test_no_log_line_has_the_digits(customer: Browser, ticket: str) -> None:
    with logged() as log:
        page = asked(customer, ticket)
    assert digits_on(page) not in json.dumps(log.lines)
