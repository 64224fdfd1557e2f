"""The page of a link that WeChat shows: who proved a mailbox binds once, and reads no word."""

from datetime import UTC, datetime

import pytest

from aftercare.desk.ticket import Proof
from aftercare.desk.wechat.model import Kind, Received
from aftercare.orders.model import Order, email_key_of
from aftercare.words.model import LANGUAGES
from portal import rooms
from portal.entry.sessions import is_place
from tests.fakes.browser import Browser
from tests.fakes.house import House
from tests.fakes.logs import logged
from tests.fakes.orders import FIGURE
from tests.fakes.points_desk import fresh
from tests.fakes.strangers import wrote_at_wechat
from tests.fakes.wechat import NAME

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
WORDS = "The ear is missing."


@pytest.fixture
def order(house: House) -> Order:
    house.clock.now = datetime.now(UTC)
    return house.delivered_order(FIGURE, email=f"{fresh('mei')}@example.com")


@pytest.fixture
def customer(portal: Browser, order: Order) -> Browser:
    assert order.purchase
    return portal.sign_in(order.purchase.email)


def wrote(openid: str = "") -> str:
    """The path of the link that who wrote gets."""
    return wrote_at_wechat(WORDS, openid)


def test_who_wrote_says_so_and_reads_it_among_their_messages(
    customer: Browser, order: Order
) -> None:
    path = wrote()
    page = customer.get(path)
    assert "Connect WeChat" in page.text
    assert "for the first time on" in page.text
    assert WORDS not in page.body
    done = customer.post(path)
    assert done.status == 303
    assert WORDS in customer.follow(done).text
    number = done.location.removeprefix("/messages/").partition("#")[0]
    assert order.purchase
    ticket = rooms.tickets().thread(email_key_of(order.purchase.email), number).ticket
    assert (ticket.proof, ticket.language) == (Proof.WECHAT, "en")


def test_a_link_is_used_up_and_shows_nothing_to_anybody_else(
    customer: Browser, house: House
) -> None:
    path = wrote()
    stranger_order = house.delivered_order(FIGURE, email=f"{fresh('li')}@example.com")
    assert stranger_order.purchase
    number = customer.post(path).location
    assert customer.post(path).location == "/messages"  # a form that is sent again
    stranger = Browser().sign_in(stranger_order.purchase.email)
    page = stranger.get(path)
    assert (page.status, "This link no longer works" in page.text) == (404, True)
    assert stranger.refused(path).status >= 400
    assert stranger.get(number.partition("#")[0]).status == 404


def test_who_is_signed_out_proves_their_mailbox_first_and_comes_back(
    customer: Browser, order: Order
) -> None:
    path, visitor = wrote(), Browser()
    page = visitor.get(path)
    assert page.status == 303
    assert page.location.startswith("/messages/sign-in?to=")
    assert WORDS not in visitor.follow(page).body
    assert is_place(path)
    assert customer.get(page.location).location == path
    assert visitor.post(path, csrf="x").status in {303, 403}
    assert order.purchase
    assert rooms.tickets().of_customer(email_key_of(order.purchase.email)) == ()


def test_who_only_opened_the_account_is_bound_before_they_write(customer: Browser) -> None:
    openid = fresh("o")
    subscribed = Received(Kind.SUBSCRIBED, openid, NAME, "event 1")
    token = rooms.wechat().take(subscribed, fresh("nonce"), "zh-Hans").token
    page = customer.get(f"/messages/wechat/{token}")
    assert "has not written anything yet" in page.text
    assert customer.post(f"/messages/wechat/{token}").location == "/messages"
    said = Received(Kind.MESSAGE, openid, NAME, fresh("1"), WORDS)
    assert rooms.wechat().take(said, fresh("nonce"), "en").number


def test_no_line_of_the_log_has_the_link(customer: Browser) -> None:
    path = wrote()
    with logged() as log:
        customer.get(path)
        customer.post(path)
    assert path.rpartition("/")[2] not in repr(log.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_there_in_every_language(customer: Browser, language: str) -> None:
    page = customer.get(f"{wrote()}?lang={language}")
    assert page.status == 200
    assert f'lang="{language}"' in page.body
    assert WORDS not in page.body
