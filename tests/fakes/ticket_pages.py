"""What tests do at the pages of tickets: forms as the pages have them, and what is in them."""

import html

from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.ticket import Thread
from tests.fakes.browser import Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.reviews import LEAD
from tests.fakes.service_desk import ServiceDesk

V, S = Verb, TicketState


def at(thread: Thread) -> str:
    return f"/tickets/{thread.ticket.number}"


def form_on(page: Page, **typed: str) -> dict[str, str]:
    """The form as the page has it, with what somebody types."""
    return {"entries": page.hidden("entries"), "sent_as": page.hidden("sent_as"), **typed}


def acts(browser: StaffBrowser, path: str, verb: Verb, words: str = "We look into it.") -> Page:
    """Opens the ticket and presses that button."""
    form = form_on(browser.get(path), verb=verb, words=words)
    return browser.post(f"{path}/act", **form)


def words_of(desk: ServiceDesk, thread: Thread) -> list[str]:
    return [message.words for message in desk.thread(thread.ticket.number).messages]


def box(page: Page, name: str) -> str:
    """What the text box of that id holds."""
    _, _, rest = page.body.partition(f'<textarea id="{name}"')
    return html.unescape(rest.partition(">")[2].partition("</textarea>")[0]).removeprefix("\n")


def brought_to(tickets: ServiceDesk, state: TicketState) -> Thread:
    """A ticket of that state."""
    thread = tickets.ask()
    number = thread.ticket.number
    ways = {
        S.NEW: [],
        S.OPEN: [V.TAKE],
        S.WAITING_CUSTOMER: [V.ASK],
        S.WAITING_THIRD: [V.AWAIT_THIRD],
        S.TIER2_QA: [V.ESCALATE],
        S.LEGAL: [V.ESCALATE, V.ESCALATE_FURTHER],
        S.RESOLVED: [V.RESOLVE],
        S.REPLIED: [V.RESOLVE],
    }
    for verb in ways[state]:
        tickets.act(number, verb, member=LEAD)
    if state is S.REPLIED:
        tickets.write(number)
    return tickets.thread(number)
