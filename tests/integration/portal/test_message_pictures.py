"""Pictures with a message: it is sent first, they follow, and nothing is lost on the way."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.desk.moves import Verb
from aftercare.desk.pictures import MOST_OF_MESSAGE
from aftercare.evidence.model import MOST_OF_TICKET, Evidence
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.words.model import LANGUAGES
from portal import rooms
from tests.fakes.browser import Browser, Page
from tests.fakes.browser_pages.talking import Talks, talks_on
from tests.fakes.house import WORKER, House, good_photo, put_upload
from tests.fakes.orders import FIGURE
from tests.fakes.points_desk import fresh

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HELLO = "The left ear is missing."


@pytest.fixture
def talks(tables: dict[str, str]) -> Talks:
    return talks_on(tables)


@pytest.fixture
def email(house: House) -> str:
    house.clock.now = datetime.now(UTC)
    order = house.delivered_order(FIGURE, email=f"{fresh('mei')}@example.com")
    assert order.purchase
    return order.purchase.email


@pytest.fixture
def customer(portal: Browser, email: str) -> Browser:
    return portal.sign_in(email)


def sends(browser: Browser, path: str = "/messages/new", **form: str) -> Page:
    fields = {"words": HELLO, "sent_as": fresh("form")}
    fields |= {"topic": "product"} if path.endswith("/new") else {}
    return browser.post(path, **fields | form)


@pytest.fixture
def pictures(customer: Browser) -> str:
    """Where pictures are added to a message that was just sent."""
    return sends(customer, then="pictures").location


def adds(browser: Browser, pictures: str, content_type: str = "image/jpeg") -> str:
    """The id of a picture that was begun without scripts."""
    page = browser.post(pictures, content_type=content_type)
    assert page.status == 303, page.text
    return page.location.rpartition("/")[2]


def slot_of(number: str, evidence_id: str, email_key: str) -> Evidence:
    thread = rooms.tickets().thread(email_key, number)
    return rooms.message_pictures().one(thread, evidence_id)


def arrives(
    house: House,
    key: str,
    verdict: Callable[[bytes], Accepted | Refused] = good_photo,
    body: bytes = b"photo",
) -> None:
    """What the browser puts into the bucket, and then its screening."""
    put_upload(house, key, body)
    house.evidence.screen(key, verdict, actor=WORKER)


def key_of(page: Page) -> str:
    """The key of the upload that a form without scripts sends."""
    found = re.search(r'name="key" value="([^"]+)"', page.body)
    assert found, page.text
    return found[1]


def shown(page: Page) -> list[tuple[str, str]]:
    """The pictures on a page, with their states."""
    return re.findall(r'data-photo="([^"]+)" data-state="([^"]+)"', page.body)


def too_blurred(_: bytes) -> Accepted | Refused:
    return Refused(RefusalReason.TOO_BLURRED)


# ---------------------------------------------------------------- adding


def test_a_message_is_sent_and_its_pictures_follow(customer: Browser, house: House) -> None:
    page = sends(customer, then="pictures")
    talk = page.location.removesuffix("/pictures")
    assert page.location == f"{talk}/pictures"
    adding = customer.get(page.location)
    assert HELLO in adding.text
    assert "Up to 6 photos for each message" in adding.text
    evidence_id = adds(customer, page.location)
    form = customer.get(f"{page.location}/{evidence_id}")
    assert 'enctype="multipart/form-data"' in form.body
    back = re.search(r'name="success_action_redirect" value="([^"]+)"', form.body)
    assert back
    assert back[1].endswith(page.location)
    assert shown(customer.get(talk)) == [(evidence_id, "waiting")]
    assert "Photo 1 is being checked" in customer.get(talk).text
    arrives(house, key_of(form))
    assert shown(customer.get(talk)) == [(evidence_id, "accepted")]
    picture = customer.get(f"{page.location}/{evidence_id}")
    assert (picture.status, "test-documents" in picture.location) == (303, True)
    assert ".thumb.jpg" in customer.get(f"{page.location}/{evidence_id}/thumbnail").location


def test_later_messages_take_pictures_of_their_own(
    customer: Browser, house: House, talks: Talks, pictures: str
) -> None:
    talk = pictures.removesuffix("/pictures")
    first = adds(customer, pictures)
    arrives(house, key_of(customer.get(f"{pictures}/{first}")))
    talks.did(talk.rpartition("/")[2], Verb.REPLY)
    assert sends(customer, talk, words="Here is the back.", then="pictures").location == pictures
    second = adds(customer, pictures)
    assert "Here is the back." in customer.get(pictures).text
    assert [each for each, _ in shown(customer.get(pictures))] == [second]
    page = customer.get(talk)
    assert [each for each, _ in shown(page)] == [first, second]
    assert page.body.index(HELLO) < page.body.index(first) < page.body.index("Here is the back.")


def test_scripts_get_a_form_for_each_picture(customer: Browser, pictures: str) -> None:
    browser = replace(customer, accept="application/json")
    page = browser.post(pictures, content_type="image/heic")
    assert page.status == 201, page.body
    answer = json.loads(page.body)
    number = pictures.split("/")[2]
    ticket = rooms.tickets()._found(number)
    assert ticket
    assert answer["upload"]["fields"]["key"] == f"incoming/{ticket.ticket_id}/{answer['photo_id']}"
    assert answer["upload"]["fields"]["Content-Type"] == "image/heic"


def test_a_refused_picture_is_said_to_be_with_why_and_makes_room(
    customer: Browser, house: House, pictures: str
) -> None:
    ids = [adds(customer, pictures) for _ in range(MOST_OF_MESSAGE)]
    full = customer.post(pictures, content_type="image/jpeg")
    assert "A message takes up to 6 photos." in customer.follow(full).text
    assert 'data-uploader="message" hidden' in customer.get(pictures).body
    arrives(house, key_of(customer.get(f"{pictures}/{ids[2]}")), too_blurred)
    for page in (customer.get(pictures), customer.get(pictures.removesuffix("/pictures"))):
        assert "Photo 3 is too blurred to see anything. Please take it again" in page.text
    assert 'data-uploader="message" hidden' not in customer.get(pictures).body
    adds(customer, pictures)


def test_a_ticket_takes_thirty_pictures(customer: Browser, pictures: str) -> None:
    talk = pictures.removesuffix("/pictures")
    for _ in range(MOST_OF_TICKET // MOST_OF_MESSAGE):
        for _ in range(MOST_OF_MESSAGE):
            adds(customer, pictures)
        sends(customer, talk, words=fresh("And this."))
    page = customer.follow(customer.post(pictures, content_type="image/jpeg"))
    assert "A message takes up to 30 photos." in page.text


@pytest.mark.parametrize("content_type", ["", "text/html", "image/svg+xml", "application/pdf"])
def test_what_is_no_picture_gets_no_form(
    customer: Browser, pictures: str, content_type: str
) -> None:
    page = customer.follow(customer.post(pictures, content_type=content_type))
    assert "Please choose a photo: JPEG, PNG, WebP, HEIC or AVIF." in page.text
    assert shown(page) == []


def test_an_answered_message_takes_no_more_and_says_what_to_do(
    customer: Browser, talks: Talks, pictures: str
) -> None:
    talk = pictures.removesuffix("/pictures")
    assert f'href="{pictures}"' in customer.get(talk).body
    talks.did(talk.rpartition("/")[2], Verb.REPLY)
    assert f'href="{pictures}"' not in customer.get(talk).body
    assert "Your last message has been answered." in customer.get(pictures).text
    page = customer.follow(customer.post(pictures, content_type="image/jpeg"))
    assert "Please write again, and add your photos to that." in page.text


def test_what_arrives_after_the_answer_is_there_all_the_same(
    customer: Browser, house: House, talks: Talks, pictures: str
) -> None:
    evidence_id = adds(customer, pictures)
    key = key_of(customer.get(f"{pictures}/{evidence_id}"))
    talk = pictures.removesuffix("/pictures")
    talks.did(talk.rpartition("/")[2], Verb.REPLY)
    arrives(house, key)
    assert shown(customer.get(talk)) == [(evidence_id, "accepted")]


def test_a_screening_that_is_told_twice_or_late_changes_nothing(
    customer: Browser, house: House, pictures: str
) -> None:
    evidence_id = adds(customer, pictures)
    key = key_of(customer.get(f"{pictures}/{evidence_id}"))
    arrives(house, key)
    arrives(house, key, too_blurred, b"another")
    house.evidence.screen(key, too_blurred, actor=WORKER)
    assert shown(customer.get(pictures)) == [(evidence_id, "accepted")]


def test_an_upload_of_no_message_is_thrown_away(house: House) -> None:
    key = f"incoming/{new_id('tkt', house.clock.now)}/{new_id('evd', house.clock.now)}"
    put_upload(house, key, b"photo")
    assert house.evidence.screen(key, good_photo, actor=WORKER) is None


def test_what_never_arrived_is_not_shown_and_takes_no_place(
    customer: Browser, house: House, pictures: str
) -> None:
    number = pictures.split("/")[2]
    ticket = rooms.tickets()._found(number)
    assert ticket
    began = datetime.now(UTC) - timedelta(minutes=13)
    for _ in range(MOST_OF_MESSAGE):
        slot = Evidence(
            ticket.ticket_id,
            new_id("evd", began),
            "image/jpeg",
            began,
            opened_by=CUSTOMER,
            entry=1,
        )
        house.evidence.store.open(slot, 18)
    assert shown(customer.get(pictures)) == []
    adds(customer, pictures)
    put_upload(house, slot.upload_key)
    house.evidence.store.begin(slot)
    assert "couldn’t be checked. Please send it again." in customer.get(pictures).text


# ---------------------------------------------------------------- whose they are


def test_nobody_else_sees_or_adds_any(customer: Browser, house: House, pictures: str) -> None:
    evidence_id = adds(customer, pictures)
    arrives(house, key_of(customer.get(f"{pictures}/{evidence_id}")))
    email = f"{fresh('li')}@example.com"
    house.delivered_order(FIGURE, email=email)
    stranger = Browser().sign_in(email)
    theirs = sends(stranger, then="pictures").location
    for path in (pictures, f"{pictures}/{evidence_id}", f"{pictures}/{evidence_id}/thumbnail"):
        assert stranger.get(path).status == 404
    assert stranger.post(pictures, content_type="image/jpeg").status in {303, 404}
    assert stranger.get(f"{theirs}/{evidence_id}").status == 404
    assert shown(customer.get(pictures)) == [(evidence_id, "accepted")]


# ---------------------------------------------------------------- the page


def test_an_open_page_is_told_of_a_verdict(customer: Browser, house: House, pictures: str) -> None:
    talk = pictures.removesuffix("/pictures")
    evidence_id = adds(customer, pictures)
    key = key_of(customer.get(f"{pictures}/{evidence_id}"))
    found = re.search(r'data-talk="(\d+)" data-mark="([^"]*)"', customer.get(talk).body)
    assert found
    since = f"{talk}/since/{found[1]}?state=new&mark={found[2]}"
    browser = replace(customer, accept="application/json")
    assert json.loads(browser.get(since).body)["html"] == ""
    arrives(house, key)
    html = json.loads(browser.get(since).body)["html"]
    assert "data-whole" in html
    assert f'data-photo="{evidence_id}" data-state="accepted"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_reads_in_every_language(customer: Browser, pictures: str, language: str) -> None:
    evidence_id = adds(customer, pictures)
    for path in (pictures, f"{pictures}/{evidence_id}", "/messages/new"):
        page = customer.get(f"{path}?lang={language}")
        assert (page.status, "messages.pictures" in page.body) == (200, False)
