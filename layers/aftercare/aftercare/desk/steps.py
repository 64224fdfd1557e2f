"""What the desk's verbs share: a ticket with what happened to it, and one more entry of it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.clock import hours_of
from aftercare.desk.clocks import Terms, reopenable_until
from aftercare.desk.commits import Also, Key, Step
from aftercare.desk.conversations import behind
from aftercare.desk.errors import TicketNotFoundError, WordsInvalidError
from aftercare.desk.events import DUE, OPENED, event_of
from aftercare.desk.facts import fact_of
from aftercare.desk.joints import brought
from aftercare.desk.mailed import Envelope
from aftercare.desk.model import Channel, TicketEntry
from aftercare.desk.moves import MERGING, TicketState, Verb, move_of
from aftercare.desk.silence import silence_of
from aftercare.desk.targets import targets_on
from aftercare.desk.ticket import MOST_WORDS, Joint, Message, Thread, Ticket, thread_of
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer
from aftercare.kernel.ids import Entropy, is_ticket, new_id
from aftercare.kernel.timeline import Entry

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore


PASSED = timedelta(seconds=1)
"""So much later a clock has missed its due time, and a ticket its time for reopening."""


class Act(NamedTuple):
    """What somebody does to a ticket, now or `at` that moment.

    `key` names a message that must be taken only once; one that came by mail has its `envelope`.
    `also` adds writes to the commit. `joint` is the other ticket of a merge, and `joined` what had
    been said there.
    """

    verb: Verb
    actor: Actor
    channel: Channel
    words: str = ""
    key: Key | None = None
    at: datetime | None = None
    envelope: Envelope | None = None
    also: Also | None = None
    joint: Joint | None = None
    joined: tuple[Message, ...] = ()


class TicketSteps:
    """For services that have a store, a clock and a source of ids, as fields of their own."""

    __slots__ = ()

    store: "TicketStore"
    clock: Clock
    entropy: Entropy

    def _found(self, number: str) -> Ticket | None:
        """The ticket of that number, which somebody typed or sent."""
        ticket_id = self.store.id_of(number) if is_ticket(number) else ""
        return self._current(ticket_id) if ticket_id else None

    def _numbered(self, number: str) -> Ticket:
        ticket = self._found(number)
        if ticket is None:
            raise TicketNotFoundError
        return ticket

    def _current(self, ticket_id: str) -> Ticket | None:
        """The ticket of that id, or the one into which it was merged (R-DSK-81)."""
        ticket = self.store.get(ticket_id)
        while ticket and ticket.merged_into:
            ticket = self.store.get(ticket.merged_into)
        return ticket

    def _last_of(self, ticket: Ticket) -> Ticket:
        """The last of those that follow a closed ticket; itself if nothing does."""
        while ticket.state is TicketState.CLOSED:
            begun = self.store.current(behind(ticket.ticket_id))
            following = self._current(begun) if begun else None
            if following is None:
                break
            ticket = following
        return ticket

    def _thread(self, ticket: Ticket) -> Thread:
        """The ticket's thread as of the entries that the ticket was read with.

        An entry that came between the two reads is left out; a write would find the ticket stale.
        """
        messages = self.store.messages(ticket.ticket_id)
        return thread_of(ticket, messages[: ticket.entries], terms_of(ticket))

    def _opened(self, ticket: Ticket, act: Act, conversation: str = "") -> Thread:
        """Commits a new ticket with its first entry."""
        after, step = self._step(None, ticket, (), act)
        self.store.open(step, conversation)
        return after

    def _added(self, thread: Thread, act: Act, **changes: object) -> Thread:
        """Commits one more entry of the ticket, with changes of its fields."""
        ticket = replace(thread.ticket, **changes)  # type: ignore[arg-type]
        after, step = self._step(thread.clocks.state, ticket, thread.messages, act)
        self.store.add(step)
        kept = replace(after.ticket, version=(ticket.version or 0) + 1)
        return after._replace(ticket=kept)

    def _step(
        self, before: TicketState | None, ticket: Ticket, messages: tuple[Message, ...], act: Act
    ) -> tuple[Thread, Step]:
        now = act.at or self.clock()
        entry = TicketEntry(
            number=ticket.entries + 1,
            verb=act.verb,
            at=now,
            actor=act.actor,
            is_public=move_of(before, act.verb).is_public,
            channel=act.channel,
            other=act.joint.ticket_id if act.joint else "",
        )
        ticket = replace(ticket, entries=entry.number)
        message = brought(Message(entry, act.words, act.envelope, act.joint), act.joined)
        after = _settled(thread_of(ticket, (*messages, message), terms_of(ticket)))
        # Nobody follows a message to an open ticket: its timer has the codes read (R-DSK-42).
        names_codes = act.verb is Verb.WRITE and bool(ticket.named_codes)
        after, timer = looked_at(after, now, at_once=names_codes or act.verb in MERGING)
        fact = fact_of(after, now) if act.verb is Verb.CLOSE else None
        return after, Step(before, after, self._event(after, entry), act.key, timer, fact, act.also)

    def _event(self, after: Thread, entry: TicketEntry) -> Entry:
        ticket = after.ticket
        return Entry(
            entry_id=new_id("ent", entry.at, self.entropy),
            entry_type=event_of(entry.verb) if entry.number > 1 else OPENED,
            subject=ticket.ticket_id,
            occurred_at=entry.at,
            data={
                "ticket": ticket.number,
                "number": str(entry.number),
                "verb": entry.verb,
                "state": ticket.state,
            },
            actor=entry.actor,
        )


def terms_of(ticket: Ticket) -> Terms:
    """What the ticket is held to."""
    return Terms(hours_of(ticket.market), targets_on(ticket.opened_at.date()), ticket.lane)


def words_in(text: str) -> str:
    """The words of a message, without the room around them.

    Raises:
        WordsInvalidError: There are none, or too many.
    """
    words = text.strip()
    if not 0 < len(words) <= MOST_WORDS:
        raise WordsInvalidError(MOST_WORDS, len(words))
    return words


def closes_at(thread: Thread) -> datetime | None:
    """When the ticket can no longer be reopened; none unless it is resolved (R-DSK-17)."""
    if thread.clocks.state is not TicketState.RESOLVED:
        return None
    return reopenable_until(thread.clocks, targets_on(thread.ticket.opened_at.date()))


def next_look(thread: Thread, now: datetime) -> datetime | None:
    """The next moment at which something about the ticket changes though nobody does anything."""
    clocks = thread.clocks.open_clocks
    moments = [each for clock in clocks for each in (clock.warned_at, clock.due) if each]
    silence = silence_of(thread)
    passed = [*moments, *filter(None, (closes_at(thread), silence and silence.at))]
    return min((at + PASSED for at in passed if at >= now), default=None)


def looked_at(
    thread: Thread, now: datetime, *, at_once: bool = False
) -> tuple[Thread, Timer | None]:
    """The thread whose ticket says when it is looked at next, and the timer, if it is another.

    `at_once` is for what may be due already: clocks that come to a ticket, or come back.
    """
    is_looked_at = thread.clocks.state is not TicketState.MERGED
    at = now + PASSED if at_once and is_looked_at else next_look(thread, now)
    ticket = thread.ticket
    if at is None or at == ticket.look_at:
        return thread._replace(ticket=replace(ticket, look_at=at)), None
    timer = Timer(DUE, ticket.ticket_id, at)
    return thread._replace(ticket=replace(ticket, look_at=at)), timer


def _settled(thread: Thread) -> Thread:
    """The thread whose ticket has the state that its entries come to."""
    return thread._replace(ticket=replace(thread.ticket, state=thread.clocks.state))
