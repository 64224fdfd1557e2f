"""Notes on returns what the shop has answered: paid back, refused, sent."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.orders.refunds import refunded_of
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.answers import answered, paid_by_request
from aftercare.returns.asked import Asked
from aftercare.returns.asking_store import AskingStore, Beside, freed_by
from aftercare.returns.closing import closed, is_done
from aftercare.returns.model import Repayment, Return
from aftercare.returns.moves import ReturnStatus, Verb
from aftercare.returns.settlement import Attention, AttentionCode, Settlement, SettlementState


class _Step(NamedTuple):
    """One thing that the shop said, with the return after it."""

    after: Return
    verb: Verb
    entry: str
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SettlingService:
    """We never move money: the shop refunds, and its refund names the return that it settles."""

    store: AskingStore
    orders: OrderService
    clock: Clock
    entropy: Entropy

    def record_answers(self, order_number: str, *, actor: Actor) -> tuple[Return, ...]:
        """Notes on each return that the shop's facts name what they say of it (R-RET-20, 64).

        How much came back; which requests that settles; which failed, so that a person looks; what
        was sent instead. From the order as it is now, so that facts may be corrected, and arrive in
        any order. When everything is answered the return is closed. Safe to repeat; returns those
        that were changed.

        Raises:
            StaleWriteError, BusyError: A return changed in the meantime; try again.
        """
        order = self.orders.get(order_number)
        named = self.store.by_tickets(order.tickets)
        ours = [ret.return_id for ret in named if ret.order_number == order_number]
        changed = [self._record_all(return_id, order, actor) for return_id in ours]
        return tuple(ret for ret in changed if ret)

    def record_return(self, return_id: str, *, actor: Actor) -> tuple[Return, ...]:
        """The same of one return, whose order has said it before the return asked."""
        ret = self.store.get(return_id)
        if ret is None:
            return ()
        changed = self._record_all(return_id, self.orders.get(ret.order_number), actor)
        return (changed,) if changed else ()

    def _record_all(self, return_id: str, order: Order, actor: Actor) -> Return | None:
        changed = None
        while after := self._record(return_id, order, actor):
            changed = after
        return changed

    @on_fresh_state
    def _record(self, return_id: str, order: Order, actor: Actor) -> Return | None:
        ret = self.store.get(return_id)
        step = self._next_step(ret, order) if ret else None
        if ret is None or step is None:
            return None
        after = step.after
        # The money of a request that failed may be asked for again.
        asked = self.store.asked(ret.order_number) if step.verb is Verb.NOTE_FAILURE else None
        beside = Beside(asked=_without_failed(asked, after) if asked else None)
        now = self.clock()
        entry_id, data = new_id("ent", now, self.entropy), {"ticket": ret.ticket, **step.data}
        entry = Entry(entry_id, step.entry, return_id, now, data, actor=actor)
        self.store.step(after, entry, beside, freed_by(ret, after))
        return after

    def _next_step(self, ret: Return, order: Order) -> _Step | None:
        """The first thing that the return does not say yet: money, failures, then goods."""
        is_waiting = ret.status is ReturnStatus.RESOLVING
        told = answered(ret.settlements, order, ret.ticket) if is_waiting else ret.settlements
        repayment = _repayment(order, ret.ticket) or ret.repayment
        paid = _only(ret, told, SettlementState.SETTLED, goods=False)
        if repayment and (repayment != ret.repayment or paid != ret.settlements):
            return self._paid(ret, order, repayment, paid)
        failed = _only(ret, told, SettlementState.FAILED)
        if failed != ret.settlements:
            attention = Attention(AttentionCode.REFUND_FAILED, self.clock())
            after = replace(ret.moved(Verb.NOTE_FAILURE), settlements=failed, attention=attention)
            data = {"settlement_id": _changed(ret.settlements, failed).settlement_id}
            return _Step(after, Verb.NOTE_FAILURE, events.REFUND_FAILED, data)
        sent = _only(ret, told, SettlementState.SETTLED)
        if sent != ret.settlements:
            after = _settled(ret, sent, Verb.NOTE_REPLACEMENT)
            data = {"settlement_id": _changed(ret.settlements, sent).settlement_id}
            return _Step(after, Verb.NOTE_REPLACEMENT, events.REPLACED, data)
        return None

    def _paid(
        self, ret: Return, order: Order, repayment: Repayment, told: tuple[Settlement, ...]
    ) -> _Step:
        after = _settled(replace(ret, repayment=repayment), told, Verb.NOTE_REFUND)
        if after.status is ReturnStatus.RESOLVING:
            after = replace(after, attention=self._difference(after, order))
        asked = [each.amount + each.paid_before for each in told]
        data = {
            "amount": str(repayment.amount),
            "currency": repayment.currency,
            "requested": str(sum(asked)),
        }
        return _Step(after, Verb.NOTE_REFUND, events.REFUNDED, data)

    def _difference(self, ret: Return, order: Order) -> Attention | None:
        """A person looks while a part was paid of what is asked for, or money for what failed.

        Also where a refund comes to nothing, because the order was made free since then.
        """
        paid = paid_by_request(ret.settlements, order, ret.ticket)
        is_void = ret.repayment is not None and not ret.repayment.amount
        differs = any(
            paid[each.settlement_id] < each.amount and (paid[each.settlement_id] or is_void)
            if each.is_open
            else each.state is SettlementState.FAILED and paid[each.settlement_id] > 0
            for each in ret.settlements
        )
        now, before = self.clock(), ret.attention
        if differs:
            return before or Attention(AttentionCode.REFUND_DIFFERS, now)
        return None if before and before.code is AttentionCode.REFUND_DIFFERS else before


def _settled(ret: Return, settlements: tuple[Settlement, ...], verb: Verb) -> Return:
    """The return with those requests; closed if it was waiting for nothing else."""
    after = replace(ret, settlements=settlements)
    if ret.status is ReturnStatus.RESOLVING and is_done(after):
        return closed(after, verb)
    return after.moved(verb)


def _only(
    ret: Return, told: tuple[Settlement, ...], state: SettlementState, *, goods: bool = True
) -> tuple[Settlement, ...]:
    """The return's requests, changed only where the shop's facts lead to that state."""
    return tuple(
        new if new != old and new.state is state and (goods or not new.brings_goods) else old
        for old, new in zip(ret.settlements, told, strict=True)
    )


def _changed(before: tuple[Settlement, ...], after: tuple[Settlement, ...]) -> Settlement:
    return next(new for old, new in zip(before, after, strict=True) if old != new)


def _without_failed(asked: Asked, ret: Return) -> Asked:
    failed = {
        each.settlement_id for each in ret.settlements if each.state is SettlementState.FAILED
    }
    claims = {key: claim for key, claim in asked.claims.items() if key not in failed}
    return asked._replace(claims=claims)


def _repayment(order: Order, ticket: str) -> Repayment | None:
    """What the refunds with that ticket gave back, and when the last of them was made."""
    refunds = {key: each for key, each in order.refunds.items() if each.ticket == ticket}
    moments = [each.refunded_at for each in refunds.values() if each.refunded_at]
    if order.purchase is None or not moments:
        return None
    by_refund = refunded_of(order).by_refund
    amount = sum(by_refund[refund_id] for refund_id in refunds)
    return Repayment(amount, order.purchase.currency, max(moments))
