"""Keeps what a customer was promised: asks a person in time, and counts what was not kept."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.due.model import now_or
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.model import Return
from aftercare.returns.moves import Verb
from aftercare.returns.promising import ends_at, warned_at
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.steps import Steps

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


@dataclass(frozen=True, slots=True)
class KeepingService(Steps):
    """The verbs of the two timers that an arrival sets."""

    store: "ReturnStore"
    orders: OrderService
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def warn(self, return_id: str, due_at: datetime | None = None, *, actor: Actor) -> Return:
        """Asks a person, once, to see to a promise whose last day is near (R-REF-02).

        Not if nothing is owed any more. Safe to repeat, at any time. `due_at`: see `now_or`.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret, now = self._any(return_id), now_or(due_at, self.clock())
        promise = ret.promise
        if promise is None or promise.warned or not ret.is_owed:
            return ret
        if now < warned_at(promise, self.orders.get(ret.order_number)):
            return ret
        after = replace(
            ret.moved(Verb.WARN_OF_PROMISE),
            promise=promise._replace(warned=True),
            attention=ret.attention or Attention(AttentionCode.PROMISE_AT_RISK, self.clock()),
        )
        self.store.advance(after, self._entry(after, events.PROMISE_AT_RISK, actor))
        return after

    @on_fresh_state
    def end(self, return_id: str, due_at: datetime | None = None, *, actor: Actor) -> Return:
        """Writes down, once, that the promised days are over and the money is not there (R-REF-02).

        Safe to repeat, at any time. `due_at`: see `now_or`.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret, now = self._any(return_id), now_or(due_at, self.clock())
        promise = ret.promise
        if promise is None or promise.broken or not ret.is_owed or now < ends_at(promise):
            return ret
        after = replace(
            ret.moved(Verb.WARN_OF_PROMISE),
            promise=promise._replace(warned=True, broken=True),
            attention=Attention(AttentionCode.PROMISE_BROKEN, self.clock()),
        )
        self.store.advance(after, self._entry(after, events.PROMISE_BROKEN, actor))
        return after
