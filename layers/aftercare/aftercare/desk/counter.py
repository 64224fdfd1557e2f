"""What a store's counter does: redeem a hand-over code, and work on that ticket for some hours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.desk.agents import Done, StaffActs, possible
from aftercare.desk.errors import CounterOverError
from aftercare.desk.hand_over import MISSES_OF_STAFF
from aftercare.desk.model import Channel
from aftercare.desk.moves import Verb
from aftercare.desk.redeeming import Redeeming
from aftercare.desk.ticket import Thread, Ticket
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.staff.model import Handed, Member, ReadTrail
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.desk.hand_over_store import HandOverStore
    from aftercare.desk.store import TicketStore
    from aftercare.orders.service import OrderService

READ, REDEEM = "counter.read", "counter.redeem"
VERBS = (Verb.REPLY, Verb.RESOLVE, Verb.NOTE, Verb.REOPEN)
"""What a counter does to a ticket that was handed over to it."""


@dataclass(frozen=True, slots=True)
class CounterDesk(Redeeming, StaffActs):
    """A counter sees no ticket but those that their customers handed over to it (R-DSK-77)."""

    store: "TicketStore"
    codes: "HandOverStore"
    orders: "OrderService"
    trail: ReadTrail
    key: Callable[[], bytes]
    clock: Clock
    entropy: Entropy

    def redeem(self, member: Member, text: str, store: str) -> Thread:
        """Uses the code up; the ticket is this counter's from now on, for eight hours.

        About a return that nobody wrote about yet it opens a ticket. Wrong, old, replaced and used
        codes, and those of customers who were erased, are refused alike (R-DSK-78). The same
        member finds the ticket again by the same code. A paper code is not used up (R-DSK-57).

        Raises:
            NotPermittedError: Not with these roles.
            HandOverUnreadableError, StoreUnnamedError: No code, or no store; it is no try.
            TooManyTriesError: Too many codes of this member, or of everybody, opened nothing.
            HandOverRefusedError: The code opens nothing, now.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        require(member, REDEEM)
        return self._redeem(member.actor, MISSES_OF_STAFF, member.staff_id, text, store)

    def open_ticket(self, member: Member, number: str) -> Thread:
        """The ticket with all that happened to it; that it was read is written first (R-STF-05).

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        ticket = self._handed(member, number)
        self.trail.record_read(member, ticket.ticket_id)
        return self._thread(ticket)

    def look_at(self, member: Member, number: str) -> Thread:
        """The ticket, for one of its pictures: a look leaves one trace in half an hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        ticket = self._handed(member, number)
        self.trail.record_look(member, ticket.ticket_id)
        return self._thread(ticket)

    def handed(self, member: Member, number: str) -> Handed:
        """That the ticket's return was handed over to the member; of none if it has no return.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
        """
        require(member, READ)
        return Handed(member.actor, self._handed(member, number).return_id)

    @on_fresh_state
    def act(self, member: Member, number: str, done: Done) -> Thread:
        """Does what a counter may do, on its own channel. The same form sent twice is one entry.

        Raises:
            NotPermittedError: Not with these roles.
            CounterOverError: Nobody handed it over to this member, or too long ago.
            WordsInvalidError, StaleTicketError, MoveRefusedError: As `TicketDesk.act`.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        require(member, f"counter.{done.verb}")
        ticket = self._handed(member, number)
        return self._acted(member, ticket, done, Channel.COUNTER, number)

    def verbs_for(self, member: Member, thread: Thread) -> tuple[Verb, ...]:
        """What the member may do to the ticket now."""
        found = possible(thread.clocks.state)
        return tuple(verb for verb in VERBS if verb in found and may(member, f"counter.{verb}"))

    def _handed(self, member: Member, number: str) -> Ticket:
        """The ticket, if its customer handed it over to the member; one answer for all others."""
        return at_counter(self._found(number), member, self.clock())


def at_counter(ticket: Ticket | None, member: Member, now: datetime) -> Ticket:
    """The ticket, if it is at that member's counter.

    Raises:
        CounterOverError: It is not; of what is not there it is the same.
    """
    if ticket is None or not ticket.is_at_counter_of(member.actor, now):
        raise CounterOverError
    return ticket
