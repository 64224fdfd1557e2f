"""What staff do at the desk."""

import pytest

from aftercare.desk.agents import Done, verbs_for
from aftercare.desk.errors import StaleTicketError, TicketNotFoundError, WordsInvalidError
from aftercare.desk.model import Queue
from aftercare.desk.moves import MoveRefusedError, TicketState, Verb
from aftercare.desk.queues import queue_of
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.ids import new_ticket
from aftercare.staff.errors import NotPermittedError
from tests.fakes.reviews import AGENT, AUDITOR, LEAD, NOBODY, QA, STORE, WAREHOUSE
from tests.fakes.service_desk import ServiceDesk, service_desk

pytestmark = pytest.mark.integration
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def test_that_a_ticket_was_read_is_written_before_it_is_shown(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    desk.staff.open_ticket(AUDITOR, ticket.number)
    assert desk.trail.reads == [(AUDITOR, ticket.ticket_id)]
    with pytest.raises(TicketNotFoundError):
        desk.staff.open_ticket(AGENT, new_ticket())


def test_an_answer_is_public_and_a_note_is_not(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.NOTE, "Looks like the courier.")
    thread = desk.act(number, V.REPLY, "We are sorry to hear that.")
    assert [each.words for each in thread.public][1:] == ["We are sorry to hear that."]
    assert [each.words for each in thread.messages][1] == "Looks like the courier."
    assert thread.clocks.first_response.ended_at == desk.clock().replace(microsecond=0)
    claim = thread.ticket.claim
    assert claim
    assert claim.by == AGENT.actor


def test_the_same_answer_sent_twice_is_one(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    done = Done(V.REPLY, ticket.entries, "We look into it.", "form")
    first = desk.staff.act(AGENT, ticket.number, done)
    assert desk.staff.act(AGENT, ticket.number, done) == first
    assert len(first.messages) == 2


def test_two_agents_who_answer_at_once_send_one_answer(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    desk.staff.act(AGENT, ticket.number, Done(V.REPLY, ticket.entries, "Sorry!", "a"))
    with pytest.raises(StaleTicketError):
        desk.staff.act(LEAD, ticket.number, Done(V.REPLY, ticket.entries, "Sorry?", "b"))
    assert len(desk.thread(ticket.number).messages) == 2


def test_a_claim_is_advice_and_no_entry(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    desk.staff.claim(AGENT, ticket.number, wanted=True)
    [card] = desk.queue(Queue.AGENTS)
    assert card.claim
    assert card.claim.name == AGENT.name
    done = Done(V.REPLY, ticket.entries, "I was faster.", "c")
    assert desk.staff.act(LEAD, ticket.number, done).ticket.claim_at(desk.clock()).by == LEAD.actor  # type: ignore[union-attr]
    desk.staff.claim(LEAD, ticket.number, wanted=False)
    assert desk.thread(ticket.number).ticket.claim is None


def test_a_ticket_moves_from_queue_to_queue(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for verb, member, queue in (
        (V.TAKE, AGENT, Queue.AGENTS),
        (V.ASK, AGENT, Queue.CUSTOMERS),
        (V.RESUME, AGENT, Queue.AGENTS),
        (V.AWAIT_THIRD, AGENT, Queue.THIRD_PARTIES),
        (V.ESCALATE, AGENT, Queue.QA),
        (V.ESCALATE_FURTHER, QA, Queue.LEGAL),
        (V.HAND_BACK, LEAD, Queue.AGENTS),
    ):
        thread = desk.act(number, verb, member=member)
        assert queue_of(thread.clocks.state) is queue
        assert {each: [card.number for card in desk.queue(each)] for each in Queue} == {
            each: [number] if each is queue else [] for each in Queue
        }
    desk.act(number, V.RESOLVE)
    assert not any(desk.queue(each) for each in Queue)


@pytest.mark.parametrize("words", ["", "  ", "x" * 4_001])
def test_whoever_speaks_has_words(desk: ServiceDesk, words: str) -> None:
    number = desk.ask().ticket.number
    for verb in (V.REPLY, V.ASK, V.NOTE, V.RESOLVE, V.ESCALATE):
        with pytest.raises(WordsInvalidError):
            desk.act(number, verb, words)
    assert desk.act(number, V.TAKE, words).ticket.state is S.OPEN


def test_a_verb_that_does_nothing_in_a_state_is_refused(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    with pytest.raises(MoveRefusedError):
        desk.act(number, V.REOPEN)


@pytest.mark.parametrize("member", [AUDITOR, WAREHOUSE, STORE, NOBODY], ids=lambda each: each.name)
def test_who_may_not_act_changes_nothing(desk: ServiceDesk, member: object) -> None:
    ticket = desk.ask().ticket
    for verb in Verb:
        done = Done(verb, ticket.entries, "Hello.", verb)
        with pytest.raises(NotPermittedError):
            desk.staff.act(member, ticket.number, done)  # type: ignore[arg-type]
    assert len(desk.thread(ticket.number).messages) == 1


def test_nobody_of_staff_does_what_is_not_theirs(desk: ServiceDesk) -> None:
    """A customer's verbs and the system's are in nobody's role."""
    number = desk.ask().ticket.number
    for verb in (V.OPEN, V.WRITE, V.ACKNOWLEDGE, V.CLOSE):
        with pytest.raises(NotPermittedError):
            desk.act(number, verb, member=LEAD)


def test_pages_offer_what_the_table_and_the_matrix_allow() -> None:
    assert V.ESCALATE_FURTHER not in verbs_for(AGENT, S.TIER2_QA)
    assert V.ESCALATE_FURTHER in verbs_for(QA, S.TIER2_QA)
    assert V.REOPEN in verbs_for(AGENT, S.RESOLVED)
    assert verbs_for(AUDITOR, S.OPEN) == ()


def test_a_queue_comes_in_pages(desk: ServiceDesk) -> None:
    numbers = []
    for _ in range(23):
        numbers.append(desk.ask().ticket.number)
        desk.clock.forward(hours=2)
    assert [card.number for card in desk.queue(Queue.AGENTS)] == numbers
    for after in ("x", "#", "a#b", "#tkt_1"):
        with pytest.raises(InvalidError):
            desk.staff.waiting(AGENT, Queue.AGENTS, after)


def test_a_ticket_is_found_by_its_number_as_people_type_it(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    for typed in (ticket.number, f" {ticket.number.lower()} "):
        found = desk.staff.find(AGENT, typed)
        assert found
        assert found.ticket_id == ticket.ticket_id
    for nothing in ("", "R-0000", new_ticket(), ticket.ticket_id):
        assert desk.staff.find(AGENT, nothing) is None
    with pytest.raises(NotPermittedError):
        desk.staff.find(STORE, ticket.number)


def test_of_a_customers_tickets_the_twenty_newest_are_read(desk: ServiceDesk) -> None:
    ticket = desk.ask().ticket
    others = []
    for _ in range(23):
        desk.clock.forward(hours=2)
        others.append(desk.ask().ticket.number)
    assert [each.number for each in desk.staff.earlier(AGENT, ticket)] == others[:2:-1]


def test_a_claim_has_a_name_of_forty_bytes_at_most(desk: ServiceDesk) -> None:
    """A page of a queue carries twenty of them, and reads no more for longer ones."""
    number = desk.ask().ticket.number
    desk.staff.claim(AGENT._replace(name="莉" * 40), number, wanted=True)
    [card] = desk.queue(Queue.AGENTS)
    assert card.claim
    assert card.claim.name == "莉" * 13
