"""Points as systems and members use them: every verb once, however often it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from aftercare.kernel.actor import client
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.orders.model import is_order_number
from aftercare.orders.service import OrderService
from aftercare.points import ledger
from aftercare.points.errors import ActiveOrdersError, OperationNotFoundError, TooMuchError
from aftercare.points.journal import Journal
from aftercare.points.ledger import Earning
from aftercare.points.model import Account
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Receipt
from aftercare.points.purchases import is_active
from aftercare.points.request import (
    MOST_LISTED,
    Caller,
    checked_change,
    checked_id,
    checked_limit,
    checked_points,
    checked_spent,
    checked_text,
    request_of,
)
from aftercare.points.statement import (
    HEADER,
    Balance,
    Page,
    balance_of,
    expiries_of,
    page_of,
    place_at,
)

_SPENT = {Kind.SPEND, Kind.CAPTURE}
_SHOP = Caller("shop")


@dataclass(frozen=True, slots=True)
class PointsService:
    """Spending, holding, taking back, correcting, closing; balances and statements.

    Points are whole, from 1 to 10 000 000 an operation. Every verb that writes is safe to repeat:
    the ids that its caller gives name the operation, and the same again gets the first answer
    (`replayed`). The same id with other content is refused (`OperationChangedError`), and so is a
    key with another request (`KeyReusedError`). `StaleWriteError`: too many at this account at
    once; nothing was written, the same again may succeed.
    """

    journal: Journal
    members: MemberService
    orders: OrderService

    def spend(self, member_id: str, caller: Caller, spend_id: str, points: object) -> Receipt:
        """Takes points for good, those that are due soonest first (R-PTS-04).

        Raises:
            PointsInvalidError: The id or the number of points can't be one.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            NotEnoughPointsError: Fewer are available.
        """
        asked = checked_points(points)
        operation_id = _name(Kind.SPEND, caller, "spend_id", spend_id)
        request = request_of(member_id, operation_id, Kind.SPEND, caller, points=asked)
        return self.journal.post(
            request, lambda account, operation: ledger.spend(account, operation, asked)
        )

    def hold(self, member_id: str, caller: Caller, hold_id: str, points: object) -> Receipt:
        """Sets points aside, those that are due soonest first, until captured or released.

        Held points do not expire; what of them is past when they are released does at once.

        Raises:
            PointsInvalidError: The id or the number of points can't be one.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            NotEnoughPointsError: Fewer are available.
            TooManyHoldsError: There are 50 others.
        """
        asked = checked_points(points)
        operation_id = _name(Kind.HOLD, caller, "hold_id", hold_id)
        request = request_of(member_id, operation_id, Kind.HOLD, caller, points=asked)
        return self.journal.post(
            request, lambda account, operation: ledger.hold(account, operation, asked)
        )

    def capture(
        self, member_id: str, caller: Caller, hold_id: str, points: object = None
    ) -> Receipt:
        """Spends a hold of the same caller's, whole or in part; the rest goes back to its lots.

        Raises:
            PointsInvalidError: The id or the number of points can't be one.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            OperationNotFoundError: No such hold.
            HoldEndedError: It was released, or captured with another number.
            TooMuchError: Fewer are held.
        """
        asked = None if points is None else checked_points(points)
        operation_id = _name(Kind.CAPTURE, caller, "hold_id", hold_id)
        request = request_of(member_id, operation_id, Kind.CAPTURE, caller, points=asked or 0)

        def decide(account: Account, operation: Operation) -> Posting:
            held = self.journal.entry(member_id, _name(Kind.HOLD, caller, "hold_id", hold_id))
            return ledger.capture(account, operation, held, asked or held.points)

        return self.journal.post(request, decide)

    def release(self, member_id: str, caller: Caller, hold_id: str) -> Receipt:
        """Gives a hold of the same caller's back to its own lots; what is past lapses at once.

        The member is told of what lapsed.

        Raises:
            PointsInvalidError: The id can't be one.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            OperationNotFoundError: No such hold.
            HoldEndedError: It was captured.
        """
        operation_id = _name(Kind.RELEASE, caller, "hold_id", hold_id)
        request = request_of(member_id, operation_id, Kind.RELEASE, caller)

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
        points: object = None,
    ) -> Receipt:
        """Gives spent points back to their own lots, latest due first; all that is left, or some.

        `spent_id` is the operation id on the receipt of the spend or capture. What is past by now
        lapses at once and the member is told: expired points are not restored (R-PTS-03).

        Raises:
            PointsInvalidError: An id or the number of points can't be one.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            OperationNotFoundError: The member spent nothing by that id.
            TooMuchError: Less was spent, less what went back already.
        """
        asked = None if points is None else checked_points(points)
        of = checked_spent(spent_id)
        operation_id = f"return#{of}#{checked_id('reversal_id', reversal_id)}"
        request = request_of(member_id, operation_id, Kind.REVERSAL, caller, points=asked or 0)

        def decide(account: Account, operation: Operation) -> Posting:
            spent = self._spent(member_id, of)
            left = spent.points - spent.reversed_points
            if not left:
                raise TooMuchError(asked or 0, left)
            return ledger.reverse(account, operation, spent, asked or left)

        return self.journal.post(request, decide)

    def adjust(
        self,
        member_id: str,
        caller: Caller,
        adjustment_id: str,
        points: object,
        *,
        who: str,
        why: str,
    ) -> Receipt:
        """Corrects an account by hand: upwards as if earned today, downwards soonest due first.

        The entry keeps who did it; the member is shown why.

        Raises:
            PointsInvalidError: Points, id, who or why can't be what it says.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            NotEnoughPointsError: Fewer are available than are to be taken.
        """
        change = checked_change(points)
        kind = Kind.ADJUST_UP if change > 0 else Kind.ADJUST_DOWN
        name = f"adjust#{caller.client_id}#{checked_id('adjustment_id', adjustment_id)}"
        request = request_of(
            member_id,
            name,
            kind,
            caller,
            who=checked_text("who", who),
            why=checked_text("why", why),
            points=change,
        )

        def decide(account: Account, operation: Operation) -> Posting:
            if change < 0:
                return ledger.spend(account, operation, -change)
            due = operation.rules.due_day(operation.occurred_at)
            return ledger.earn(account, operation, Earning(change, due))

        return self.journal.post(request, decide)

    def close(self, member_id: str, caller: Caller = _SHOP) -> Receipt:
        """Forfeits all points, held ones too, closes the account and ends the membership.

        "All your points will be forfeited once your account is deactivated"; "deactivation is not
        possible if you have any active orders" (R-PTS-09, R-PTS-10). Those are orders
        under the member's address, and those that earned the member points under another.

        Raises:
            MemberNotFoundError: No such member.
            ActiveOrdersError: An order is neither delivered nor wholly refunded.
        """
        member = self.members.get(member_id)
        request = request_of(member_id, f"forfeit#{member_id}", Kind.FORFEIT, caller)

        def decide(account: Account, operation: Operation) -> Posting:
            self._require_no_active_orders(member)
            return ledger.forfeit(account, operation)

        receipt = self.journal.post(request, decide)
        self.members.close(member_id, actor=client(caller.client_id))
        return receipt

    def balance(self, member_id: str) -> Balance:
        """What the member has now, and what of it is due when.

        Raises:
            MemberNotFoundError: No such member.
        """
        self.members.get(member_id)
        now = self.journal.clock()
        today = self.journal.rules.at(now).day_of(now)
        return balance_of(self.journal.store.account(member_id), today)

    def statement(self, member_id: str, cursor: str = "", limit: int = 50) -> Page:
        """Movements, newest first, expiries included; 100 a page at most.

        Raises:
            MemberNotFoundError: No such member.
            PointsInvalidError: The cursor is none of ours, or the limit is not 1 to 100.
        """
        before, most = place_at(cursor), checked_limit(limit)
        self.members.get(member_id)
        now = self.journal.clock()
        # The account first: what gets an entry meanwhile is then read twice, and shown once.
        account = self.journal.store.account(member_id)
        entries = self.journal.store.newest(member_id, before, most + 1)
        expiries = expiries_of(account, self.journal.rules.at(now), now)
        return page_of(entries, expiries, before, most)

    def export(self, member_id: str) -> Iterator[tuple[str, ...]]:
        """The whole statement as entries of text, a header first.

        Raises:
            MemberNotFoundError: No such member.
        """
        page = self.statement(member_id, limit=MOST_LISTED)
        yield HEADER
        yield from (movement.cells() for movement in page.movements)
        while page.cursor:
            page = self.statement(member_id, page.cursor, MOST_LISTED)
            yield from (movement.cells() for movement in page.movements)

    def _spent(self, member_id: str, operation_id: str) -> LedgerEntry:
        entry = self.journal.entry(member_id, operation_id)
        if entry.kind not in _SPENT:
            raise OperationNotFoundError(operation_id)
        return entry

    def _require_no_active_orders(self, member: Member) -> None:
        orders = self.orders.every_of_customer(member.email_key) if member.is_open else ()
        numbers = {order.order_number for order in orders}
        earned = [self.orders.get(number) for number in self._earned_by(member) - numbers]
        if active := sum(map(is_active, [*orders, *earned])):
            raise ActiveOrdersError(active)

    def _earned_by(self, member: Member) -> set[str]:
        """The numbers of the orders that earned the member points; stores' purchases have none."""
        earned = (
            entry
            for entry in self.journal.store.entries(member.member_id)
            if entry.kind is Kind.EARN
        )
        names = {entry.operation_id.removeprefix("earn#") for entry in earned}
        return {name for name in names if is_order_number(name)}


def _name(kind: Kind, caller: Caller, field: str, text: object) -> str:
    """The operation's id: a client's own name for it, under the client's id."""
    return f"{kind}#{caller.client_id}#{checked_id(field, text)}"
