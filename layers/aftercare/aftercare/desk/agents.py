"""What staff do at the desk: see who waits, read a ticket, answer it, pass it on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.commits import Key
from aftercare.desk.errors import StaleTicketError
from aftercare.desk.model import Channel, Queue
from aftercare.desk.moves import (
    MERGING,
    MOVES,
    MoveRefusedError,
    Party,
    TicketState,
    Verb,
    move_of,
)
from aftercare.desk.steps import Act, TicketSteps, words_in
from aftercare.desk.ticket import CLAIM_LASTS, MOST_NAME, Claim, Thread, Ticket
from aftercare.desk.waiting import QueuePage
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.staff.model import Member, ReadTrail
from aftercare.staff.policy import may, require

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore

_CONSOLE = "console"
_MOST_EARLIER = 20
QUEUE, READ = "tickets.queue", "tickets.read"
SILENT = frozenset({Verb.TAKE, Verb.RESUME, Verb.NO_ACTION, Verb.REOPEN})
"""What needs no words: nobody is told, and the next person sees what it means."""


class Done(NamedTuple):
    """What a member does to a ticket as it was when it had so many entries.

    `sent_as` is the same when the form is sent again.
    """

    verb: Verb
    entries: int
    words: str
    sent_as: str


class NamedCodes(NamedTuple):
    """The keys of the histories of named codes, or why there is none; others may be to come."""

    keys: tuple[str, ...]
    is_being_read: bool


class StaffActs(TicketSteps):
    """What staff do to a ticket that they may work on, by whichever way they came to it."""

    __slots__ = ()

    def _acted(
        self, member: Member, ticket: Ticket, done: Done, channel: Channel, number: str
    ) -> Thread:
        """The ticket after it, or after the same form before; the member's from then on.

        `number` is the page's: one that leads to another ticket by now is of an older page.
        """
        words = "" if done.verb in SILENT else words_in(done.words)
        key = form_key(member, done.sent_as)
        if self.store.taken(key):
            return self._thread(ticket)
        if (ticket.number, ticket.entries) != (number, done.entries):
            raise StaleTicketError(number)
        if done.verb in MERGING:
            raise MoveRefusedError(ticket.state, done.verb)
        act = Act(done.verb, member.actor, channel, words, key)
        return self._added(self._thread(ticket), act, claim=claim_of(member, self.clock()))


@dataclass(frozen=True, slots=True)
class TicketDesk(StaffActs):
    """Asks the matrix first, and refuses what rests on an older ticket than the stored one."""

    store: "TicketStore"
    trail: ReadTrail
    clock: Clock
    entropy: Entropy

    def waiting(self, member: Member, queue: Queue, after: str = "") -> QueuePage:
        """Up to 20 tickets of a queue, most urgent first; seconds behind.

        Raises:
            NotPermittedError: Not with these roles.
            InvalidError: `after` is no place in the queue.
        """
        require(member, QUEUE)
        return self.store.waiting(queue, after)

    def open_ticket(self, member: Member, number: str) -> Thread:
        """The ticket and all that happened to it; that it was read is written first (R-STF-05).

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: There is none.
        """
        require(member, READ)
        ticket = self._numbered(number)
        self.trail.record_read(member, ticket.ticket_id)
        return self._thread(ticket)

    def look_at(self, member: Member, number: str) -> Thread:
        """The ticket, for one of its pictures: a look leaves one trace in half an hour (R-STF-07).

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: There is none.
        """
        require(member, READ)
        ticket = self._numbered(number)
        self.trail.record_look(member, ticket.ticket_id)
        return self._thread(ticket)

    def earlier(self, member: Member, ticket: Ticket) -> tuple[Ticket, ...]:
        """The 20 newest other tickets of the same customer, newest first; seconds behind.

        A ticket that was merged is none: it goes on in another one.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, READ)
        if not ticket.email_key:
            return ()
        found = self.store.of_customer(ticket.email_key, _MOST_EARLIER + 1)
        others = (each for each in found if not each.merged_into)
        others = (each for each in others if each.ticket_id != ticket.ticket_id)
        return tuple(others)[:_MOST_EARLIER]

    def codes(self, member: Member, thread: Thread) -> NamedCodes:
        """The codes that were named for the ticket, and for those that are merged into it.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, READ)
        merged = filter(None, map(self.store.get, thread.merged_ids))
        tickets = (thread.ticket, *merged)
        return NamedCodes(
            tuple(dict.fromkeys(code for each in tickets for code in each.codes)),
            is_being_read=any(each.named_codes for each in tickets),
        )

    def find(self, member: Member, number: str) -> Ticket | None:
        """The ticket of that number, as somebody typed it; none if there is none.

        Raises:
            NotPermittedError: Not with these roles.
        """
        require(member, READ)
        return self._found(number.strip().upper())

    @on_fresh_state
    def act(self, member: Member, number: str, done: Done) -> Thread:
        """Does one of the verbs of the table of moves; whoever acts has the ticket from then on.

        The same form sent twice is one entry.

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: There is none.
            WordsInvalidError: There are no words where some are needed, or too many.
            StaleTicketError: Something came to the ticket since the member saw it.
            MoveRefusedError: The verb does nothing to a ticket of that state.
            StaleWriteError, BusyError: Others write to the ticket; try again.
        """
        require(member, f"tickets.{done.verb}")
        ticket = self._numbered(number)
        return self._acted(member, ticket, done, ticket.channel, number)

    @on_fresh_state
    def claim(self, member: Member, number: str, *, wanted: bool) -> None:
        """Says to colleagues that the member works on the ticket, or no longer does.

        A colleague's claim gives way: it is advice. A repeat changes nothing that matters.

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: There is none.
            StaleWriteError: Others write to the ticket; try again.
        """
        require(member, f"tickets.{Verb.TAKE}")
        ticket = self._numbered(number)
        claim = claim_of(member, self.clock()) if wanted else None
        thread = self._thread(replace(ticket, claim=claim))
        self.store.save(thread)


def claim_of(member: Member, now: datetime) -> Claim:
    """The member's word that they are at a ticket from now on."""
    name = member.name.encode()[:MOST_NAME].decode(errors="ignore")
    return Claim(member.actor, name, now + CLAIM_LASTS)


def form_key(member: Member, sent_as: str) -> Key:
    """A form of the console as its sender names it."""
    return Key(_CONSOLE, f"{member.staff_id} {sent_as}")


def verbs_for(member: Member, state: TicketState) -> tuple[Verb, ...]:
    """What the member may do to one ticket of that state, in the order of the table."""
    return tuple(verb for verb in possible(state) if may(member, f"tickets.{verb}"))


def possible(state: TicketState) -> tuple[Verb, ...]:
    """What staff may do at all to one ticket of that state, in the order of the table."""
    by_staff = (move.verb for move in MOVES if state in move.before and Party.STAFF in move.by)
    return tuple(dict.fromkeys(verb for verb in by_staff if verb not in MERGING))


def is_told(state: TicketState, verb: Verb) -> bool:
    """Whether the customer sees what is written with it."""
    return move_of(state, verb).is_public
