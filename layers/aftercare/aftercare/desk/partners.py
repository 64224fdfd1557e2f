"""What partners' systems do at the desk: bring what their customers say, and read the answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.commits import Key
from aftercare.desk.errors import TicketNotFoundError
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import Party, Verb, party_of
from aftercare.desk.people import Customer, confirmed
from aftercare.desk.service import About, Brought, Conversations
from aftercare.desk.steps import words_in
from aftercare.desk.ticket import Message, Proof, Thread, Ticket, Topic
from aftercare.kernel.actor import client
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.kernel.requests import KeyReusedError, RequestKey
from aftercare.orders.model import email_key_of
from aftercare.orders.service import OrderService

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore


class Bringing(NamedTuple):
    """What a partner says of its customer: the mailbox, an order if they named one, and the words.

    `email` is in one spelling. `country` is the partner's own: whose desk answers who is unknown.
    """

    email: str
    topic: Topic
    words: str
    language: str
    order_number: str = ""
    country: str = ""


class Taken(NamedTuple):
    """What became of a request: the ticket that took it, as which of its entries."""

    number: str
    entry: int
    follows: str
    replayed: bool


class Passed(NamedTuple):
    """What a partner may see of a ticket; `followed_by` is its own ticket that goes on from it."""

    thread: Thread
    messages: tuple[Message, ...]
    followed_by: str


@dataclass(frozen=True, slots=True)
class PartnerService(Conversations):
    """A partner is the client whose key was sent; each has its own tickets and no others.

    That a partner says so proves neither the customer nor an order (R-DSK-65). What is sent twice
    under one key is taken once, and is answered alike.
    """

    store: "TicketStore"
    orders: OrderService
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def open(self, bringing: Bringing, key: RequestKey) -> Taken:
        """Opens a ticket of the partner's customer. The answer never says whose an order is.

        Raises:
            KeyReusedError: The key was used for another request.
            WordsInvalidError: There are no words, or too many.
            TooManyMessagesError: The partner opened too many for that mailbox today.
            StaleWriteError, BusyError: Others write the same; try again.
        """
        brought = _brought(bringing.words, key, bringing.language)
        if taken := self._taken(brought.key):
            return taken
        email_key = email_key_of(bringing.email)
        customer = self._customer(bringing, email_key)
        is_confirmed = customer.proof is Proof.PARTNER
        order, named = bringing.order_number, ""
        if not is_confirmed:
            order, named = "", bringing.order_number
        about = About(bringing.topic, order, named_order=named)
        ticket = self._new(email_key, customer, about, brought)
        return _taken(self._opened(ticket, brought.as_act(Verb.OPEN)))

    @on_fresh_state
    def write(self, number: str, words: str, key: RequestKey) -> Taken:
        """Adds what the customer said since; a closed ticket is followed by another one.

        Raises:
            TicketNotFoundError: No such ticket, or not the partner's; both look the same.
            KeyReusedError: The key was used for another request.
            WordsInvalidError: There are no words, or too many.
            TooManyMessagesError: The partner wrote too much to it today.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        brought = _brought(words, key)
        if taken := self._taken(brought.key):
            return taken
        ticket = self._owned(key.client_id, number)
        return _taken(self._continued(ticket, brought._replace(language=ticket.language)))

    def look(self, client_id: str, number: str) -> Passed:
        """The partner's ticket, as far as it may see it (R-DSK-66).

        Raises:
            TicketNotFoundError: No such ticket, or not the partner's; both look the same.
        """
        thread = self._thread(self._owned(client_id, number))
        return Passed(thread, tuple(shown(thread)), self._following(thread.ticket, client_id))

    def _customer(self, bringing: Bringing, email_key: str) -> Customer:
        order = self.orders.get(bringing.order_number) if bringing.order_number else None
        if order and (found := confirmed(order, email_key)):
            return found
        return Customer(bringing.email, bringing.country, Lane.STANDARD, Proof.UNCONFIRMED)

    def _customer_of(self, closed: Ticket) -> Customer:
        return Customer(closed.email, closed.market, closed.lane, closed.proof)

    def _owned(self, client_id: str, number: str) -> Ticket:
        ticket = self._found(number)
        if ticket is None or not client_id or ticket.partner != client_id or not ticket.email_key:
            raise TicketNotFoundError
        return ticket

    def _taken(self, key: Key) -> Taken | None:
        came = self.store.came(key)
        if came is None:
            return None
        if came.asks != key.asks:
            raise KeyReusedError
        ticket = self.store.get(came.ticket_id)
        if ticket is None:
            raise TicketNotFoundError
        return Taken(ticket.number, came.number, ticket.follows, replayed=True)


def shown(thread: Thread) -> Iterator[Message]:
    """What the partner passed on, and the answers to it (R-DSK-66).

    Once the customer writes themselves, or comes to a counter, they may say what is not for the
    partner, and so may the answers, until the partner passes on something again.
    """
    partner, is_asked = client(thread.ticket.partner), False
    for message in thread.public:
        entry = message.entry
        if entry.verb is Verb.HAND_OVER:
            is_asked = False
        elif party_of(entry.actor) in {Party.CUSTOMER, Party.CLIENT}:
            is_asked = entry.actor == partner
            if is_asked:
                yield message
        elif is_asked and entry.is_human_answer:
            yield message


def _brought(words: str, key: RequestKey, language: str = "") -> Brought:
    """The words under the partner's key, which is no other client's."""
    named = Key(Channel.PARTNER, f"{key.client_id} {key.key}", key.digest)
    actor = client(key.client_id)
    return Brought(words_in(words), named, language, actor, Channel.PARTNER, key.client_id)


def _taken(thread: Thread) -> Taken:
    ticket = thread.ticket
    return Taken(ticket.number, thread.messages[-1].entry.number, ticket.follows, replayed=False)
