"""A counter opens a case for who stands there, and prints the paper code that they take along."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftercare.desk.ticket import Proof, Thread
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from aftercare.web import qr
from aftercare.words.model import LANGUAGES
from aftercare.words.service import words as words_of
from tests.fakes.browser import Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL, ORDERS_INGEST, paid
from tests.fakes.reviews import Desk
from tests.fakes.service_desk import HELLO, SOHO, ServiceDesk, service_desk
from tests.fakes.ticket_pages import box
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
SOLD = "PM-2026-7001"
KB = 1024

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def service(desk: Desk, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it empties tables
    beside = service_desk(tables, SetClock(datetime.now(UTC)))
    bought = paid(number=SOLD)
    event = replace(bought, purchase=replace(bought.purchase, channel="store"))
    beside.tickets.people.orders.record(event, actor=ORDERS_INGEST)
    return beside


@pytest.fixture
def signed_in(service: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it comes later
    def sign_in(role: str = "store", name: str = "Stu Store") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def told(**changes: str) -> dict[str, str]:
    return {
        "words": HELLO,
        "topic": "product",
        "language": "ja",
        "email": "",
        "receipt": SOLD,
        "total": "178.00",
        "store": SOHO,
    } | changes


def opens(browser: StaffBrowser, **changes: str) -> Page:
    form = browser.get("/counter/new")
    return browser.post("/counter/new", sent_as=form.hidden("sent_as"), **told(**changes))


def thread_at(service: ServiceDesk, page: Page) -> Thread:
    assert page.status == 303, page.text
    return service.thread(page.location.split("/")[2].partition("?")[0])


def test_a_case_is_opened_and_seen_at_once(service: ServiceDesk, signed_in: SignIn) -> None:
    store = signed_in()
    page = opens(store)
    thread = thread_at(service, page)
    assert (thread.ticket.proof, thread.ticket.language) == (Proof.RECEIPT, "ja")
    shown = store.follow(page)
    for words in (HELLO, SOHO, "Nothing needs to be asked", "Receipt of a store", SOLD):
        assert words in shown.text
    for words in ("Moon Hare", "Print a paper code", "They have no e-mail address", "Opened."):
        assert words in shown.text
    assert EMAIL not in shown.text
    assert f'value="{SOHO}"' in store.get("/counter/new").body


def test_agents_see_what_was_shown_and_what_was_bought(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    number = thread_at(service, opens(signed_in(), email="gift@example.com")).ticket.number
    text = signed_in("agent", "Ada").get(f"/tickets/{number}").text
    for words in ("Receipt of a store", "which another mailbox or none bought", "Moon Hare"):
        assert words in text


def test_a_receipt_that_matches_nothing_is_said_and_nothing_typed_is_lost(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    store = signed_in()
    page = opens(store, total="99")
    assert (page.status, service.entries()) == (422, [])
    assert "We know no receipt" in page.text
    assert (box(page, "words"), page.hidden("sent_as") != "") == (HELLO, True)
    assert f'value="{SOLD}"' in page.body
    again = store.post(
        "/counter/new", sent_as=page.hidden("sent_as"), **told(total="99", is_unproved="yes")
    )
    ticket = thread_at(service, again).ticket
    assert (ticket.proof, ticket.named_order) == (Proof.UNCONFIRMED, SOLD)
    shown = store.follow(again)
    assert "Nothing is proved" in shown.text
    assert f"The customer names {SOLD}" in shown.text
    assert "Moon Hare" not in shown.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"topic": "x"}, "Choose what it is about."),
        ({"language": ""}, "Choose the customer’s language."),
        ({"email": "mei at home"}, "Check the e-mail address"),
        ({"store": " "}, "Say which store this is"),
        ({"words": " "}, "Write between 1 and"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_is_missing_is_said_at_its_field(
    service: ServiceDesk, signed_in: SignIn, changes: dict[str, str], said: str
) -> None:
    page = opens(signed_in(), **changes)
    assert (page.status, service.entries()) == (422, [])
    assert said in page.text
    [field] = changes
    assert f'id="{field}-error"' in page.body


def test_a_form_sent_twice_is_one_case_and_the_next_customers_another(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    store = signed_in()
    token = store.get("/counter/new").hidden("sent_as")
    sent = [store.post("/counter/new", sent_as=token, **told()).location for _ in range(2)]
    other = store.post("/counter/new", sent_as=token, **told(words="Another customer.")).location
    assert sent[0] == sent[1] != other
    assert len(service.entries()) == 2


@pytest.mark.usefixtures("service")
def test_a_paper_code_is_printed_in_the_customers_language_and_opens_the_case_elsewhere(
    signed_in: SignIn,
) -> None:
    store = signed_in()
    path = opens(store, words="Kakikomi").location.partition("?")[0]
    assert "This case has no paper code now." in store.get(f"{path}/paper").text
    page = store.follow(store.post(f"{path}/paper"))
    w = words_of("ja", typeset=True)
    assert 'lang="ja"' in page.body
    assert w.text("hand_over.paper_title") in page.text
    digits = "".join(re.findall(r"<span>(\d{4})</span>", page.body))
    assert len(digits) == 16
    assert f'd="{qr.path_of(digits)}"' in page.body
    other = signed_in(name="Sam")
    other.get("/counter")
    opened = other.post("/counter", code=digits, store="Paris Bastille")
    assert opened.location == path
    assert "Kakikomi" in other.follow(opened).text
    assert store.get(f"{path}/paper").status == 403


def test_a_paper_code_is_worded_in_every_language() -> None:
    for tag in LANGUAGES:
        w = words_of(tag, typeset=True)
        assert w.text("hand_over.paper_until", day="x") != w.text("hand_over.paper_lede")


def test_trying_receipts_is_stopped(service: ServiceDesk, signed_in: SignIn) -> None:
    store = signed_in()
    for step in range(20):
        assert opens(store, total=str(step)).status == 422
    page = opens(store)
    assert (page.status, "Too many" in page.text) == (429, True)
    assert service.entries() == []


@pytest.mark.parametrize("role", ["agent", "lead", "qa", "warehouse", "auditor"])
def test_the_pages_are_for_counters(service: ServiceDesk, signed_in: SignIn, role: str) -> None:
    number = thread_at(service, opens(signed_in())).ticket.number
    other = signed_in(role)
    for path in ("/counter/new", f"/counter/{number}/paper"):
        assert other.get(path).status == 403
    before = len(service.entries())
    other.post("/counter/new", sent_as="x", **told())
    other.post(f"/counter/{number}/paper")
    assert len(service.entries()) == before


def test_the_case_leaves_a_trace_when_it_is_read(
    service: ServiceDesk, signed_in: SignIn, tables: dict[str, str]
) -> None:
    store = signed_in()
    page = opens(store)
    ticket = thread_at(service, page).ticket
    store.follow(page)
    traces = StaffStore(tables["StaffTable"]).traces(ticket.ticket_id)
    assert [each.act for each in traces] == [Act.READ]
