"""Points as systems and members use them: each verb takes effect once, however often it is sent."""

from dataclasses import dataclass

from aftercare.kernel.actor import Actor
from aftercare.members.service import MemberService
from aftercare.orders.service import OrderService
from aftercare.points import ledger
from aftercare.points.closing import MemberOrders
from aftercare.points.errors import HoldEndedError, OperationNotFoundError, TooMuchError
from aftercare.points.holding import ended
from aftercare.points.journal import Journal
from aftercare.points.ledger import Earning
from aftercare.points.limits import Meter
from aftercare.points.model import Account
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Receipt
from aftercare.points.reading import Reading
from aftercare.points.request import (
    Caller,
    Proof,
    checked_change,
    checked_id,
    checked_limit,
    checked_points,
    checked_spent,
    checked_text,
    request_of,
)
from aftercare.points.statement import Balance, Movement, Page, place_at

_SPENT = {Kind.SPEND, Kind.CAPTURE}
_SHOP = Caller("shop")


@dataclass(frozen=True, slots=True)
class PointsService:
    """Spending, holding, reversing, correcting, closing; balances and statements.

    An operation moves 1 to 10 000 000 whole points, and no more than its client may (R-PTS-24).
    Every verb that writes is safe to retry: the ids that its caller gives name the operation, and a
    repeat gets the first answer (`replayed`). A repeat with other content raises
    `OperationChangedError`, a key that was used for another request `KeyReusedError`.
    `StaleWriteError` means that too many requests changed the account at once: nothing was written,
    and a retry may succeed. `actor` is stored with the ledger entry.
    """

    journal: Journal
    members: MemberService
    orders: OrderService
    meter: Meter

    def spend(
        self,
        member_id: str,
        caller: Caller,
        spend_id: str,
        points: int,
        *,
        actor: Actor,
        proof: Proof | None = None,
    ) -> Receipt:
        """Takes points for good, those that are due soonest first (R-PTS-04).

        `proof` is of what the member showed: each of it is good for one operation (R-PTS-28).

        Raises:
            PointsInvalidError: The id or the number of points is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            NotEnoughPointsError: Fewer are available.
            OperationLimitError: These are more than one operation of the client may move.
            ClientLimitError: The client has moved a day's points.
            CardMismatchError, CardExpiredError, CardUsedError: The proof is none.
        """
        amount = checked_points(points)
        operation_id = _name(Kind.SPEND, caller, "spend_id", spend_id)
        request = request_of(
            member_id, operation_id, Kind.SPEND, caller, actor=actor, points=amount
        )
        allowance = self.meter.allowance(caller.client_id, Kind.SPEND, amount)

        def decide(account: Account, operation: Operation) -> Posting:
            return ledger.spend(account, operation, amount)

        return self.journal.post(request, allowance.counting(decide), proof)

    def hold(
        self,
        member_id: str,
        caller: Caller,
        hold_id: str,
        points: int,
        *,
        actor: Actor,
        proof: Proof | None = None,
    ) -> Receipt:
        """Sets points aside, those that are due soonest first, until captured or released.

        `proof` is as for `spend`. The receipt says until when; then it ends by itself, unless it
        is extended (R-PTS-26).

        Held points do not expire; those that are past their due day expire on release (R-PTS-14).

        Raises:
            PointsInvalidError: The id or the number of points is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            NotEnoughPointsError: Fewer are available.
            OperationLimitError: These are more than one operation of the client may move.
            ClientLimitError: The client has moved a day's points.
            TooManyHoldsError: The account has 50 holds.
            CardMismatchError, CardExpiredError, CardUsedError: The proof is none.
        """
        amount = checked_points(points)
        operation_id = _name(Kind.HOLD, caller, "hold_id", hold_id)
        request = request_of(member_id, operation_id, Kind.HOLD, caller, actor=actor, points=amount)
        allowance = self.meter.allowance(caller.client_id, Kind.HOLD, amount)

        def decide(account: Account, operation: Operation) -> Posting:
            return ledger.hold(account, operation, amount)

        return self.journal.post(request, allowance.counting(decide), proof)

    def capture(
        self,
        member_id: str,
        caller: Caller,
        hold_id: str,
        points: int | None = None,
        *,
        actor: Actor,
    ) -> Receipt:
        """Spends a hold of the same caller, all of it or `points`; the rest returns to its lots.

        Raises:
            PointsInvalidError: The id or the number of points is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            OperationNotFoundError: There is no such hold.
            HoldEndedError: It was released, its time was over, or it was captured with another
                number of points.
            TooMuchError: Fewer points are held.
        """
        amount = None if points is None else checked_points(points)
        operation_id = _name(Kind.CAPTURE, caller, "hold_id", hold_id)
        request = request_of(
            member_id, operation_id, Kind.CAPTURE, caller, actor=actor, points=amount or 0
        )

        def decide(account: Account, operation: Operation) -> Posting:
            held = self.journal.entry(member_id, _name(Kind.HOLD, caller, "hold_id", hold_id))
            try:
                return ledger.capture(account, operation, held, amount or held.points)
            except HoldEndedError as error:
                raise ended(self.journal, held) from error

        return self.journal.post(request, decide)

    def release(self, member_id: str, caller: Caller, hold_id: str, *, actor: Actor) -> Receipt:
        """Returns a hold of the same caller to its lots; points past their due day expire.

        The member is told how many expired (R-PTS-03).

        Raises:
            PointsInvalidError: The id is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            OperationNotFoundError: There is no such hold.
            HoldEndedError: It was captured.
        """
        operation_id = _name(Kind.RELEASE, caller, "hold_id", hold_id)
        request = request_of(member_id, operation_id, Kind.RELEASE, caller, actor=actor)

        def decide(account: Account, operation: Operation) -> Posting:
            held = self.journal.entry(member_id, _name(Kind.HOLD, caller, "hold_id", hold_id))
            return ledger.release(account, operation, held)

        return self.journal.post(request, decide)

    def reverse(
        self,
        member_id: str,
        caller: Caller,
        spent_id: str,
        reversal_id: str,
        points: int | None = None,
        *,
        actor: Actor,
    ) -> Receipt:
        """Reverses a spend or a capture: all that is left of it, or `points`, latest due first.

        `spent_id` is the operation id on the receipt of the spend or capture. Points past their due
        day expire at once, and the member is told: expired points are not restored (R-PTS-03).

        Raises:
            PointsInvalidError: An id or the number of points is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            OperationNotFoundError: The member has no spend or capture of that id.
            TooMuchError: Fewer points were spent and not reversed yet.
        """
        amount = None if points is None else checked_points(points)
        of = checked_spent(spent_id)
        operation_id = f"{Kind.REVERSAL}#{of}#{checked_id('reversal_id', reversal_id)}"
        request = request_of(
            member_id, operation_id, Kind.REVERSAL, caller, actor=actor, points=amount or 0
        )

        def decide(account: Account, operation: Operation) -> Posting:
            spent = self._spent(member_id, of)
            left = spent.points - spent.reversed_points
            if not left:
                raise TooMuchError(amount or 0, left)
            return ledger.reverse(account, operation, spent, amount or left)

        return self.journal.post(request, decide)

    def adjust(
        self,
        member_id: str,
        caller: Caller,
        adjustment_id: str,
        points: int,
        *,
        who: str,
        why: str,
        actor: Actor,
    ) -> Receipt:
        """Corrects an account: upwards as if earned today, downwards soonest due first.

        The ledger entry keeps who made the correction; the member sees why (R-PTS-17).

        Raises:
            PointsInvalidError: The number of points, the id, who or why is invalid.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            NotEnoughPointsError: Fewer points are available than the correction takes.
            OperationLimitError: These are more than the client may add in one operation.
            ClientLimitError: The client has added a day's points.
        """
        change = checked_change(points)
        kind = Kind.ADJUST_UP if change > 0 else Kind.ADJUST_DOWN
        name = f"adjust#{caller.client_id}#{checked_id('adjustment_id', adjustment_id)}"
        request = request_of(
            member_id,
            name,
            kind,
            caller,
            actor=actor,
            who=checked_text("who", who),
            why=checked_text("why", why),
            points=change,
        )
        allowance = self.meter.allowance(caller.client_id, Kind.ADJUST_UP, change)

        def decide(account: Account, operation: Operation) -> Posting:
            if change < 0:
                return ledger.spend(account, operation, -change)
            due = operation.rules.due_day(operation.occurred_at)
            return ledger.earn(account, operation, Earning(change, due))

        return self.journal.post(request, allowance.counting(decide) if change > 0 else decide)

    def close(self, member_id: str, caller: Caller = _SHOP, *, actor: Actor) -> Receipt:
        """Forfeits all points, held ones too, closes the account and ends the membership.

        An account with an active order can't be closed (R-PTS-09, R-PTS-10). That includes orders
        under the member's address, and orders under another address that earned the member points.

        Raises:
            MemberNotFoundError: There is no such member.
            ActiveOrdersError: An order is neither delivered nor fully refunded.
        """
        member = self.members.get(member_id)
        operation_id = f"{Kind.FORFEIT}#{member_id}"
        request = request_of(member_id, operation_id, Kind.FORFEIT, caller, actor=actor)

        orders = MemberOrders(self.orders, self.journal.store, member)

        def decide(account: Account, operation: Operation) -> Posting:
            orders.require_none_active()
            return ledger.forfeit(account, operation)

        receipt = self.journal.post(request, decide)
        self.members.close(member_id, actor=actor)
        return receipt

    @property
    def reading(self) -> Reading:
        """For callers who have read the member already."""
        return Reading(self.journal)

    def balance(self, member_id: str) -> Balance:
        """What the member has now, and how much of it is due when.

        Raises:
            MemberNotFoundError: There is no such member.
        """
        return self.reading.balance(self.members.get(member_id).member_id)

    def statement(self, member_id: str, cursor: str = "", limit: int = 50) -> Page:
        """Movements, expiries included, newest first; 100 a page at most.

        Raises:
            MemberNotFoundError: There is no such member.
            PointsInvalidError: The cursor is invalid, or the limit is not 1 to 100.
        """
        before, most = place_at(cursor), checked_limit(limit)
        return self.reading.page(self.members.get(member_id).member_id, before, most)

    def movements(self, member_id: str) -> tuple[Movement, ...]:
        """The whole statement, newest first.

        Raises:
            MemberNotFoundError: There is no such member.
        """
        return self.reading.movements(self.members.get(member_id).member_id)

    def _spent(self, member_id: str, operation_id: str) -> LedgerEntry:
        entry = self.journal.entry(member_id, operation_id)
        if entry.kind not in _SPENT:
            raise OperationNotFoundError(operation_id)
        return entry


def _name(kind: Kind, caller: Caller, field: str, text: str) -> str:
    """The operation's id: the client's own name for it, under the client's id."""
    return f"{kind}#{caller.client_id}#{checked_id(field, text)}"
