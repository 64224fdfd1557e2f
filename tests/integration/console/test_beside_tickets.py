"""What stands beside a ticket's thread: the photos of its return, and its member's points."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.returns.model import Return
from aftercare.staff.audit import Act
from aftercare.staff.store import StaffStore
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL, NUMBER, ORDERS_INGEST, paid
from tests.fakes.points_desk import fresh, joined
from tests.fakes.reviews import Desk
from tests.fakes.service_desk import ServiceDesk, desk_beside
from tests.fakes.ticket_pages import at
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(desk: Desk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""
    return lambda role: StaffBrowser().signs_in(pool, pool.add(role, name="Ada Agent"))


@pytest.fixture
def beside(desk: Desk, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it empties tables
    return desk_beside(tables, SetClock(datetime.now(UTC)))


def about(ret: Return) -> About:
    return About(Topic.RETURN, NUMBER, ret.return_id, ret.ticket)


def test_the_photos_of_the_return_are_on_the_page_and_leave_a_trace(
    desk: Desk, beside: ServiceDesk, signed_in: SignIn
) -> None:
    ret = desk.waiting()
    thread, agent = beside.ask(about(ret)), signed_in("agent")
    for _ in range(2):
        page = agent.get(at(thread))
        assert f'src="/cases/{ret.return_id}/evidence/' in page.body
        assert len(page.body.encode()) <= 60 * 1024
    seen = [each.act for each in StaffStore(beside.tables["StaffTable"]).traces(ret.return_id)]
    assert seen.count(Act.SAW_EVIDENCE) == 1
    assert Act.READ not in seen


def test_a_ticket_about_something_else_reads_neither_photos_nor_points(
    desk: Desk, beside: ServiceDesk, signed_in: SignIn
) -> None:
    desk.waiting()
    thread, agent = beside.ask(About(Topic.ORDER, NUMBER)), signed_in("agent")
    joined(EMAIL)
    page = agent.get(at(thread))
    assert 'id="evidence"' not in page.body
    assert "Points</h3>" not in page.body


def test_a_ticket_about_points_says_what_its_member_has(
    beside: ServiceDesk, signed_in: SignIn
) -> None:
    agent, qa = signed_in("agent"), signed_in("qa")
    email = f"{fresh('buyer')}@example.com"
    bought = paid(number=fresh("PM-POINTS").upper(), at=beside.clock(), email=email)
    beside.tickets.people.orders.record(bought, actor=ORDERS_INGEST)
    buyers = beside.ask(About(Topic.POINTS), email)
    assert "The customer is no member." in agent.get(at(buyers)).text
    joined(email)
    assert "Can be spent 0" in agent.get(at(buyers)).text
    assert "Can be spent" not in qa.get(at(buyers)).text
