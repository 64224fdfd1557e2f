"""Online orders: the ledger has the points of what was paid for each of them in the end."""

from collections.abc import Iterator
from dataclasses import dataclass

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import is_ahead
from aftercare.members.model import Member
from aftercare.members.service import MemberService
from aftercare.orders.model import Order, email_key_of
from aftercare.orders.refunds import basis_of
from aftercare.orders.service import OrderService
from aftercare.points import ledger
from aftercare.points.errors import AccountClosedError, PurchaseClaimedError
from aftercare.points.journal import Decide, Journal
from aftercare.points.ledger import Earning
from aftercare.points.model import Account, AccountStatus
from aftercare.points.posting import Kind, LedgerEntry, Operation, Posting, Receipt
from aftercare.points.purchases import Step, next_step, worth_of
from aftercare.points.request import Caller, Request, request_of

# Out of an old lot, into the older one, an edit, a refund.
_MOST_STEPS = 4
# Operations that follow events: no client asks for them.
SHOP = Caller("shop")


@dataclass(frozen=True, slots=True)
class Settlement:
    """Brings the ledger up to date with orders as they are now, whatever it was told before."""

    journal: Journal
    members: MemberService
    orders: OrderService

    def settle(self, order: Order, *, actor: Actor) -> tuple[Receipt, ...]:
        """Posts what the order's points lack or have too much; returns what was posted now.

        An order that was read before a newer one was settled changes nothing. What becomes newer
        meanwhile is settled, too: whoever writes looks at the order again.

        Raises:
            StaleWriteError: Too many changes of the account at once; a retry is safe.
        """
        receipts: list[Receipt] = []
        while True:
            posted = tuple(self._follow(order, actor))
            receipts += posted
            latest = self.orders.get(order.order_number) if posted else order
            if latest.version == order.version:
                return tuple(receipts)
            order = latest

    def _follow(self, order: Order, actor: Actor) -> Iterator[Receipt]:
        name = earned_by(order.order_number)
        owner = self.journal.store.claimed_by(name)
        if not owner:
            earned = self._earn(order, name, actor)
            if earned and not earned.replayed:
                yield earned
                if not basis_of(order).returned:
                    return
            owner = self.journal.store.claimed_by(name)
        if owner:
            yield from self._amend(order, self.members.get(owner), actor)

    def _amend(self, order: Order, member: Member, actor: Actor) -> Iterator[Receipt]:
        name = earned_by(order.order_number)

        def decide(account: Account) -> tuple[Request, Decide] | None:
            return self._amendment(order, name, member, account, actor)

        for _ in range(_MOST_STEPS):
            receipt = self.journal.follow(member.member_id, decide)
            if receipt is None:
                return
            yield receipt

    def _earn(self, order: Order, name: str, actor: Actor) -> Receipt | None:
        """The points of all that was bought; what was refunded of it is clawed back after that."""
        member = self._buyer(order)
        paid_at = order.first_paid_at
        # Earlier versions stored any time; the shop's next order.paid mends it (R-ORD-07).
        if member is None or paid_at is None or is_ahead(paid_at, self.journal.clock()):
            return None
        worth = worth_of(order, paid_at, member.joined_at, self.journal.rules)
        if worth.rules is None or worth.due is None:
            return None
        points, due = worth.points_after(0), worth.due

        def decide(account: Account, operation: Operation) -> Posting:
            earning = Earning(points, due, worth.net, worth.currency)
            return ledger.earn(account, operation, earning)

        request = request_of(
            member.member_id, name, Kind.EARN, SHOP, actor=actor, occurred_at=paid_at
        )
        try:
            return self.journal.post(request, decide)
        except (PurchaseClaimedError, AccountClosedError):  # claimed a moment ago, or nobody's
            return None

    def _buyer(self, order: Order) -> Member | None:
        if order.purchase is None or not order.purchase.email:
            return None
        return self.members.by_email(email_key_of(order.purchase.email))

    def _amendment(
        self, order: Order, name: str, member: Member, account: Account, actor: Actor
    ) -> tuple[Request, Decide] | None:
        """The operation that brings the order's points nearer to what it is worth."""
        earned = self.journal.entry(account.member_id, name)
        if order.first_paid_at is None or (order.version or earned.settled) < earned.settled:
            return None
        moment = min(order.first_paid_at, earned.occurred_at)
        worth = worth_of(order, moment, member.joined_at, self.journal.rules)
        now = self.journal.clock()
        is_closed = account.status is AccountStatus.CLOSED
        today = self.journal.rules.at(now).day_of(now)
        step = next_step(earned, worth, today, is_closed=is_closed)
        if step is None:
            return None
        verb = "clawback" if step.kind is Kind.CLAWBACK else "edit"
        # The account's next version: an id that no other operation of the account has.
        operation_id = f"{verb}#{order.order_number}#{(account.version or 0) + 1}"
        request = request_of(account.member_id, operation_id, step.kind, SHOP, actor=actor)
        return request, lambda account, operation: self._posting(account, operation, step)

    def _posting(self, account: Account, operation: Operation, step: Step) -> Posting:
        if step.kind is Kind.EDIT_UP:
            return ledger.edit_up(account, operation, step.amendment, step.due)
        return ledger.claw_back(
            account, operation, step.amendment, forfeit=forfeit_of(account, self.journal)
        )


def earned_by(order_number: str) -> str:
    """The id of the operation by which an order earned its points."""
    return f"earn#{order_number}"


def forfeit_of(account: Account, journal: Journal) -> LedgerEntry | None:
    """The entry of the points that a closed account forfeited."""
    if account.status is not AccountStatus.CLOSED:
        return None
    return journal.entry(account.member_id, f"forfeit#{account.member_id}")
