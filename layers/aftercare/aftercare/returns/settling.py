"""Notes on returns what the shop has paid back for them."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.orders.refunds import refunded_of
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.model import Repayment, Return

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class SettlingService:
    """We never move money: the shop refunds, and its refund names the return that it settles."""

    store: "ReturnStore"
    orders: OrderService
    clock: Clock
    entropy: Entropy

    def record_refunds(self, order_number: str, *, actor: Actor) -> tuple[Return, ...]:
        """Notes on each return that a refund of the order names how much came back (R-RET-20).

        From the order as it is now, so that refunds may be corrected, and arrive in any order. Safe
        to repeat; returns those that were changed.

        Raises:
            StaleWriteError, BusyError: A return changed in the meantime; try again.
        """
        order = self.orders.get(order_number)
        named = self.store.by_tickets(order.refund_tickets)
        ours = [ret.return_id for ret in named if ret.order_number == order_number]
        changed = [self._record(return_id, order, actor) for return_id in ours]
        return tuple(ret for ret in changed if ret)

    @on_fresh_state
    def _record(self, return_id: str, order: Order, actor: Actor) -> Return | None:
        ret = self.store.get(return_id)
        repayment = _repayment(order, ret.ticket) if ret else None
        if ret is None or repayment is None or ret.repayment == repayment:
            return None
        after = replace(ret, repayment=repayment)
        now = self.clock()
        data = {
            "ticket": ret.ticket,
            "amount": str(repayment.amount),
            "currency": repayment.currency,
        }
        entry_id = new_id("ent", now, self.entropy)
        entry = Entry(entry_id, events.REFUNDED, return_id, now, data, actor=actor)
        self.store.advance(after, entry)
        return after


def _repayment(order: Order, ticket: str) -> Repayment | None:
    """What the refunds with that ticket gave back, and when the last of them was made."""
    refunds = {key: each for key, each in order.refunds.items() if each.ticket == ticket}
    moments = [each.refunded_at for each in refunds.values() if each.refunded_at]
    if order.purchase is None or not moments:
        return None
    by_refund = refunded_of(order).by_refund
    amount = sum(by_refund[refund_id] for refund_id in refunds)
    return Repayment(amount, order.purchase.currency, max(moments))
