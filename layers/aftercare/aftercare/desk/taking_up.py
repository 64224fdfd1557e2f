"""Who began at a counter without a mailbox goes on on the website, by their paper code."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.access.model import Limit, count_of
from aftercare.desk.errors import PaperCodeRefusedError, TooManyTriesError
from aftercare.desk.hand_over import HandOver, digest_of, paper_code_in
from aftercare.desk.model import Channel
from aftercare.desk.steps import TicketSteps
from aftercare.desk.ticket import Proof, Proved, Ticket
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.people import People
    from aftercare.desk.store import TicketStore

MISSES_OF_MAILBOX = Limit("paper-mailbox", most=10, seconds=3600)


@dataclass(frozen=True, slots=True)
class PaperService(TicketSteps):
    """For customers who proved their mailbox on the website."""

    store: "TicketStore"
    codes: "HandOverStore"
    people: "People"
    key: Callable[[], bytes]
    clock: Clock
    entropy: Entropy

    def take_up(self, email_key: str, email: str, text: str) -> Ticket:
        """Makes the case of a paper code that mailbox's, once (R-DSK-59). Safe to repeat.

        `email` is the address of a mailbox of which nothing else may be known. A case that has a
        mailbox stays with it: whoever found the paper takes nothing away. From then on the code
        opens nothing more: the mailbox asks for another one.

        Raises:
            PaperCodeRefusedError: The text has no paper code that counts, or its case has a
                mailbox already.
            TooManyTriesError: Too many codes of this mailbox opened nothing.
            NobodyToAnswerError: Nobody knows an address of that mailbox.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        digits = paper_code_in(text)
        if not digits:
            raise PaperCodeRefusedError
        key, now = self.key(), self.clock()
        misses = count_of(key, MISSES_OF_MAILBOX, email_key, now)
        if self.codes.count(misses) > MISSES_OF_MAILBOX.most:
            raise TooManyTriesError(misses.wait(now))
        ticket = self._taken_up(email_key, email, digest_of(key, digits))
        self.codes.count(misses, -1)
        return ticket

    @on_fresh_state
    def _taken_up(self, email_key: str, email: str, digest: str) -> Ticket:
        code, now = self.codes.by_digest(digest), self.clock()
        if code is None or not (code.is_paper and code.is_live(now)):
            raise PaperCodeRefusedError
        ticket = self._last(code)
        if ticket and ticket.email_key == email_key:
            return ticket
        if ticket is None or ticket.email or ticket.email_key != code.case.email_key:
            raise PaperCodeRefusedError
        return self._theirs(ticket, email_key, self.people.find(email_key, email=email).email, now)

    def _theirs(self, ticket: Ticket, email_key: str, email: str, now: datetime) -> Ticket:
        bought = self.people.orders.get(ticket.receipt) if ticket.receipt else None
        theirs = replace(
            ticket,
            email_key=email_key,
            email=email,
            order_number=ticket.receipt if bought and bought.belongs_to(email_key) else "",
            later_proofs=(*ticket.later_proofs, Proved(Proof.MAILBOX, now, Channel.WEB)),
        )
        self.store.save(self._thread(theirs))
        return theirs

    def _last(self, code: HandOver) -> Ticket | None:
        """The case's ticket, at the end of the row of those that follow it."""
        begun = self.store.current(code.case.name) or code.case.ticket_id
        ticket = self._current(begun) if begun else None
        return self._last_of(ticket) if ticket else None
