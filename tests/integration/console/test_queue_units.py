"""What a page of the queue reads in all: as much for any backlog and any number of colleagues."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.desk.service import About
from aftercare.desk.ticket import MOST_NAME as MOST_CLAIM
from aftercare.desk.ticket import Topic
from aftercare.desk.waiting import PAGE as TICKETS_PAGE
from aftercare.kernel.actor import Actor, staff
from aftercare.returns.case_desk import PAGE
from aftercare.returns.judgement import MOST_NAME
from aftercare.returns.model import Return
from aftercare.staff.audit import Act, about, new_trace
from aftercare.staff.model import Member, Role
from aftercare.staff.session import Identity, Session
from aftercare.staff.store import StaffStore
from tests.bench.meter import Meter
from tests.fakes.backlogs import pile_up, pile_up_tickets, waiting
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import House, SetClock
from tests.fakes.orders import NUMBER
from tests.fakes.reviews import Desk, build_desk
from tests.fakes.service_desk import service_desk
from tests.fakes.user_pool import Account, UserPool

pytestmark = pytest.mark.integration
STAFF = 60

type SignIn = Callable[[Account], StaffBrowser]


@pytest.fixture
def desk(house: House, tables: dict[str, str]) -> Desk:
    house.clock.now = datetime.now(UTC)
    empty_tables({"ReturnsTable": tables["ReturnsTable"]})
    return build_desk(house, tables)


@pytest.fixture
def signed_in(pool: UserPool) -> SignIn:
    return lambda account: StaffBrowser().signs_in(pool, account)


def has_signed_in(store: StaffStore, number: int) -> None:
    member = Member(f"unit-{number}", f"No. {number}", "", frozenset({Role.AGENT}))
    now = datetime.now(UTC)
    session = Session(f"session-{number}", Identity(f"user-{number}", member), now, now)
    subject = about(member.staff_id)
    store.open(session, new_trace(subject, Act.SIGNED_IN, member.actor, now, lambda _: number))


def claimed(ret: Return, by: Actor, name: str, until: datetime) -> Return:
    assert ret.review
    return replace(ret, review=ret.review.claimed(by, name, until))


@pytest.mark.usefixtures("desk")
def test_a_page_reads_three_units_whatever_the_backlog_and_the_staff(
    tables: dict[str, str], pool: UserPool, signed_in: SignIn
) -> None:
    """The largest cards, each claimed by somebody else; and the way to the next free case."""
    agent, until = signed_in(pool.add("agent")), datetime.now(UTC) + timedelta(minutes=10)
    units = []
    for start, more in ((0, PAGE + 5), (PAGE + 5, 200)):
        returns = [waiting(place, 10**9) for place in range(start, start + more)]
        for place, ret in enumerate(returns):
            name = f"{place:x}".rjust(MOST_NAME, "N")
            returns[place] = claimed(ret, staff(f"{place:036}"), name, until)
        pile_up(tables["ReturnsTable"], returns)
        for number in range(start, start + STAFF):
            has_signed_in(StaffStore(tables["StaffTable"]), number)
        for path in ("/queue", "/queue?by=value", "/queue/next"):
            with Meter(tables).attached() as meter, meter.step("page"):
                page = agent.get(path)
            step = meter.steps["page"]
            assert (step.calls["dynamodb.GetItem"], step.calls["dynamodb.Query"]) == (1, 1)
            units.append(step.read_units)
            if path == "/queue":
                assert page.body.count("N" * (MOST_NAME - 2)) == PAGE
    assert units == [3] * len(units)


def test_who_is_renamed_has_their_new_name_on_the_next_claim(
    desk: Desk, pool: UserPool, signed_in: SignIn
) -> None:
    """A claim is of minutes; while it lasts, it has the name under which it was made."""
    ret, account, reader = desk.waiting(), pool.add("agent"), signed_in(pool.add("qa", name="Quin"))
    signed_in(account).post(f"/cases/{ret.return_id}/claim")
    assert "Ada Agent · 10 min" in reader.get("/queue").text
    account.name = "Ada Bird"
    signed_in(account).post(f"/cases/{ret.return_id}/claim")
    text = reader.get("/queue").text
    assert "Ada Bird · 10 min" in text
    assert "Ada Agent" not in text


def test_the_queue_says_of_a_proposal_whether_it_is_the_readers_own(
    desk: Desk, pool: UserPool, signed_in: SignIn
) -> None:
    """It may wait for days, in which names change: the case's page has the name of today."""
    account, lead = pool.add("agent"), signed_in(pool.add("lead", name="Lee"))
    ret = desk.into_review(desk.waiting().return_id, 100_001, "USD", "US")
    agent = signed_in(account)
    version = agent.get(f"/cases/{ret.return_id}").hidden("version")
    form = {"accepted_1": "yes", "code_1": "as_asked", "words_1": "", "version": version}
    agent.post(f"/cases/{ret.return_id}/decision", **form)
    assert "Proposed by you" in agent.get("/queue").text
    assert "Proposed by a colleague" in lead.get("/queue").text
    account.name = "Ada Bird"
    signed_in(account)
    assert "Proposed by Ada Bird" in lead.get(f"/cases/{ret.return_id}").text


def test_a_page_of_tickets_reads_three_units_whatever_the_backlog(
    tables: dict[str, str], pool: UserPool, signed_in: SignIn
) -> None:
    """The largest cards, each claimed by somebody else; and the way to the next free ticket."""
    desk = service_desk(tables, SetClock(datetime.now(UTC)))
    agent, units = signed_in(pool.add("agent")), []
    thread = desk.ask(About(Topic.DELIVERY, NUMBER))
    for start, more in ((0, TICKETS_PAGE + 5), (TICKETS_PAGE + 5, 400)):
        pile_up_tickets(tables["TicketsTable"], thread, range(start, start + more))
        for path in ("/queue/tickets", "/queue/tickets?queue=agents"):
            with Meter(tables).attached() as meter, meter.step("page"):
                page = agent.get(path)
            step = meter.steps["page"]
            assert (step.calls["dynamodb.GetItem"], step.calls["dynamodb.Query"]) == (1, 1)
            units.append(step.read_units)
            assert page.body.count("N" * (MOST_CLAIM - 3)) == TICKETS_PAGE
            assert len(page.body.encode()) <= 30 * 1024
    assert max(units) <= 3
    assert len(set(units)) == 1
