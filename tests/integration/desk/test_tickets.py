"""What customers bring to the desk, and what is said about it."""

from datetime import timedelta

import pytest

from aftercare.desk.errors import (
    NobodyToAnswerError,
    TicketNotFoundError,
    TooManyMessagesError,
    WordsInvalidError,
)
from aftercare.desk.model import Lane, Queue
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.service import MOST_MESSAGES_A_DAY, MOST_TICKETS_A_DAY, About
from aftercare.desk.ticket import MOST_WORDS, Proof, Topic
from aftercare.kernel.address import Address
from aftercare.kernel.ids import new_ticket
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import email_key_of
from tests.fakes.orders import EMAIL, NUMBER, ORDERS_INGEST, paid
from tests.fakes.points import MEMBER, MEMBERS_INGEST, member_event
from tests.fakes.service_desk import HELLO, ServiceDesk, service_desk

pytestmark = pytest.mark.integration
MEI = email_key_of(EMAIL)
V, S = Verb, TicketState


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def test_a_ticket_has_a_number_an_owner_and_its_first_words(desk: ServiceDesk) -> None:
    thread = desk.ask()
    ticket = thread.ticket
    assert (ticket.state, ticket.email, ticket.market) == (S.NEW, EMAIL, "US")
    assert (ticket.proof, ticket.lane) == (Proof.ORDER_AND_MAILBOX, Lane.STANDARD)
    assert [each.words for each in thread.public] == [HELLO]
    assert desk.tickets.thread(MEI, ticket.number) == thread
    assert desk.tickets.of_customer(MEI) == (ticket,)
    assert [card.number for card in desk.queue(Queue.AGENTS)] == [ticket.number]


def test_a_form_that_is_sent_twice_opens_one_ticket(desk: ServiceDesk) -> None:
    about, sent = About(Topic.ORDER, NUMBER), desk.sent()
    first = desk.tickets.ask(MEI, about, sent)
    assert desk.tickets.ask(MEI, about, sent) == first
    more = desk.sent("And the bag was torn.")
    number = first.ticket.number
    second = desk.tickets.write(MEI, number, more)
    assert desk.tickets.write(MEI, number, more) == second
    assert [each.words for each in second.messages] == [HELLO, "And the bag was torn."]
    assert len(desk.tickets.of_customer(MEI)) == 1


def test_the_same_form_of_two_people_is_two(desk: ServiceDesk) -> None:
    other = "li@example.com"
    desk.tickets.people.orders.record(paid(number="PM-2026-0002", email=other), actor=ORDERS_INGEST)
    sent = desk.sent()
    first = desk.tickets.ask(MEI, About(Topic.OTHER), sent)
    second = desk.tickets.ask(email_key_of(other), About(Topic.OTHER), sent)
    assert first.ticket.number != second.ticket.number
    with pytest.raises(TicketNotFoundError):
        desk.tickets.thread(MEI, second.ticket.number)
    with pytest.raises(TicketNotFoundError):
        desk.write(second.ticket.number)


@pytest.mark.parametrize("number", ["", "R-0000-0000-0", "x" * 5_000, "R-7K2M-9QXA-8"])
def test_a_number_of_no_ticket_finds_none(desk: ServiceDesk, number: str) -> None:
    with pytest.raises(TicketNotFoundError):
        desk.tickets.thread(MEI, number)


@pytest.mark.parametrize("words", ["", " \n ", "x" * (MOST_WORDS + 1)])
def test_nothing_is_opened_without_words_or_with_too_many(desk: ServiceDesk, words: str) -> None:
    with pytest.raises(WordsInvalidError):
        desk.ask(words=words)
    assert desk.tickets.of_customer(MEI) == ()


def test_another_ones_order_opens_nothing(desk: ServiceDesk) -> None:
    with pytest.raises(OrderNotFoundError):
        desk.ask(email="li@example.com")


def test_a_member_without_orders_is_answered_and_a_stranger_is_not(desk: ServiceDesk) -> None:
    about = About(Topic.POINTS)
    with pytest.raises(NobodyToAnswerError):
        desk.ask(about, "li@example.com")
    desk.tickets.people.members.record(member_event(MEMBER, "li@example.com"), actor=MEMBERS_INGEST)
    ticket = desk.ask(about, "li@example.com").ticket
    assert (ticket.email, ticket.proof, ticket.market) == ("li@example.com", Proof.MAILBOX, "")


def test_a_mailbox_that_nobody_knows_is_answered_where_it_was_proved(desk: ServiceDesk) -> None:
    people, li = desk.tickets.people, "li@example.com"
    found = people.find(email_key_of(li), email=li)
    assert (found.email, found.market, found.proof) == (li, "", Proof.MAILBOX)
    assert people.find(MEI, email="Mei.Tanaka@example.com").proof is Proof.ORDER_AND_MAILBOX
    for wrong in ("", "eve@example.com"):
        with pytest.raises(NobodyToAnswerError):
            people.find(email_key_of(li), email=wrong)


def test_an_order_that_went_abroad_takes_longer(desk: ServiceDesk) -> None:
    abroad = Address("Mei", "1 Main Street", "Toronto", "ON", "M5V", "CA")
    event = paid(number="PM-2026-0003", ship_to=abroad)
    desk.tickets.people.orders.record(event, actor=ORDERS_INGEST)
    assert desk.ask(About(Topic.DELIVERY, "PM-2026-0003")).ticket.lane is Lane.CROSS_BORDER


def test_what_is_about_a_return_is_one_ticket_with_the_returns_number(desk: ServiceDesk) -> None:
    number = new_ticket()
    about = About(Topic.RETURN, NUMBER, "ret_1", number)
    first = desk.ask(about).ticket
    assert (first.number, first.return_id) == (number, "ret_1")
    second = desk.ask(about, words="One more thing.")
    assert (second.ticket.ticket_id, len(second.messages)) == (first.ticket_id, 2)
    other = desk.ask(About(Topic.RETURN, NUMBER, "ret_2", number)).ticket
    assert other.number != number  # somebody's number already


def test_a_closed_ticket_is_followed_by_one_other(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.RESOLVE, "A new one is on its way.")
    desk.clock.forward(days=15)
    desk.work()
    assert desk.thread(number).clocks.state is S.CLOSED
    following = desk.write(number, "It is broken, too.").ticket
    assert (following.follows, following.state) == (number, S.NEW)
    assert following.order_number == NUMBER
    assert desk.write(number, "Hello?").ticket.ticket_id == following.ticket_id
    assert desk.write(following.number, "Hello?").ticket.ticket_id == following.ticket_id


def test_who_writes_after_the_resolution_is_seen_again(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    desk.act(number, V.RESOLVE, "A new one is on its way.")
    assert desk.queue(Queue.AGENTS) == []
    assert desk.write(number).ticket.state is S.REPLIED
    assert [card.number for card in desk.queue(Queue.AGENTS)] == [number]


def test_nobody_writes_more_in_a_day_than_can_be_read(desk: ServiceDesk) -> None:
    number = desk.ask().ticket.number
    for _ in range(MOST_MESSAGES_A_DAY):
        last = desk.sent("And another thing.")
        desk.tickets.write(MEI, number, last)
    with pytest.raises(TooManyMessagesError):
        desk.write(number)
    assert desk.tickets.write(MEI, number, last).ticket.number == number  # a repeat is no more
    for _ in range(MOST_TICKETS_A_DAY - 1):
        desk.ask()
    with pytest.raises(TooManyMessagesError):
        desk.ask()
    desk.clock.forward(days=1)
    assert desk.write(number)
    assert desk.ask()


def test_events_name_nothing_personal(desk: ServiceDesk) -> None:
    number = desk.ask(words="Write to mei@example.com").ticket.number
    desk.act(number, V.NOTE, "She sounds cross.")
    kinds = [each.entry_type for each in desk.entries()]
    assert kinds == ["ticket.opened", "ticket.changed"]
    told = " ".join(each.to_detail() for each in desk.entries())
    assert "mei" not in told
    assert "cross" not in told


def test_a_ticket_is_due_at_its_first_target(desk: ServiceDesk) -> None:
    thread = desk.ask()
    due = thread.clocks.due
    assert due
    assert desk.queue(Queue.AGENTS)[0].due == due
    [timer] = desk.timers()
    assert timer.due_at <= due + timedelta(seconds=1)
