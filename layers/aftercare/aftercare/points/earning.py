"""What members earn: by orders, in stores, for reviews; and what refunds take back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

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

# Operations that no system asks for by name: the bus's events, the review desk.
_SHOP = Caller("shop")

type Amount = Callable[[LedgerEntry], int]


@dataclass(frozen=True, slots=True)
class EarningService:
    """One point per whole currency unit of the net amount, good for 365 days (R-PTS-01, R-PTS-02).

    Amounts are in minor units. Every verb is safe to repeat; see `PointsService`.
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
    ) -> Receipt:
        """The points of a purchase in a store, by the rules of its day.

        One that is past already is recorded as earned and lapsed. A receipt earns once, whoever
        shows it.

        Raises:
            PointsInvalidError: Something can't be what it says; nothing is earned in the currency.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            NoRulesError: Nobody earned points then.
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
    ) -> Receipt:
        """Claws back what a store's purchase earned too much, once this amount is paid back.

        Its own lot first, then what is due soonest, then as debt that later earnings pay.

        Raises:
            PointsInvalidError: Something can't be what it says.
            MemberNotFoundError: No such member.
            OperationNotFoundError: The member earned nothing by that receipt.
            TooMuchError: Less was paid, less what was paid back already.
        """
        paid_back = checked_amount("amount", amount)
        name = _receipt_name(store_id, receipt_number)
        operation_id = f"clawback#{name}#{checked_id('refund_id', refund_id)}"
        request = request_of(member_id, operation_id, Kind.CLAWBACK, caller, amount=paid_back)

        def within_net(earned: LedgerEntry) -> int:
            left = earned.net - earned.refunded
            if paid_back > left:
                raise TooMuchError(paid_back, left)
            return paid_back

        return self._claw_back(request, f"earn#{name}", within_net)

    def settle_order(self, order: Order) -> tuple[Receipt, ...]:
        """Brings the ledger up to what is known of an online order: earned, refunds clawed back.

        Whatever the order in which its events came, and however often: the same ledger. Nothing
        happens for whoever was no member when it was paid, before there were rules, or in a
        currency in which nothing is earned.

        Raises:
            PointsInvalidError: It earns too much at once, or was paid in the future.
            OperationChangedError: The shop now says that something else was paid than what earned;
                refunds are settled all the same.
        """
        earned = self._earned(order)
        if earned is None or order.purchase is None:
            return ()
        receipts = (earned.receipt, *self._settle_refunds(order, earned))
        if (earned.net, earned.currency) != (net_of(order), order.purchase.currency):
            raise OperationChangedError(earned.operation_id)
        return receipts

    def settle_orders_of(self, member: Member) -> None:
        """Settles the 50 newest orders of a member who was only now told of, or moved.

        Raises:
            AftercareError: One of them could not be settled; all the others were.
        """
        failed: AftercareError | None = None
        for order in self.orders.of_customer(member.email_key):
            try:
                self.settle_order(order)
            except AftercareError as error:
                failed = error
        if failed:
            raise failed

    def grant_review(
        self, member_id: str, order_number: str, line_id: str, occurred_at: datetime
    ) -> Receipt:
        """The bonus for an approved review: once per purchased line (R-PTS-05).

        By the rules of the day of the approval, however late it is told of.

        Raises:
            PointsInvalidError: That day is still to come.
            MemberNotFoundError, AccountClosedError: No such account, or none any more.
            LineNotPurchasedError: No order of the member has such a line.
            NoRulesError: There were no bonuses then.
        """
        moment = checked_moment(occurred_at, self.journal.clock())
        member = self.members.get(member_id)
        self._require_purchased(member, order_number, line_id)
        operation_id = f"review#{order_number}#{line_id}"
        request = request_of(member_id, operation_id, Kind.REVIEW, _SHOP, occurred_at=moment)

        def decide(account: Account, operation: Operation) -> Posting:
            due = operation.rules.due_day(operation.occurred_at)
            return ledger.earn(account, operation, Earning(operation.rules.review_bonus, due))

        return self.journal.post(request, decide)

    def _earned(self, order: Order) -> LedgerEntry | None:
        """The entry of what the order earned, now or before; none when it earns nothing."""
        operation_id = f"earn#{order.order_number}"
        if order.purchase is None or order.paid_at is None:
            return None
        if not self.journal.rules.earns_in(order.purchase.currency, order.paid_at):
            return None
        paid_at = checked_moment(order.paid_at, self.journal.clock())
        member_id = self.journal.store.claimed_by(operation_id) or self._buyer(order)
        if not member_id:
            return None
        request = request_of(member_id, operation_id, Kind.EARN, _SHOP, occurred_at=paid_at)
        try:
            self._earn(request, net_of(order), order.purchase.currency)
        except PurchaseClaimedError:  # for the address's earlier owner, a moment ago
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

    def _settle_refunds(self, order: Order, earned: LedgerEntry) -> tuple[Receipt, ...]:
        """A refund is told again with more units, never with fewer: each number is one operation.

        Each takes whatever is too much by all that is known, so their order does not matter.
        """

        def known(entry: LedgerEntry) -> int:
            return max(0, min(entry.net, refunded_of(order)) - entry.refunded)

        receipts = []
        for refund_id in sorted(order.refunds):
            units = sum(order.refunds[refund_id].units.values())
            operation_id = f"clawback#{order.order_number}#{refund_id}#{units}"
            request = request_of(earned.member_id, operation_id, Kind.CLAWBACK, _SHOP)
            receipts.append(self._claw_back(request, earned.operation_id, known))
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
        """What a closed account lost when it was closed."""
        if account.status is not AccountStatus.CLOSED:
            return None
        return self.journal.entry(account.member_id, f"forfeit#{account.member_id}")

    def _require_purchased(self, member: Member, order_number: str, line_id: str) -> None:
        known = is_order_number(order_number)
        owner = self.journal.store.claimed_by(f"earn#{order_number}") if known else ""
        order = self.orders.get(order_number) if known else Order("")
        is_theirs = owner == member.member_id or (
            not owner and bool(member.email) and order.belongs_to(member.email_key)
        )
        if not is_theirs or line_id not in {line.line_id for line in order.lines}:
            raise LineNotPurchasedError("No order of this member has that line.")


def _receipt_name(store_id: object, receipt_number: object) -> str:
    return f"{checked_id('store_id', store_id)}#{checked_id('receipt_number', receipt_number)}"
