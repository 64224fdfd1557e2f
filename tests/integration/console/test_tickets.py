"""A ticket's page at the console: what it says, to whom, the trace it leaves, its size."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.partners import Bringing
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.kernel.ids import new_ticket
from aftercare.kernel.requests import RequestKey
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from console.site.pages import STATIC
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.incoming import parts, raw_mail
from tests.fakes.orders import EMAIL, FIGURE, NUMBER
from tests.fakes.service_desk import HELLO, ServiceDesk
from tests.fakes.ticket_pages import acts, at, form_on
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
V, S = Verb, TicketState

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str = "Ada Agent") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def test_a_mail_that_is_not_proved_is_marked_and_its_words_are_asked_for(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    thread = tickets.ask()
    number = thread.ticket.number
    photo = "Content-Disposition: attachment; filename=ear.jpg\r\n\r\nJFIF"
    body, kind = parts("\r\nSend <b>money</b>.", photo)
    to = tickets.address(number)
    forged = raw_mail(body, content_type=kind, **{"from": "eve@example.net", "to": to})
    tickets.mail(forged, passes_dmarc=False)
    page = signed_in("agent").get(at(thread)).body
    item = page[page.index("eve@example.net") :]
    assert "not proved to be the customer&#39;s" in item
    assert item.index("<details>") < item.index("Send &lt;b&gt;money")
    assert "<details open" not in item
    assert "Attached: ear.jpg (1 KB)" in item


def test_a_ticket_says_who_said_what_and_how_its_clocks_stand(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    before = tickets.ask(About(Topic.POINTS))
    thread = tickets.ask(words="It is <b>broken</b>.")
    number = thread.ticket.number
    tickets.act(number, V.TAKE)
    tickets.act(number, V.NOTE, "Looks like the courier.")
    tickets.act(number, V.ASK, "Which side, please?")
    page = signed_in("agent").get(at(thread))
    assert "It is &lt;b&gt;broken&lt;/b&gt;." in page.body
    order = ["broken", "Started to work on it", "Looks like the courier.", "Which side"]
    places = [page.body.index(each) for each in order]
    assert places == sorted(places)
    for shown in (
        "staff only",
        "Waits for the customer",
        "First response",
        "Met",
        "Resolution",
        "Paused",
        "when it goes on",
        EMAIL,
        "Order and mailbox",
        FIGURE.name,
        before.ticket.number,
        "Ana is at it",
    ):
        assert shown in page.text
    assert page.body.count('class="said customer"') == 1
    assert page.body.count('class="said desk"') == 1
    assert page.body.count('class="said inside"') == 1
    assert page.body.count('class="step"') == 1


def test_who_answers_sees_which_partner_reads_it_and_what_is_not_confirmed(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    what = Bringing("li@example.com", Topic.PRODUCT, HELLO, "en", NUMBER)
    taken = tickets.partners.open(what, RequestKey("ac_seller0001", "msg-1", "d"))
    page = signed_in("agent").get(at(tickets.thread(taken.number)))
    for shown in (
        "Nothing: unconfirmed",
        "ac_seller0001, which reads the answers to what it brings",
        "Order it names",
        NUMBER,
    ):
        assert shown in page.text
    assert FIGURE.name not in page.text  # nothing of an order that may be another customer's


def test_a_clock_that_was_missed_says_so(tickets: ServiceDesk, signed_in: SignIn) -> None:
    tickets.clock.now -= timedelta(days=30)
    thread = tickets.ask()
    page = signed_in("agent").get(at(thread))
    assert page.text.count("Missed") == 3
    assert "are over" in page.text
    tickets.clock.now = datetime.now(UTC)
    acts(signed_in("agent"), at(thread), V.RESOLVE)
    page = signed_in("agent").get(at(thread))
    assert "took" in page.text
    acts(signed_in("lead"), at(thread), V.REOPEN)
    assert "Reopened once; first resolved after" in signed_in("agent").get(at(thread)).text


def test_a_ticket_about_a_return_leads_to_its_case(tickets: ServiceDesk, signed_in: SignIn) -> None:
    return_id = "ret_00000000000000000000000001"
    thread = tickets.ask(About(Topic.RETURN, NUMBER, return_id, new_ticket()))
    assert f'href="/cases/{return_id}"' in signed_in("agent").get(at(thread)).body


def test_reading_leaves_a_trace_that_an_auditor_finds(
    tickets: ServiceDesk, signed_in: SignIn, tables: dict[str, str]
) -> None:
    thread = tickets.ask()
    signed_in("agent").get(at(thread))
    ticket_id = thread.ticket.ticket_id
    assert [each.act for each in StaffStore(tables["StaffTable"]).traces(ticket_id)] == [Act.READ]
    auditor = signed_in("auditor")
    assert f"/audit?return={ticket_id}" in auditor.get(at(thread)).body
    page = auditor.get(f"/audit?return={ticket_id}")
    assert page.text.count("read the case") == 2
    assert ticket_id in page.text


def test_each_page_of_a_ticket_leaves_its_trace(
    tickets: ServiceDesk, signed_in: SignIn, tables: dict[str, str]
) -> None:
    """Forms that lead back to the ticket leave theirs when it is opened again."""
    thread, agent = tickets.ask(), signed_in("agent")
    form = form_on(agent.get(at(thread)), words="Seen.")

    def traces() -> int:
        return len(StaffStore(tables["StaffTable"]).traces(thread.ticket.ticket_id))

    for path, typed, left in (
        ("macro", {"macro": "closing"}, 1),
        ("act", {"verb": "note"}, 0),
        ("act", {"verb": "reply"}, 1),  # something happened since: the page shows what
        ("claim", {"wanted": "yes"}, 0),
    ):
        before = traces()
        agent.post(f"{at(thread)}/{path}", **form, **typed)
        assert traces() - before == left, path


@pytest.mark.parametrize("role", ["warehouse", "store", "guest"])
def test_who_may_not_read_tickets_sees_none(
    tickets: ServiceDesk, signed_in: SignIn, role: str, tables: dict[str, str]
) -> None:
    thread, browser = tickets.ask(), signed_in(role)
    for path in ("/queue/tickets", "/queue/tickets/next", at(thread)):
        page = browser.get(path)
        assert page.status == 403
        assert HELLO not in page.body
    assert not StaffStore(tables["StaffTable"]).traces(thread.ticket.ticket_id)


def test_what_is_no_ticket_is_not_found(signed_in: SignIn) -> None:
    agent = signed_in("agent")
    for number in (new_ticket(), "R-0000", "tkt_1"):
        assert agent.get(f"/tickets/{number}").status == 404


def test_the_search_finds_a_ticket_by_its_number(tickets: ServiceDesk, signed_in: SignIn) -> None:
    thread = tickets.ask()
    for typed in (thread.ticket.number, thread.ticket.number.lower()):
        assert at(thread) in signed_in("agent").get(f"/search?q={typed}").body
    assert at(thread) not in signed_in("store").get(f"/search?q={thread.ticket.number}").body
    assert "Nothing found" in signed_in("agent").get(f"/search?q={new_ticket()}").text


def test_a_page_stays_small_and_leads_to_what_was_said_before(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    tickets.clock.now -= timedelta(days=4)
    thread, agent = tickets.ask(words="The very first."), signed_in("agent")
    for place in range(60):
        tickets.clock.forward(hours=1)
        tickets.write(thread.ticket.number, f"No. {place}: " + '"' * 3_900)
    seen, path = set[int](), at(thread)
    for _ in range(80):
        page = agent.get(path)
        assert len(page.body.encode()) <= 60 * 1024
        seen |= {place for place in range(60) if f"No. {place}: " in page.body}
        _, _, rest = page.body.partition("?to=")
        if not rest:
            break
        path = f"{at(thread)}?to={rest.partition(chr(34))[0]}"
    assert seen == set(range(60))
    assert "The very first." in page.text
    assert "Back to the newest" in page.text
    form = form_on(agent.get(at(thread)), verb=V.REPLY, form="answer", words='"' * 4_001)
    page = agent.post(f"{at(thread)}/act", **form)
    assert page.status == 422
    assert len(page.body.encode()) <= 70 * 1024


def test_a_usual_ticket_is_60_kb_with_all_that_its_page_loads(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    for _ in range(20):
        tickets.write(thread.ticket.number, "It is still the same. " * 15)
    body = agent.get(at(thread)).body
    parts = [STATIC.asset(name) for name in re.findall(r'(?:href|src)="/static/([^"]+)"', body)]
    assert all(parts)
    assert len(body) + sum(len(part.body) for part in parts if part) <= 60 * 1024


def test_a_customer_with_many_tickets_makes_no_large_page(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    tickets.clock.now -= timedelta(days=4)
    thread = tickets.ask()
    for _ in range(30):
        tickets.clock.forward(hours=2)
        tickets.ask()
    page = signed_in("agent").get(at(thread))
    assert page.body.count('href="/tickets/R-') == 20
    assert len(page.body.encode()) <= 30 * 1024
