"""Staff look for tickets, and keep the searches that they make every day."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from aftercare.desk.moves import Verb
from aftercare.desk.searching import MOST_SEARCHES
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from tests.bench.meter import Meter
from tests.fakes.backlogs import pile_up_tickets
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.orders import NUMBER
from tests.fakes.service_desk import ServiceDesk
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
PATH = "/queue/tickets"
KEPT = f"{PATH}/searches"

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""
    return lambda role, name="Ada Agent": StaffBrowser().signs_in(pool, pool.add(role, name=name))


def test_tickets_are_found_by_what_they_are(tickets: ServiceDesk, signed_in: SignIn) -> None:
    tickets.clock.now -= timedelta(days=9)
    old = tickets.ask(About(Topic.POINTS)).ticket.number
    tickets.clock.now += timedelta(days=9)
    new = tickets.ask(About(Topic.DELIVERY, NUMBER)).ticket.number
    tickets.act(new, Verb.TAKE)
    agent = signed_in("agent")
    searches = {
        "state=open": {new},
        "state=new": {old},
        "topic=points": {old},
        "topic=points&state=open": set(),
        "channel=web": {old, new},
        "channel=mail": set(),
        "language=en": {old, new},
        "language=ja": set(),
        "who=nobodys": {old},
        "who=mine": set(),
        "overdue=yes": {old},
        "days=8": {old},
        "queue=qa&overdue=yes": set(),
        "state=nonsense&days=-3&who=them": {old, new},
    }
    for asked, expected in searches.items():
        body = agent.get(f"{PATH}?{asked}").body
        assert {number for number in (old, new) if f"/tickets/{number}" in body} == expected, asked
    agent.post(f"/tickets/{old}/claim", wanted="yes")
    assert f"/tickets/{old}" in agent.get(f"{PATH}?who=mine").body


def test_each_keeps_searches_of_their_own(tickets: ServiceDesk, signed_in: SignIn) -> None:
    tickets.ask()
    agent, other = signed_in("agent"), signed_in("qa", "Quin")
    for _ in range(2):
        agent.post(KEPT, name="  Late   in Japanese ", language="ja", overdue="yes")
    page = agent.get(KEPT)
    assert page.body.count("<b>Late in Japanese</b>") == 1
    assert "?queue=agents&amp;language=ja&amp;overdue=yes" in page.body
    assert "You keep none yet." in other.get(KEPT).text
    other.post(f"{KEPT}/forget", name="Late in Japanese")
    assert "Late in Japanese" in agent.get(KEPT).text
    for _ in range(2):
        agent.post(f"{KEPT}/forget", name="Late in Japanese")
    assert "You keep none yet." in agent.get(KEPT).text


def test_a_name_is_needed_and_twenty_are_enough(tickets: ServiceDesk, signed_in: SignIn) -> None:
    tickets.ask()
    agent = signed_in("agent")
    for name in ("", " ", "n" * 41):
        refused = agent.follow(agent.post(KEPT, name=name, overdue="yes"))
        assert "Give it a name of up to 40 characters." in refused.text
    assert "You keep none yet." in agent.get(KEPT).text
    for place in range(MOST_SEARCHES + 1):
        agent.post(KEPT, name=f"<No. {place}>", days="3")
    refused = agent.follow(agent.post(KEPT, name="One more", days="3"))
    assert "You keep 20 searches already. Forget one first." in refused.text
    page = agent.get(KEPT)
    assert page.body.count("/searches/forget") == MOST_SEARCHES
    assert "<No." not in page.body
    assert len(page.body.encode()) <= 60 * 1024
    agent.post(KEPT, name="<No. 0>", days="4")
    assert "open for 4 d or longer" in agent.get(KEPT).text


def test_who_may_not_see_the_queue_keeps_no_searches(signed_in: SignIn) -> None:
    assert signed_in("warehouse").get(KEPT).status == 403


def test_a_search_reads_three_units_whatever_the_backlog(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    agent, thread = signed_in("agent"), tickets.ask(About(Topic.DELIVERY, NUMBER))
    pile_up_tickets(tickets.tables["TicketsTable"], thread, range(300))
    for path in (f"{PATH}?language=ja&state=open", KEPT):
        with Meter(tickets.tables).attached() as meter, meter.step("page"):
            agent.get(path)
        assert meter.steps["page"].read_units <= 3, path
    page = agent.get(f"{PATH}?language=ja")
    assert "None of these 20 fits" in page.text
    assert "Look through the next 20" in page.text
