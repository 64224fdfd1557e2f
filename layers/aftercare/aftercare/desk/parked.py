"""What staff do with mails that opened nothing: look at them, take one in, or leave it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.desk.agents import QUEUE, READ
from aftercare.desk.commits import Key
from aftercare.desk.errors import ParkedMailNotFoundError, ParkedMailStaysError
from aftercare.desk.incoming.language import language_of
from aftercare.desk.mailed import ParkedMail, ParkedPage
from aftercare.desk.model import Channel, Lane
from aftercare.desk.moves import Verb
from aftercare.desk.people import Customer
from aftercare.desk.service import About, Brought, Conversations
from aftercare.desk.steps import Act
from aftercare.desk.ticket import Proof, Thread, Topic
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.orders.model import email_key_of
from aftercare.staff.model import Member, ReadTrail
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.desk.inbox_store import InboxStore
    from aftercare.desk.store import TicketStore

TAKE = f"tickets.{Verb.TAKE}"
_TAKEN_IN = "taken in"


@dataclass(frozen=True, slots=True)
class ParkedDesk(Conversations):
    """Parked mails at the console (R-DSK-61, R-DSK-63)."""

    store: "TicketStore"
    inbox: "InboxStore"
    trail: ReadTrail
    clock: Clock
    entropy: Entropy

    def waiting(self, member: Member, after: str = "") -> ParkedPage:
        """Up to 20 mails at which nobody has looked, oldest first; seconds behind.

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place among them.
        """
        require(member, QUEUE)
        return self.inbox.waiting(after)

    def open_mail(self, member: Member, name: str) -> ParkedMail:
        """The mail with its words; that it was read is written first (R-STF-05).

        Raises:
            NotPermittedError: Not with these roles.
            ParkedMailNotFoundError: There is none.
        """
        require(member, READ)
        parked = self._parked(name)
        self.trail.record_read(member, f"mail_{parked.name}")
        return parked

    @on_fresh_state
    def leave(self, member: Member, name: str) -> None:
        """Takes the mail off the list: nothing needs to be done for it. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ParkedMailNotFoundError: There is none.
        """
        require(member, TAKE)
        self.inbox.look_at(self._parked(name).name)

    @on_fresh_state
    def take_in(self, member: Member, name: str) -> Thread:
        """Opens a ticket for the mail's sender, which the member works on. Safe to repeat.

        Answers go to the address that the mail names, though nobody proved that it sent the mail:
        the ticket says so, and is acknowledged by nobody.

        Raises:
            NotPermittedError: Not with these roles.
            ParkedMailNotFoundError: There is none.
            ParkedMailStaysError: It names no sender, or it is in a ticket.
            TooManyMessagesError: Too many tickets were opened for that mailbox today.
            StaleWriteError, BusyError: Others do the same now; try again.
        """
        require(member, TAKE)
        parked = self._parked(name)
        key = Key(_TAKEN_IN, parked.name)
        thread = self._seen(key) or self._begun(parked, key)
        if thread.ticket.entries > 1:
            return thread
        act = Act(Verb.TAKE, member.actor, Channel.MAIL)
        return self._added(self._thread(self._known(thread.ticket.ticket_id)), act)

    def _begun(self, parked: ParkedMail, key: Key) -> Thread:
        envelope = parked.envelope
        if not envelope.sender or parked.number:
            raise ParkedMailStaysError
        proof = Proof.MAILBOX if envelope.is_proved else Proof.UNCONFIRMED
        words = parked.words or envelope.subject or envelope.sender
        brought = Brought(
            words=words,
            key=key,
            language=language_of(words),
            actor=CUSTOMER,
            channel=Channel.MAIL,
            envelope=envelope,
            also=lambda commit: self.inbox.look_at_with(commit, parked.name),
        )
        customer = Customer(envelope.sender, "", Lane.STANDARD, proof)
        email_key = email_key_of(envelope.sender)
        ticket = self._new(email_key, customer, About(Topic.OTHER), brought)
        return self._opened(replace(ticket, claim=None), brought.as_act(Verb.OPEN))

    def _parked(self, name: str) -> ParkedMail:
        parked = self.inbox.parked(name) if name.isascii() and name.isalnum() else None
        if parked is None:
            raise ParkedMailNotFoundError
        return parked
