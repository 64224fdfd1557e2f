"""What happens to a ticket: entries in the order in which they were committed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aftercare.desk.moves import MERGING, Party, Verb, party_of
from aftercare.kernel.actor import Actor

_OF_CUSTOMERS = frozenset({Verb.WRITE, Verb.APPEAL, Verb.APPEAL_FURTHER})
"""What waits for an answer: who asks for a review is told what came of it."""


class Channel(StrEnum):
    """How a customer and the desk speak."""

    WEB = "web"
    CHAT = "chat"
    MAIL = "mail"
    WECHAT = "wechat"
    COUNTER = "counter"
    PARTNER = "partner"


class Lane(StrEnum):
    """How long a case takes by its nature: across a border there are customs to ask."""

    STANDARD = "standard"
    CROSS_BORDER = "cross_border"


class Queue(StrEnum):
    """Where an open ticket waits; each is in exactly one."""

    AGENTS = "agents"
    CUSTOMERS = "customers"
    THIRD_PARTIES = "third_parties"
    QA = "qa"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True)
class TicketEntry:
    """One thing that was done to a ticket.

    `number` counts a ticket's entries as they are committed and is their order. `at` is when the
    desk learnt of it, not when a provider says that it was sent. Of an entry of merging, `other` is
    the id of the other ticket, and `joined` are the entries of the one that another merges with.
    """

    number: int
    verb: Verb
    at: datetime
    actor: Actor
    is_public: bool
    channel: Channel
    other: str = ""
    joined: "tuple[TicketEntry, ...]" = ()

    @property
    def is_human_answer(self) -> bool:
        """Whether a person of the desk spoke with the customer.

        An acknowledgement is no answer, nor is that a counter wrote down what the customer says or
        took the ticket over, or that two tickets became one.
        """
        is_said = self.is_public and self.verb not in MERGING | {Verb.OPEN, Verb.HAND_OVER}
        return is_said and party_of(self.actor) == Party.STAFF

    @property
    def is_of_the_customer(self) -> bool:
        return self.verb in _OF_CUSTOMERS
