"""Two tickets become one at the console, and two again."""

from collections.abc import Callable

import pytest

from aftercare.desk.model import Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.kernel.ids import new_ticket
from tests.fakes.browser import Page
from tests.fakes.colleagues import StaffBrowser
from tests.fakes.orders import EMAIL
from tests.fakes.service_desk import ServiceDesk
from tests.fakes.ticket_pages import acts, form_on
from tests.fakes.user_pool import UserPool

pytestmark = pytest.mark.integration
V = Verb

type SignIn = Callable[..., StaffBrowser]


@pytest.fixture
def signed_in(tickets: ServiceDesk, pool: UserPool) -> SignIn:  # noqa: ARG001 - it empties tables
    """A browser of a colleague with that role."""

    def sign_in(role: str, name: str = "Ada Agent") -> StaffBrowser:
        return StaffBrowser().signs_in(pool, pool.add(role, name=name))

    return sign_in


def pair(tickets: ServiceDesk) -> tuple[str, str]:
    first = tickets.ask(words="The box was open.").ticket.number
    tickets.clock.forward(hours=1)
    return first, tickets.ask(words="A figure is missing.").ticket.number


def merge_form(page: Page, other: str) -> dict[str, str]:
    """The form beside that ticket, as the page has it."""
    _, _, rest = page.body.partition(f'name="other" value="{other}"')
    entries = rest.partition('name="other_entries" value="')[2].partition('"')[0]
    return form_on(page, other=other, other_entries=entries)


def merges(browser: StaffBrowser, number: str, other: str) -> Page:
    form = merge_form(browser.get(f"/tickets/{number}"), other)
    return browser.post(f"/tickets/{number}/merge", **form)


def test_an_agent_merges_from_either_page_and_sees_both_in_one_line(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    first, second = pair(tickets)
    agent = signed_in("agent")
    answer = merges(agent, second, first)
    assert answer.location == f"/tickets/{first}?done=merge"
    page = agent.follow(answer)
    assert "Merged. The other number leads here from now on." in page.text
    assert page.text.index("The box was open.") < page.text.index("A figure is missing.")
    assert f"Merged in {second}" in page.text
    assert f"· {second}" in page.text
    panel = page.body.partition('id="merged"')[2].partition("</section>")[0]
    assert second in panel
    assert "Ada Agent" in panel or "You" in panel
    assert "Can be undone until" in panel
    assert f'value="{second}"' not in page.body.partition('id="earlier"')[2]


def test_the_other_number_finds_the_one_that_goes_on(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    first, second = pair(tickets)
    agent = signed_in("agent")
    merges(agent, first, second)
    assert f"/tickets/{first}" in agent.get(f"/search?q={second}").body
    assert agent.get(f"/tickets/{second}").text.count(first) > 1
    assert [card.number for card in tickets.queue(Queue.AGENTS)] == [first]


def test_a_merge_is_undone_from_the_page(tickets: ServiceDesk, signed_in: SignIn) -> None:
    first, second = pair(tickets)
    agent = signed_in("agent")
    page = agent.follow(merges(agent, first, second))
    answer = agent.post(f"/tickets/{first}/unmerge", **form_on(page, loser=second))
    assert answer.location == f"/tickets/{first}?done=unmerge"
    page = agent.follow(answer)
    assert "Parted. Each is a ticket of its own again." in page.text
    assert f"Parted from {second}" in page.text
    assert 'id="merged"' not in page.body
    assert f"Parted from {first}" in agent.get(f"/tickets/{second}").text


def test_a_double_click_merges_once(tickets: ServiceDesk, signed_in: SignIn) -> None:
    first, second = pair(tickets)
    agent = signed_in("agent")
    form = merge_form(agent.get(f"/tickets/{first}"), second)
    answers = [agent.post(f"/tickets/{first}/merge", **form) for _ in range(3)]
    assert {answer.location for answer in answers} == {f"/tickets/{first}?done=merge"}
    assert [each.entry.verb for each in tickets.thread(first).messages] == [V.OPEN, V.MERGE]


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_merges_has_seen_both_as_they_are(
    tickets: ServiceDesk, signed_in: SignIn, which: int
) -> None:
    numbers = pair(tickets)
    agent = signed_in("agent")
    form = merge_form(agent.get(f"/tickets/{numbers[0]}"), numbers[1])
    tickets.write(numbers[which], "Wait!")
    page = agent.follow(agent.post(f"/tickets/{numbers[0]}/merge", **form))
    assert "Something happened to this ticket meanwhile." in page.text
    assert len(tickets.tickets.of_customer(tickets.thread(numbers[0]).ticket.email_key)) == 2


def test_an_answer_typed_into_a_page_of_before_is_kept_and_not_sent(
    tickets: ServiceDesk, signed_in: SignIn
) -> None:
    first, second = pair(tickets)
    one, other = signed_in("agent"), signed_in("qa", "Quin")
    old = form_on(other.get(f"/tickets/{second}"), verb=V.REPLY, form="answer", words="Sorry!")
    merges(one, first, second)
    page = other.post(f"/tickets/{second}/act", **old)
    assert page.status == 409
    news, _, rest = page.body.partition('<div class="case">')
    assert f"Merged in {second}" in news
    assert "Sorry!" in rest
    again = other.post(f"/tickets/{first}/act", **{**old, **form_on(page)})
    assert again.location == f"/tickets/{first}?done=reply"
    assert len(tickets.thread(first).messages) == 3


@pytest.mark.parametrize("role", ["agent", "lead", "qa", "auditor", "warehouse", "store"])
def test_a_page_offers_merging_to_whom_the_matrix_allows_it(
    tickets: ServiceDesk, signed_in: SignIn, role: str
) -> None:
    first, second = pair(tickets)
    browser = signed_in(role)
    page = browser.get(f"/tickets/{first}")
    is_allowed = role in {"agent", "lead", "qa"}
    assert (f'action="/tickets/{first}/merge"' in page.body) is is_allowed
    form = {"other": second, "entries": "1", "other_entries": "1", "sent_as": "a"}
    browser.post(f"/tickets/{first}/merge", **form)
    assert bool(tickets.thread(first).merges) is is_allowed
    if not is_allowed:
        tickets.merge(first, second)
    page = browser.get(f"/tickets/{first}")
    assert (f'action="/tickets/{first}/unmerge"' in page.body) is is_allowed
    browser.post(f"/tickets/{first}/unmerge", loser=second, entries="2", sent_as="b")
    assert bool(tickets.thread(first).merges) is not is_allowed


def test_what_can_not_be_merged_says_why(tickets: ServiceDesk, signed_in: SignIn) -> None:
    first, second = pair(tickets)
    agent = signed_in("agent")
    acts(agent, f"/tickets/{second}", V.RESOLVE)
    tickets.clock.forward(days=15)
    tickets.work()
    assert tickets.thread(second).ticket.state is TicketState.CLOSED
    page = agent.get(f"/tickets/{first}")
    assert second in page.body
    assert f'value="{second}"' not in page.body
    shown = form_on(page, other=second, other_entries="9")
    page = agent.follow(agent.post(f"/tickets/{first}/merge", **shown))
    assert f"{second} is closed, and what is closed stays as it is." in page.text
    for other in ("", "R-0000-0000-0", new_ticket(), "<script>"):
        answer = agent.post(f"/tickets/{first}/merge", **{**shown, "other": other})
        assert answer.status in {303, 404}
    assert EMAIL in agent.get(f"/tickets/{first}").text


def test_a_long_line_of_two_tickets_comes_in_pages(tickets: ServiceDesk, signed_in: SignIn) -> None:
    first, second = pair(tickets)
    for number in range(30):
        tickets.write((first, second)[number % 2], f"Message {number}.")
    tickets.merge(first, second)
    agent = signed_in("agent")
    page = agent.get(f"/tickets/{first}")
    assert "Message 29." in page.text
    assert "The box was open." in page.text
    assert len(page.body.encode()) < 60_000
    assert "The box was open." in agent.get(f"/tickets/{first}?to=5").text
    assert "Message 29." not in agent.get(f"/tickets/{first}?to=5").text
