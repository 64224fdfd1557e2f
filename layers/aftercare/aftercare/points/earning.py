"""What members earn: by orders, in stores, for reviews; and what refunds take back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import AftercareError
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.orders.model import Order, email_key_of, is_order_number
from aftercare.orders.service import OrderService
from aftercare.points import ledger
from aftercare.points.errors import (
    AccountClosedError,
    LineNotPurchasedError,
    OperationChangedError,
    PurchaseClaimedError,
    TooMuchError,
)
from aftercare.points.journal import Journal
from aftercare.points.ledger import Earning
from aftercare.points.model import Account, AccountStatus
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Receipt
from aftercare.points.purchases import net_of, refunded_of
from aftercare.points.request import (
    Caller,
    Request,
    checked_amount,
    checked_id,
    checked_moment,
    request_of,
)

# Operations that follow events: no client asks for them.
_SHOP = Caller("shop")

type Amount = Callable[[LedgerEntry], int]


@dataclass(frozen=True, slots=True)
class EarningService:
    """One point per whole currency unit of the net amount, good for 365 days (R-PTS-01, R-PTS-02).

    Amounts are in minor units. Every verb is safe to retry and takes the actor: see
    `PointsService`.
    """

    journal: Journal
    members: MemberService
    orders: OrderService

    def earn(
        self,
        member_id: str,
        caller: Caller,
        *,
        store_id: str,
        receipt_number: str,
        net: object,
        currency: str,
        occurred_at: datetime,
        actor: Actor,
    ) -> Receipt:
        """The points of a purchase in a store, by the rules of its day.

        Points whose due day has passed are recorded as earned and expired. A receipt earns once,
        for one member (R-PTS-13).

        Raises:
            PointsInvalidError: A value is invalid, or the currency earns no points.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            NoRulesError: No rules were in force at that time.
            PurchaseClaimedError: The receipt earned points for another member.
        """
        moment = checked_moment(occurred_at, self.journal.clock())
        amount = checked_amount("net", net)
        name = _receipt_name(store_id, receipt_number)
        request = request_of(
            member_id,
            f"earn#{name}",
            Kind.EARN,
            caller,
            actor=actor,
            occurred_at=moment,
            net=amount,
            currency=str(currency),
            at=to_text(moment),
        )
        return self._earn(request, amount, str(currency))

    def refund(
        self,
        member_id: str,
        caller: Caller,
        *,
        store_id: str,
        receipt_number: str,
        refund_id: str,
        amount: object,
        actor: Actor,
    ) -> Receipt:
        """Claws back the points of a store's purchase that a refund of this amount leaves unearned.

        First from the purchase's own lot, then from the lots due soonest, then as debt that later
        earnings pay (R-PTS-07).

        Raises:
            PointsInvalidError: A value is invalid.
            MemberNotFoundError: There is no such member.
            OperationNotFoundError: That receipt earned the member no points.
            TooMuchError: Less was paid and not refunded yet.
        """
        refund = checked_amount("amount", amount)
        name = _receipt_name(store_id, receipt_number)
        operation_id = f"clawback#{name}#{checked_id('refund_id', refund_id)}"
        request = request_of(
            member_id, operation_id, Kind.CLAWBACK, caller, actor=actor, amount=refund
        )

        def within_net(earned: LedgerEntry) -> int:
            left = earned.net - earned.refunded
            if refund > left:
                raise TooMuchError(refund, left)
            return refund

        return self._claw_back(request, f"earn#{name}", within_net)

    def settle_order(self, order: Order, *, actor: Actor) -> tuple[Receipt, ...]:
        """Brings the ledger up to date with an online order: earns, and claws back for refunds.

        The ledger ends up the same whatever the order and number of the events. An order earns
        nothing if its buyer was no member when it was paid (R-PTS-13), if no rules were in force,
        or if its currency earns no points (R-PTS-12).

        Raises:
            PointsInvalidError: It earns too many points at once, or was paid in the future.
            OperationChangedError: The order's amount or currency is no longer the one that earned
                points; its refunds are settled all the same.
        """
        earned = self._earned(order, actor)
        if earned is None or order.purchase is None:
            return ()
        receipts = (earned.receipt, *self._settle_refunds(order, earned, actor))
        if (earned.net, earned.currency) != (net_of(order), order.purchase.currency):
            raise OperationChangedError(earned.operation_id)
        return receipts

    def settle_orders_of(self, member: Member, *, actor: Actor) -> None:
        """Settles the 50 newest orders of a member who joined or has a new address.

        Raises:
            AftercareError: An order could not be settled; all the others were.
        """
        failed: AftercareError | None = None
        for order in self.orders.of_customer(member.email_key):
            try:
                self.settle_order(order, actor=actor)
            except AftercareError as error:
                failed = error
        if failed:
            raise failed

    def grant_review(
        self,
        member_id: str,
        order_number: str,
        line_id: str,
        occurred_at: datetime,
        *,
        actor: Actor,
    ) -> Receipt:
        """The bonus for an approved review: once per purchased line (R-PTS-05).

        By the rules of the day of approval, however late its event arrives.

        Raises:
            PointsInvalidError: The time is in the future.
            MemberNotFoundError, AccountClosedError: There is no such account, or it is closed.
            LineNotPurchasedError: The member has no such order line.
            NoRulesError: No rules were in force at that time.
        """
        moment = checked_moment(occurred_at, self.journal.clock())
        member = self.members.get(member_id)
        self._require_purchased(member, order_number, line_id)
        operation_id = f"review#{order_number}#{line_id}"
        request = request_of(
            member_id, operation_id, Kind.REVIEW, _SHOP, actor=actor, occurred_at=moment
        )

        def decide(account: Account, operation: Operation) -> Posting:
            due = operation.rules.due_day(operation.occurred_at)
            return ledger.earn(account, operation, Earning(operation.rules.review_bonus, due))

        return self.journal.post(request, decide)

    def _earned(self, order: Order, actor: Actor) -> LedgerEntry | None:
        """The entry of the points that the order earned, now or before; none if it earns none."""
        operation_id = f"earn#{order.order_number}"
        if order.purchase is None or order.paid_at is None:
            return None
        if not self.journal.rules.earns_in(order.purchase.currency, order.paid_at):
            return None
        paid_at = checked_moment(order.paid_at, self.journal.clock())
        member_id = self.journal.store.claimed_by(operation_id) or self._buyer(order)
        if not member_id:
            return None
        request = request_of(
            member_id, operation_id, Kind.EARN, _SHOP, actor=actor, occurred_at=paid_at
        )
        try:
            self._earn(request, net_of(order), order.purchase.currency)
        except PurchaseClaimedError:  # by the address's earlier owner, a moment ago
            member_id = self.journal.store.claimed_by(operation_id)
        except AccountClosedError:
            return None
        return self.journal.store.entry(member_id, operation_id)

    def _buyer(self, order: Order) -> str:
        if order.purchase is None or order.paid_at is None:
            return ""
        member = self.members.by_email(email_key_of(order.purchase.email))
        return member.member_id if member and member.joined_at <= order.paid_at else ""

    def _earn(self, request: Request, net: int, currency: str) -> Receipt:
        def decide(account: Account, operation: Operation) -> Posting:
            rules, happened = operation.rules, operation.occurred_at
            points = rules.points_for(net, currency)
            earning = Earning(points, rules.due_day(happened), net, currency)
            return ledger.earn(account, operation, earning)

        return self.journal.post(request, decide)

    def _settle_refunds(
        self, order: Order, earned: LedgerEntry, actor: Actor
    ) -> tuple[Receipt, ...]:
        """Claws back for each refund; a refund that grows to more units is another operation.

        Each operation claws back for all refunds of the order so far, so their order is irrelevant.
        """

        def unsettled(entry: LedgerEntry) -> int:
            return max(0, min(entry.net, refunded_of(order)) - entry.refunded)

        receipts = []
        for refund_id in sorted(order.refunds):
            units = sum(order.refunds[refund_id].units.values())
            operation_id = f"clawback#{order.order_number}#{refund_id}#{units}"
            request = request_of(earned.member_id, operation_id, Kind.CLAWBACK, _SHOP, actor=actor)
            receipts.append(self._claw_back(request, earned.operation_id, unsettled))
        return tuple(receipts)

    def _claw_back(self, request: Request, earned_id: str, amount: Amount) -> Receipt:
        def decide(account: Account, operation: Operation) -> Posting:
            earned = self.journal.entry(request.member_id, earned_id)
            refunded = amount(earned)
            rules = self.journal.rules.version(earned.rules)
            left = earned.net - earned.refunded - refunded
            points = ledger.surplus(
                earned, rules.points_for(left, earned.currency), operation.today
            )
            forfeit = self._forfeit(account)
            return ledger.claw_back(
                account, operation, earned, points, refunded=refunded, forfeit=forfeit
            )

        return self.journal.post(request, decide)

    def _forfeit(self, account: Account) -> LedgerEntry | None:
        """The entry of the points that a closed account forfeited."""
        if account.status is not AccountStatus.CLOSED:
            return None
        return self.journal.entry(account.member_id, f"forfeit#{account.member_id}")

    def _require_purchased(self, member: Member, order_number: str, line_id: str) -> None:
        is_number = is_order_number(order_number)
        owner = self.journal.store.claimed_by(f"earn#{order_number}") if is_number else ""
        order = self.orders.get(order_number) if is_number else Order("")
        is_theirs = owner == member.member_id or (
            not owner and bool(member.email) and order.belongs_to(member.email_key)
        )
        if not is_theirs or line_id not in {line.line_id for line in order.lines}:
            raise LineNotPurchasedError("This member has no such order line.")


def _receipt_name(store_id: object, receipt_number: object) -> str:
    return f"{checked_id('store_id', store_id)}#{checked_id('receipt_number', receipt_number)}"
