"""The service desk at the console in a browser: by keyboard alone, and without JavaScript."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from aftercare.desk.macros import published
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases
from tests.fakes.house import SetClock
from tests.fakes.orders import NUMBER
from tests.fakes.service_desk import ServiceDesk, desk_beside

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(morning: Cases, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it fills tables
    return desk_beside(tables, SetClock(datetime.now(UTC)))


def test_an_agent_works_through_ten_tickets_by_keyboard_alone(
    desks: Desks, desk: ServiceDesk
) -> None:
    page = desks.of("agent")
    for _ in range(7):
        desk.ask()
    page.goto("/queue/tickets")
    page.keyboard.press("n")
    worked = []
    for place in range(10):
        page.wait_for_url(lambda url: "/tickets/R-" in url and "done=" not in url)
        worked.append(page.url.rpartition("/")[2])
        if place % 2:
            page.keyboard.press("m")
            page.keyboard.type("Asked the store.")
        else:
            page.keyboard.press("w")
            page.keyboard.type("We look into it.")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/tickets/R-*done=*")
        expect(page.get_by_role("link", name="Next ticket")).to_be_focused()
        page.keyboard.press("Enter")
    assert len(set(worked)) == 10
    for number in worked:
        said = {message.words for message in desk.thread(number).messages}
        assert said & {"Asked the store.", "We look into it."}


def test_what_was_typed_outlives_a_reload_and_goes_when_it_was_sent(
    desks: Desks, desk: ServiceDesk
) -> None:
    number, page = desk.ask().ticket.number, desks.of("qa")
    page.goto(f"/tickets/{number}")
    box = page.get_by_label("Words to the customer")
    box.fill("Half a page.")
    page.reload()
    expect(box).to_have_value("Half a page.")
    page.get_by_role("button", name="Send the answer").click()
    page.wait_for_url("**done=reply")
    expect(box).to_have_value("")
    page.goto(f"/tickets/{number}")
    expect(box).to_have_value("")


def test_a_ticket_is_answered_with_a_ready_made_text_without_javascript(
    desks: Desks, desk: ServiceDesk
) -> None:
    page = desks.of("agent", **NO_JAVASCRIPT)
    number = desk.ask(About(Topic.DELIVERY, NUMBER)).ticket.number
    page.goto(f"/tickets/{number}")
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("Yours for")).to_be_visible()
    box = page.get_by_label("Words to the customer")
    box.fill("Hello Mei,")
    page.get_by_label("Ready-made text").select_option("parcel-delay")
    page.get_by_role("button", name="Insert it").click()
    expect(box).to_have_value(f"Hello Mei,\n\n{_told(number)}")
    page.get_by_role("button", name="Send and wait for the customer").click()
    expect(page.get_by_role("status").filter(has_text="It waits for the customer.")).to_be_visible()
    thread = desk.thread(number)
    assert thread.ticket.state is TicketState.WAITING_CUSTOMER
    assert [message.entry.verb for message in thread.messages] == [Verb.OPEN, Verb.ASK]


def _told(number: str) -> str:
    text = published()["parcel-delay"].texts["en"].strip()
    return text.format(number=number, order=NUMBER)
