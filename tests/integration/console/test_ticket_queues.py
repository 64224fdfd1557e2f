"""The queues of tickets at the console: what is due first, and the way to the next ticket."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.desk.model import Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import LEAD
from tests.fakes.service_desk import ServiceDesk
from tests.fakes.ticket_pages import at
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


def test_a_queue_shows_what_is_due_first_and_all_that_one_needs_to_choose(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    tickets.clock.now -= timedelta(days=30)
    late = tickets.ask(About(Topic.DELIVERY, NUMBER))
    tickets.clock.now = datetime.now(UTC)
    new = tickets.ask()
    page = signed_in("agent").get("/queue/tickets")
    assert page.body.index(at(late)) < page.body.index(at(new))
    for shown in ("Delivery", " late", "in ", "New", "Website", "English", "US", "Next free"):
        assert shown in page.text
    assert 'class="chip bad"' in page.body
    assert EMAIL not in page.body


@pytest.mark.parametrize(
    ("verb", "queue"),
    [
        (V.TAKE, Queue.AGENTS),
        (V.ASK, Queue.CUSTOMERS),
        (V.AWAIT_THIRD, Queue.THIRD_PARTIES),
        (V.ESCALATE, Queue.QA),
    ],
)
def test_each_queue_has_a_tab(
    tickets: ServiceDesk, signed_in: SignIn, verb: Verb, queue: Queue
) -> None:
    thread, agent = tickets.ask(), signed_in("agent")
    tickets.act(thread.ticket.number, verb)
    for each in Queue:
        page = agent.get(f"/queue/tickets?queue={each}")
        assert (at(thread) in page.body) is (each is queue)
    assert "/queue/tickets?queue=legal" in agent.get("/queue/tickets?queue=nowhere").body


def test_next_leads_to_the_most_urgent_ticket_at_which_nobody_is(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    first = tickets.ask()
    tickets.clock.forward(minutes=1)
    second = tickets.ask()
    agent, lead = signed_in("agent"), signed_in("lead", "Lee Lead")
    assert agent.get("/queue/tickets/next").location == at(first)
    lead.get(at(first))
    lead.post(f"{at(first)}/claim", wanted="yes")
    assert agent.get("/queue/tickets/next?queue=agents").location == at(second)
    assert lead.get("/queue/tickets/next").location == at(second)
    done = agent.get(f"/queue/tickets/next?but={second.ticket.number}").location
    assert done == "/queue/tickets?queue=agents&done=empty"
    assert "No other ticket is free right now." in agent.get(done).text
    assert "Lee Lead" in agent.get("/queue/tickets").text


def test_next_goes_past_a_page_of_tickets_that_others_have(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    tickets.clock.now -= timedelta(days=4)
    threads = []
    for _ in range(24):
        threads.append(tickets.ask())
        tickets.clock.forward(hours=2)
    tickets.clock.now = datetime.now(UTC)
    for thread in threads[:-1]:
        tickets.staff.claim(LEAD, thread.ticket.number, wanted=True)
    agent = signed_in("agent")
    assert agent.get("/queue/tickets/next").location == at(threads[-1])
    first = agent.get("/queue/tickets")
    assert "More tickets" in first.text
    assert agent.get("/queue/tickets?after=x").status == 400
