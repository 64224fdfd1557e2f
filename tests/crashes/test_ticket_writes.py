"""A message, an answer and a look with a fault at each write and a rival at each request."""

import pytest

from aftercare.desk.agents import Done
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import About, Sent
from aftercare.desk.ticket import Topic
from aftercare.kernel.ids import new_ticket
from aftercare.orders.model import email_key_of
from tests.bench.meter import Meter
from tests.fakes.crashes.faults import Fault, Plan, Saboteur, nobody, struck
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import AGENT, LEAD
from tests.fakes.service_desk import DESK_WORKER, HELLO, ServiceDesk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
MOST_UNITS = 14


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_message_that_fails_and_is_sent_again_is_one(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault
) -> None:
    first, second = desk.sent(), desk.sent("Hello?")

    def ask() -> str:
        return desk.tickets.ask(MEI, About(Topic.ORDER, NUMBER), first).ticket.number

    assert struck(saboteur, ask, Plan(fault, 1, nobody))
    number = ask()
    assert struck(saboteur, lambda: desk.tickets.write(MEI, number, second), Plan(fault, 1, nobody))
    thread = desk.tickets.write(MEI, number, second)
    assert [each.words for each in thread.messages] == [HELLO, "Hello?"]
    assert len(desk.tickets.of_customer(MEI)) == 1


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_an_answer_that_fails_and_is_sent_again_is_told_once(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault
) -> None:
    number = desk.ask().ticket.number
    done = Done(Verb.REPLY, 1, "We look into it.", "form")

    def answer() -> object:
        return desk.staff.act(AGENT, number, done)

    assert struck(saboteur, answer, Plan(fault, 1, nobody))
    answer()
    assert [each.entry_type for each in desk.entries()] == ["ticket.opened", "ticket.answered"]


@pytest.mark.parametrize("request_number", range(1, 8))
def test_two_first_messages_about_a_return_open_one_ticket(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    about = About(Topic.RETURN, NUMBER, f"ret_{request_number}", new_ticket())
    mine, theirs = desk.sent("One."), desk.sent("Two.")
    plan = Plan(Fault.RACED, request_number, lambda: desk.tickets.ask(MEI, about, theirs))
    struck(saboteur, lambda: desk.tickets.ask(MEI, about, mine), plan)
    thread = desk.tickets.ask(MEI, about, theirs)
    assert sorted(each.words for each in thread.messages) == ["One.", "Two."]
    assert thread.ticket.number == about.return_number


@pytest.mark.parametrize("request_number", range(1, 4))
def test_one_form_sent_by_two_tabs_at_once_is_one_message(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    sent = Sent(HELLO, "form", "en")

    def ask() -> object:
        return desk.tickets.ask(MEI, About(Topic.ORDER, NUMBER), sent)

    assert struck(saboteur, ask, Plan(Fault.RACED, request_number, ask))
    [ticket] = desk.tickets.of_customer(MEI)
    assert len(desk.tickets.thread(MEI, ticket.number).messages) == 1


@pytest.mark.parametrize("request_number", range(1, 5))
def test_an_answer_never_covers_a_message_that_nobody_saw(
    desk: ServiceDesk, saboteur: Saboteur, request_number: int
) -> None:
    number = desk.ask().ticket.number
    done = Done(Verb.RESOLVE, 1, "It is solved.", "form")
    rival = Plan(Fault.RACED, request_number, lambda: desk.write(number, "It is not the lid."))
    struck(saboteur, lambda: desk.staff.act(LEAD, number, done), rival)
    thread = desk.thread(number)
    assert thread.clocks.state in {TicketState.NEW, TicketState.REPLIED}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_look_that_fails_and_is_repeated_loses_no_timer(
    desk: ServiceDesk, saboteur: Saboteur, fault: Fault
) -> None:
    ticket = desk.ask().ticket
    desk.keeping.follow(ticket.ticket_id, actor=DESK_WORKER)
    for _ in range(3):
        timer = max(desk.timers(), key=lambda each: each.due_at)
        desk.clock.now = timer.due_at

        def look() -> object:
            return desk.keeping.look(ticket.ticket_id, timer.due_at, actor=DESK_WORKER)  # noqa: B023

        assert struck(saboteur, look, Plan(fault, 1, nobody))
        look()
        assert max(desk.timers(), key=lambda each: each.due_at).due_at > timer.due_at


def test_fifty_times_the_same_message_is_one_for_few_units(
    desk: ServiceDesk, tables: dict[str, str]
) -> None:
    with Meter(tables).attached() as meter:
        with meter.step("first"):
            number = desk.ask().ticket.number
        with meter.step("later"):
            desk.write(number)
        sent = desk.sent()
        for _ in range(50):
            desk.tickets.write(MEI, number, sent)
        with meter.step("repeated"):
            desk.tickets.write(MEI, number, sent)
    assert len(desk.thread(number).messages) == 3
    units = {name: step.write_units for name, step in meter.steps.items()}
    assert max(units.values()) <= MOST_UNITS, units
    assert units["repeated"] == 0
