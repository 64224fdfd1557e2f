"""What partners' systems bring to the desk for their customers, and what they see of it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from aftercare.desk.errors import TicketNotFoundError, TooManyMessagesError, WordsInvalidError
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.partners import Bringing, Taken
from aftercare.desk.service import MOST_MESSAGES_A_DAY, MOST_TICKETS_A_DAY
from aftercare.desk.ticket import Proof, Topic
from aftercare.kernel.actor import client
from aftercare.kernel.requests import KeyReusedError, RequestKey
from aftercare.orders.model import email_key_of
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.service_desk import ServiceDesk, service_desk

pytestmark = pytest.mark.integration
SELLER, OTHER, LI = "ac_seller0001", "ac_seller0002", "li@example.com"
WORDS = "Her figure came without its stand."
KEYS = count()
V = Verb


@pytest.fixture
def desk(tables: dict[str, str]) -> ServiceDesk:
    return service_desk(tables)


def key(name: str = "", client_id: str = SELLER, digest: str = "d") -> RequestKey:
    return RequestKey(client_id, name or f"msg-{next(KEYS)}", digest)


def bringing(email: str = EMAIL, order: str = NUMBER, words: str = WORDS) -> Bringing:
    return Bringing(email, Topic.PRODUCT, words, "fr", order, "DE")


def brought(desk: ServiceDesk, what: Bringing | None = None, client_id: str = SELLER) -> Taken:
    return desk.partners.open(what or bringing(), key(client_id=client_id))


def test_an_order_named_with_its_mailbox_is_the_tickets(desk: ServiceDesk) -> None:
    taken = brought(desk)
    thread = desk.thread(taken.number)
    ticket = thread.ticket
    assert (ticket.proof, ticket.order_number, ticket.named_order) == (Proof.PARTNER, NUMBER, "")
    assert (ticket.partner, ticket.channel, ticket.language) == (SELLER, Channel.PARTNER, "fr")
    assert (ticket.email, ticket.market) == (EMAIL, "US")
    [message] = thread.messages
    assert (message.words, message.entry.actor) == (WORDS, client(SELLER))
    assert [each.number for each in desk.tickets.of_customer(email_key_of(EMAIL))] == [taken.number]


@pytest.mark.parametrize("order", [NUMBER, "PM-2026-9999", "114-5551234-77", ""])
def test_whatever_else_a_partner_names_proves_nothing(desk: ServiceDesk, order: str) -> None:
    taken = brought(desk, bringing(LI, order))
    ticket = desk.thread(taken.number).ticket
    assert (ticket.proof, ticket.order_number, ticket.named_order) == (Proof.UNCONFIRMED, "", order)
    assert (ticket.email, ticket.market, ticket.lane) == (LI, "DE", Lane.STANDARD)
    assert desk.tickets.of_customer(email_key_of(EMAIL)) == ()


def test_the_answer_does_not_say_whose_an_order_is(desk: ServiceDesk) -> None:
    answers = [brought(desk, bringing(LI, order)) for order in (NUMBER, "PM-2026-9999")]
    answers.append(brought(desk))
    assert {each._replace(number="") for each in answers} == {Taken("", 1, "", replayed=False)}


def test_fifty_same_calls_at_once_are_one_message(desk: ServiceDesk) -> None:
    same, later = key("msg-same"), key("msg-later")
    with ThreadPoolExecutor(10) as crowd:
        found = [*crowd.map(lambda _: desk.partners.open(bringing(), same), range(50))]
        number = found[0].number
        more = [*crowd.map(lambda _: desk.partners.write(number, "Hello?", later), range(50))]
    assert {each._replace(replayed=False) for each in found} == {Taken(number, 1, "", False)}
    assert {each._replace(replayed=False) for each in more} == {Taken(number, 2, "", False)}
    assert [each.replayed for each in found + more].count(False) == 2
    assert [each.words for each in desk.thread(number).messages] == [WORDS, "Hello?"]
    assert len(desk.tickets.of_customer(email_key_of(EMAIL))) == 1


def test_one_key_is_one_request_of_one_client(desk: ServiceDesk) -> None:
    first = desk.partners.open(bringing(), key("msg-1", digest="a"))
    with pytest.raises(KeyReusedError):
        desk.partners.open(bringing(words="Other words."), key("msg-1", digest="b"))
    with pytest.raises(KeyReusedError):
        desk.partners.write(first.number, WORDS, key("msg-1", digest="b"))
    other = desk.partners.open(bringing(), key("msg-1", OTHER, "a"))
    assert other.number != first.number


def test_a_partner_has_its_own_tickets_and_no_others(desk: ServiceDesk) -> None:
    theirs, own = desk.ask().ticket.number, brought(desk).number
    for number in (theirs, own, "R-0000-0000-0", "R-7K2M-9QXA-8", ""):
        with pytest.raises(TicketNotFoundError):
            desk.partners.look(OTHER, number)
        with pytest.raises(TicketNotFoundError):
            desk.partners.write(number, "Hello?", key(client_id=OTHER))
    with pytest.raises(TicketNotFoundError):
        desk.partners.look(SELLER, theirs)
    with pytest.raises(TicketNotFoundError):
        desk.partners.look("", theirs)


def seen(desk: ServiceDesk, number: str) -> list[str]:
    return [each.words for each in desk.partners.look(SELLER, number).messages]


def test_a_partner_reads_what_it_passed_on_and_the_answers_to_that(desk: ServiceDesk) -> None:
    number = brought(desk).number
    desk.work()
    desk.act(number, V.NOTE, "He sounds cross.")
    desk.act(number, V.ASK, "Which colour?")
    desk.partners.write(number, "Blue.", key())
    assert seen(desk, number) == [WORDS, "Which colour?", "Blue."]


def test_what_the_customer_writes_and_what_answers_it_is_not_for_the_partner(
    desk: ServiceDesk,
) -> None:
    number = brought(desk).number
    desk.write(number, "I moved to 1 Main Street.")
    desk.act(number, V.REPLY, "We send it to 1 Main Street.")
    assert seen(desk, number) == [WORDS]
    desk.partners.write(number, "She asks for news.", key())
    desk.act(number, V.RESOLVE, "It is on its way.")
    assert seen(desk, number) == [WORDS, "She asks for news.", "It is on its way."]
    assert desk.partners.look(SELLER, number).thread.clocks.state is TicketState.RESOLVED


def closed(desk: ServiceDesk, what: Bringing | None = None) -> str:
    number = brought(desk, what).number
    desk.act(number, V.RESOLVE, "It is on its way.")
    desk.clock.forward(days=15)
    desk.work()
    assert desk.thread(number).clocks.state is TicketState.CLOSED
    return number


def test_a_closed_ticket_is_followed_by_one_of_the_partners_own(desk: ServiceDesk) -> None:
    number = closed(desk, bringing(LI, "114-5551234-77"))
    assert desk.partners.look(SELLER, number).followed_by == ""
    taken = desk.partners.write(number, "It did not come.", key())
    ticket = desk.thread(taken.number).ticket
    assert (taken.follows, ticket.follows, ticket.partner) == (number, number, SELLER)
    assert (ticket.proof, ticket.named_order) == (Proof.UNCONFIRMED, "114-5551234-77")
    assert (ticket.email, ticket.language) == (LI, "fr")
    assert desk.partners.look(SELLER, number).followed_by == taken.number
    assert desk.partners.write(number, "Hello?", key()).number == taken.number


def test_the_customers_own_ticket_after_a_closed_one_is_not_the_partners(
    desk: ServiceDesk,
) -> None:
    number = closed(desk)
    own = desk.write(number, "It did not come.").ticket
    assert own.partner == ""
    assert desk.partners.look(SELLER, number).followed_by == ""
    assert desk.partners.write(number, "Any news?", key()).number != own.number
    assert seen(desk, number) == [WORDS, "It is on its way."]


def test_a_partner_uses_up_nobodys_messages_of_the_day(desk: ServiceDesk) -> None:
    number = brought(desk).number
    for _ in range(MOST_MESSAGES_A_DAY):
        desk.partners.write(number, "And another thing.", key())
    with pytest.raises(TooManyMessagesError):
        desk.partners.write(number, "And another thing.", key())
    assert desk.write(number).messages
    for _ in range(MOST_TICKETS_A_DAY - 1):
        brought(desk)
    with pytest.raises(TooManyMessagesError):
        brought(desk)
    assert brought(desk, client_id=OTHER).number
    assert desk.ask().ticket.number


@pytest.mark.parametrize("words", ["", " \n ", "x" * 4_001])
def test_nothing_is_brought_without_words_or_with_too_many(desk: ServiceDesk, words: str) -> None:
    with pytest.raises(WordsInvalidError):
        brought(desk, bringing(words=words))
    assert desk.tickets.of_customer(email_key_of(EMAIL)) == ()


def test_whose_person_was_erased_takes_and_shows_nothing(desk: ServiceDesk) -> None:
    number = brought(desk, bringing(EMAIL, "114-5551234-77")).number
    ticket = desk.thread(number).ticket
    desk.partners.store.forget(ticket, desk.thread(number).messages)
    assert desk.thread(number).ticket.named_order == ""
    with pytest.raises(TicketNotFoundError):
        desk.partners.look(SELLER, number)
    with pytest.raises(TicketNotFoundError):
        desk.partners.write(number, "Hello?", key())
