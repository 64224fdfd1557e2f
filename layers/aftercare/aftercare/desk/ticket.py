"""A ticket: what a customer brought to the desk, and what was said about it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.desk.clocks import Clocks, Terms, fold
from aftercare.desk.mailed import Envelope
from aftercare.desk.model import Channel, Lane, TicketEntry
from aftercare.desk.moves import TicketState
from aftercare.kernel.actor import Actor

MOST_WORDS = 4_000
"""Characters of one message: a page of text. A longer one is refused, and nothing typed is lost."""
CLAIM_LASTS = timedelta(minutes=30)
MOST_NAME = 40
"""Bytes of a claim's name: a page of a queue carries 20 of them."""


class Topic(StrEnum):
    """What a ticket is about, as its customer chose."""

    ORDER = "order"
    DELIVERY = "delivery"
    PRODUCT = "product"
    RETURN = "return"
    POINTS = "points"
    CODE = "code"
    SITE = "site"
    OTHER = "other"


class Proof(StrEnum):
    """What shows that a ticket's customer is who they say (R-DSK-21)."""

    ORDER_AND_MAILBOX = "order_and_mailbox"
    MAILBOX = "mailbox"
    # A partner's system named an order, with the mailbox that it was bought with.
    PARTNER = "partner"
    # They bound who they are at WeChat to a mailbox that they had proved.
    WECHAT = "wechat"
    # A partner's word alone: nobody proved the mailbox, and no order of it was named.
    UNCONFIRMED = "unconfirmed"
    HAND_OVER = "hand_over"


class Proved(NamedTuple):
    """One proof of a ticket's customer: when it was given, and by which channel (R-DSK-75)."""

    proof: Proof
    at: datetime
    channel: Channel


class Counter(NamedTuple):
    """Who works on a ticket at a store's counter, to whom the customer handed it over."""

    by: Actor
    store: str
    until: datetime


class Worth(NamedTuple):
    """What was paid for what a ticket is about, in minor units of that currency."""

    amount: int
    currency: str


class Claim(NamedTuple):
    """Who works on a ticket and until when; it is advice to others and stops nobody."""

    by: Actor
    name: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it is stored.

    `number` is the return's for the first ticket about a return: that number is one the customer
    already has. `proof` was given when it was opened, `later_proofs` before or since. `follows` is
    the number of the closed ticket that it goes on from. `entries` is how many there are, `state`
    their fold. `look_at` is the moment of the timer that was written last. `counter` is the store
    at which its customer handed it over last. `partner` is the client whose system brought it.
    `named_order` is an order that was named for it and that nothing confirms.
    """

    ticket_id: str
    number: str
    email_key: str
    email: str
    language: str
    market: str
    channel: Channel
    lane: Lane
    topic: Topic
    proof: Proof
    opened_at: datetime
    state: TicketState = TicketState.NEW
    entries: int = 0
    order_number: str = ""
    return_id: str = ""
    follows: str = ""
    worth: Worth | None = None
    look_at: datetime | None = None
    claim: Claim | None = None
    partner: str = ""
    named_order: str = ""
    later_proofs: tuple[Proved, ...] = ()
    counter: Counter | None = None
    version: int | None = field(default=None, compare=False)

    def claim_at(self, now: datetime) -> Claim | None:
        """The claim that holds now."""
        return self.claim if self.claim and now < self.claim.until else None

    @property
    def proofs(self) -> tuple[Proved, ...]:
        """Everything that the customer proved, oldest first."""
        first = Proved(self.proof, self.opened_at, self.channel)
        return tuple(sorted((first, *self.later_proofs), key=lambda each: each.at))

    def is_at_counter_of(self, actor: Actor, now: datetime) -> bool:
        """Whether its customer handed it over to that colleague a few hours ago at most."""
        return self.counter is not None and self.counter.by == actor and now < self.counter.until

    def impersonal(self) -> "Ticket":
        """The ticket once its person was erased."""
        return replace(self, email="", email_key="", claim=None, counter=None, named_order="")


class Message(NamedTuple):
    """One entry of a ticket with its words; an entry such as a claim has none.

    What came by mail has its envelope.
    """

    entry: TicketEntry
    words: str
    envelope: Envelope | None = None


class Thread(NamedTuple):
    """A ticket with everything that happened to it, oldest first, and what that makes of it."""

    ticket: Ticket
    messages: tuple[Message, ...]
    clocks: Clocks

    @property
    def public(self) -> tuple[Message, ...]:
        """What the customer sees."""
        return tuple(each for each in self.messages if each.entry.is_public)


def thread_of(ticket: Ticket, messages: tuple[Message, ...], terms: Terms) -> Thread:
    return Thread(ticket, messages, fold((each.entry for each in messages), terms))
