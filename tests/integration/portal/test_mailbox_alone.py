"""Whoever has nothing but a mailbox writes to the desk, and sees what they wrote alone."""

from datetime import UTC, datetime

import pytest

from aftercare.desk.ticket import Proof
from aftercare.orders.model import email_key_of
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal import rooms
from portal.edge import sessions_of
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.browser import SIGNING_KEY, Browser, Page, plain
from tests.fakes.browser_pages.talking import talks_on
from tests.fakes.callers import person, source
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.points_desk import joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
DOOR, NEW = "/messages/sign-in", "/messages/new"
HELLO = "It was a gift, and its left ear is missing."


def mailed(browser: Browser) -> Mailbox:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session
    mailbox = Mailbox()
    rooms.access().send_code(session.request_ids[0], mailbox, actor=MAILER)
    return mailbox


def through_the_door(browser: Browser, email: str, to: str = NEW) -> Page:
    """Proves the mailbox as its owner does; the answer leads to the page that was wanted."""
    browser.get(f"{DOOR}?to={to}")
    assert browser.post(DOOR, email=email).location == "/code"
    [(mailbox, code)] = mailed(browser).sent
    assert mailbox == email
    browser.get("/code")
    return browser.post("/code", code=code)


def asked(browser: Browser, text: str = HELLO) -> Page:
    sent_as = browser.get(NEW).hidden("sent_as")
    return browser.post(NEW, words=text, topic="product", sent_as=sent_as)


def test_whom_nobody_knows_writes_and_is_answered_at_the_proved_address(portal: Browser) -> None:
    email = person()
    assert through_the_door(portal, email).location == NEW
    path = asked(portal).location.partition("#")[0]
    [ticket] = rooms.tickets().of_customer(email_key_of(email))
    assert (ticket.email, ticket.proof, ticket.market) == (email, Proof.MAILBOX, "")
    assert HELLO in portal.get(path).text
    assert ticket.number in portal.get("/messages").text
    portal.post(path, words="And the box was open.", sent_as="another page")
    assert "And the box was open." in portal.get(path).text
    assert path in portal.get("/messages").body


def test_what_was_wanted_is_open_after_the_door_and_nothing_else_is(portal: Browser) -> None:
    assert through_the_door(portal, person(), "/messages").location == "/messages"
    browser = Browser(source=source())
    assert through_the_door(browser, person(), "/orders").location == "/messages"
    for path in ("/orders", "/points", "/returns/ret_01JXD0B7G00000000000000000"):
        assert browser.get(path).status == 303
    assert browser.get(DOOR).location == "/messages"


def test_who_has_orders_is_shown_none_of_them_until_one_is_proved(
    house: House, portal: Browser
) -> None:
    house.clock.now = datetime.now(UTC)
    order = house.delivered_order(email=(email := person())).order_number
    through_the_door(portal, email)
    page = portal.get(f"{NEW}?order={order}")
    assert order not in page.text
    assert 'id="order"' not in page.body
    assert "You signed in with your email address alone" in page.text
    portal.post(NEW, words=HELLO, topic="order", order=order, sent_as="a page")
    [ticket] = rooms.tickets().of_customer(email_key_of(email))
    assert (ticket.order_number, ticket.return_id) == ("", "")
    portal.get("/")
    portal.post("/", order_number=order, email=email)
    [(_, code)] = mailed(portal).sent
    assert portal.post("/code", code=code).location == f"/orders/{order}"
    assert ticket.number in portal.get("/messages").text, "what they wrote before is still theirs"
    assert order in portal.get(NEW).body


def test_a_ticket_about_an_order_names_none_to_who_proved_the_mailbox_alone(
    house: House, portal: Browser
) -> None:
    house.clock.now = datetime.now(UTC)
    order = house.delivered_order(email=(email := person())).order_number
    full = Browser(source=source()).sign_in(email)
    sent_as = full.get(NEW).hidden("sent_as")
    path = full.post(NEW, words=HELLO, topic="order", order=order, sent_as=sent_as).location
    path = path.partition("#")[0]
    through_the_door(portal, email)
    page = portal.get(path)
    assert HELLO in page.text
    assert order not in page.body
    assert order in full.get(path).body


def test_another_ones_conversation_is_not_found(portal: Browser) -> None:
    through_the_door(portal, person())
    path = asked(portal).location.partition("#")[0]
    other = Browser(source=source())
    through_the_door(other, person())
    assert other.get(path).status == 404
    assert path not in other.get("/messages").body


def test_a_closed_ticket_goes_on_at_the_same_address(
    portal: Browser, tables: dict[str, str]
) -> None:
    through_the_door(portal, email := person())
    path = asked(portal).location.partition("#")[0]
    talks_on(tables).closed(path.rpartition("/")[2])
    answer = portal.post(path, words="It happened again.", sent_as="another page")
    assert answer.location.partition("#")[0] != path
    newest, _ = rooms.tickets().of_customer(email_key_of(email))
    assert (newest.email, newest.proof) == (email, Proof.MAILBOX)


def test_no_answer_tells_whether_a_mailbox_is_known(house: House) -> None:
    house.clock.now = datetime.now(UTC)
    buyer, member = house.delivered_order(email=person()), joined()
    assert buyer.purchase

    def story(email: str) -> list[object]:
        browser = Browser(source=source())
        pages = [browser.get(DOOR)]
        with counted("dynamodb") as calls:
            pages.append(browser.post(DOOR, email=email))
        pages.append(browser.get("/code"))
        assert [to for to, _ in mailed(browser).sent] == [email]
        for _ in range(6):
            answer = browser.post("/code", code="000000")
            pages += [answer, browser.follow(answer)]
        return [*[(page.status, page.text, page.location) for page in pages], [*calls]]

    nobody = story(person())
    assert story(buyer.purchase.email) == nobody
    assert story(member.email) == nobody


def test_signing_out_ends_it_and_a_copy_of_its_cookie(portal: Browser) -> None:
    through_the_door(portal, person())
    path = asked(portal).location.partition("#")[0]
    assert ">Sign out</button>" in portal.get(path).body
    copy = Browser(cookie=portal.cookie)
    portal.post("/sign-out")
    assert copy.get(path).location == f"/?to={path}"
    assert copy.get(f"{DOOR}?to={path}").status == 200


def test_what_was_typed_comes_along_over_the_door(portal: Browser) -> None:
    through_the_door(portal, email := person())
    portal.cookie = ""
    assert portal.post(NEW, words="As I said", topic="site").location == f"/?to={NEW}"
    assert f'href="{DOOR}?to={NEW}"' in portal.get(f"/?to={NEW}").body
    portal.get(f"{DOOR}?to={NEW}")
    portal.post(DOOR, email=email)
    [(_, code)] = mailed(portal).sent
    assert portal.post("/code", code=code).location == NEW
    assert "As I said" in portal.get(NEW).body


def test_a_page_that_lay_open_is_sent_once_more_and_not_to_the_way_in(portal: Browser) -> None:
    through_the_door(portal, person())
    answer = portal.post(NEW, csrf="old", words=HELLO, topic="code", sent_as="a")
    page = portal.follow(answer)
    assert (answer.location, page.status) == (NEW, 200)
    assert HELLO in page.body


def test_whose_proof_is_gone_proves_the_mailbox_again_and_loses_nothing(portal: Browser) -> None:
    through_the_door(portal, email := person())
    erased = rooms.access().store
    erased.remove(each.request_id for each in erased.of_email(email))
    assert asked(portal, "As I said").location == f"/?to={NEW}"
    through_the_door(portal, email)
    assert "As I said" in portal.get(NEW).body


def test_the_code_page_says_what_was_asked_for(portal: Browser) -> None:
    portal.get(DOOR)
    portal.post(DOOR, email=person())
    page = portal.get("/code")
    assert "We’ve sent a 6-digit code to the address that you entered." in page.text
    assert f'href="{DOOR}"' in page.body
    again = portal.follow(portal.post("/code", again="1"))
    assert "Another code is on its way. Your earlier codes" in again.text
    portal.get("/")
    portal.post("/", order_number="PM-2026-10001", email=person())
    assert "matches an order or a membership" in portal.get("/code").text


def test_what_is_no_address_is_refused_on_the_page(portal: Browser) -> None:
    portal.get(DOOR)
    page = portal.refused(DOOR, email="x")
    assert 'aria-invalid="true"' in page.body
    assert 'value="x"' in page.body
    assert portal.post(DOOR, email=person(), csrf="old").location == f"{DOOR}?again=1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_in_is_in_every_language(portal: Browser, language: str) -> None:
    spoken = words(language, typeset=True)
    assert plain(spoken.text("messages.door.lede")) in portal.get(f"{DOOR}?lang={language}").text
    through_the_door(portal, person(), f"{NEW}")
    text = portal.get(f"/messages?lang={language}").text
    assert plain(spoken.text("messages.alone_link")) in text
