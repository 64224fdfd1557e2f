"""What happens to a ticket though nobody does anything: it is acknowledged, escalated, closed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.clock import ClockState
from aftercare.desk.escalations import escalations_on
from aftercare.desk.moves import TIERS, UNRESOLVED, TicketState, Verb
from aftercare.desk.silence import silence_of
from aftercare.desk.steps import PASSED, Act, TicketSteps, closes_at, looked_at
from aftercare.desk.targets import Measure
from aftercare.desk.ticket import Thread
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore

MOST_REOPENINGS = 1
"""A ticket that is reopened more often than that is reviewed formally (R-DSK-24)."""
_BELOW_TIERS = UNRESOLVED - TIERS


class Looked(NamedTuple):
    """What a look found: whose time is running out, and whose is over."""

    warned: tuple[Measure, ...] = ()
    missed: tuple[Measure, ...] = ()


@dataclass(frozen=True, slots=True)
class TicketKeeping(TicketSteps):
    """Reads a ticket as it is and does what is due; repeated, late or early it does no more."""

    store: "TicketStore"
    clock: Clock
    entropy: Entropy
    code_key: Callable[[str], str]

    @on_fresh_state
    def follow(self, ticket_id: str, *, actor: Actor) -> None:
        """Does what a new entry asks for: the customer is told that it came (R-DSK-22).

        A ticket that was reopened twice (R-DSK-24), or that is a claim for much (R-DSK-86), goes to
        the second tier. Of codes that were named, the keys of their histories are kept (R-DSK-42).

        Raises:
            StaleWriteError, BusyError: Others write to the ticket; try again.
            UnavailableError: The keys of codes cannot be read now; all else is done.
        """
        ticket = self._current(ticket_id)
        if ticket is None:
            return
        thread = self._thread(ticket)
        clocks, last = thread.clocks, thread.messages[-1].entry
        if clocks.acknowledgement and clocks.acknowledgement.is_open:
            thread = self._added(thread, Act(Verb.ACKNOWLEDGE, actor, ticket.channel))
        is_reopened = last.verb is Verb.REOPEN and clocks.reopenings > MOST_REOPENINGS
        if (is_reopened and clocks.state is TicketState.OPEN) or _is_for_much(thread):
            self._added(thread, Act(Verb.ESCALATE, actor, ticket.channel))
        if ticket.named_codes or ticket.ticket_id != ticket_id:
            self._read_codes(ticket_id)

    @on_fresh_state
    def look(self, ticket_id: str, due_at: datetime | None = None, *, actor: Actor) -> Looked:
        """Does what is due by now, and writes the timer of what comes next.

        A missed resolution goes to the second tier (R-DSK-24); who does not answer is reminded, and
        their ticket resolved (R-DSK-87); a resolved ticket is closed when its time for reopening is
        over (R-DSK-17). Of codes that were named, the keys of their histories are kept (R-DSK-42).

        Raises:
            StaleWriteError, BusyError: Others write to the ticket; try again.
            UnavailableError: The keys of codes cannot be read now; all else is done.
        """
        ticket, now = self.store.get(ticket_id), now_or(due_at, self.clock())
        if ticket is None:
            return Looked()
        thread = self._thread(ticket)
        verb = _due(thread, now)
        if verb:
            self._added(thread, Act(verb, actor, ticket.channel, at=now))
        else:
            self._later(thread, now)
        if ticket.named_codes:
            self._read_codes(ticket_id)
        return _looked(thread, due_at)

    def _read_codes(self, ticket_id: str) -> None:
        """The ticket itself is read, also if it was merged: its codes come and go with it."""
        ticket = self.store.get(ticket_id)
        if ticket and ticket.named_codes:
            self.store.save(self._thread(ticket.with_codes_read(self.code_key)))

    def _later(self, thread: Thread, now: datetime) -> None:
        after, timer = looked_at(thread, now)
        if after.ticket != thread.ticket:
            self.store.save(after, timer)


def _is_for_much(thread: Thread) -> bool:
    """Whether it is a claim for more than agents decide on, which no tier has seen yet."""
    clocks, rules = thread.clocks, escalations_on(thread.ticket.opened_at.date())
    is_unseen = clocks.state in _BELOW_TIERS and not clocks.reviews
    return is_unseen and rules.is_over(thread.ticket)


def _due(thread: Thread, now: datetime) -> Verb | None:
    closes, resolution = closes_at(thread), thread.clocks.resolution
    if closes and closes < now:
        return Verb.CLOSE
    silence = silence_of(thread)
    if silence and silence.at < now:
        return silence.verb
    is_missed = resolution.is_open and resolution.state_at(now) is ClockState.MISSED
    return Verb.ESCALATE if is_missed and thread.clocks.state in _BELOW_TIERS else None


def _looked(thread: Thread, due_at: datetime | None) -> Looked:
    """Whose moment it was that the timer stood for."""
    if due_at is None:
        return Looked()
    moment, clocks = due_at - PASSED, thread.clocks.open_clocks
    return Looked(
        tuple(clock.measure for clock in clocks if clock.warned_at == moment),
        tuple(clock.measure for clock in clocks if clock.due == moment),
    )
