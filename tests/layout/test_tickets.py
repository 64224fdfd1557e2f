"""The service desk at the console in a browser: by keyboard alone, and without JavaScript."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from aftercare.desk.macros import published
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from tests.fakes.browser_pages import axe, measures
from tests.fakes.browser_pages.chromium import NO_JAVASCRIPT
from tests.fakes.browser_pages.desks import Desks
from tests.fakes.browser_pages.staffed import Cases
from tests.fakes.house import SetClock
from tests.fakes.orders import NUMBER
from tests.fakes.service_desk import ServiceDesk, desk_beside

pytestmark = pytest.mark.browser
_COUNTS_POINTERS = """for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel'])
  addEventListener(kind, () => sessionStorage.setItem('pointers', kind), true);"""
_FOCUS_IS_SEEN = """() => {
  const { activeElement: on } = document, { outlineStyle, boxShadow } = getComputedStyle(on);
  const { top, bottom } = on.getBoundingClientRect();
  return on !== document.body && on.matches(':focus-visible')
    && (outlineStyle !== 'none' || boxShadow !== 'none')
    && bottom > 0 && top < innerHeight;
}"""


@pytest.fixture
def desk(morning: Cases, tables: dict[str, str]) -> ServiceDesk:  # noqa: ARG001 - it fills tables
    return desk_beside(tables, SetClock(datetime.now(UTC)))


def test_an_agent_works_through_ten_tickets_by_keyboard_alone(
    desks: Desks, desk: ServiceDesk
) -> None:
    """Answers with ready-made texts, and notes, with letters twice as large; axe finds nothing."""
    page = desks.of("agent", viewport={"width": 1280, "height": 900})
    axe.awaits(page.context)
    page.add_init_script(_COUNTS_POINTERS)
    for _ in range(7):
        desk.ask()
    page.goto("/queue/tickets")
    page.keyboard.press("n")
    worked, found = list[str](), dict[str, object]()
    for place in range(10):
        page.wait_for_url(lambda url: "/tickets/R-" in url and "done=" not in url)
        worked.append(page.url.rpartition("/")[2])
        faults, report = measures.faults(page, 1280, 200), axe.violations(page)
        if faults or report:
            found[worked[-1]] = faults, report
        measures.set_text_size(page, 200)
        if place % 2:
            page.keyboard.press("m")
            _sees_the_focus(page)
            page.keyboard.type("Asked the store.")
        else:
            page.keyboard.press("t")
            _sees_the_focus(page)
            page.keyboard.press("Tab")
            _sees_the_focus(page)
            page.keyboard.press("Enter")
            page.wait_for_url("**/macro")
            box = page.get_by_label("Words to the customer")
            expect(box).to_be_focused()
            expect(box).not_to_have_value("")
            page.keyboard.press("Control+End")
            page.keyboard.type(" Yours, Ada")
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/tickets/R-*done=*")
        expect(page.get_by_role("link", name="Next ticket")).to_be_focused()
        _sees_the_focus(page)
        assert page.evaluate("sessionStorage.getItem('pointers')") is None
        page.keyboard.press("Enter")
    assert not found, found
    assert len(set(worked)) == 10
    for place, number in enumerate(worked):
        *_, last = [each.words for each in desk.thread(number).messages if each.words]
        assert last == "Asked the store." if place % 2 else last.endswith("Yours, Ada")


def _sees_the_focus(page: Page) -> None:
    """The focus is on something that is on the screen and looks like it."""
    assert page.evaluate(_FOCUS_IS_SEEN), page.evaluate("document.activeElement.outerHTML")


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
