"""The page on which somebody takes up the case that they began at a counter."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal import rooms
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.callers import person
from tests.fakes.house import SetClock
from tests.fakes.service_desk import HELLO, ServiceDesk, desk_beside
from tests.integration.portal.test_mailbox_alone import through_the_door

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
PAPER = "/messages/paper"


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    found = desk_beside(tables, SetClock(datetime.now(UTC)))
    key = SIGNING_KEY.encode
    found.walk_ins = replace(found.walk_ins, key=key, handing=replace(found.handing, key=key))
    return found


def test_who_proved_a_mailbox_goes_on_with_the_paper(portal: Browser, desk: ServiceDesk) -> None:
    number = desk.walks_in().ticket.number
    digits = desk.paper_code(number)
    email = person()
    assert through_the_door(portal, email, "/messages").location == "/messages"
    assert f'href="{PAPER}"' in portal.get("/messages").body
    portal.get(PAPER)
    opened = portal.post(PAPER, code=" ".join(digits[at : at + 4] for at in range(0, 16, 4)))
    assert opened.location == f"/messages/{number}"
    text = portal.follow(opened).text
    assert HELLO in text
    assert words("en", typeset=True).text("messages.by.partner") in text
    assert portal.post(PAPER, code=digits).location == f"/messages/{number}"
    assert rooms.tickets().of_customer(desk.thread(number).ticket.email_key)[0].email == email


def test_a_code_that_opens_nothing_is_said_and_stays(portal: Browser) -> None:
    through_the_door(portal, person(), "/messages")
    portal.get(PAPER)
    page = portal.follow(portal.post(PAPER, code="4829 1300"))
    assert words("en", typeset=True).text("problems.paper_code_refused") in page.text
    assert 'value="4829 1300"' in page.body


def test_whoever_is_signed_out_signs_in_first(portal: Browser, desk: ServiceDesk) -> None:
    digits = desk.paper_code(desk.walks_in().ticket.number)
    assert portal.get(PAPER).status == 303
    assert portal.post(PAPER, code=digits).status == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_every_language(portal: Browser, language: str) -> None:
    through_the_door(portal, person(), "/messages")
    page = portal.get(f"{PAPER}?lang={language}")
    assert words(language, typeset=True).text("hand_over.paper_page") in page.text
    assert "hand_over." not in page.text
