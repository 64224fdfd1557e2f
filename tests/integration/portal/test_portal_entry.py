"""The way in shows nothing of other people: not which orders exist, nor what others tried."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from aftercare.access.model import code_for
from aftercare.mail.model import Feedback, Reason
from aftercare.orders.model import email_key_of
from aftercare.web.customers import anonymous
from portal import rooms
from portal.edge import sessions_of
from tests.fakes.actors import MAILER
from tests.fakes.aws import counted
from tests.fakes.browser import SIGNING_KEY, Browser, Page
from tests.fakes.callers import number, person, source, wrong
from tests.fakes.house import House
from tests.fakes.mails import Mailbox, mailboxes_on

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


@pytest.fixture
def email() -> str:
    return person()


@pytest.fixture
def order(house: House, email: str) -> str:
    house.clock.now = datetime.now(UTC)
    return house.delivered_order(email=email).order_number


def asked(order_number: str, email: str, browser: Browser | None = None) -> Browser:
    """A browser that asked for a code, which was sent if the two belong together."""
    browser = browser or Browser(source=source())
    browser.get("/")
    assert browser.post("/", order_number=order_number, email=email).location == "/code"
    deliver(browser)
    return browser


def request_ids(browser: Browser) -> list[str]:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session
    return session.requests.split()


def deliver(browser: Browser) -> Mailbox:
    mailbox = Mailbox()
    rooms.access().send_code(request_ids(browser)[0], mailbox, actor=MAILER)
    return mailbox


def code_of(browser: Browser, place: int = 0) -> str:
    """The code of the browser's newest request, or of an earlier one."""
    return code_for(SIGNING_KEY.encode(), request_ids(browser)[place])


def seen(page: Page) -> tuple[int, dict[str, str], str]:
    """What a browser sees of an answer, without what is its own: cookies and tokens."""
    headers = {name: value for name, value in page.headers.items() if name != "Set-Cookie"}
    return page.status, headers, page.body.replace(page.csrf, "")


def tried(browser: Browser, code: str) -> tuple[str, tuple[int, dict[str, str], str]]:
    """What a browser sees of a wrong code: the refusal, and the page that shows it."""
    answer = browser.post("/code", code=code)
    return answer.refusal, seen(browser.follow(answer))


# ---------------------------------------------------------------- pairs


def guesses(order_number: str, email: str, requests: int, tries: int) -> list[object]:
    """Everything that so many strangers see who guess so many codes each."""
    answers: list[object] = []
    for _ in range(requests):
        browser = asked(order_number, email)
        code = wrong(code_of(browser))
        answers += [tried(browser, code) for _ in range(tries)]
    return answers


def test_wrong_codes_tell_nobody_which_order_belongs_to_which_address(
    order: str, email: str
) -> None:
    assert guesses(order, email, 6, 6) == guesses(number(), person(), 6, 6)


def test_a_code_leads_to_the_order_that_it_proves(house: House, order: str, email: str) -> None:
    """Of several orders that were asked for, to the one whose code is typed."""
    browser = asked(order, email)
    asked(house.delivered_order(email=email).order_number, email, browser)
    asked(number(), email, browser)
    assert browser.post("/code", code=code_of(browser, 2)).location == f"/orders/{order}"


def test_a_link_in_the_shops_mail_fills_in_the_form_and_opens_nothing(
    order: str, email: str
) -> None:
    browser = Browser(source=source())
    page = browser.get("/?" + urlencode({"order": order, "email": email}))
    assert f'name="order_number" value="{order}"' in page.body
    assert f'value="{email}"' in page.body
    assert browser.get(f"/orders/{order}").location == f"/?to=/orders/{order}"
    page = browser.get("/?" + urlencode({"order": '"><script>alert(1)', "email": "x" * 5000}))
    assert page.status == 200
    assert "<script>alert" not in page.body


def test_a_link_in_a_mail_leads_a_signed_in_customer_to_their_order_and_nobody_elses(
    house: House, order: str, email: str
) -> None:
    browser = Browser(source=source()).sign_in(email)
    assert browser.get("/?" + urlencode({"order": order})).location == f"/orders/{order}"
    other = house.delivered_order(email=person()).order_number
    page = browser.get("/?" + urlencode({"order": other}))
    assert (page.status, f'value="{other}"' in page.body) == (200, True)


def test_a_strangers_wrong_codes_do_not_lock_the_owner_out(order: str, email: str) -> None:
    guesses(order, email, 6, 5)
    owner = asked(order, email)
    assert owner.post("/code", code=code_of(owner)).location == f"/orders/{order}"


def test_a_form_from_before_the_sign_in_does_nothing_after_it(order: str, email: str) -> None:
    """Whoever planted a session in a browser must not know the tokens of the one that follows."""
    owner = asked(order, email)
    owner.get("/code")
    planted = owner.csrf
    assert owner.post("/code", code=code_of(owner)).location == f"/orders/{order}"
    assert owner.post("/sign-out", csrf=planted).refusal == "page_too_old"
    assert owner.get("/orders").status == 200
    assert owner.post("/sign-out").location == "/"


def test_a_strangers_requests_do_not_keep_the_owner_waiting(order: str, email: str) -> None:
    for _ in range(12):
        asked(order, person())
        asked(number(), email)
    owner = asked(order, email)
    assert owner.post("/code", code=code_of(owner)).location == f"/orders/{order}"


def test_one_network_tries_a_hundred_codes_an_hour(order: str, email: str) -> None:
    where = "2001:db8:1:2::7"
    for _ in range(25):
        browser = asked(number(), person(), Browser(source=where))
        for _ in range(4):
            assert browser.post("/code", code="000000").refusal == "code_wrong"
    neighbour = asked(order, email, Browser(source="2001:db8:1:2:aaaa::1"))
    code = code_of(neighbour)
    assert "That was a lot of tries. Please wait " in neighbour.refused("/code", code=code).text
    script = replace(neighbour, accept="application/json").post("/code", code=code)
    assert script.problem["status"] == 429
    assert 0 < int(script.headers["Retry-After"]) <= 3600
    elsewhere = replace(neighbour, source="2001:db8:1:3::7")
    assert elsewhere.post("/code", code=code_of(neighbour)).location == f"/orders/{order}"


def test_a_days_requests_for_one_address_from_one_source_say_when_to_go_on(
    order: str, email: str
) -> None:
    where = source()
    for _ in range(10):
        asked(order, email, Browser(source=where))
    late = Browser(source=where)
    late.get("/")
    page = late.refused("/", order_number=order, email=email.upper())
    assert "That’s a day’s worth of codes for this address." in page.text
    assert f'value="{email.upper()}"' in page.body
    late.accept = "application/json"
    problem = late.post("/", order_number=order, email=email)
    assert int(problem.headers["Retry-After"]) <= 86_400


# ---------------------------------------------------------------- an address that gets no mail


def test_an_address_that_gets_no_mail_has_the_same_page_which_says_what_to_do(
    order: str, email: str, tables: dict[str, str]
) -> None:
    now = datetime.now(UTC)
    feedback = Feedback((email,), Reason.BOUNCE, "NoEmail", now)
    mailboxes_on(tables, lambda: now).suppress(feedback, actor=MAILER)
    pages = []
    for pair in ((order, email), (number(), person())):
        browser = asked(*pair, Browser(source=source()).take(anonymous()))
        pages.append(seen(browser.get("/code")))
    assert pages[0] == pages[1]
    said = asked(order, email).get("/code").text
    assert "We stop writing to an address when our emails come back" in said
    assert "ask the shop you bought from to open it again" in said


# ---------------------------------------------------------------- once more


def test_another_code_comes_without_typing_order_and_address_again(order: str, email: str) -> None:
    browser = asked(order, email)
    browser.get("/code")
    assert browser.post("/code", again="1").location == "/code?again=1"
    page = browser.get("/code?again=1")
    assert "another code is on its way" in page.text
    [(to, code)] = deliver(browser).sent
    assert (to, code) == (email, code_of(browser))
    assert browser.post("/code", code=code).location == f"/orders/{order}"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_open_code_of_a_browser_is_accepted(order: str, email: str, place: int) -> None:
    browser = asked(order, email)
    for _ in range(2):
        browser.post("/code", again="1")
        deliver(browser)
    assert browser.post("/code", code=code_of(browser, place)).location == f"/orders/{order}"


def test_a_code_of_another_browser_is_not_accepted(order: str, email: str) -> None:
    owner, stranger = asked(order, email), asked(order, email)
    page = stranger.refused("/code", code=code_of(owner))
    assert "Tries left: 4." in page.text


def test_asking_again_counts_like_asking(order: str, email: str) -> None:
    browser = asked(order, email)
    answers = [browser.post("/code", again="1") for _ in range(10)]
    assert [page.refusal for page in answers] == [""] * 9 + ["too_many_codes"]
    assert len(request_ids(browser)) == 10


def test_who_asks_again_without_a_request_starts_again() -> None:
    browser = Browser().take(anonymous())
    page = browser.refused("/code", again="1")
    assert "Start again with your order number and email address." in page.text


def test_what_cannot_be_a_code_costs_no_try(order: str, email: str) -> None:
    browser = asked(order, email)
    for typed in ("", "12345", "1234567", "my code", "\x00"):
        page = browser.refused("/code", code=typed)
        assert "A code has six digits. Copy them from our email" in page.text
    assert "Tries left: 4." in browser.refused("/code", code=wrong(code_of(browser))).text


def test_a_used_up_code_says_what_to_do_and_offers_it(order: str, email: str) -> None:
    browser = asked(order, email)
    said = [browser.refused("/code", code=wrong(code_of(browser))) for _ in range(6)]
    assert "That was the last of 5 tries for this code. Send another code" in said[4].text
    assert "This code was tried 5 times, so it doesn’t work any more. Send another" in said[5].text
    for page in said[4:]:
        assert 'name="code"' not in page.body
        assert page.body.count('name="again" value="1"') == 1
    assert browser.post("/code", again="1").location == "/code?again=1"
    deliver(browser)
    assert browser.post("/code", code=code_of(browser)).location == f"/orders/{order}"


@pytest.mark.parametrize(
    "pasted",
    [
        "{0} is your code for the returns page",
        "Your code is\n{0}\n\nType it on the returns page.",
        " {1} {2}\u200b",
        "{3}",
    ],
)
def test_order_address_and_code_are_read_as_they_are_pasted(
    order: str, email: str, pasted: str
) -> None:
    browser = asked(f"Order #{order.lower()}.", f"Sam Lee <mailto:{email.upper()}>")
    code = code_of(browser)
    arabic = code.translate({ord("0") + digit: 0x660 + digit for digit in range(10)})
    text = pasted.format(code, code[:3], code[3:], arabic)
    assert browser.post("/code", code=text).location == f"/orders/{order}"


@pytest.mark.parametrize("typed", ["PM202610001", "PM", "my order"])
def test_what_cannot_be_an_order_number_is_refused_at_once(typed: str, email: str) -> None:
    browser = Browser(source=source())
    browser.get("/")
    with counted("dynamodb") as calls:
        page = browser.refused("/", order_number=typed, email=email)
    assert calls == []
    assert "looks like PM-2026-10001, with its dashes" in page.text
    assert f'value="{typed}"' in page.body


def test_no_field_is_shorter_than_what_is_pasted_into_it() -> None:
    pages = [Browser().get(path).body for path in ("/", "/authenticity")]
    pages.append(asked(number(), person()).get("/code").body)
    assert [page for page in pages if "<input" not in page or "maxlength" in page] == []


# ---------------------------------------------------------------- signed out


def test_a_copy_of_a_signed_out_cookie_opens_nothing(house: House, order: str, email: str) -> None:
    browser = Browser().sign_in(email)
    thief = replace(browser)
    assert thief.get(f"/orders/{order}").status == 200
    assert browser.post("/sign-out").location == "/"
    for path in ("/orders", f"/orders/{order}"):
        assert thief.get(path).location.startswith("/?to=/"), path
    for path in ("/points", "/points.csv"):
        assert thief.get(path).location == "/points/sign-in", path
    form = {"return_id": "ret_01JXD0B7G00000000000000000", "units": "1", "reason": "stained"}
    assert thief.post(f"/orders/{order}/item?line=1", **form).location.startswith("/?to=/orders/")
    assert house.returns.of_customer(email_key_of(email)) == ()


def test_asking_for_another_code_signs_out_every_copy(order: str, email: str) -> None:
    browser = Browser(source=source()).sign_in(email)
    thief = replace(browser)
    asked(order, email, browser)
    assert thief.get("/orders").location == "/?to=/orders"
    assert browser.get("/orders").location == "/?to=/orders"


def test_signing_out_one_browser_leaves_the_others_signed_in(email: str) -> None:
    phone, desk = Browser().sign_in(email), Browser().sign_in(email)
    phone.post("/sign-out")
    assert desk.get("/orders").status == 200


def test_being_signed_in_costs_one_read_a_page(order: str, email: str) -> None:
    browser = Browser().sign_in(email)
    with counted("dynamodb") as calls:
        browser.get(f"/orders/{order}")
    # The sign-out; the order, its draft, its returns.
    assert calls[0] == "GetItem"
    assert len(calls) <= 5, calls
    with counted("dynamodb") as calls:
        Browser().get("/")
    assert calls == []
