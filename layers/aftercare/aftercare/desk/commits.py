"""What is committed together to a ticket."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from aftercare.desk.facts import Fact
from aftercare.desk.moves import TicketState
from aftercare.desk.ticket import Thread
from aftercare.kernel.due.model import Timer
from aftercare.kernel.timeline import Entry


class Key(NamedTuple):
    """A message as its sender names it: a mail's id, or the token of a form that was sent once.

    `asks` is a digest of what it asks for, where the same name must not be used for anything else.
    """

    sender: str
    sent_as: str
    asks: str = ""

    @property
    def digest(self) -> str:
        name = f"{self.sender} {self.sent_as}"
        return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()


class Came(NamedTuple):
    """A message that came: the ticket that took it, as which of its entries."""

    ticket_id: str
    number: int
    asks: str


type Also = Callable[[Any], None]


class Step(NamedTuple):
    """One entry and what is committed with it: the thread after it, its event, its timer.

    The entry that closes a ticket has its fact as well; `also` adds what else must be true with it.
    """

    before: TicketState | None
    after: Thread
    event: Entry
    key: Key | None
    timer: Timer | None
    fact: Fact | None = None
    also: Also | None = None
