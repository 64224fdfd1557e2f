"""What a store does at its counter: takes items back, and may hand over others (R-RET-24)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id, new_ticket
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import (
    OVER_THE_COUNTER,
    Order,
    OrderLine,
    email_key_of,
    normalised_order_number,
)
from aftercare.orders.service import OrderService
from aftercare.returns import events
from aftercare.returns.arrivals import Condition, Receipt
from aftercare.returns.case import Case
from aftercare.returns.counter_errors import (
    HandInInvalidError,
    HandInRefusedError,
    PurchaseNotFoundError,
    by_post_only,
    not_exchanged,
    refused_by,
)
from aftercare.returns.counter_store import CounterStore
from aftercare.returns.errors import UnitsTakenError, not_ours
from aftercare.returns.model import Reason, Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.policy import LineDecision, Remedy, Rule, Seller
from aftercare.returns.promising import arrived, timers_of
from aftercare.returns.recalls import Recalls
from aftercare.returns.receiving import Done
from aftercare.returns.settlement import SettledLine, Settlement, SettlementState, stated
from aftercare.returns.steps import Steps
from aftercare.returns.units import Held, returnable_units, units_of

if TYPE_CHECKING:
    from aftercare.returns.policies import PolicyBook


class What(StrEnum):
    """What the store does with what was handed in: another one for it, or off to the warehouse."""

    EXCHANGE = "exchange"
    SEND_IN = "send_in"


MOST_LINES = {What.EXCHANGE: 4, What.SEND_IN: 2}
"""A transaction has eight writes: four, one for each line, and two timers of a promise."""


class HandedIn(NamedTuple):
    """Units of a line, named by its id or else by its SKU, and what is wrong with them."""

    line_id: str
    sku: str
    units: int
    reason: Reason


class AtCounter(NamedTuple):
    """Which store it is, and the language in which the customer is written to."""

    place: str
    language: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class CounterService(Steps):
    """The verb of a store's counter; who may call it, the caller asks."""

    store: CounterStore
    orders: OrderService
    policies: "PolicyBook"
    recalls: Recalls
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def hand_in(
        self,
        number: str,
        items: Sequence[HandedIn],
        what: What,
        *,
        counter: AtCounter,
        key: RequestKey,
    ) -> Done:
        """Makes a return of what a customer handed in at a store (R-RET-24).

        The policy of the day decides each line; staff who see the item stand for its photos, for
        nothing else. An exchange is closed at once: the other item was handed over, and the shop
        is told so. What is sent in has arrived, and its refund's clock begins. One transaction of
        at most eight writes. Safe to repeat with the same `key`.

        Raises:
            PurchaseNotFoundError: No purchase has that number.
            HandInInvalidError: No such line, too many lines, or a line twice.
            NoPolicyError: Somebody else sold it.
            HandInRefusedError: The policy does not take a line back, or not here, or another
                return has its units: it says of which line, and why.
            KeyReusedError: The key was used for another request.
            UnavailableError: The recalls can't be read now.
        """
        if done := self._done(key):
            return done
        try:
            return self._hand_in(self._purchase(number), items, what, counter, key)
        except HandInRefusedError:
            # This request may have them itself: the till sent it twice at once.
            if done := self._done(key):
                return done
            raise

    def _purchase(self, number: str) -> Order:
        order = self.orders.get(normalised_order_number(number))
        if order.purchase is None:
            raise PurchaseNotFoundError
        return order

    def _hand_in(
        self,
        order: Order,
        items: Sequence[HandedIn],
        what: What,
        counter: AtCounter,
        key: RequestKey,
    ) -> Done:
        now, held = self.clock(), self.store.held(order)
        lines = self._decided(order, _lines(order, items, what, now), held, now)
        for line in lines:
            _refuse_if_refused(order, line, what)
        after = self._taken(order, lines, what, counter, now)
        limits, timers = returnable_units(order, held.settled), tuple(timers_of(after, order))
        try:
            self.store.hand_in(after, self._told(after), limits, key=key, timers=timers)
        except UnitsTakenError as error:
            taken = next(line for line in after.lines if line.line_id in error.left)
            raise refused_by(taken, Rule.UNITS_AVAILABLE) from error
        return Done(after, after.status)

    def _done(self, key: RequestKey) -> Done | None:
        """What the same request did before; none if the key is new."""
        kept = self.store.keys.answered(key)
        return Done(self._any(kept.return_id), kept.status, replayed=True) if kept else None

    def _decided(
        self, order: Order, lines: tuple[ReturnLine, ...], held: Held, now: datetime
    ) -> tuple[ReturnLine, ...]:
        case = Case(order, self.policies, self.recalls, units_of(order, *held), seen_in_store=True)
        seller = case.seller(now)
        if seller is not Seller.OURSELVES:
            raise not_ours(seller)
        return case.decided(lines, now)

    def _taken(
        self,
        order: Order,
        lines: tuple[ReturnLine, ...],
        what: What,
        counter: AtCounter,
        now: datetime,
    ) -> Return:
        begun = Return(
            new_id("ret", now, self.entropy),
            _owner(order),
            order.order_number,
            tuple(_received(line, counter, now) for line in lines),
            now,
            chosen_by=counter.actor,
            ticket=new_ticket(self.entropy),
            language=counter.language,
            submitted_at=now,
        )
        if what is What.EXCHANGE:
            return _exchanged(begun, order, now)
        return arrived(begun.moved(Verb.HAND_IN, ReturnStatus.ARRIVED), order, now)

    def _told(self, ret: Return) -> Entry:
        now, settlements = ret.created_at, ret.settlements
        entry_type = events.REPLACEMENT_REQUESTED if settlements else events.HANDED_IN
        data = {"ticket": ret.ticket, **(stated(settlements[0]) if settlements else {})}
        entry_id = new_id("ent", now, self.entropy)
        return Entry(entry_id, entry_type, ret.return_id, now, data, actor=ret.chosen_by)


def _lines(
    order: Order, items: Sequence[HandedIn], what: What, now: datetime
) -> tuple[ReturnLine, ...]:
    most = MOST_LINES[what]
    if not 1 <= len(items) <= most:
        raise HandInInvalidError("lines", f"Please name 1 to {most} lines in one request.")
    found = [(item, _bought(order, item)) for item in items]
    if len({line.line_id for _, line in found}) < len(found):
        raise HandInInvalidError("lines", "Please name each line once.")
    for item, line in found:
        if not 1 <= item.units <= line.quantity:
            raise HandInInvalidError(
                "units", "That many were not bought.", line_id=line.line_id, available=line.quantity
            )
    return tuple(
        ReturnLine(line.line_id, line.sku, line.name, item.units, item.reason, asked_at=now)
        for item, line in found
    )


def _bought(order: Order, item: HandedIn) -> OrderLine:
    if item.line_id:
        lines = [line for line in order.lines if line.line_id == item.line_id]
    else:
        lines = [line for line in order.lines if line.sku == item.sku]
    if not lines:
        name = item.line_id or item.sku
        raise HandInInvalidError("lines", f"The purchase has no line “{name}”.")
    if len(lines) > 1:
        raise HandInInvalidError(
            "sku", f"The purchase has “{item.sku}” on several lines: name one."
        )
    return lines[0]


def _refuse_if_refused(order: Order, line: ReturnLine, what: What) -> None:
    decision = line.decision
    for verdict in line.refusals:
        raise refused_by(line, verdict.rule)
    if decision is None or not decision.passed:
        raise refused_by(line, Rule.SEALED)
    if not _takes_at_counter(order, decision):
        raise by_post_only(line)
    if what is What.EXCHANGE and not _offers_goods(decision):
        raise not_exchanged(line)


def _takes_at_counter(order: Order, decision: LineDecision) -> bool:
    """What was bought over a counter comes back over one; all else where its policy says so."""
    channel = order.purchase.channel if order.purchase else ""
    return decision.in_store or channel in OVER_THE_COUNTER


def _offers_goods(decision: LineDecision) -> bool:
    remedies = set(decision.remedies)
    return not remedies or bool(remedies & {Remedy.EXCHANGE, Remedy.REPLACEMENT})


def _received(line: ReturnLine, counter: AtCounter, now: datetime) -> ReturnLine:
    units = {Condition.RECEIVED: line.units}
    return replace(line, receipt=Receipt(units, (), counter.place, counter.actor, now))


def _owner(order: Order) -> str:
    """Whose return it is; of a purchase whose buyer nobody knows (any more), the purchase's own."""
    email = order.purchase.email if order.purchase else ""
    return email_key_of(email) if email else f"order:{order.order_number}"


def _exchanged(begun: Return, order: Order, now: datetime) -> Return:
    """Settled and closed: we keep what was handed in, and the customer has the other one."""
    settlement = Settlement(
        settlement_id=f"{begun.ticket}#1",
        remedy=Remedy.REPLACEMENT,
        lines={line.line_id: SettledLine(line.units, 0, 0) for line in begun.lines},
        shipping=0,
        deduction=0,
        currency=order.purchase.currency if order.purchase else "",
        by=begun.chosen_by,
        requested_at=now,
        state=SettlementState.SETTLED,
        handed_over=True,
    )
    lines = tuple(replace(line, remedy=Remedy.REPLACEMENT, kept=line.units) for line in begun.lines)
    closed = begun.moved(Verb.HAND_IN, ReturnStatus.CLOSED)
    return replace(closed, lines=lines, arrived_at=now, settlements=(settlement,))
