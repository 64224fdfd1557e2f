"""What a warehouse or a store does with a parcel that came back: receive it, inspect it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy
from aftercare.kernel.requests import RequestKey
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.orders.service import OrderService
from aftercare.returns import events, moves
from aftercare.returns.arrivals import (
    MOST_SERIALS,
    Came,
    Condition,
    Found,
    Inspection,
    Receipt,
)
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.judging import ACCEPTING, words_in
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.promising import arrived, timers_of
from aftercare.returns.receiving_errors import InspectionInvalidError, ReceiptInvalidError
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.several import ParcelWay
from aftercare.returns.steps import Steps
from aftercare.returns.units import contested, returnable_units
from aftercare.returns.waiting import (
    asked_to_count,
    given_up,
    is_counted,
    noted,
    outstanding,
    uncounted,
)

if TYPE_CHECKING:
    from aftercare.returns.store import ReturnStore


type _Contents = tuple[Mapping[Condition, int], tuple[str, ...]]


class Done(NamedTuple):
    """The return after a request, its status when that was done, and whether that was before."""

    ret: Return
    status: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class ReceivingService(Steps):
    """The verbs by which a parcel's content becomes known; who may call them, the caller asks."""

    store: "ReturnStore"
    orders: OrderService
    clock: Clock
    entropy: Entropy

    def find(self, ticket: str) -> Return:
        """The return with that ticket.

        Raises:
            ReturnNotFoundError: Nobody has it.
        """
        for ret in self.store.by_tickets([ticket]):
            return ret.as_of(self.clock())
        raise ReturnNotFoundError("There is no return with that ticket.")

    def by_id(self, return_id: str) -> Return:
        """The return with that id.

        Raises:
            ReturnNotFoundError: There is none.
        """
        return self._named(return_id).as_of(self.clock())

    @on_fresh_state
    def receive(
        self,
        return_id: str,
        came: Mapping[str, Came],
        place: str,
        *,
        actor: Actor,
        key: RequestKey | None = None,
        parcels: Collection[int] = (1,),
    ) -> Done:
        """Writes down what came: line id → units by condition (R-RCV-01).

        The parcel is here from now on, also if its carrier never said so; the refund's clock
        begins. Of a return in several, these `parcels` are here, and units may be awaited while
        another may still be counted; the clock begins once none may come any more, or nothing is
        awaited (R-RCV-07).

        A return that had ended takes its units again; if another return has them, or if nothing
        came at all, a person is asked (R-RCV-03, R-RCV-06). A line may be received again until it
        is inspected; what leaves nothing to inspect ends that. Safe to repeat, also by `key`.

        Raises:
            ReturnNotFoundError: No such return.
            ReceiptInvalidError: A line is not the return's, its units don't add up, it was
                inspected, or nothing is awaited any more.
            MoveRefusedError: Nothing is expected back for it.
            KeyReusedError: The key was used for another request.
        """
        ret, now = self._any(return_id), self.clock()
        if done := self._done(ret, key):
            return done
        opened = noted(ret if ret.holds_units else given_up(ret), ParcelWay.OPENED, parcels)
        contents = _new_in(ret, _receipts(opened, came))
        if not contents and opened.ways == ret.ways:
            return self._known(ret, key)
        moves.require(ret.status, Verb.RECEIVE)
        receipts = {each: Receipt(*what, place, actor, now) for each, what in contents.items()}
        order = self.orders.get(ret.order_number)
        after = _counted(opened, receipts, order, now)
        timers = () if ret.status is ReturnStatus.ARRIVED else tuple(timers_of(after, order))
        entry = self._receipt_entry(after, actor)
        if ret.holds_units:
            self.store.advance(after, entry, *timers, key=key)
            return Done(after, after.status)
        return self._take_up_again(after, entry, order, key)

    @on_fresh_state
    def inspect(
        self,
        return_id: str,
        found: Mapping[str, Found],
        *,
        actor: Actor,
        key: RequestKey | None = None,
    ) -> Done:
        """Writes down what was found: line id → units taken back, grade, disposition (R-RCV-02).

        With the last line the return is inspected, and the worker settles it. A line of which
        nothing came needs no inspection; one of which units are awaited waits for them. Safe to
        repeat, with a `key` or without.

        Raises:
            ReturnNotFoundError: No such return.
            InspectionInvalidError: A line is not the return's, was not received, is awaited in
                part, was found to be otherwise before, or more is taken back than came.
            JudgementInvalidError: Too many words.
            MoveRefusedError: Its parcel is not here, or it was inspected.
            KeyReusedError: The key was used for another request.
        """
        ret, now = self._any(return_id), self.clock()
        if done := self._done(ret, key):
            return done
        if not found:
            raise InspectionInvalidError("lines", "Say what was found of at least one line.")
        inspections = {
            line_id: _inspection(ret, line_id, each, actor) for line_id, each in found.items()
        }
        by_id = {line.line_id: line for line in ret.lines}
        if all(_is_found(by_id[line_id], each) for line_id, each in inspections.items()):
            return self._known(ret, key)
        is_on_its_way = ret.status is ReturnStatus.IN_TRANSIT and ret.parcels > 1
        verb = Verb.INSPECT_PARCEL if is_on_its_way else Verb.INSPECT
        moves.require(ret.status, verb)
        lines = _with_findings(ret.lines, inspections, now)
        is_done = all(is_inspected(line) for line in lines)
        status = ReturnStatus.INSPECTED if is_done else ret.status
        after = replace(ret.moved(verb, status), lines=lines)
        entry_type = events.INSPECTED if is_done else events.LINE_INSPECTED
        self.store.advance(after, self._entry(after, entry_type, actor), key=key)
        return Done(after, after.status)

    def _receipt_entry(self, after: Return, actor: Actor) -> Entry:
        """The worker settles what is inspected; what came is in the receipts as well."""
        if after.status is ReturnStatus.INSPECTED:
            return self._entry(after, events.INSPECTED, actor)
        return self._entry(after, events.RECEIVED, actor, **_counts(after))

    def _done(self, ret: Return, key: RequestKey | None) -> Done | None:
        """What the same request did before; none if the key is new."""
        kept = self.store.keys.answered(key) if key else None
        return Done(ret, kept.status, replayed=True) if kept else None

    def _known(self, ret: Return, key: RequestKey | None) -> Done:
        """The return as it is: what was said is written down already."""
        if key:
            self.store.keys.keep(key, ret, self.clock())
        return Done(ret, ret.status)

    def _take_up_again(
        self, after: Return, entry: Entry, order: Order, key: RequestKey | None
    ) -> Done:
        held = self.store.held(order)
        if contested(after, held.units, returnable_units(order, held.settled)):
            asked = Attention(AttentionCode.CONTESTED_UNITS, self.clock())
            after = replace(after, attention=asked)
        self.store.reopen(after, entry, *timers_of(after, order), key=key)
        return Done(after, after.status)


def _counted(ret: Return, receipts: Mapping[str, Receipt], order: Order, now: datetime) -> Return:
    """The return after these receipts of its lines, and whom it asks for."""
    lines = tuple(
        _received(line, receipts[line.line_id]) if line.line_id in receipts else line
        for line in ret.lines
    )
    here = _here(replace(ret, lines=lines), order, now)
    return asked_to_count(replace(here, attention=_asked(here, now)), now)


def _here(ret: Return, order: Order, now: datetime) -> Return:
    """The return after a receipt: here, or on its way for as long as something is awaited."""
    if any(line.inspection for line in ret.lines) and all(map(is_inspected, ret.lines)):
        return arrived(ret.moved(Verb.RECEIVE, ReturnStatus.INSPECTED), order, now)
    waits = ret.status is not ReturnStatus.ARRIVED and outstanding(ret)
    if waits and not all(map(is_counted, ret.lines)):
        return ret.moved(Verb.RECEIVE, ReturnStatus.IN_TRANSIT)
    return arrived(ret.moved(Verb.RECEIVE, ReturnStatus.ARRIVED), order, now)


def _asked(ret: Return, now: datetime) -> Attention | None:
    """Asks a person where nothing came, until a receipt says otherwise.

    A parcel that is here is no longer on its way with a voided label.
    """
    before = ret.attention
    if before and before.code is AttentionCode.VOIDED_LABEL and not uncounted(ret):
        before = None
    if all(is_counted(line) and not line.present for line in ret.lines):
        return before or Attention(AttentionCode.NOTHING_CAME, now)
    return None if before and before.code is AttentionCode.NOTHING_CAME else before


def is_inspected(line: ReturnLine) -> bool:
    """Whether nothing is left to be found out about the line."""
    return line.inspection is not None or (is_counted(line) and not line.present)


def _receipts(ret: Return, came: Mapping[str, Came]) -> dict[str, _Contents]:
    expected = {line.line_id: line for line in ret.lines}
    if not came:
        raise ReceiptInvalidError("lines", "Say what came of at least one line.")
    receipts: dict[str, _Contents] = {}
    for line_id, each in came.items():
        if line_id not in expected:
            raise ReceiptInvalidError("line_id", "The return has no such line.", line_id=line_id)
        units = {name: count for name, count in each.units.items() if count}
        if any(count < 0 for count in units.values()) or (
            sum(units.values()) != expected[line_id].units
        ):
            raise ReceiptInvalidError(
                "units",
                "The units of a line must add up to what was expected.",
                line_id=line_id,
                expected=expected[line_id].units,
            )
        if units.get(Condition.AWAITED) and not uncounted(ret):
            raise ReceiptInvalidError(
                "awaited", "No other parcel is awaited: count it as here or short.", line_id=line_id
            )
        serials = tuple(dict.fromkeys(filter(None, map(str.strip, each.serials))))
        if len(serials) > MOST_SERIALS:
            raise ReceiptInvalidError("serials", "Too many codes.", line_id=line_id)
        receipts[line_id] = units, serials
    return receipts


def _new_in(ret: Return, receipts: Mapping[str, _Contents]) -> dict[str, _Contents]:
    """Those that say something else of their line than is written down."""
    known = {line.line_id: line.receipt[:2] for line in ret.lines if line.receipt}
    return {line_id: each for line_id, each in receipts.items() if each != known.get(line_id)}


def _received(line: ReturnLine, receipt: Receipt) -> ReturnLine:
    if line.inspection:
        raise ReceiptInvalidError(
            "line_id", "The line was inspected already.", line_id=line.line_id
        )
    return replace(line, receipt=receipt)


def _inspection(ret: Return, line_id: str, found: Found, actor: Actor) -> Inspection:
    line = next((line for line in ret.lines if line.line_id == line_id), None)
    if line is None or line.receipt is None:
        raise InspectionInvalidError("line_id", "The line was not received.", line_id=line_id)
    if line.awaited:
        raise InspectionInvalidError(
            "line_id", "Other units of the line are awaited in another parcel.", line_id=line_id
        )
    if not 0 <= found.accepted <= line.present:
        raise InspectionInvalidError(
            "accepted", "No more can be taken back than came.", line_id=line_id
        )
    if (found.accepted == line.units) is not (found.code in ACCEPTING):
        raise InspectionInvalidError(
            "code", "That reason does not fit the finding.", line_id=line_id
        )
    accepted, grade, disposition, code, words = found
    now = line.receipt.at
    return Inspection(accepted, grade, disposition, code, words_in(words), actor, now)


def _with_findings(
    lines: Iterable[ReturnLine], found: Mapping[str, Inspection], now: datetime
) -> tuple[ReturnLine, ...]:
    return tuple(
        replace(line, inspection=found[line.line_id]._replace(at=now))
        if line.line_id in found and line.inspection is None
        else line
        for line in lines
    )


def _is_found(line: ReturnLine, inspection: Inspection) -> bool:
    before = line.inspection
    if before is None:
        return False
    if before[:5] != inspection[:5]:
        raise InspectionInvalidError(
            "line_id", "The line was found to be otherwise before.", line_id=line.line_id
        )
    return True


def _counts(ret: Return) -> dict[str, str]:
    """How many units came in each condition, of the lines that were received."""
    receipts = [line.receipt for line in ret.lines if line.receipt]
    counts = {
        condition: sum(receipt.units.get(condition, 0) for receipt in receipts)
        for condition in Condition
    }
    always = {*Condition} - {Condition.AWAITED}
    return {each: str(count) for each, count in counts.items() if count or each in always}
