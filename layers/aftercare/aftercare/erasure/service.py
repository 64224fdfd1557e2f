"""Erases a person, step by step: each is safe to repeat, and a crash anywhere costs nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from aftercare.erasure.desk import DUE
from aftercare.erasure.model import Erasure, Found
from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import Timer, now_or
from aftercare.kernel.errors import RefusedError
from aftercare.kernel.typed import email_of
from aftercare.orders.model import email_key_of

if TYPE_CHECKING:
    from aftercare.access.erasing import AccessErasing
    from aftercare.authenticity.erasing import ClaimErasing
    from aftercare.desk.erasing import TicketErasing
    from aftercare.erasure.store import ErasureStore
    from aftercare.erasure.tombstones import Tombstones
    from aftercare.evidence.erasing import EvidenceErasing
    from aftercare.labels.erasing import LabelErasing
    from aftercare.mail.erasing import MailboxErasing
    from aftercare.orders.erasing import OrderErasing
    from aftercare.points.erasing import MemberErasing
    from aftercare.returns.erasing import ReturnErasing
    from aftercare.staff.sampling import Sampling

SEGMENTS = 16

type HasTime = Callable[[], bool]
type Progress = Callable[[int, int], object]
"""Is told how many steps of how many are done."""


def always() -> bool:
    """There is time: for an operator, who waits."""
    return True


class Step(NamedTuple):
    """One step of a sweep; the names of steps sort in their order, in every sweep the same."""

    name: str
    act: Callable[[], object]


def silent(_done: int, _whole: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """What each room forgets of a person; `places.py` says which tables and buckets those are."""

    returns: "ReturnErasing"
    evidence: "EvidenceErasing"
    labels: "LabelErasing"
    orders: "OrderErasing"
    members: "MemberErasing"
    access: "AccessErasing"
    mail: "MailboxErasing"
    claims: "ClaimErasing"
    tickets: "TicketErasing"
    sample: "Sampling"


@dataclass(frozen=True, slots=True)
class ErasureService:
    """Erasing in two sweeps, a day apart (R-ERA-01, R-ERA-02, R-ERA-04)."""

    store: "ErasureStore"
    tombstones: "Tombstones"
    rooms: Rooms
    clock: Clock

    def look(self, email: str) -> Found:
        """What an erasure of that address would do now. It changes nothing."""
        address, rooms = email_of(email), self.rooms
        key = email_key_of(address)
        returns, members = rooms.returns.held(key), rooms.members.held(key)
        tickets = rooms.tickets.held(key)
        places = [ret.return_id for ret in returns] + [each.ticket_id for each, _ in tickets]
        shown = [slot for place in places for slot in rooms.evidence.held(place)]
        labels = [label for ret in returns for label in rooms.labels.held(ret.return_id)]
        suppression, changes = rooms.mail.held(key)
        return Found(
            removed={
                "photos and videos": sum(s.state is EvidenceState.ACCEPTED for s in shown),
                "slots of evidence": len(shown),
                "pages of labels": len(labels),
                "requests for codes": len(rooms.access.held(address)),
                "claims about codes": len(rooms.claims.held(key)),
                "records of bounced mail": len(changes) + (suppression is not None),
                "points": sum(max(0, rooms.members.balance(each.member_id)) for each in members),
            },
            pseudonymised={
                "returns": len(returns),
                "orders": len(rooms.orders.held(key)),
                "memberships": len(members),
                "tickets": len(tickets),
            },
            kept={
                "decisions on returns": sum(not ret.is_draft for ret in returns),
                "ledger entries": sum(
                    len(rooms.members.movements(each.member_id)) for each in members
                ),
            },
            waits_for=rooms.returns.open_ones(key),
        )

    def advance(
        self,
        erasure_id: str,
        due_at: datetime | None = None,
        has_time: HasTime = always,
        progress: Progress = silent,
        *,
        actor: Actor,
    ) -> Erasure | None:
        """Takes a confirmed erasure as far as it goes now; none if there is none of that id.

        While a return is not over it waits, and looks again every day (R-ERA-02). Else the
        tombstone goes up, and a sweep through all places begins. The second sweep, 25 hours later,
        finds what was on its way during the first; then the erasure forgets the address itself.
        Every step is safe to repeat, and so is this, after a crash anywhere and twice at once.

        `has_time` is asked before each step: if there is none, the sweep goes on in a minute.

        Raises:
            UnavailableError, BusyError, StaleWriteError: Something can't be written now.
        """
        erasure, now = self.store.get(erasure_id), now_or(due_at, self.clock())
        if erasure is None or not erasure.is_under_way:
            return erasure
        if erasure.next_at and now < erasure.next_at:
            return erasure
        if erasure.erased_at is None:
            if waits_for := self.rooms.returns.open_ones(erasure.email_key):
                return self._saved(erasure, erasure.postponed(waits_for, now))
            found = self.look(erasure.email)
            counts = {**found.pseudonymised, **found.removed}
            erasure = self._saved(erasure, erasure.begun(counts, now))
        self.tombstones.add(erasure.email_key, erasure.erased_at or now)
        try:
            return self._swept(erasure, has_time, progress, actor)
        except RefusedError:  # a return was submitted since it looked
            return self._saved(erasure, replace(erasure, erased_at=None, next_at=now))

    def _swept(
        self, erasure: Erasure, has_time: HasTime, progress: Progress, actor: Actor
    ) -> Erasure:
        """One sweep, from behind the step that was done last."""
        steps = sorted(self._steps(erasure, actor), key=lambda step: step.name)
        cursor = erasure.cursor
        for done, step in enumerate(steps):
            progress(done, len(steps))
            if step.name <= cursor:
                continue
            if not has_time():
                return self._saved(erasure, replace(erasure, cursor=cursor, next_at=self.clock()))
            step.act()
            cursor = step.name
        progress(len(steps), len(steps))
        return self._saved(erasure, erasure.swept(self.clock()))

    def _steps(self, erasure: Erasure, actor: Actor) -> Iterator[Step]:
        """What depends on something goes before it: a crash leaves what finds the rest."""
        rooms, key, is_before = self.rooms, erasure.email_key, erasure.is_before
        return_ids = self._return_ids(erasure)
        for return_id in return_ids:
            act = partial(self._erase_return, return_id, erasure, actor)
            yield Step(f"1 return {return_id}", act)
        yield Step("2 drafts", partial(rooms.returns.forget, key))
        for order in rooms.orders.held(key):
            if is_before(order.first_paid_at):
                number = order.order_number
                yield Step(
                    f"3 order {number}", partial(rooms.orders.erase, number, key, actor=actor)
                )
        for member in rooms.members.held(key):
            if is_before(member.joined_at):
                member_id = member.member_id
                act = partial(rooms.members.erase, member_id, actor=actor)
                yield Step(f"4 member {member_id}", act)
        yield Step("5 access", partial(rooms.access.erase, erasure.email))
        yield Step("6 mail", partial(rooms.mail.erase, key))
        for segment in range(SEGMENTS):
            act = partial(rooms.evidence.forget_traces, return_ids, segment)
            yield Step(f"7 traces {segment:02d}", act)
        yield Step("8 claims", partial(rooms.claims.erase, key, is_before))
        yield from self._steps_of_tickets(erasure)

    def _steps_of_tickets(self, erasure: Erasure) -> Iterator[Step]:
        """Their pictures go before them, and again after: until then, one might be added."""
        rooms, key, is_before = self.rooms, erasure.email_key, erasure.is_before
        ticket_ids = rooms.tickets.ids(key, is_before)
        for ticket_id in ticket_ids:
            yield Step(f"8 pictures {ticket_id}", partial(rooms.evidence.erase, ticket_id))
        yield Step("9 tickets", partial(rooms.tickets.erase, key, is_before))
        for ticket_id in ticket_ids:
            yield Step(f"9 tickets {ticket_id}", partial(rooms.evidence.erase, ticket_id))

    def _return_ids(self, erasure: Erasure) -> tuple[str, ...]:
        """The person's returns, those first that still have their key."""
        rooms = self.rooms.returns
        found = (*rooms.held(erasure.email_key), *rooms.held(erasure.pseudonym))
        theirs = (ret.return_id for ret in found if erasure.is_before(ret.created_at))
        return tuple(dict.fromkeys(theirs))

    def _erase_return(self, return_id: str, erasure: Erasure, actor: Actor) -> None:
        rooms = self.rooms
        rooms.returns.require_over(return_id, erasure.pseudonym)
        rooms.evidence.erase(return_id)
        rooms.labels.erase(return_id)
        rooms.sample.erase(rooms.returns.timeline(return_id))
        rooms.returns.erase(return_id, erasure.pseudonym, actor=actor)

    def _saved(self, before: Erasure, after: Erasure) -> Erasure:
        timer = Timer(DUE, after.erasure_id, after.next_at) if after.next_at else None
        ends = "" if after.is_live else before.email_key
        self.store.save(after, timer, ends=ends)
        return replace(after, version=(after.version or 0) + 1)
