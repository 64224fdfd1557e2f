"""The customer's side of the desk: writing, reading answers, and nothing typed is ever lost."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from itertools import pairwise, product
from zoneinfo import ZoneInfo

import pytest
from markupsafe import escape

from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import MOST_MESSAGES_A_DAY, MOST_TICKETS_A_DAY
from aftercare.desk.store import TicketStore
from aftercare.desk.ticket import MOST_WORDS, Ticket, Worth
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, email_key_of
from aftercare.returns.model import Return
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal import rooms
from portal.edge import sessions_of
from tests.fakes import points_desk
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.browser import SIGNING_KEY, Browser, Page, plain
from tests.fakes.browser_pages.talking import ANSWERED, Talks, talks_on
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.orders import FIGURE
from tests.fakes.points_desk import fresh
from tests.fakes.reviews import AGENT, build_desk

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HELLO = "The left ear is missing."
NEW = "/messages/new"
# Characters that no compression makes fit into a cookie.
BOOK = "".join(map(chr, range(0x4E00, 0x4E00 + MOST_WORDS)))


@pytest.fixture
def talks(tables: dict[str, str]) -> Talks:
    return talks_on(tables)


@pytest.fixture
def order(house: House) -> Order:
    house.clock.now = datetime.now(UTC)
    return house.delivered_order(FIGURE, email=f"{fresh('mei')}@example.com")


def address(order: Order) -> str:
    assert order.purchase
    return order.purchase.email


@pytest.fixture
def customer(portal: Browser, order: Order) -> Browser:
    return portal.sign_in(address(order))


@pytest.fixture
def stranger(house: House) -> Browser:
    """Another customer who bought something."""
    email = f"{fresh('li')}@example.com"
    house.delivered_order(FIGURE, email=email)
    return Browser().sign_in(email)


def writes(browser: Browser, text: str = HELLO, path: str = NEW, **form: str) -> Page:
    """Sends the form of a page just opened; the answer leads on."""
    sent_as = browser.get(path).hidden("sent_as")
    fields = {"topic": "product"} if path.startswith(NEW) else {}
    path = path.partition("?")[0]
    return browser.post(path, **{"words": text, "sent_as": sent_as} | fields | form)


def asked(browser: Browser, text: str = HELLO, **form: str) -> str:
    """The path of the conversation that a new message opens."""
    page = writes(browser, text, **form)
    assert page.status == 303, page.text
    path, _, place = page.location.partition("#")
    assert (path.rpartition("/")[0], place) == ("/messages", "latest")
    return path


def number_of(path: str) -> str:
    return path.rpartition("/")[2]


def tickets_of(order: Order) -> tuple[Ticket, ...]:
    return rooms.tickets().of_customer(email_key_of(address(order)))


def news(browser: Browser, path: str, seen: int, state: str = "new") -> str:
    page = replace(browser, accept="application/json").get(f"{path}/since/{seen}?state={state}")
    assert page.status == 200, page.body
    html: str = json.loads(page.body)["html"]
    return html


def said(page: Page) -> list[str]:
    """The words of the conversation, oldest first."""
    return [unescape(each) for each in re.findall(r'<p class="words"[^>]*>([^<]*)</p>', page.body)]


# ---------------------------------------------------------------- asking


def test_a_message_opens_a_conversation_about_the_order(customer: Browser, order: Order) -> None:
    path = asked(customer, order=order.order_number)
    [ticket] = tickets_of(order)
    assert (ticket.number, ticket.order_number) == (number_of(path), order.order_number)
    page = customer.get(path)
    assert said(page) == [HELLO]
    assert f'href="/orders/{order.order_number}"' in page.body


def test_the_list_has_my_conversations_newest_first(
    customer: Browser, talks: Talks, order: Order
) -> None:
    assert "No messages yet" in customer.get("/messages").text
    talks.clock.forward(days=-1)
    earlier = talks.asked(address(order)).ticket.number
    talks.did(earlier, Verb.ASK)
    later = number_of(asked(customer, topic="points"))
    page = customer.get("/messages")
    assert re.findall(r'href="/messages/(R-[^"]+)"', page.body) == [later, earlier]
    assert f"My points Ticket {later}" in page.text
    assert "With us" in page.text
    assert "Your turn" in page.text


def test_a_form_sent_twice_is_one_message(customer: Browser, order: Order) -> None:
    sent_as = customer.get(NEW).hidden("sent_as")
    form = {"topic": "product", "words": HELLO, "sent_as": sent_as}
    first, second = (customer.post(NEW, **form) for _ in range(2))
    assert first.location == second.location
    path = first.location.partition("#")[0]
    form = {"words": "Any news?", "sent_as": customer.get(path).hidden("sent_as")}
    for _ in range(2):
        assert customer.post(path, **form).location == first.location
    assert said(customer.get(path)) == [HELLO, "Any news?"]
    assert len(tickets_of(order)) == 1


def test_other_words_of_the_same_page_after_a_step_back_are_another_message(
    customer: Browser,
) -> None:
    path = asked(customer)
    sent_as = customer.get(path).hidden("sent_as")
    for text in ("One", "Two", "One"):
        customer.post(path, words=text, sent_as=sent_as)
    assert said(customer.get(path)) == [HELLO, "One", "Two"]


def test_a_page_of_its_own_may_say_the_same_again(customer: Browser) -> None:
    path = asked(customer)
    for _ in range(2):
        writes(customer, "Hello?", path)
    assert said(customer.get(path)) == [HELLO, "Hello?", "Hello?"]


def test_a_links_topic_and_order_are_chosen_already(customer: Browser, order: Order) -> None:
    page = customer.get(f"{NEW}?order={order.order_number}")
    assert f'<option value="{order.order_number}" selected>' in page.body
    assert '<option value="order" selected>' in page.body
    assert '<option value="code" selected>' in customer.get(f"{NEW}?about=code").body
    page = customer.get(f"/orders/{order.order_number}")
    assert f'href="/messages/new?order={order.order_number}"' in page.body


def test_an_order_of_somebody_else_is_refused(
    customer: Browser, house: House, order: Order
) -> None:
    theirs = house.delivered_order(FIGURE, email="somebody@example.com")
    page = customer.follow(writes(customer, order=theirs.order_number))
    assert "We can’t find that order" in page.text
    assert HELLO in page.body
    assert tickets_of(order) == ()


# ---------------------------------------------------------------- about a return


@pytest.fixture
def ret(house: House, order: Order) -> Return:
    return house.draft(order, new_id("ret", house.clock()))


def test_a_message_about_a_return_goes_into_the_returns_own_ticket(
    customer: Browser, ret: Return, order: Order
) -> None:
    form = f"{NEW}?return={ret.return_id}"
    assert f'href="{form}"' in customer.get(f"/returns/{ret.return_id}").body
    page = customer.get(form)
    assert '<option value="return" selected>' in page.body
    assert 'id="order"' not in page.body
    first = writes(customer, path=form, **{"return": ret.return_id, "topic": "return"})
    again = writes(customer, "And?", path=form, **{"return": ret.return_id, "topic": "return"})
    assert first.location == again.location
    [ticket] = tickets_of(order)
    assert (ticket.return_id, ticket.order_number) == (ret.return_id, order.order_number)
    assert ticket.number == (ret.ticket or ticket.number)
    assert f'href="/returns/{ret.return_id}"' in customer.get(f"/messages/{ticket.number}").body


def test_a_return_is_worth_what_was_paid_for_what_comes_back(
    customer: Browser, ret: Return, order: Order, house: House, tables: dict[str, str]
) -> None:
    """And not its whole order: else too many claims would be reviewed (R-DSK-86)."""
    house.add_good_photo(ret)
    house.returns.submit(ret.email_key, ret.return_id, actor=CUSTOMER)
    build_desk(house, tables).into_review(ret.return_id, 1_290, "EUR", "DE")
    form = f"{NEW}?return={ret.return_id}"
    writes(customer, path=form, **{"return": ret.return_id, "topic": "return"})
    [ticket] = tickets_of(order)
    assert ticket.worth == Worth(1_290, "EUR")


def test_a_return_of_somebody_else_is_refused_and_the_words_stay(
    stranger: Browser, ret: Return
) -> None:
    assert "About your return" not in stranger.get(f"{NEW}?return={ret.return_id}").text
    page = stranger.follow(writes(stranger, **{"return": ret.return_id}))
    assert "We can’t find that return." in page.text
    assert HELLO in page.body
    assert "No messages yet" in stranger.get("/messages").text


# ---------------------------------------------------------------- mine alone


def test_a_conversation_is_its_customers_alone(customer: Browser, stranger: Browser) -> None:
    path = asked(customer)
    for each in (path, f"{path}/since/0", f"{path}/since/9"):
        assert stranger.get(each).status == 404
    stranger.refused(path, words="Hello?", sent_as="x")
    assert said(customer.get(path)) == [HELLO]
    assert number_of(path) not in stranger.get("/messages").body


@pytest.mark.parametrize("path", ["/messages", NEW, f"{NEW}?about=code", "/messages/R-0000-0000-0"])
def test_who_is_not_signed_in_comes_back_after_the_way_in(
    portal: Browser, order: Order, path: str
) -> None:
    page = portal.get(path)
    assert page.location.startswith("/?to=/messages")
    assert "/messages/sign-in?to=" in portal.follow(page).body
    portal.post("/", order_number=order.order_number, email=address(order))
    assert with_the_code(portal).location == path


def test_a_member_without_orders_signs_in_with_the_address_alone(portal: Browser) -> None:
    member = points_desk.joined(f"{fresh('member')}@example.com")
    portal.get("/messages/sign-in?to=/messages/new")
    portal.post("/messages/sign-in", email=member.email)
    assert with_the_code(portal).location == NEW
    path = asked(portal, topic="points")
    assert said(portal.get(path)) == [HELLO]
    assert portal.get("/points").status == 200
    assert portal.get("/messages/sign-in?to=/messages").location == "/messages"


def test_the_door_to_points_leads_to_points_whoever_wanted_to_write_before(
    portal: Browser,
) -> None:
    member = points_desk.joined(f"{fresh('member')}@example.com")
    portal.get("/?to=/messages")
    portal.get("/points/sign-in")
    portal.post("/points/sign-in", email=member.email)
    assert with_the_code(portal).location == "/points"


def with_the_code(browser: Browser) -> Page:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session is not None
    mailbox = Mailbox()
    rooms.access().send_code(session.request_ids[0], mailbox, actor=MAILER)
    [(_, code)] = mailbox.sent
    browser.get("/code")
    return browser.post("/code", code=code)


# ---------------------------------------------------------------- nothing typed is lost


@pytest.mark.parametrize("words", ["", " \n "])
def test_a_message_without_words_says_so(customer: Browser, order: Order, words: str) -> None:
    page = customer.follow(writes(customer, words, order=order.order_number))
    assert "Please write something before you send it." in page.text
    assert f'<option value="{order.order_number}" selected>' in page.body
    assert 'aria-invalid="true"' in page.body


@pytest.mark.parametrize("text", ["x" * (MOST_WORDS + 2), BOOK + "一二"])
def test_a_message_that_is_too_long_is_kept_and_says_by_how_much(
    customer: Browser, text: str
) -> None:
    for path in (NEW, asked(customer)):
        answer = writes(customer, text, path)
        page = customer.follow(answer)
        assert "That is 2 characters too many: a message takes up to 4000." in page.text
        assert text in page.body
        assert answer.status in {303, 400}
        mended = {"words": text[2:], "sent_as": page.hidden("sent_as"), "topic": "other"}
        assert customer.post(path, **mended).status == 303


def test_a_line_ends_with_one_character(customer: Browser) -> None:
    lines = "\r\n".join(["x" * 99] * 40)
    path = asked(customer, lines)
    assert said(customer.get(path)) == [lines.replace("\r\n", "\n")]


def test_a_message_that_meets_trouble_is_kept(
    customer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = asked(customer)
    for text in (HELLO, BOOK):
        for each in (NEW, path):
            sent_as = customer.get(each).hidden("sent_as")
            with monkeypatch.context() as patch:
                patch.setattr(TicketStore, "taken", busy)
                answer = customer.post(each, words=text, sent_as=sent_as)
            page = customer.follow(answer)
            assert "Too many others are at this right now" in page.text
            assert (text in page.body, page.hidden("sent_as")) == (True, sent_as)


def busy(*_: object) -> None:
    raise BusyError("Too many others.")


@pytest.mark.parametrize("text", [HELLO, BOOK])
def test_a_page_that_lay_open_keeps_the_message(customer: Browser, text: str) -> None:
    page = customer.follow(customer.post(NEW, csrf="old", words=text, topic="code", sent_as="a"))
    assert "Please check it and press the button once more." in page.text
    form = {"words": text, "topic": "code", "sent_as": "a"}
    assert text in page.body
    assert customer.post(NEW, **form).location.startswith("/messages/R-")


def test_what_was_typed_comes_along_over_the_way_in(customer: Browser, order: Order) -> None:
    path = asked(customer)
    for each in (NEW, path):
        customer.cookie = ""
        answer = customer.post(each, words="As I said", topic="code")
        assert answer.location == f"/?to={each}"
        kept = customer.cookie
        customer.sign_in(address(order))
        customer.cookie = f"{customer.cookie}; {kept}"
        assert "As I said" in customer.get(each).body
        customer.post(each, words="As I said", topic="code")
        assert "kept" not in customer.cookie


def test_what_no_cookie_holds_waits_on_the_page_until_somebody_signed_in_beside_it(
    customer: Browser, order: Order
) -> None:
    path = asked(customer)
    for each in (NEW, path):
        customer.cookie = ""
        page = customer.post(each, words=BOOK, topic="code", sent_as="a")
        assert page.status == 403
        assert f'href="/?to={each}" target="_blank"' in page.body
        assert BOOK in page.body
        customer.sign_in(address(order))
        again = customer.post(each, csrf=page.csrf, words=BOOK, topic="code", sent_as="a")
        assert BOOK in again.body
        taken = customer.post(each, csrf=again.csrf, words=BOOK, topic="code", sent_as="a")
        assert BOOK in said(customer.follow(taken))


def test_who_cannot_be_answered_is_told_what_to_do(portal: Browser) -> None:
    portal.sign_in(f"{fresh('nobody')}@example.com")
    page = portal.follow(writes(portal))
    assert "we wouldn’t know where to answer" in page.text
    assert HELLO in page.body
    main = page.body.partition("<main")[2].partition("</main")[0]
    assert 'href="/contact"' in main
    assert 'href="/?find=1"' in main


# ---------------------------------------------------------------- answers


def test_answers_are_shown_and_notes_never(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    number = number_of(path)
    talks.kept(talks.staff.open_ticket(AGENT, number))
    talks.did(number, Verb.NOTE, "A difficult customer.")
    talks.did(number, Verb.REPLY)
    talks.did(number, Verb.ESCALATE, "Look at the batch.")
    page = customer.get(path)
    acknowledged = "Your message is here. Someone from our team reads it."
    assert said(page) == [HELLO, acknowledged, ANSWERED]
    for each in (page.body, news(customer, path, 0)):
        assert "difficult" not in each
        assert "batch" not in each
    assert "Our specialists are having a closer look." in page.text


def test_what_staff_write_is_text_and_no_markup(customer: Browser, talks: Talks) -> None:
    path = asked(customer, "<b>Hello</b>")
    talks.did(number_of(path), Verb.REPLY, "<script>alert(1)</script>")
    for each in (customer.get(path).body, news(customer, path, 0)):
        assert "<script>alert" not in each
        assert "&lt;b&gt;Hello" in each


def test_the_page_says_until_when_somebody_answers(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    thread = rooms.tickets().thread(customer_key(customer), number_of(path))
    due = thread.clocks.first_response.due
    assert due
    written = words("en", typeset=True).moment(due, zone=ZoneInfo("America/Los_Angeles"))
    expected = plain(f"You get our answer by {written} at the latest")
    assert expected in customer.get(path).text
    talks.did(number_of(path), Verb.REPLY)
    text = customer.get(path).text
    assert "Someone from our team is working on it." in text
    assert "You get our answer by" not in text
    writes(customer, "And?", path)
    assert "You get our answer by" in customer.get(path).text


def customer_key(browser: Browser) -> str:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session
    return session.email_key


def test_what_is_late_is_said_to_be(customer: Browser, talks: Talks, order: Order) -> None:
    talks.clock.forward(days=-10)
    number = talks.asked(address(order)).ticket.number
    assert "later than we promised" in customer.get(f"/messages/{number}").text


def test_a_solved_one_says_until_when_it_may_go_on(
    customer: Browser, talks: Talks, order: Order
) -> None:
    path = asked(customer)
    talks.did(number_of(path), Verb.RESOLVE)
    assert "If not, write to us below until" in customer.get(path).text
    writes(customer, "It is not solved.", path)
    [ticket] = tickets_of(order)
    assert ticket.state is TicketState.REPLIED


def test_writing_to_a_closed_one_leads_to_the_one_that_follows(
    customer: Browser, talks: Talks, order: Order
) -> None:
    path = asked(customer)
    talks.closed(number_of(path))
    assert "it goes into a new one that follows this" in customer.get(path).text
    answer = writes(customer, "It happened again.", path)
    following = answer.location.partition("#")[0]
    assert following != path
    page = customer.get(following)
    assert said(page) == ["It happened again."]
    assert f'href="{path}"' in page.body
    assert said(customer.get(path)) == [HELLO, ANSWERED]
    assert len(tickets_of(order)) == 2


def test_each_of_a_row_of_tickets_leads_to_the_next_and_back(
    customer: Browser, talks: Talks
) -> None:
    row = [asked(customer)]
    for text in ("It happened again.", "And again."):
        assert "This goes on in ticket" not in customer.get(row[-1]).text
        talks.closed(number_of(row[-1]))
        row.append(writes(customer, text, row[0]).location.partition("#")[0])
    for earlier, later in pairwise(row):
        assert f"This goes on in ticket {number_of(later)}" in customer.get(earlier).text
        assert f'href="{later}"' in customer.get(earlier).body
        assert f"This follows ticket {number_of(earlier)}" in customer.get(later).text
    assert "This goes on in ticket" not in customer.get(row[-1]).text


def test_an_open_conversation_is_not_asked_for_what_follows_it(customer: Browser) -> None:
    path = asked(customer)
    customer.get(path)
    with counted("dynamodb") as calls:
        customer.get(path)
    assert calls.count("GetItem") == 3


# ---------------------------------------------------------------- a day's messages


def test_who_wrote_a_days_messages_is_told_and_loses_no_word(
    customer: Browser, talks: Talks, order: Order
) -> None:
    thread = talks.asked(address(order))
    number = thread.ticket.number
    for each in range(MOST_MESSAGES_A_DAY):
        talks.wrote(address(order), number, f"And {each}?")
    for _ in range(MOST_TICKETS_A_DAY - 1):
        talks.asked(address(order))
    for path, text in product((NEW, f"/messages/{number}"), ("One more thing.", BOOK)):
        page = customer.follow(writes(customer, text, path))
        assert "We have many messages from you today, and answer those first." in page.text
        assert text in page.body
    assert len(tickets_of(order)) == MOST_TICKETS_A_DAY


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_days_messages_are_many_in_every_language(
    customer: Browser, talks: Talks, order: Order, language: str
) -> None:
    for _ in range(MOST_TICKETS_A_DAY):
        talks.asked(address(order))
    answer = writes(customer, path=f"{NEW}?lang={language}")
    spoken = words(language, typeset=True).text("problems.too_many_messages")
    assert plain(spoken) in customer.follow(answer).text


# ---------------------------------------------------------------- reviews


def wishes(browser: Browser, path: str, why: str = "", **form: str) -> Page:
    """Sends the form that a page just opened has for a review."""
    page = browser.get(path)
    fields = {"review": page.hidden("review"), "sent_as": page.hidden("sent_as"), "words": why}
    return browser.post(path, **fields | form)


def test_who_was_answered_may_ask_for_a_review(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    assert "Not happy with our answer?" not in customer.get(path).text
    talks.did(number_of(path), Verb.REPLY)
    shown = customer.get(path).text
    assert "Not happy with our answer?" in shown
    assert "decides within 2 business days" in shown
    page = customer.follow(wishes(customer, path))
    assert "You asked our quality team to review this." in page.text
    assert "They decide by" in page.text
    assert "You get our answer by" in page.text
    assert "Not happy with our answer?" not in page.text


def test_a_wish_has_reasons_if_they_are_given_and_stays_one(
    customer: Browser, talks: Talks, order: Order
) -> None:
    path = asked(customer)
    talks.did(number_of(path), Verb.REPLY)
    form = {"sent_as": customer.get(path).hidden("sent_as"), "words": "The ear!"}
    for _ in range(2):
        customer.post(path, review="appeal", **form)
    assert said(customer.get(path))[-1:] == ["The ear!"]
    thread = rooms.tickets().thread(email_key_of(address(order)), number_of(path))
    assert [each.entry.verb for each in thread.messages].count(Verb.APPEAL) == 1


def test_an_old_page_is_told_and_loses_no_word(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    talks.did(number_of(path), Verb.REPLY)
    for text in ("The ear!", BOOK):
        page = customer.follow(wishes(customer, path, text, review="appeal_further"))
        assert "be reviewed right now" in page.text
        assert text in page.body
    assert "Our team" in customer.get(path).text


def test_a_review_that_nobody_offers_is_a_message(customer: Browser) -> None:
    path = asked(customer)
    page = customer.follow(writes(customer, "Hello?", path, review="escalate"))
    assert said(page) == [HELLO, "Hello?"]


# ---------------------------------------------------------------- polling


def test_the_script_gets_what_came_since_and_nothing_else(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    page = customer.get(path)
    assert 'data-talk="1"' in page.body
    assert f'data-since="{path}/since/"' in page.body
    assert news(customer, path, 1) == ""
    talks.did(number_of(path), Verb.NOTE, "Nothing public.")
    assert news(customer, path, 1) == ""
    talks.did(number_of(path), Verb.REPLY)
    html = news(customer, path, 1)
    assert HELLO not in html
    assert html.count("<li") == 1
    assert str(escape(ANSWERED)) in html
    assert 'data-sequence="2"' in html
    assert 'data-state="open"' in html
    assert news(customer, path, 2, "open") == ""


def test_a_state_that_changed_without_words_is_news(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    talks.did(number_of(path), Verb.TAKE)
    html = news(customer, path, 1, "new")
    assert 'data-state="open"' in html
    assert "<li" not in html


@pytest.mark.parametrize("sequence", ["x", "-1", "1.5", "\u0661", "9999999", "1e3"])
def test_a_sequence_that_is_none_is_not_found(customer: Browser, sequence: str) -> None:
    path = asked(customer)
    assert customer.get(f"{path}/since/{sequence}").status == 404


def test_a_script_of_somebody_who_signed_out_is_told(customer: Browser) -> None:
    path = asked(customer)
    customer.cookie, customer.accept = "", "application/json"
    assert customer.get(f"{path}/since/1").problem["code"] == "sign_in_needed"


def test_looking_for_answers_reads_the_session_the_ticket_and_its_entries(
    customer: Browser,
) -> None:
    path = asked(customer)
    news(customer, path, 1)
    with counted("dynamodb") as calls:
        news(customer, path, 1)
    assert calls == ["GetItem", "GetItem", "GetItem", "Query", "Query"]


def test_without_javascript_a_link_looks_for_answers(customer: Browser, talks: Talks) -> None:
    path = asked(customer)
    link = f'<a class="without-js" href="{path}#latest">Look for answers</a>'
    assert link in customer.get(path).body
    talks.did(number_of(path), Verb.REPLY)
    page = customer.get(path)
    assert said(page)[-1] == ANSWERED
    assert page.body.count('id="latest"') == 1


def test_new_answers_are_announced_politely(customer: Browser) -> None:
    page = customer.get(asked(customer))
    assert '<div role="log" aria-live="polite" aria-label="Conversation">' in page.body


# ---------------------------------------------------------------- everywhere


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_are_in_the_customers_language(
    customer: Browser, talks: Talks, language: str
) -> None:
    path = asked(customer)
    talks.did(number_of(path), Verb.ASK, "Which one?")
    spoken = words(language, typeset=True)
    for page in ("/messages", path):
        text = customer.get(f"{page}?lang={language}").text
        assert spoken.text("messages.state.waiting_customer") in text
        assert spoken.text("messages.topic.product") in text
    text = customer.get(f"{NEW}?lang={language}").text
    assert plain(spoken.text("messages.new.topic")) in text
    [ticket] = rooms.tickets().of_customer(customer_key(customer))
    assert ticket.language == "en"
    writes(customer, topic="code")
    newest, _ = rooms.tickets().of_customer(customer_key(customer))
    assert newest.language == language


def test_every_page_leads_to_messages(portal: Browser) -> None:
    assert 'href="/messages">Write to us' in portal.get("/contact").body
    assert 'href="/messages">My messages' in portal.get("/policy").body


# ---------------------------------------------------------------- what partners pass on


def test_what_a_partner_passed_on_is_not_said_to_be_the_customers_words(
    talks: Talks, customer: Browser, order: Order
) -> None:
    number = talks.passed_on(address(order), order.order_number).number
    page = customer.get(f"/messages/{number}")
    assert "A store or a seller, for you" in page.text
    assert "match it with one of your" not in page.text
    assert f"Order {order.order_number}" in page.text


def test_an_order_that_a_partner_names_and_nothing_confirms_is_not_shown(
    talks: Talks, stranger: Browser, customer: Browser, order: Order
) -> None:
    email = "li@example.com"
    number = talks.passed_on(address(order), "PM-2026-99999").number
    page = customer.get(f"/messages/{number}")
    assert "match it with one of your orders" in page.text
    assert "PM-2026-99999" not in page.text
    other = talks.passed_on(email, order.order_number).number
    for browser in (customer, stranger):
        assert browser.get(f"/messages/{other}").status == 404
