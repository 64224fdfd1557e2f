"""One ticket of two that are about the same, and two again within a day."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from aftercare.desk.agents import claim_of, form_key
from aftercare.desk.commits import Key
from aftercare.desk.errors import MergeRefusedError, StaleTicketError
from aftercare.desk.joints import joint_of
from aftercare.desk.moves import TicketState, Verb
from aftercare.desk.steps import Act, TicketSteps
from aftercare.desk.ticket import Joint, Merged, Thread, Ticket
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.staff.model import Member
from aftercare.staff.policy import require

if TYPE_CHECKING:
    from aftercare.desk.store import TicketStore

MERGE, UNMERGE = f"tickets.{Verb.MERGE}", f"tickets.{Verb.UNMERGE}"
UNDONE_WITHIN = timedelta(hours=24)
MOST_MERGES = 20
"""Into one ticket, with those into the tickets that were merged: a page reads all of them."""


class Seen(NamedTuple):
    """A ticket as a page showed it: by its own number, with so many entries."""

    number: str
    entries: int


@dataclass(frozen=True, slots=True)
class TicketMerging(TicketSteps):
    """The earlier ticket goes on, the other's number leads to it for ever. Both change together."""

    store: "TicketStore"
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def merge(self, member: Member, one: Seen, other: Seen, sent_as: str) -> Thread:
        """Makes one of two tickets of the same customer: the one that was opened first (R-DSK-80).

        The same form sent twice is one merge.

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: One of them is not there.
            MergeRefusedError: They are of two customers, one already, closed, or too many.
            StaleTicketError: Something came to one of them since the member saw it.
            StaleWriteError, BusyError: Others write to one of them; try again.
        """
        require(member, MERGE)
        key = form_key(member, sent_as)
        if done := self._done(key):
            return done
        tickets = [self._numbered(one.number), self._numbered(other.number)]
        _require_one_customer(*tickets)
        for ticket, seen in zip(tickets, (one, other), strict=True):
            _require_open(ticket)
            _require_fresh(ticket, seen)
        winner, loser = map(self._thread, sorted(tickets, key=_by_opening))
        joint = joint_of(loser.ticket, loser.messages)
        _require_few(winner, joint)
        act = Act(Verb.MERGE, member.actor, loser.ticket.channel, key=key, joint=joint)
        act = act._replace(joined=loser.messages)
        return self._both(member, winner, loser, act, Verb.JOIN)

    @on_fresh_state
    def unmerge(self, member: Member, seen: Seen, loser: str, sent_as: str) -> Thread:
        """Gives the ticket of the number `loser` back as it was, within a day (R-DSK-82).

        What came since the merge stays in the winner. The same form sent twice is undone once.

        Raises:
            NotPermittedError: Not with these roles.
            TicketNotFoundError: There is no such ticket.
            MergeRefusedError: It is not merged into that one, too long ago, or that one is closed.
            StaleTicketError: Something came to the ticket since the member saw it.
            StaleWriteError, BusyError: Others write to one of them; try again.
        """
        require(member, UNMERGE)
        key = form_key(member, sent_as)
        if done := self._done(key):
            return done
        ticket = self._numbered(seen.number)
        _require_fresh(ticket, seen)
        _require_open(ticket)
        winner = self._thread(ticket)
        merge = next((each for each in winner.merges if each.joint.number == loser), None)
        merged = self.store.get(merge.joint.ticket_id) if merge else None
        if merge is None or merged is None:
            raise MergeRefusedError(f"{loser} is not merged into this ticket.", loser, "not_merged")
        if self.clock() > undone_until(merge):
            raise MergeRefusedError(
                f"{loser} was merged more than 24 hours ago; it stays so.", loser, "late"
            )
        joint = Joint(merged.ticket_id, merged.number)
        act = Act(Verb.UNMERGE, member.actor, ticket.channel, key=key, joint=joint)
        return self._both(member, winner, self._thread(merged), act, Verb.LEAVE)

    def _both(
        self, member: Member, winner: Thread, loser: Thread, act: Act, theirs: Verb
    ) -> Thread:
        """Commits the winner's entry with the loser's."""
        now = self.clock()
        to = Joint(winner.ticket.ticket_id, winner.ticket.number)
        into = winner.ticket.ticket_id if theirs is Verb.JOIN else ""
        act = act._replace(at=now)
        other = Act(theirs, member.actor, loser.ticket.channel, at=now, joint=to)
        claimed = replace(winner.ticket, claim=claim_of(member, now))
        after, step = self._step(winner.clocks.state, claimed, winner.messages, act)
        merged = replace(loser.ticket, merged_into=into)
        _, joined = self._step(loser.clocks.state, merged, loser.messages, other)
        self.store.merge(step, joined)
        return after

    def _done(self, key: Key) -> Thread | None:
        """The ticket as it is now, if that form came before."""
        ticket_id = self.store.taken(key)
        ticket = self._current(ticket_id) if ticket_id else None
        return self._thread(ticket) if ticket else None


def may_be_merged(one: Ticket, other: Ticket) -> bool:
    """Whether two tickets of a customer can become one, as far as they show it."""
    is_closed = TicketState.CLOSED in {one.state, other.state}
    return bool(one.email_key) and one.partner == other.partner and not is_closed


def undone_until(merge: Merged) -> datetime:
    """The last moment at which the merge can be undone."""
    return merge.entry.at + UNDONE_WITHIN


def _by_opening(ticket: Ticket) -> tuple[object, ...]:
    return ticket.opened_at, ticket.ticket_id


def _require_one_customer(one: Ticket, other: Ticket) -> None:
    if one.ticket_id == other.ticket_id:
        raise MergeRefusedError(
            f"Both numbers lead to {one.number} already.", one.number, "same_ticket"
        )
    if not one.email_key or one.email_key != other.email_key:
        raise MergeRefusedError(
            f"{other.number} is another customer’s ticket: only those of one customer are merged.",
            other.number,
            "other_customer",
        )
    if one.partner != other.partner:
        raise MergeRefusedError(
            f"A partner brought {other.number if other.partner else one.number} and reads it: "
            "it is merged only with others that the same partner brought.",
            other.number,
            "partner",
        )


def _require_open(ticket: Ticket) -> None:
    if ticket.state is TicketState.CLOSED:
        raise MergeRefusedError(
            f"{ticket.number} is closed, and what is closed stays as it is.",
            ticket.number,
            "closed",
        )


def _require_fresh(ticket: Ticket, seen: Seen) -> None:
    if (ticket.number, ticket.entries) != seen:
        raise StaleTicketError(seen.number)


def _require_few(winner: Thread, joint: Joint) -> None:
    brought = [each for each in winner.messages if each.entry.verb is Verb.MERGE]
    joints = [joint, *(each.joint for each in brought if each.joint)]
    if sum(1 + len(each.below) for each in joints) > MOST_MERGES:
        raise MergeRefusedError(
            f"{winner.ticket.number} has taken in as many tickets as one can.",
            winner.ticket.number,
            "many",
        )
