"""Holds in time: their client extends them, and those whose time is over end by themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aftercare.kernel.actor import Actor
from aftercare.kernel.due.model import now_or
from aftercare.kernel.observe import logger
from aftercare.points import ledger
from aftercare.points.errors import HoldEndedError
from aftercare.points.journal import Decide, Journal
from aftercare.points.model import Account, Lots
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Receipt
from aftercare.points.request import Caller, Request, checked_id, request_of


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What became of a member's holds: how many ended, how many go on, and the oldest's age."""

    ended: int
    left: int
    oldest: timedelta


@dataclass(frozen=True, slots=True)
class Hold:
    """Points that are set aside, since when, and until when if they have an end."""

    hold_id: str
    lots: Lots
    made_at: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class HoldService:
    """Extends holds, and ends those whose time is over (R-PTS-26)."""

    journal: Journal

    def extend(
        self, member_id: str, caller: Caller, hold_id: str, extension_id: str, *, actor: Actor
    ) -> Receipt:
        """Puts off the end of a hold of the same caller; the receipt says until when.

        It lasts as long from now as a new hold, but not longer in all than the rules say. Safe to
        retry, as each verb of `PointsService`.

        Raises:
            PointsInvalidError: An id is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            OperationNotFoundError: There is no such hold.
            HoldEndedError: It was captured or released before, or its time was over.
        """
        name = f"{caller.client_id}#{checked_id('hold_id', hold_id)}"
        operation_id = f"{Kind.EXTEND}#{name}#{checked_id('extension_id', extension_id)}"
        request = request_of(member_id, operation_id, Kind.EXTEND, caller, actor=actor)

        def decide(account: Account, operation: Operation) -> Posting:
            held = self.journal.entry(member_id, f"{Kind.HOLD}#{name}")
            try:
                posting = ledger.extend(account, operation, held)
            except HoldEndedError as error:
                raise ended(self.journal, held) from error
            age = operation.recorded_at - held.recorded_at
            facts = {"client_id": caller.client_id, "age_days": age.days}
            logger.info("hold extended", extra=facts)  # an alarm rings for an old one
            return posting

        return self.journal.post(request, decide)

    def of_member(self, member_id: str) -> tuple[Hold, ...]:
        """The member's holds, oldest first; none of somebody whom we don't know."""
        account = self.journal.store.account(member_id)
        holds = [
            Hold(hold_id, lots, self._made_at(member_id, hold_id), account.ends.get(hold_id))
            for hold_id, lots in account.holds.items()
        ]
        return tuple(sorted(holds, key=lambda hold: (hold.made_at, hold.hold_id)))

    def end_due(self, member_id: str, due_at: datetime | None = None, *, actor: Actor) -> Upkeep:
        """Releases the member's holds whose time is over, each in an operation of its own.

        It is the operation by which the hold's client would release it: the client's own release,
        if it comes later, gets the same answer. A hold without an end, of an earlier version, gets
        one. What the client extends or captures meanwhile goes its way. `due_at`: see `now_or`.
        Safe to repeat at any time, and after a crash anywhere.

        Raises:
            StaleWriteError: Too many requests changed the account at once; try again.
        """
        oldest, count = timedelta(), 0
        while receipt := self.journal.follow(
            member_id, lambda account: self._next(account, due_at, actor)
        ):
            count += receipt.kind is Kind.RELEASE
            made_at = self._made_at(member_id, _held_by(receipt.operation_id))
            oldest = max(oldest, self.journal.clock() - made_at)
        holds = self.of_member(member_id)
        ages = [self.journal.clock() - hold.made_at for hold in holds]
        return Upkeep(count, len(holds), max([oldest, *ages]))

    def _next(
        self, account: Account, due_at: datetime | None, actor: Actor
    ) -> tuple[Request, Decide] | None:
        """The release of a hold whose time is over, or the end of one that has none."""
        now = now_or(due_at, self.journal.clock())
        for hold_id in account.overdue(now):
            has_end = hold_id in account.ends
            return self._step(account.member_id, hold_id, has_end, now, actor)
        return None

    def _step(
        self, member_id: str, hold_id: str, has_end: bool, now: datetime, actor: Actor
    ) -> tuple[Request, Decide]:
        name = hold_id.removeprefix(f"{Kind.HOLD}#")
        caller = Caller(name.partition("#")[0])
        kind, verb = (Kind.RELEASE, ledger.release) if has_end else (Kind.EXTEND, ledger.extend)
        operation_id = f"{kind}#{name}" if has_end else f"{kind}#{name}#{now:%Y%m%dT%H%M%S}"

        def act(account: Account, operation: Operation) -> Posting:
            return verb(account, operation, self.journal.entry(member_id, hold_id))

        return request_of(member_id, operation_id, kind, caller, actor=actor), act

    def _made_at(self, member_id: str, hold_id: str) -> datetime:
        return self.journal.entry(member_id, hold_id).recorded_at


def ended(journal: Journal, held: LedgerEntry) -> HoldEndedError:
    """Why a hold takes nothing any more, for whoever asks: whether it was released, and when."""
    name = held.operation_id.removeprefix(Kind.HOLD)
    release = journal.store.entry(held.member_id, f"{Kind.RELEASE}{name}")
    return HoldEndedError(held.operation_id, release.recorded_at if release else None)


def _held_by(operation_id: str) -> str:
    """The hold that a release or an extension is about."""
    _, client_id, hold_id = operation_id.split("#")[:3]
    return f"{Kind.HOLD}#{client_id}#{hold_id}"
