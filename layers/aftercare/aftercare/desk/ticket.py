"""A ticket: what a customer brought to the desk, and what was said about it."""

import heapq
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from aftercare.desk.clocks import Clocks, Terms, fold
from aftercare.desk.joining import undone_in
from aftercare.desk.mailed import Envelope
from aftercare.desk.model import Channel, Lane, TicketEntry
from aftercare.desk.moves import TicketState, Verb
from aftercare.kernel.actor import Actor

MOST_WORDS = 4_000
"""Characters of one message: a page of text. A longer one is refused, and nothing typed is lost."""
MOST_STORE = 60
"""Characters of a store's name, as customers know it."""
CLAIM_LASTS = timedelta(minutes=30)
MOST_CODES = 5
"""Codes that a ticket keeps of those that are named for it: a page shows the history of each."""
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
    # They showed a store the receipt of a purchase made over a counter.
    RECEIPT = "receipt"
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
    `named_order` is an order that was named for it and that nothing confirms. `named_codes` are
    codes, or references of checks, as its customer named them, until they are read: `codes` has the
    keys of their histories, or why there is none (R-DSK-42). `receipt` is the purchase whose
    receipt was shown at the counter that opened it, whoever made that purchase. `merged_into` is
    the id of the ticket in which a merged one goes on.
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
    named_codes: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    later_proofs: tuple[Proved, ...] = ()
    counter: Counter | None = None
    receipt: str = ""
    merged_into: str = ""
    version: int | None = field(default=None, compare=False)

    def claim_at(self, now: datetime) -> Claim | None:
        """The claim that holds now."""
        return self.claim if self.claim and now < self.claim.until else None

    @property
    def proofs(self) -> tuple[Proved, ...]:
        """Everything that the customer proved, oldest first."""
        first = Proved(self.proof, self.opened_at, self.channel)
        return tuple(sorted((first, *self.later_proofs), key=lambda each: each.at))

    @property
    def shown_order(self) -> str:
        """The purchase that staff see beside it: the customer's order, or that of their receipt."""
        return self.order_number or self.receipt

    def is_at_counter_of(self, actor: Actor, now: datetime) -> bool:
        """Whether its customer handed it over to that colleague a few hours ago at most."""
        return self.counter is not None and self.counter.by == actor and now < self.counter.until

    def impersonal(self) -> "Ticket":
        """The ticket once its person was erased."""
        nobodys = replace(self, email="", email_key="", claim=None, counter=None)
        return replace(nobodys, named_order="", receipt="", named_codes=(), codes=())

    def naming(self, codes: Iterable[str]) -> "Ticket":
        """The ticket for which these codes were named, too; what comes after the fifth is not kept.

        Agents read of the others in the words.
        """
        named = dict.fromkeys((*self.named_codes, *filter(None, codes)))
        return replace(self, named_codes=tuple(named)[: MOST_CODES - len(self.codes)])

    def with_codes_read(self, key: Callable[[str], str]) -> "Ticket":
        """The ticket with the keys of the codes that were named, and with none of those."""
        keys = dict.fromkeys((*self.codes, *map(key, self.named_codes)))
        return replace(self, codes=tuple(keys), named_codes=())


class Joint(NamedTuple):
    """The other ticket of a merge, or of its undoing.

    Of the one that another merges with, `entries` is how many there were, `below` the tickets that
    had been merged into it, with as many; and what it is about, which the winner's page shows.
    """

    ticket_id: str
    number: str
    entries: int = 0
    return_id: str = ""
    order_number: str = ""
    below: tuple[tuple[str, int], ...] = ()


class Message(NamedTuple):
    """One entry of a ticket with its words; an entry such as a claim has none.

    What came by mail has its envelope; `joined` is what a merge brought.
    """

    entry: TicketEntry
    words: str
    envelope: Envelope | None = None
    joint: Joint | None = None
    joined: "tuple[Message, ...]" = ()


class Merged(NamedTuple):
    """A merge that holds: its entry, the ticket that was merged, and what had been said there."""

    entry: TicketEntry
    joint: Joint
    joined: tuple[Message, ...]


class Placed(NamedTuple):
    """A message in the line of time of a ticket, with the number of the ticket that it came to."""

    message: Message
    number: str


class Thread(NamedTuple):
    """A ticket with everything that happened to it, oldest first, and what that makes of it."""

    ticket: Ticket
    messages: tuple[Message, ...]
    clocks: Clocks

    @property
    def line(self) -> tuple[Placed, ...]:
        """Everything in one line of time, with what came to the tickets that were merged into it.

        The order of each ticket's entries stays, whatever their clocks say.
        """
        return tuple(_line(self.messages, self.ticket.number))

    @property
    def public(self) -> tuple[Message, ...]:
        """What the customer sees."""
        return tuple(each.message for each in self.line if each.message.entry.is_public)

    @property
    def merges(self) -> tuple[Merged, ...]:
        """The merges with other tickets that were not undone, oldest first."""
        return tuple(_merges(self.messages))

    @property
    def ids(self) -> "dict[str, str]":
        """The ids of the ticket and of those that were merged into it, by their numbers."""
        merged = ((each.joint.number, each.joint.ticket_id) for each in _every_merge(self.messages))
        return {self.ticket.number: self.ticket.ticket_id, **dict(merged)}

    @property
    def return_id(self) -> str:
        """The return that it is about, or that a ticket merged into it is about; empty if none."""
        merged = (merge.joint.return_id for merge in _every_merge(self.messages))
        return self.ticket.return_id or next(filter(None, merged), "")

    @property
    def merged_ids(self) -> tuple[str, ...]:
        """The ids of the tickets that are merged into it, and of those merged into them."""
        return tuple(merge.joint.ticket_id for merge in _every_merge(self.messages))


def _merges(messages: Sequence[Message]) -> Iterator[Merged]:
    undone = undone_in([each.entry for each in messages])
    for message in messages:
        is_merge = message.entry.verb is Verb.MERGE and message.entry.number not in undone
        if message.joint and is_merge:
            yield Merged(message.entry, message.joint, message.joined)


def _every_merge(messages: Sequence[Message]) -> Iterator[Merged]:
    """The merges that hold, with those into the tickets that were merged."""
    for merge in _merges(messages):
        yield merge
        yield from _every_merge(merge.joined)


def _line(messages: Sequence[Message], number: str) -> list[Placed]:
    """One line of time of the messages and of what their merges brought."""
    merges = list(_merges(messages))
    merged = [each.entry.number for each in merges]
    own = [(Placed(each, number), 2 * bisect(merged, each.entry.number)) for each in messages]
    brought = [
        [(placed, 2 * place + 1) for placed in _line(merge.joined, merge.joint.number)]
        for place, merge in enumerate(merges)
    ]
    together = heapq.merge(*map(_timed, [own, *brought]), key=itemgetter(0))
    return [placed for _, placed in together]


def _timed(
    line: Iterable[tuple[Placed, int]],
) -> Iterator[tuple[tuple[datetime, int], Placed]]:
    """Each with its moment, never before those in front of it, and where it is at that moment.

    Of one instant, what a merge brought comes before the merge.
    """
    latest: datetime | None = None
    for placed, rank in line:
        at = placed.message.entry.at
        latest = max(latest, at) if latest else at
        yield (latest, rank), placed


def thread_of(ticket: Ticket, messages: tuple[Message, ...], terms: Terms) -> Thread:
    return Thread(ticket, messages, fold((each.entry for each in messages), terms))
