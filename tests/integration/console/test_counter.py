"""A store's counter at the console: it redeems a code, and sees and does what the case needs."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from aftercare.desk.counter import VERBS
from aftercare.desk.hand_over import Case
from aftercare.desk.moves import Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.kernel.ids import new_ticket
from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from tests.fakes.browser import SIGNING_KEY, Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import Desk
from tests.fakes.service_desk import HELLO, SOHO, ServiceDesk, service_desk
from tests.fakes.ticket_pages import box, form_on
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
KB = 1024
V = Verb

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def service(desk: Desk, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it empties tables
    """The service desk beside the returns, with the key that the console has."""
    beside = service_desk(tables, SetClock(datetime.now(UTC)))
    beside.handing = replace(beside.handing, key=SIGNING_KEY.encode)
    return beside


@pytest.fixture
def signed_in(service: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it comes later
    def sign_in(role: str = "store", name: str = "Stu Store") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def redeems(browser: StaffBrowser, digits: str, store: str = SOHO) -> Page:
    browser.get("/counter")
    return browser.post("/counter", code=digits, store=store)


def handed_over(service: ServiceDesk, browser: StaffBrowser) -> str:
    """The path of a case that was just handed over to that browser's counter."""
    page = redeems(browser, service.code(service.ask().ticket.number))
    assert page.status == 303, page.text
    return page.location


def case_of(ret: Return) -> Case:
    return Case(
        f"return#{ret.return_id}",
        ret.email_key,
        "en",
        order_number=ret.order_number,
        return_id=ret.return_id,
        return_number=ret.ticket,
    )


def test_a_counter_opens_a_case_and_nothing_needs_to_be_asked(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    number = service.ask().ticket.number
    service.act(number, V.NOTE, "Second complaint this month.")
    service.act(number, V.REPLY, "Please bring it in.")
    store = signed_in()
    page = store.follow(redeems(store, service.code(number)))
    assert page.status == 200
    for shown in (HELLO, "Please bring it in.", "Nothing needs to be asked", SOHO, NUMBER):
        assert shown in page.text
    assert "Order and mailbox" in page.text
    assert f"Took it over at {SOHO}" in page.text
    for hidden in ("Second complaint", EMAIL):
        assert hidden not in page.text
    assert f"You brought this to our store {SOHO}." not in page.text
    assert len(page.body.encode()) < 60 * KB


def test_a_counter_sees_lines_decision_and_evidence_of_a_return(
    desk: Desk, service: ServiceDesk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    store = signed_in()
    page = store.follow(redeems(store, service.code(case=case_of(ret))))
    number = ret.ticket
    assert f'href="/dock/{ret.return_id}"' in page.body
    assert ret.lines[0].name in page.text
    picture = re.search(rf'src="(/counter/{number}/evidence/[^"]+)"', page.body)
    assert picture
    link = store.get(picture[1])
    assert (link.status, "X-Amz-Signature" in link.location) == (302, True)
    other = desk.waiting(desk.house.delivered_order())
    stranger = picture[1].partition("/evidence/")[0] + f"/evidence/{other.return_id}"
    assert store.get(stranger).status == 404
    assert store.get(f"/cases/{ret.return_id}/evidence/x").status == 403


def test_a_counter_answers_and_resolves_and_the_customer_is_told(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    store = signed_in()
    path = handed_over(service, store)
    number = path.rpartition("/")[2]
    for verb in (V.REPLY, V.NOTE, V.RESOLVE):
        form = form_on(store.get(path), verb=verb, words=f"Words of {verb}.", form="answer")
        answer = store.post(f"{path}/act", **form)
        assert answer.location == f"{path}?done={verb}"
        assert store.post(f"{path}/act", **form).location == answer.location
    assert "Sent and resolved." in store.follow(answer).text
    said = [each.words for each in service.thread(number).public]
    assert said[-2:] == ["Words of reply.", "Words of resolve."]
    assert "Words of note." in store.get(path).text


@pytest.mark.parametrize("verb", [verb for verb in V if verb not in VERBS])
def test_a_counter_does_nothing_else(service: ServiceDesk, signed_in: SignIn, verb: Verb) -> None:
    store = signed_in()
    path = handed_over(service, store)
    before = service.thread(path.rpartition("/")[2]).messages
    form = form_on(store.get(path), verb=verb, words="Hello.")
    assert store.post(f"{path}/act", **form).location == path
    assert store.post(f"/tickets/{path.rpartition('/')[2]}/act", **form).status != 200
    assert service.thread(path.rpartition("/")[2]).messages == before


def test_what_came_meanwhile_is_shown_and_what_was_typed_is_kept(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    store = signed_in()
    path = handed_over(service, store)
    form = form_on(store.get(path), verb=V.RESOLVE, words="All done.", form="answer")
    service.write(path.rpartition("/")[2], "The lid, too.")
    page = store.post(f"{path}/act", **form)
    assert page.status == 409
    assert "The lid, too." in page.text
    assert box(page, "words") == "All done."
    page = store.post(f"{path}/act", **form_on(page, verb=V.NOTE, words=" ", form="inside"))
    assert page.status == 422


def test_a_code_that_opens_nothing_is_refused_and_the_store_stays(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    store = signed_in()
    digits = service.code(service.ask().ticket.number)
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    page = store.follow(redeems(store, wrong))
    assert "No case has this code now." in page.text
    assert f'value="{SOHO}"' in page.body
    assert f'value="{wrong}"' in page.body
    page = store.follow(redeems(store, "12"))
    assert "A hand-over code has six digits." in page.text
    page = store.follow(redeems(store, digits, " "))
    assert "Say which store this is" in page.text
    assert redeems(store, digits).location.startswith("/counter/R-")
    assert f'value="{SOHO}"' in store.get("/counter").body


def test_guessing_is_stopped_and_says_how_long(service: ServiceDesk, signed_in: SignIn) -> None:
    store = signed_in()
    digits = service.code(service.ask().ticket.number)
    for step in range(1, 11):
        redeems(store, f"{(int(digits) + step) % 10**6:06d}")
    page = store.follow(redeems(store, digits))
    assert "Too many codes opened nothing." in page.text
    assert redeems(signed_in(name="Sam"), digits).location.startswith("/counter/R-")


@pytest.mark.parametrize("role", ["agent", "lead", "qa", "warehouse", "auditor"])
def test_the_page_is_for_counters(service: ServiceDesk, signed_in: SignIn, role: str) -> None:
    digits = service.code(service.ask().ticket.number)
    other = signed_in(role)
    assert other.get("/counter").status == 403
    assert 'href="/counter"' not in other.get("/sessions").body
    redeems(other, digits)
    assert redeems(signed_in(), digits).location.startswith("/counter/R-")


def test_nobody_else_sees_the_case(service: ServiceDesk, signed_in: SignIn) -> None:
    store = signed_in()
    path = handed_over(service, store)
    other = signed_in(name="Sam")
    for way in (path, f"/counter/{new_ticket()}", f"{path}/evidence/evd_1"):
        page = other.get(way)
        assert page.status == 403
        assert "This case is not with you" in page.text
    assert store.get(path.replace("/counter/", "/tickets/")).status == 403


def test_the_case_leaves_a_trace_each_time(
    desk: Desk, service: ServiceDesk, signed_in: SignIn, tables: dict[str, str]
) -> None:
    ret = desk.waiting()
    store = signed_in()
    page = redeems(store, service.code(case=case_of(ret)))
    trail = StaffStore(tables["StaffTable"])
    assert [each.act for each in trail.traces(ret.return_id)] == []
    store.follow(page)
    ticket = service.thread(ret.ticket).ticket
    for subject in (ret.return_id, ticket.ticket_id):
        assert [each.act for each in trail.traces(subject)] == [Act.READ]


def test_agents_see_that_it_was_handed_over(service: ServiceDesk, signed_in: SignIn) -> None:
    path = handed_over(service, signed_in())
    number = path.rpartition("/")[2]
    text = signed_in("agent", "Ada").get(f"/tickets/{number}").text
    assert f"Took it over at {SOHO}" in text
    assert "Order and mailbox, Hand-over code" in text


def test_a_customer_who_is_a_member_alone_is_asked_for_an_order_only_if_needed(
    service: ServiceDesk, signed_in: SignIn
) -> None:
    thread = service.ask(About(Topic.POINTS))
    ticket = service.thread(thread.ticket.number).ticket
    assert ticket.proofs
    store = signed_in()
    page = store.follow(redeems(store, service.code(ticket.number)))
    assert "Nothing needs to be asked" in page.text
