"""What is committed together to a ticket."""

import hashlib
from typing import NamedTuple

from aftercare.desk.facts import Fact
from aftercare.desk.moves import TicketState
from aftercare.desk.ticket import Thread
from aftercare.kernel.due.model import Timer
from aftercare.kernel.timeline import Entry


class Key(NamedTuple):
    """A message as its sender names it: a mail's id, or the token of a form that was sent once."""

    sender: str
    sent_as: str

    @property
    def digest(self) -> str:
        name = f"{self.sender} {self.sent_as}"
        return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()


class Step(NamedTuple):
    """One entry and what is committed with it: the thread after it, its event, its timer.

    The entry that closes a ticket has its fact as well.
    """

    before: TicketState | None
    after: Thread
    event: Entry
    key: Key | None
    timer: Timer | None
    fact: Fact | None = None
