"""Two tickets of a customer that become one, and two again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.desk.agents import Done
from aftercare.desk.errors import MergeRefusedError, StaleTicketError
from aftercare.desk.merging import MOST_MERGES, UNDONE_WITHIN
from aftercare.desk.model import Queue
from aftercare.desk.moves import MoveRefusedError, TicketState, Verb
from aftercare.desk.partners import Bringing
from aftercare.desk.queues import queue_of
from aftercare.desk.service import About
from aftercare.desk.steps import PASSED
from aftercare.desk.ticket import Thread, Topic
from aftercare.kernel.ids import new_ticket
from aftercare.kernel.requests import RequestKey
from aftercare.orders.model import email_key_of
from aftercare.staff.errors import NotPermittedError
from tests.fakes.orders import EMAIL, NUMBER, ORDERS_INGEST, paid
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, NOBODY, QA, STORE, WAREHOUSE
from tests.fakes.service_desk import DESK_WORKER, HELLO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def pair(desk: ServiceDesk) -> tuple[str, str]:
    """The numbers of two tickets of a customer, the second an hour younger."""
    first = desk.ask(words="The box was open.").ticket.number
    desk.clock.forward(hours=1)
    return first, desk.ask(words="And a figure is missing.").ticket.number


def words_of(thread: Thread) -> list[str]:
    return [each.message.words for each in thread.line if each.message.words]


def test_the_ticket_that_was_opened_first_goes_on_whichever_was_picked(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    thread = desk.merge(second, first)
    assert thread.ticket.number == first
    assert words_of(thread) == ["The box was open.", "And a figure is missing."]
    assert [each.number for each in desk.tickets.of_customer(MEI)] == [first]
    assert {queue: [card.number for card in desk.queue(queue)] for queue in Queue} == {
        queue: [first] if queue is Queue.AGENTS else [] for queue in Queue
    }
    claim = thread.ticket.claim_at(desk.clock())
    assert claim
    assert claim.by == AGENT.actor


def test_every_way_to_the_other_ticket_leads_to_the_one_that_goes_on(desk: ServiceDesk) -> None:
    first = desk.ask().ticket.number
    desk.clock.forward(hours=1)
    about = About(Topic.RETURN, NUMBER, "ret_1", new_ticket())
    sent = desk.sent("It is about my return.")
    second = desk.tickets.ask(MEI, about, sent).ticket.number
    assert second == about.return_number
    desk.merge(first, second)
    by_number = desk.tickets.thread(MEI, second)
    by_conversation = desk.tickets.ask(MEI, about, desk.sent("Hello?"))
    by_message = desk.tickets.ask(MEI, about, sent)
    written = desk.write(second, "Anybody?")
    found = desk.staff.find(AGENT, second)
    assert found
    numbers = {each.ticket.number for each in (by_number, by_conversation, by_message, written)}
    assert numbers | {found.number} == {first}
    assert written.return_id == "ret_1"
    assert words_of(written) == [HELLO, "It is about my return.", "Hello?", "Anybody?"]


def test_what_follows_a_closed_ticket_leads_on(desk: ServiceDesk) -> None:
    closed = desk.ask().ticket.number
    desk.act(closed, V.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    first = desk.ask(words="Something else.").ticket.number
    desk.clock.forward(hours=1)
    follower = desk.write(closed, "It is back.").ticket.number
    desk.merge(first, follower)
    assert desk.write(closed, "Still there?").ticket.number == first


def test_tickets_of_two_customers_are_never_one(desk: ServiceDesk) -> None:
    other = "li@example.com"
    desk.tickets.people.orders.record(paid(number="PM-2026-0002", email=other), actor=ORDERS_INGEST)
    mine = desk.ask().ticket.number
    theirs = desk.ask(About(Topic.ORDER, "PM-2026-0002"), email=other).ticket.number
    with pytest.raises(MergeRefusedError, match=f"{theirs} is another customer’s") as refused:
        desk.merge(mine, theirs)
    assert refused.value.facts == {"ticket": theirs, "why": "other_customer"}
    for email in (EMAIL, other):
        key = email_key_of(email)
        desk.erasing().erase(key, lambda _: True)
    with pytest.raises(MergeRefusedError):
        desk.merge(mine, theirs)


def test_a_closed_ticket_stays_as_it_is(desk: ServiceDesk) -> None:
    """Its fact was written for good."""
    closed = desk.ask().ticket.number
    desk.act(closed, V.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    later = desk.ask().ticket.number
    for one, other in ((closed, later), (later, closed)):
        with pytest.raises(MergeRefusedError, match=f"{closed} is closed"):
            desk.merge(one, other)


def test_chains_are_followed_and_circles_are_none(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.clock.forward(hours=1)
    third = desk.ask(words="Third.").ticket.number
    desk.merge(second, third)
    thread = desk.merge(first, second)
    assert words_of(thread) == ["The box was open.", "And a figure is missing.", "Third."]
    assert desk.write(third, "Hello?").ticket.number == first
    for one, other in ((third, first), (first, second), (second, third), (first, first)):
        with pytest.raises(MergeRefusedError, match=f"lead to {first} already"):
            desk.merge(one, other)
    with pytest.raises(MergeRefusedError, match=f"{third} is not merged into this ticket"):
        desk.unmerge(first, third)
    desk.unmerge(first, second)
    assert words_of(desk.thread(third)) == ["And a figure is missing.", "Third."]
    desk.unmerge(second, third)
    assert [desk.thread(each).ticket.number for each in (second, third)] == [second, third]


def test_the_same_form_is_one_merge_and_one_undoing(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    one, other = desk.seen(first), desk.seen(second)
    merged = desk.merging.merge(AGENT, one, other, "form 1")
    assert desk.merging.merge(AGENT, one, other, "form 1") == merged
    shown = desk.seen(first)
    parted = desk.merging.unmerge(AGENT, shown, second, "form 2")
    assert desk.merging.unmerge(AGENT, shown, second, "form 2") == parted
    assert [each.entry.verb for each in parted.messages] == [V.OPEN, V.MERGE, V.UNMERGE]
    assert desk.merging.merge(AGENT, one, other, "form 1") == parted


def test_a_merge_rests_on_both_tickets_as_they_were_shown(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    for late in (first, second):
        one, other = desk.seen(first), desk.seen(second)
        desk.act(late, V.NOTE, "By the way.")
        with pytest.raises(StaleTicketError) as stale:
            desk.merging.merge(AGENT, one, other, late)
        assert stale.value.facts == {"ticket": late}
    one = desk.seen(first)
    desk.merge(first, second)
    with pytest.raises(StaleTicketError):
        desk.merging.unmerge(AGENT, one, second, "x")


def test_an_answer_to_a_page_of_before_the_merge_is_not_sent(desk: ServiceDesk) -> None:
    """Not even if the two happen to have as many entries."""
    first, second = pair(desk)
    desk.act(second, V.NOTE, "One.")
    answers = [
        Done(V.REPLY, desk.thread(each).ticket.entries, "Sorry!", each) for each in (first, second)
    ]
    desk.merge(first, second)
    assert desk.thread(first).ticket.entries == 2 == answers[1].entries
    for number, answer in zip((first, second), answers, strict=True):
        with pytest.raises(StaleTicketError):
            desk.staff.act(LEAD, number, answer)
    assert words_of(desk.thread(first)) == ["The box was open.", "And a figure is missing.", "One."]


def test_an_undone_merge_gives_back_exactly_what_was(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.act(first, V.RESOLVE)
    desk.act(second, V.ESCALATE)
    before = {each: desk.thread(each) for each in (first, second)}
    assert desk.merge(first, second).clocks.state is S.TIER2_QA
    desk.clock.forward(hours=23)
    desk.unmerge(first, second)
    for number, was in before.items():
        now = desk.thread(number)
        assert now.clocks == replace(was.clocks, number=now.clocks.number, at=now.clocks.at)
        assert now.ticket.state is was.ticket.state
        assert now.messages[: len(was.messages)] == was.messages
        assert now.ticket.merged_into == ""
    assert [card.number for card in desk.queue(Queue.QA)] == [second]
    assert len(desk.tickets.of_customer(MEI)) == 2


def test_what_came_meanwhile_stays_where_it_was_said(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.merge(first, second)
    desk.write(second, "By the second number.")
    desk.act(first, V.REPLY, "To both.")
    desk.unmerge(first, second)
    assert words_of(desk.thread(first)) == [
        "The box was open.",
        "By the second number.",
        "To both.",
    ]
    assert words_of(desk.thread(second)) == ["And a figure is missing."]
    assert desk.thread(second).clocks.first_response.is_open
    assert desk.write(second, "Now here.").ticket.number == second


def test_a_merge_is_undone_within_a_day(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.merge(first, second)
    desk.clock.forward(seconds=UNDONE_WITHIN.total_seconds() + 1)
    with pytest.raises(MergeRefusedError, match="more than 24 hours ago") as refused:
        desk.unmerge(first, second)
    assert refused.value.facts["why"] == "late"
    with pytest.raises(MergeRefusedError, match="is not merged into this"):
        desk.unmerge(first, first)


def test_a_merged_ticket_leaves_the_figures_and_the_other_has_one_fact(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.merge(first, second)
    desk.act(first, V.RESOLVE)
    desk.clock.forward(days=15)
    desk.work()
    assert desk.thread(second).clocks.state is S.CLOSED
    assert desk.facts() == [desk.thread(first).ticket.ticket_id]
    with pytest.raises(MergeRefusedError, match="is closed"):
        desk.unmerge(first, second)


def test_both_are_looked_at_once_they_are_one_or_two(desk: ServiceDesk) -> None:
    """What was due meanwhile is done: the one that comes back has missed its resolution."""
    first, second = pair(desk)
    desk.act(second, V.REPLY)
    due = desk.thread(second).clocks.resolution.due
    assert due
    desk.clock.now = due - timedelta(hours=20)
    desk.merge(first, second)
    ids = {desk.thread(first).ticket.ticket_id}
    assert ids <= {each.subject for each in desk.timers() if each.due_at == desk.clock() + PASSED}
    desk.clock.now = due + timedelta(hours=1)
    desk.unmerge(first, second)
    desk.clock.forward(seconds=2)
    desk.work()
    for number in (first, second):
        assert desk.thread(number).clocks.state is S.TIER2_QA
        assert queue_of(desk.thread(number).ticket.state) is Queue.QA


def test_a_timer_of_the_merged_ticket_does_nothing(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    ticket = desk.thread(second).ticket
    desk.merge(first, second)
    before = desk.store().get(ticket.ticket_id)
    desk.clock.forward(days=40)
    assert desk.keeping.look(ticket.ticket_id, desk.clock(), actor=DESK_WORKER) == ((), ())
    assert desk.store().get(ticket.ticket_id) == before
    assert before
    assert before.look_at is None


def test_a_ticket_that_was_merged_before_it_was_acknowledged_is_so_where_it_goes_on(
    desk: ServiceDesk,
) -> None:
    first, second = pair(desk)
    desk.merge(first, second)
    ids = [each.subject for each in desk.entries() if each.entry_type == "ticket.opened"]
    for ticket_id in [*ids, *ids]:
        desk.keeping.follow(ticket_id, actor=DESK_WORKER)
    thread = desk.thread(first)
    assert [each.entry.verb for each in thread.messages] == [V.OPEN, V.MERGE, V.ACKNOWLEDGE]


@pytest.mark.parametrize("member", [AUDITOR, WAREHOUSE, STORE, NOBODY], ids=lambda each: each.name)
def test_who_may_not_merge_changes_nothing(desk: ServiceDesk, member: object) -> None:
    first, second = pair(desk)
    with pytest.raises(NotPermittedError):
        desk.merge(first, second, member)  # type: ignore[arg-type]
    desk.merge(first, second, QA)
    with pytest.raises(NotPermittedError):
        desk.unmerge(first, second, member)  # type: ignore[arg-type]
    assert [each.entry.verb for each in desk.thread(first).messages] == [V.OPEN, V.MERGE]


def test_nobody_merges_one_ticket_with_nothing(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for verb in (V.MERGE, V.UNMERGE):
        with pytest.raises(MoveRefusedError):
            desk.act(number, verb, member=LEAD)
    for verb in (V.JOIN, V.LEAVE):
        with pytest.raises(NotPermittedError):
            desk.act(number, verb, member=LEAD)


def test_a_ticket_takes_in_as_many_as_a_page_reads(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    for _ in range(MOST_MERGES):
        desk.merge(first, second)
        desk.unmerge(first, second)
    with pytest.raises(MergeRefusedError, match="as many tickets as one can"):
        desk.merge(first, second)


def test_a_person_who_is_erased_is_forgotten_in_both(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.merge(first, second)
    held = desk.erasing().held(MEI)
    assert [[each.words for each in messages] for _, messages in held] == [
        ["And a figure is missing.", ""],
        ["The box was open.", ""],
    ]
    assert desk.erasing().erase(MEI, lambda _: True) == 2
    thread = desk.thread(second)
    assert (thread.ticket.number, words_of(thread), thread.ticket.email) == (first, [], "")


def test_what_a_partner_reads_is_merged_with_nothing_else(desk: ServiceDesk) -> None:
    """Its number would lead the partner to what the customer wrote to us."""
    mine = desk.ask().ticket.number
    bringing = Bringing(EMAIL, Topic.ORDER, "It is for our customer.", "en", NUMBER)
    keys = [RequestKey("cli_1", f"{name}", "digest") for name in range(2)]
    theirs, other = [desk.partners.open(bringing, key).number for key in keys]
    for one, two in ((mine, theirs), (theirs, mine)):
        with pytest.raises(MergeRefusedError, match=f"A partner brought {theirs}"):
            desk.merge(one, two)
    desk.clock.forward(hours=1)
    desk.merge(theirs, other)
    looked = [desk.partners.look("cli_1", number) for number in (theirs, other)]
    assert looked[0] == looked[1]
    assert len(looked[0].messages) == 2
    assert [desk.partners.open(bringing, key).number for key in keys] == [theirs, other]


def test_who_was_asked_in_the_other_ticket_has_as_long_to_answer(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    desk.act(first, V.RESOLVE)
    desk.clock.forward(days=5)
    desk.act(second, V.ASK, "Which figure is it?")
    thread = desk.merge(first, second)
    assert thread.clocks.state is S.WAITING_CUSTOMER
    desk.clock.forward(hours=1)
    desk.work()
    assert [each.entry.verb for each in desk.thread(first).messages][-1] is V.MERGE


def test_a_hand_over_code_of_the_merged_ticket_opens_the_other(desk: ServiceDesk) -> None:
    first, second = pair(desk)
    code = desk.code(second)
    desk.merge(first, second)
    thread = desk.redeem(code)
    assert thread.ticket.number == first
    assert desk.redeem(code).ticket.number == first
    assert words_of(thread)[:2] == ["The box was open.", "And a figure is missing."]
