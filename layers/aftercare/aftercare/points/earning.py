"""What members earn: by orders, in stores, for reviews; and what refunds take back."""

from dataclasses import dataclass
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.errors import AftercareError
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.orders.model import Order, is_order_number
from aftercare.orders.service import OrderService
from aftercare.points import ledger
from aftercare.points.errors import (
    LineNotPurchasedError,
    TooMuchError,
)
from aftercare.points.journal import Journal
from aftercare.points.ledger import Earning
from aftercare.points.limits import Meter
from aftercare.points.model import Account
from aftercare.points.posting import Kind, Operation, Posting, Receipt, Reversal
from aftercare.points.request import (
    Caller,
    Request,
    checked_amount,
    checked_earning,
    checked_id,
    checked_moment,
    request_of,
)
from aftercare.points.settlement import SHOP, Settlement, earned_by, forfeit_of


@dataclass(frozen=True, slots=True)
class EarningService:
    """One point per whole currency unit of the net amount, good for 365 days (R-PTS-01, R-PTS-02).

    Amounts are in minor units. Every verb is safe to retry and takes the actor: see
    `PointsService`.
    """

    journal: Journal
    members: MemberService
    orders: OrderService
    meter: Meter

    def earn(
        self,
        member_id: str,
        caller: Caller,
        *,
        store_id: str,
        receipt_number: str,
        net: int,
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
            OperationLimitError: The purchase is worth more than the client may tell of at once.
            ClientLimitError: The client has told of a day's points.
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
        return self._earn(request, caller, amount, str(currency))

    def refund(
        self,
        member_id: str,
        caller: Caller,
        *,
        store_id: str,
        receipt_number: str,
        refund_id: str,
        amount: int,
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
        return self._claw_back(request, f"earn#{name}", refund)

    def settle_order(self, order: Order, *, actor: Actor) -> tuple[Receipt, ...]:
        """Brings the ledger up to date with an online order, as it is now (R-PTS-07).

        The points are those of what was paid in the end, by the rules and due day of the original
        purchase, whatever the order and number of the events. An order earns nothing if its buyer
        was no member when it was paid (R-PTS-13), if no rules were in force, or if its currency
        earns no points (R-PTS-12). Returns what was posted now.

        Raises:
            StaleWriteError: Too many changes of the account at once; a retry is safe.
        """
        return Settlement(self.journal, self.members, self.orders).settle(order, actor=actor)

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
            member_id, operation_id, Kind.REVIEW, SHOP, actor=actor, occurred_at=moment
        )

        def decide(account: Account, operation: Operation) -> Posting:
            due = operation.rules.due_day(operation.occurred_at)
            return ledger.earn(account, operation, Earning(operation.rules.review_bonus, due))

        return self.journal.post(request, decide)

    def _earn(self, request: Request, caller: Caller, net: int, currency: str) -> Receipt:
        newest = self.journal.rules.versions[-1]
        # What the purchase is worth in dollars: an older day's rules must not widen the limit.
        worth = newest.points_for(net, currency) if currency in newest.per_point else 0
        allowance = self.meter.allowance(caller.client_id, Kind.EARN, worth)

        def decide(account: Account, operation: Operation) -> Posting:
            rules, happened = operation.rules, operation.occurred_at
            points = checked_earning(rules.points_for(net, currency))
            earning = Earning(points, rules.due_day(happened), net, currency)
            return ledger.earn(account, operation, earning)

        return self.journal.post(request, allowance.counting(decide))

    def _claw_back(self, request: Request, earned_id: str, refund: int) -> Receipt:
        def decide(account: Account, operation: Operation) -> Posting:
            earned = self.journal.entry(request.member_id, earned_id)
            left = earned.net - earned.refunded
            if refund > left:
                raise TooMuchError(refund, left)
            rules = self.journal.rules.version(earned.rules)
            right = rules.points_for(left - refund, earned.currency)
            points = max(0, -ledger.correction(earned, right, operation.today))
            amendment = Reversal(earned, points, refunded=refund)
            forfeit = forfeit_of(account, self.journal)
            return ledger.claw_back(account, operation, amendment, forfeit=forfeit)

        return self.journal.post(request, decide)

    def _require_purchased(self, member: Member, order_number: str, line_id: str) -> None:
        is_number = is_order_number(order_number)
        owner = self.journal.store.claimed_by(earned_by(order_number)) if is_number else ""
        order = self.orders.get(order_number) if is_number else Order("")
        is_theirs = owner == member.member_id or (
            not owner and bool(member.email) and order.belongs_to(member.email_key)
        )
        if not is_theirs or line_id not in {line.line_id for line in order.lines}:
            raise LineNotPurchasedError("This member has no such order line.")


def _receipt_name(store_id: str, receipt_number: str) -> str:
    return f"{checked_id('store_id', store_id)}#{checked_id('receipt_number', receipt_number)}"
