"""Before they answer, an agent sees what WeChat still passes on to who wrote there."""

from datetime import UTC, datetime

import pytest

from aftercare.desk.wechat.model import Kind, Received
from aftercare.desk.wechat.people import MOST_ANSWERS
from aftercare.desk.wechat.wiring import wechat_intake
from aftercare.desk.wechat_store import WeChatStore
from aftercare.desk.wiring import TicketsConfig
from aftercare.orders.model import email_key_of
from console.rooms import wechat_quota
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.house import SetClock
from tests.fakes.orders import EMAIL
from tests.fakes.points_desk import fresh
from tests.fakes.reviews import Desk
from tests.fakes.service_desk import ServiceDesk, desk_beside
from tests.fakes.ticket_pages import at
from tests.fakes.user_pool import UserPool
from tests.fakes.wechat import NAME

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)


@pytest.fixture
def agent(desk: Desk, pool: UserPool) -> StaffBrowser:  # noqa: ARG001 - it empties tables
    return StaffBrowser().signs_in(pool, pool.add("agent", name="Ada Agent"))


@pytest.fixture
def beside(desk: Desk, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it empties tables
    return desk_beside(tables, SetClock(datetime.now(UTC)))


def by_wechat(beside: ServiceDesk, openid: str) -> str:
    """The number of a ticket that came of them by WeChat."""
    people = beside.tickets.people
    config = TicketsConfig(beside.tables["TicketsTable"], beside.tables["DueTable"])
    intake = wechat_intake(config, people.orders, people.members)
    received = Received(Kind.MESSAGE, openid, NAME, fresh("1"), "The box was open.")
    return intake.bind(intake.take(received, fresh("nonce"), "en").token, MEI, EMAIL, "en")


def test_the_page_says_how_many_answers_wechat_passes_on(
    beside: ServiceDesk, agent: StaffBrowser
) -> None:
    openid = fresh("o")
    thread = beside.thread(by_wechat(beside, openid))
    page = agent.get(at(thread)).text
    assert f"By mail, and by WeChat, which passes on {MOST_ANSWERS} answers until" in page
    wechat = WeChatStore(beside.tables["TicketsTable"])
    for each in range(MOST_ANSWERS - 1):
        wechat.answered(wechat.person(openid), f"ent_{each}", beside.clock())
    assert "which passes on this answer alone until" in agent.get(at(thread)).text
    wechat.answered(wechat.person(openid), "ent_last", beside.clock())
    page = agent.get(at(thread)).text
    assert "By mail alone: WeChat passes on nothing more until the customer writes" in page
    assert len(agent.get(at(thread)).body.encode()) <= 60 * 1024


def test_what_came_another_way_says_nothing_of_wechat(
    beside: ServiceDesk, agent: StaffBrowser
) -> None:
    number = by_wechat(beside, fresh("o"))
    beside.write(number, "By the page.")
    for thread in (beside.ask(), beside.thread(number)):
        assert wechat_quota(thread) is None
        assert "passes on" not in agent.get(at(thread)).text
