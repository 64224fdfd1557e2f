"""From the answer about a code to a message to the desk, and the optional field for a code."""

import re
from collections.abc import Callable
from html import unescape

import pytest

from aftercare.authenticity import references
from aftercare.authenticity.codes import normalise, shown
from aftercare.authenticity.naming import NO_CODE
from aftercare.desk.ticket import Ticket
from aftercare.kernel.symbols import sealed
from aftercare.orders.model import email_key_of
from aftercare.words.model import LANGUAGES
from portal import rooms
from portal.entry.sessions import is_place
from tests.fakes import counter
from tests.fakes.browser import Browser, Page
from tests.fakes.callers import person
from tests.fakes.codes import KEYS, NOON
from tests.integration.portal.test_mailbox_alone import HELLO, mailed, through_the_door

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
CHECK, NEW = "/authenticity", "/messages/new"
LONGEST = references.unrecorded(0, NOON, "", 0, KEYS[0])


@pytest.fixture(autouse=True, scope="module")
def stocked(tables: dict[str, str]) -> None:
    counter.stock(tables["BatchesTable"])


def link_of(browser: Browser, code: str) -> str:
    """The link to the desk on the page with the answer."""
    browser.get(CHECK)
    page = browser.follow(browser.post(CHECK, code=code))
    [link] = re.findall(r'href="(/messages/new\?[^"]*)"', page.body)
    return unescape(link)


def ticket_of(email: str) -> Ticket:
    [ticket] = rooms.tickets().of_customer(email_key_of(email))
    return ticket


def sent(browser: Browser, path: str, **typed: str) -> Page:
    """The form of that page, sent with what it has and what is typed."""
    page = browser.get(path)
    fields = {"sent_as": page.hidden("sent_as"), "topic": "code", "words": HELLO}
    if 'name="check"' in page.body:
        fields["check"] = page.hidden("check")
    return browser.post(NEW, **fields | typed)


@pytest.mark.parametrize("kind", ["suspect", "forged"])
def test_the_answer_about_a_code_leads_to_a_message_that_names_its_check(
    portal: Browser, kind: str
) -> None:
    is_forged = kind == "forged"
    code = counter.FORGED if is_forged else counter.sold_twice(counter.fresh_code())
    email, link = person(), link_of(portal, code)
    assert normalise(code) not in link.replace("-", "")
    reference = link.partition("check=")[2].partition("&")[0]
    assert reference.startswith("N-" if is_forged else "V-")
    through_the_door(portal, email)
    page = portal.get(link)
    assert reference in page.text
    assert '<option value="code" selected>' in page.body
    assert sent(portal, link).location.startswith("/messages/R-")
    assert ticket_of(email).named_codes == (reference,)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_to_sign_in_comes_back_with_the_check(portal: Browser, language: str) -> None:
    link = f"{NEW}?about=code&check={LONGEST}"
    assert is_place(link)
    door = portal.get(portal.get(f"{link}&lang={language}").location)
    [way] = re.findall(r'href="(/messages/sign-in[^"]*)"', door.body)
    email = person()
    portal.get(unescape(way))
    portal.post("/messages/sign-in", email=email)
    [(_, code)] = mailed(portal).sent
    page = portal.follow(portal.post("/code", code=code))
    assert LONGEST in page.text


@pytest.mark.parametrize(
    "spelled",
    [
        pytest.param(lambda code: code, id="as-printed"),
        pytest.param(lambda code: f" {code.lower().replace('-', ' ')}", id="in-small-letters"),
        pytest.param(lambda code: f"https://shop.example/01/06941234567898/21/{code}", id="link"),
    ],
)
def test_a_code_that_is_typed_is_understood(portal: Browser, spelled: Callable[[str], str]) -> None:
    email, code = person(), counter.fresh_code()
    through_the_door(portal, email)
    answer = sent(portal, NEW, code=spelled(code))
    assert normalise(code) not in answer.location.replace("-", "")
    assert ticket_of(email).named_codes == (normalise(code),)


def test_what_can_be_no_code_keeps_nobody_from_writing(portal: Browser) -> None:
    email = person()
    through_the_door(portal, email)
    assert sent(portal, NEW, code="the label is gone").location.startswith("/messages/R-")
    assert ticket_of(email).named_codes == (NO_CODE,)


def test_without_a_code_nothing_is_named(portal: Browser) -> None:
    email = person()
    through_the_door(portal, email)
    sent(portal, NEW, code="  ")
    assert ticket_of(email).named_codes == ()


def test_a_made_up_parameter_is_no_reference(portal: Browser) -> None:
    through_the_door(portal, person())
    for made_up in ("hello", "<b>", "V-0000", shown(sealed(7))):
        page = portal.get(f"{NEW}?about=code&check={made_up}")
        assert 'name="check"' not in page.body
        assert 'name="code"' in page.body


def test_a_refused_form_keeps_what_was_typed_as_a_code(portal: Browser) -> None:
    through_the_door(portal, person())
    code = counter.fresh_code()
    answer = sent(portal, NEW, code=code, words=" ")
    page = answer if answer.status != 303 else portal.follow(answer)
    assert code in page.body
    assert code not in answer.location
    answer = sent(portal, f"{NEW}?check={LONGEST}", words=" ")
    page = answer if answer.status != 303 else portal.follow(answer)
    assert LONGEST in page.body


def test_the_same_words_with_another_code_are_another_message(portal: Browser) -> None:
    email = person()
    through_the_door(portal, email)
    token = portal.get(NEW).hidden("sent_as")
    codes = [counter.fresh_code() for _ in range(2)]
    for code in (codes[0], *codes):
        portal.post(NEW, words=HELLO, topic="code", sent_as=token, code=code)
    tickets = rooms.tickets().of_customer(email_key_of(email))
    assert {each.named_codes[0] for each in tickets} == set(map(normalise, codes))
    assert len(tickets) == 2
