"""What happens to a ticket though nobody does anything."""

from datetime import timedelta

import pytest

from aftercare.desk.clocks import fold
from aftercare.desk.figure_store import FigureStore
from aftercare.desk.keeping import Looked
from aftercare.desk.model import Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.steps import terms_of
from aftercare.desk.targets import Measure
from tests.fakes.service_desk import DESK_WORKER, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def verbs(desk: ServiceDesk, number: str) -> list[str]:
    return [each.entry.verb for each in desk.thread(number).messages]


def test_a_new_ticket_is_acknowledged_once(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for _ in range(3):
        desk.work()
    assert verbs(desk, number) == [V.OPEN, V.ACKNOWLEDGE]
    assert desk.thread(number).clocks.first_response.is_open


def test_what_was_answered_needs_no_acknowledgement(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.REPLY)
    desk.work()
    assert verbs(desk, number) == [V.OPEN, V.REPLY]


def test_every_moment_is_looked_at_until_the_resolution_is_missed(desk: ServiceDesk) -> None:
    """Each timer leads to the next; the last one takes the ticket to the second tier."""
    ticket = desk.ask().ticket
    desk.keeping.follow(ticket.ticket_id, actor=DESK_WORKER)
    seen = []
    while desk.thread(ticket.number).clocks.state is S.NEW:
        later = [each for each in desk.timers() if each.due_at > desk.clock()]
        assert later, "a ticket that nobody looks at again"
        desk.clock.now = later[0].due_at
        seen.append(desk.keeping.look(ticket.ticket_id, later[0].due_at, actor=DESK_WORKER))
    assert seen == [
        Looked((Measure.FIRST_RESPONSE,)),
        Looked((), (Measure.FIRST_RESPONSE,)),
        Looked((Measure.RESOLUTION,)),
        Looked((), (Measure.RESOLUTION,)),
    ]
    assert desk.thread(ticket.number).clocks.state is S.TIER2_QA
    assert [card.number for card in desk.queue(Queue.QA)] == [ticket.number]


def test_a_timer_that_comes_twice_late_or_for_nothing_does_no_more(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    [timer] = desk.timers()
    desk.act(ticket.number, V.RESOLVE)
    before = desk.thread(ticket.number)
    desk.clock.now = timer.due_at
    for due_at in (timer.due_at, timer.due_at, None):
        desk.keeping.look(ticket.ticket_id, due_at, actor=DESK_WORKER)
    assert desk.thread(ticket.number).messages == before.messages
    assert desk.keeping.look("tkt_00000000000000000000000000", actor=DESK_WORKER) == Looked()


def test_a_worker_whose_clock_is_behind_loses_no_timer(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    desk.keeping.follow(ticket.ticket_id, actor=DESK_WORKER)
    [timer] = {each.due_at: each for each in desk.timers()}.values()
    desk.clock.now = timer.due_at - timedelta(seconds=2)
    desk.keeping.look(ticket.ticket_id, timer.due_at, actor=DESK_WORKER)
    assert [each for each in desk.timers() if each.due_at > timer.due_at]


def test_a_resolved_ticket_is_closed_when_it_can_be_reopened_no_more(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.RESOLVE)
    desk.clock.forward(days=14)
    desk.work()
    assert desk.thread(number).clocks.state is S.RESOLVED
    desk.clock.forward(seconds=1)
    desk.work()
    assert desk.thread(number).clocks.state is S.CLOSED


def test_a_closed_ticket_leaves_one_fact_of_how_it_was_served(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.clock.forward(hours=1)
    desk.act(number, V.REPLY)
    desk.write(number)
    desk.clock.forward(hours=1)
    desk.act(number, V.RESOLVE)
    desk.act(number, V.REOPEN)
    desk.clock.forward(hours=1)
    desk.act(number, V.RESOLVE)
    desk.clock.forward(days=14, seconds=1)
    for _ in range(3):
        desk.work()
    store = FigureStore(desk.tables["TicketsTable"])
    [fact] = store.facts(desk.clock().date())
    assert fact.ticket_id == desk.thread(number).ticket.ticket_id
    assert (fact.first_response, fact.first_resolution) == ((3_600, True), (7_200, True))
    assert (fact.resolution, fact.reopenings) == ((10_800, True), 1)
    assert fact.responses == ((3_600, True),)
    assert list(store.facts(desk.clock().date() - timedelta(days=1))) == []


def test_the_second_reopening_goes_to_the_second_tier(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for _ in range(2):
        desk.act(number, V.RESOLVE)
        desk.act(number, V.REOPEN)
        desk.work()
    assert desk.thread(number).clocks.state is S.TIER2_QA
    desk.act(number, V.RESOLVE)
    desk.work()
    assert desk.thread(number).clocks.state is S.RESOLVED


def test_who_says_nothing_is_reminded_once_and_then_their_ticket_is_resolved(
    desk: ServiceDesk,
) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.ASK)
    seen = []
    for _ in range(35):
        for _ in range(2):
            desk.work()
        seen.append(verbs(desk, number)[2:])
        desk.clock.forward(days=1)
    days = {seen.index(each): each for each in seen}
    assert days == {
        0: [],
        8: [V.REMIND],
        16: [V.REMIND, V.RESOLVE],
        31: [V.REMIND, V.RESOLVE, V.CLOSE],
    }


def test_whoever_is_late_to_remind_leaves_the_customer_the_whole_time(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.ASK)
    desk.clock.forward(days=30)
    for _ in range(3):
        desk.work()
    assert verbs(desk, number)[2:] == [V.REMIND]
    desk.clock.forward(days=7)
    desk.work()
    assert desk.thread(number).clocks.state is S.WAITING_CUSTOMER


def test_an_answer_ends_the_wait_and_another_question_begins_it_again(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.ASK)
    desk.clock.forward(days=8)
    desk.work()
    desk.write(number)
    desk.clock.forward(days=1)
    desk.act(number, V.ASK)
    desk.clock.forward(days=7)
    desk.work()
    assert verbs(desk, number)[2:] == [V.REMIND, V.WRITE, V.ASK]
    desk.clock.forward(days=1)
    desk.work()
    assert verbs(desk, number)[-2:] == [V.ASK, V.REMIND]


def test_what_a_colleague_adds_does_not_put_the_reminder_off(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.ASK)
    desk.clock.forward(days=6)
    desk.act(number, V.NOTE)
    desk.clock.forward(days=2)
    desk.work()
    assert verbs(desk, number)[-1] == V.REMIND


def test_a_stored_due_time_is_the_fold_of_the_entries(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for verb in (V.REPLY, V.ASK):
        desk.act(number, verb)
    desk.clock.forward(hours=50)
    desk.write(number)
    thread = desk.thread(number)
    [card] = desk.queue(Queue.AGENTS)
    folded = fold((each.entry for each in thread.messages), terms_of(thread.ticket))
    assert (card.due, card.state) == (folded.due, folded.state)
