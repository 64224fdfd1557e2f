"""Members sign in with their address alone; nobody learns whether an address is a member's."""

from datetime import UTC, datetime

import pytest

from aftercare.kernel.clock import utc_now
from aftercare.members.model import Member
from aftercare.points.rules import published
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words
from portal import rooms
from portal.edge import sessions_of
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.browser import SIGNING_KEY, Browser, Page
from tests.fakes.callers import number, person, source, wrong
from tests.fakes.house import House
from tests.fakes.mails import Mailbox
from tests.fakes.points_desk import PointsTill, joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
DOOR = "/points/sign-in"


@pytest.fixture
def member(functions: None) -> Member:  # noqa: ARG001 - what it stands on
    return joined()


def asked(email: str, browser: Browser | None = None) -> Browser:
    """A browser that asked for a code with that address."""
    browser = browser or Browser(source=source())
    browser.get(DOOR)
    assert browser.post(DOOR, email=email).location == "/code"
    return browser


def mailed(browser: Browser) -> Mailbox:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session
    mailbox = Mailbox()
    rooms.access().send_code(session.request_ids[0], mailbox, actor=MAILER)
    return mailbox


def seen(page: Page) -> tuple[int, dict[str, str], str]:
    """What a browser sees of an answer, without what is its own: cookies and tokens."""
    headers = {name: value for name, value in page.headers.items() if name != "Set-Cookie"}
    return page.status, headers, page.body.replace(page.csrf, "")


def test_who_only_bought_in_stores_signs_in_with_an_address_and_sees_the_points(
    member: Member,
) -> None:
    PointsTill().earn(member.member_id, 42)
    browser = asked(member.email)
    [(to, code)] = mailed(browser).sent
    assert to == member.email
    assert browser.post("/code", code=code).location == "/points"
    assert "42 points to spend" in browser.get("/points").text


def test_what_leads_to_points_leads_a_stranger_to_a_page_about_points(portal: Browser) -> None:
    answer = portal.get("/points")
    page = portal.follow(answer)
    assert (answer.location, page.status) == (DOOR, 200)
    assert "Points are good for 365 days" in page.text
    assert 'name="order_number"' not in page.body


def test_the_page_says_what_earns_a_point_in_each_currency(portal: Browser) -> None:
    rules = published().at(utc_now())
    page = portal.get(DOOR)
    for currency, amount in rules.per_point.items():
        assert words("en").money(amount, currency) in page.body, currency


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_in_every_language(portal: Browser, language: str) -> None:
    page = portal.get(f"{DOOR}?lang={language}")
    assert (page.status, f'<html lang="{language}">' in page.body) == (200, True)


def test_no_answer_tells_whose_address_is_a_members(member: Member) -> None:
    def story(email: str) -> list[object]:
        browser = Browser(source=source())
        pages = [browser.get(DOOR)]
        with counted("dynamodb") as calls:
            pages.append(browser.post(DOOR, email=email))
        pages.append(browser.get("/code"))
        mailed(browser)
        for _ in range(6):
            answer = browser.post("/code", code="000000")
            pages += [answer, browser.follow(answer)]
        return [*map(seen, pages), [*calls]]

    assert story(member.email) == story(person())


def test_only_a_member_gets_a_mail(house: House) -> None:
    house.clock.now = datetime.now(UTC)
    buyer = house.delivered_order(email=person())
    assert buyer.purchase
    assert mailed(asked(buyer.purchase.email)).sent == []
    assert mailed(asked(person())).sent == []


def test_a_code_of_an_order_and_one_of_an_address_are_both_open(
    house: House, member: Member
) -> None:
    house.clock.now = datetime.now(UTC)
    order = house.delivered_order(email=member.email).order_number
    browser = asked(member.email)
    [(_, code)] = mailed(browser).sent
    browser.get("/")
    browser.post("/", order_number=order, email=member.email)
    assert browser.post("/code", code=code).location == "/points"
    assert browser.get(f"/orders/{order}").status == 200, "the proof is of the mailbox, as ever"


def test_another_code_is_sent_for_the_same_address(member: Member) -> None:
    browser = asked(member.email)
    assert browser.post("/code", again="1").location == "/code?again=1"
    [(to, code)] = mailed(browser).sent
    assert to == member.email
    assert browser.post("/code", code=wrong(code)).refusal == "code_wrong"
    assert browser.post("/code", code=code).location == "/points"


def test_both_ways_in_share_the_limits_of_a_source(member: Member) -> None:
    where = source()
    for _ in range(10):
        asked(member.email, Browser(source=where))
    browser = Browser(source=where)
    browser.get("/")
    assert browser.post("/", order_number=number(), email=member.email).refusal == "too_many_codes"
    browser.get(DOOR)
    assert browser.post(DOOR, email=member.email).refusal == "too_many_codes"


def test_what_is_no_address_is_refused_on_the_page(portal: Browser) -> None:
    portal.get(DOOR)
    answer = portal.post(DOOR, email="x")
    assert (answer.refusal, answer.location) == ("find_order_invalid", DOOR)
    page = portal.follow(answer)
    assert 'aria-invalid="true"' in page.body
    assert 'value="x"' in page.body


def test_a_form_from_before_is_asked_for_once_more(portal: Browser) -> None:
    answer = portal.post(DOOR, email=person(), csrf="old")
    assert answer.location == f"{DOOR}?again=1"
    assert 'role="alert"' in portal.follow(answer).body


def test_who_is_signed_in_is_at_the_points(member: Member) -> None:
    browser = Browser().sign_in(member.email)
    assert browser.get(DOOR).location == "/points"


def test_a_copy_of_a_signed_out_cookie_is_asked_to_sign_in(member: Member) -> None:
    browser = Browser().sign_in(member.email)
    browser.get("/points")
    copy = Browser(cookie=browser.cookie)
    browser.post("/sign-out")
    assert copy.get("/points").location == DOOR
    assert copy.get(DOOR).status == 200


def test_starting_again_leads_back_to_the_page_about_points(member: Member) -> None:
    assert f'href="{DOOR}"' in asked(member.email).get("/code").body
