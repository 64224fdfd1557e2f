"""What customers do at the desk: bring something, write again, read what was said."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.appeals import next_appeal
from aftercare.desk.commits import Also, Key
from aftercare.desk.conversations import behind, of_return
from aftercare.desk.errors import (
    AppealRefusedError,
    TicketNotFoundError,
    TooManyMessagesError,
)
from aftercare.desk.mailed import Envelope
from aftercare.desk.model import Channel
from aftercare.desk.moves import TIERS, TicketState, Verb
from aftercare.desk.people import Customer
from aftercare.desk.steps import Act, TicketSteps, words_in
from aftercare.desk.ticket import Thread, Ticket, Topic, Worth
from aftercare.kernel.actor import CUSTOMER, Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id, new_ticket

if TYPE_CHECKING:
    from aftercare.desk.people import People
    from aftercare.desk.store import TicketStore

_MOST_LISTED = 50
MOST_TICKETS_A_DAY = 20
MOST_MESSAGES_A_DAY = 50
"""To one ticket: agents read all of them, and a page must show them."""
_MOST_READ = 2 * MOST_TICKETS_A_DAY
_DAY = timedelta(days=1)


class About(NamedTuple):
    """What a new ticket is about. `return_number` is the ticket of the return `return_id`.

    `worth` is what was paid for what comes back; without it the order's total counts.
    `named_order` is an order that somebody names and nothing confirms, `receipt` the purchase of a
    receipt that was shown at a counter.
    """

    topic: Topic
    order_number: str = ""
    return_id: str = ""
    return_number: str = ""
    worth: Worth | None = None
    named_order: str = ""
    receipt: str = ""


class Sent(NamedTuple):
    """What somebody wrote, in a language; `sent_as` is the same when it is sent again.

    `codes` are those that they named with it, or references of checks.
    """

    words: str
    sent_as: str
    language: str
    codes: tuple[str, ...] = ()


class Brought(NamedTuple):
    """Words as they came. `partner` is the client that brings them, if a partner's system does.

    A mail has its `envelope`; `also` adds writes to the commit of the words.
    """

    words: str
    key: Key
    language: str
    actor: Actor
    channel: Channel
    partner: str = ""
    envelope: Envelope | None = None
    also: Also | None = None
    codes: tuple[str, ...] = ()

    def as_act(self, verb: Verb) -> Act:
        key, envelope, also = self.key, self.envelope, self.also
        return Act(verb, self.actor, self.channel, self.words, key, envelope=envelope, also=also)


class Conversations(TicketSteps):
    """For services that take what customers say."""

    __slots__ = ()

    def _customer_of(self, closed: Ticket) -> Customer:
        """The customer of the ticket that follows a closed one."""
        raise NotImplementedError

    def _continued(self, ticket: Ticket, brought: Brought) -> Thread:
        """The ticket with one more message, or the one that follows it, at the end of the row."""
        while ticket.state is TicketState.CLOSED:
            conversation = _behind(ticket, brought.partner)
            following = self.store.current(conversation)
            if not following:
                customer = self._customer_of(ticket)
                about = About(
                    ticket.topic,
                    ticket.order_number,
                    ticket.return_id,
                    worth=ticket.worth,
                    named_order=ticket.named_order,
                    receipt=ticket.receipt,
                )
                new = self._new(ticket.email_key, customer, about, brought, follows=ticket.number)
                return self._opened(new, brought.as_act(Verb.OPEN), conversation)
            ticket = self._known(following)
        thread, since = self._thread(ticket), self.clock() - _DAY
        recent = (each.entry for each in thread.messages if each.entry.at > since)
        theirs = (each for each in recent if each.actor == brought.actor)
        if sum(entry.is_of_the_customer for entry in theirs) >= MOST_MESSAGES_A_DAY:
            raise TooManyMessagesError
        thread = thread._replace(ticket=thread.ticket.naming(brought.codes))
        return self._added(thread, brought.as_act(Verb.WRITE))

    def _new(
        self,
        email_key: str,
        customer: Customer,
        about: About,
        brought: Brought,
        follows: str = "",
    ) -> Ticket:
        """A ticket to be opened now, unless whoever brings it opened too many (R-DSK-26)."""
        now = self.clock()
        newest = self.store.of_customer(email_key, _MOST_READ)
        theirs = (each for each in newest if each.partner == brought.partner)
        if sum(each.opened_at > now - _DAY for each in theirs) >= MOST_TICKETS_A_DAY:
            raise TooManyMessagesError
        return Ticket(
            ticket_id=new_id("tkt", now, self.entropy),
            number=new_ticket(self.entropy),
            email_key=email_key,
            email=customer.email,
            language=brought.language,
            market=customer.market,
            channel=brought.channel,
            lane=customer.lane,
            topic=about.topic,
            proof=customer.proof,
            opened_at=now,
            order_number=about.order_number,
            return_id=about.return_id,
            follows=follows,
            partner=brought.partner,
            named_order=about.named_order,
            receipt=about.receipt,
            worth=about.worth or customer.worth,
        ).naming(brought.codes)

    def _following(self, ticket: Ticket, partner: str = "") -> str:
        """The number of the ticket that goes on from this one; empty unless one does."""
        if ticket.state is not TicketState.CLOSED:
            return ""
        begun = self.store.current(_behind(ticket, partner))
        return self._known(begun).number if begun else ""

    def _known(self, ticket_id: str) -> Ticket:
        ticket = self._current(ticket_id)
        if ticket is None:
            raise TicketNotFoundError
        return ticket

    def _seen(self, key: Key) -> Thread | None:
        """The thread that a message came to, if it came before."""
        ticket_id = self.store.taken(key)
        return self._thread(self._known(ticket_id)) if ticket_id else None


@dataclass(frozen=True, slots=True)
class TicketService(Conversations):
    """Tickets of customers who proved their mailbox. Whatever is sent twice is taken once."""

    store: "TicketStore"
    people: "People"
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def ask(self, email_key: str, about: About, sent: Sent, email: str = "") -> Thread:
        """Opens a ticket; what is about a return goes into that return's, as long as it is open.

        `email` is the address of a mailbox of which nothing else may be known (R-DSK-21).

        Raises:
            WordsInvalidError: There are no words, or too many.
            OrderNotFoundError: The order is not the customer's.
            NobodyToAnswerError: Nobody knows an address of that mailbox.
            TooManyMessagesError: They wrote too much today.
            StaleWriteError, BusyError: Others write to the same ticket; try again.
        """
        brought = _brought(email_key, sent)
        if seen := self._seen(brought.key):
            return seen
        begun = self.store.current(of_return(about.return_id)) if about.return_id else ""
        if begun:
            return self._continued(self._known(begun), brought)
        customer = self.people.find(email_key, about.order_number, email)
        ticket = self._new(email_key, customer, about, brought)
        if about.return_number and not self.store.id_of(about.return_number):
            ticket = replace(ticket, number=about.return_number)
        conversation = of_return(about.return_id) if about.return_id else ""
        return self._opened(ticket, brought.as_act(Verb.OPEN), conversation)

    @on_fresh_state
    def write(self, email_key: str, number: str, sent: Sent) -> Thread:
        """Adds a message to the customer's ticket; one that is closed is followed by another one.

        Raises:
            TicketNotFoundError: No such ticket, or another customer's.
            WordsInvalidError: There are no words, or too many.
            TooManyMessagesError: They wrote too much today.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        brought = _brought(email_key, sent)
        if seen := self._seen(brought.key):
            return seen
        return self._continued(self._owned(email_key, number), brought)

    @on_fresh_state
    def appeal(self, email_key: str, number: str, wish: Verb, sent: Sent) -> Thread:
        """Has the next tier review the customer's ticket, for a reason or for none (R-DSK-85).

        `wish` is the review that their page offered. One that is being made needs no second wish;
        a ticket that was resolved meanwhile is reviewed all the same.

        Raises:
            TicketNotFoundError: No such ticket, or another customer's.
            AppealRefusedError: It has made that review, or there is no answer to be reviewed.
            WordsInvalidError: There are too many words.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        words, key = sent.words.strip() and words_in(sent.words), _key(email_key, sent)
        if seen := self._seen(key):
            return seen
        thread = self._thread(self._owned(email_key, number))
        if thread.clocks.state in TIERS:
            return thread
        if next_appeal(thread) is not wish:
            raise AppealRefusedError
        return self._added(thread, Act(wish, CUSTOMER, Channel.WEB, words, key))

    def thread(self, email_key: str, number: str) -> Thread:
        """The customer's ticket with everything that was said; show them `public` alone.

        Raises:
            TicketNotFoundError: No such ticket, or another customer's.
        """
        return self._thread(self._owned(email_key, number))

    def following(self, ticket: Ticket) -> str:
        """The number of the ticket that goes on from this one; empty unless one does (R-DSK-52)."""
        return self._following(ticket)

    def of_customer(self, email_key: str) -> tuple[Ticket, ...]:
        """The customer's 50 newest tickets, newest first; a change shows within seconds.

        Of those that were merged, the one that goes on is among them.
        """
        found = self.store.of_customer(email_key, _MOST_LISTED)
        return tuple(each for each in found if not each.merged_into)

    def _customer_of(self, closed: Ticket) -> Customer:
        return self.people.find(closed.email_key, closed.order_number, closed.email)

    def _owned(self, email_key: str, number: str) -> Ticket:
        ticket = self._found(number)
        if ticket is None or not email_key or ticket.email_key != email_key:
            raise TicketNotFoundError
        return ticket


def _brought(email_key: str, sent: Sent) -> Brought:
    words, key = words_in(sent.words), _key(email_key, sent)
    return Brought(words, key, sent.language, CUSTOMER, Channel.WEB, codes=sent.codes)


def _key(email_key: str, sent: Sent) -> Key:
    return Key(Channel.WEB, f"{email_key} {sent.sent_as}")


def _behind(closed: Ticket, partner: str) -> str:
    """The name of the conversation that goes on after a closed ticket.

    What a partner brings goes on in a ticket of its own: it reads what it brings, and no more.
    """
    name = behind(closed.ticket_id)
    return f"{name}#{partner}" if partner else name
