"""Asks the shop for what customers get for what came back, a remedy at a time. We move no money."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, new_id
from aftercare.kernel.rulebook import RuleBook
from aftercare.orders.service import OrderService
from aftercare.returns import events, moves
from aftercare.returns.asking_store import AskingStore, Beside, freed_by
from aftercare.returns.closing import closed, is_done
from aftercare.returns.judging import words_in
from aftercare.returns.model import Return
from aftercare.returns.moves import ReturnStatus, Verb
from aftercare.returns.notes import Note
from aftercare.returns.policy import Remedy
from aftercare.returns.remedies import Books, settlement_of
from aftercare.returns.remedy_rules import RemedyRules
from aftercare.returns.requests import OtherItem, Request, needs_person, next_request, open_units
from aftercare.returns.resolving_errors import RemedyInvalidError, RequestOpenError
from aftercare.returns.settlement import (
    Attention,
    AttentionCode,
    Settlement,
    SettlementState,
    stated,
)
from aftercare.returns.steps import VersionedSteps
from aftercare.returns.units import returnable_units
from aftercare.staff.model import Member
from aftercare.staff.policy import require

RESOLVE, CLOSE = "returns.resolve", "returns.close"
REFUND_UNRECEIVED = "returns.refund_unreceived"
REQUESTS: Mapping[Remedy, str] = {
    Remedy.REFUND: events.REFUND_REQUESTED,
    Remedy.REPLACEMENT: events.REPLACEMENT_REQUESTED,
    Remedy.EXCHANGE: events.EXCHANGE_REQUESTED,
    Remedy.REPAIR: events.REPAIR_REQUESTED,
    Remedy.STORE_CREDIT: events.CREDIT_REQUESTED,
}


@dataclass(frozen=True, slots=True)
class ResolvingService(VersionedSteps):
    """Each request is one transaction with its entry, which tells the shop of it (R-RET-61)."""

    store: AskingStore
    orders: OrderService
    rules: RuleBook[RemedyRules]
    clock: Clock
    entropy: Entropy

    @on_fresh_state
    def resolve_next(self, return_id: str, *, actor: Actor) -> Return:
        """Asks the shop for the next remedy of an inspected return, or closes it when all is done.

        The customer's preference counts, or else the policy's first remedy. Where a line was taken
        back in part, or what it gets is not clear, the return waits for a person instead. The
        entry of each request leads to the next one. Safe to repeat: nothing is asked for twice.

        Raises:
            ReturnNotFoundError: No such return.
        """
        ret = self._any(return_id)
        if not moves.takes(ret.status, Verb.RESOLVE) or _waits_for_somebody(ret):
            return ret
        if not open_units(ret):
            return self._close(ret, actor) if is_done(ret) else ret
        request = next_request(ret)
        if request is None or needs_person(ret):
            after = replace(ret, attention=Attention(AttentionCode.NEEDS_REMEDY, self.clock()))
            self.store.save_claim(after)
            return after
        return self._ask(ret, Verb.RESOLVE, request, actor)

    @on_fresh_state
    def resolve(
        self, member: Member, return_id: str, version: int, request: Request, why: str = ""
    ) -> Return:
        """Asks the shop for the remedy that this member chose, for units of some lines.

        `request.most` lowers the amount of a line; that needs a reason, which is noted for staff.
        A request that failed may be made again: it gets a new id. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            StaleCaseError: Something happened since `version`; nothing was written.
            MoveRefusedError: The return is not inspected yet, or has ended.
            RemedyInvalidError: Units that are not open, an amount without a reason, no other item.
        """
        require(member, RESOLVE)
        words = words_in(why, needed=bool(request.most))
        ret = self._named(return_id)
        if self._has_done(ret, version, member, {REQUESTS[request.remedy]}):
            return ret
        self._refuse_if_stale(ret, version)
        moves.require(ret.status, Verb.RESOLVE)
        _refuse_if_invalid(request, open_units(ret))
        return self._ask(ret, Verb.RESOLVE, request, member.actor, words)

    @on_fresh_state
    def refund_unreceived(self, member: Member, return_id: str, version: int, why: str) -> Return:
        """Refunds the units that nobody has inspected, without waiting for them (R-RET-67).

        A lost return takes its units again, unless another return has them. Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            StaleCaseError: Something happened since `version`; nothing was written.
            MoveRefusedError: It was not sent yet, or has ended.
            RemedyInvalidError: There is no such unit.
            JudgementInvalidError: No reason, or too many words.
            UnitsTakenError: Another return has the units of a lost one.
        """
        require(member, REFUND_UNRECEIVED)
        words = words_in(why, needed=True)
        ret = self._named(return_id)
        if self._has_done(ret, version, member, {events.REFUND_REQUESTED}):
            return ret
        self._refuse_if_stale(ret, version)
        moves.require(ret.status, Verb.REFUND_UNRECEIVED)
        inspected = {line.line_id for line in ret.lines if line.inspection}
        missing = open_units(ret, is_received=False)
        units = {key: count for key, count in missing.items() if key not in inspected}
        request = Request(Remedy.REFUND, units)
        _refuse_if_invalid(request, units)
        return self._ask(ret, Verb.REFUND_UNRECEIVED, request, member.actor, words)

    @on_fresh_state
    def close(self, member: Member, return_id: str, version: int, why: str) -> Return:
        """Closes a return without a refund of what is still open; the reason is noted (R-RET-66).

        Of what the shop has paid in part, the rest is let go. What nothing was given for is free.
        Safe to repeat.

        Raises:
            NotPermittedError: Not with these roles.
            ReturnNotFoundError: No such return.
            StaleCaseError: Something happened since `version`; nothing was written.
            MoveRefusedError: It has not arrived, or has ended.
            RequestOpenError: The shop was asked for something and has not answered.
            JudgementInvalidError: No reason, or too many words.
        """
        require(member, CLOSE)
        words = words_in(why, needed=True)
        ret = self._named(return_id)
        if self._has_done(ret, version, member, {events.CLOSED}):
            return ret
        self._refuse_if_stale(ret, version)
        moves.require(ret.status, Verb.CLOSE)
        differs = ret.attention and ret.attention.code is AttentionCode.REFUND_DIFFERS
        if any(each.is_open for each in ret.settlements) and not differs:
            raise RequestOpenError(return_id)
        let_go = tuple(
            each._replace(state=SettlementState.SETTLED) if each.is_open else each
            for each in ret.settlements
        )
        return self._close(ret, member.actor, let_go, words)

    def _ask(
        self, ret: Return, verb: Verb, request: Request, actor: Actor, words: str = ""
    ) -> Return:
        now, order = self.clock(), self.orders.get(ret.order_number)
        asked, rules = self.store.asked(ret.order_number), self._rules(ret)
        books = Books(order, [*asked.claims.values()], rules)
        settlement = settlement_of(ret, request, books, actor, now)
        lines = tuple(
            replace(line, remedy=request.remedy) if line.line_id in request.units else line
            for line in ret.lines
        )
        after = replace(
            ret.moved(verb, ReturnStatus.RESOLVING),
            lines=lines,
            settlements=(*ret.settlements, settlement),
            # What is late stays so until the shop has answered.
            attention=ret.attention if ret.attention and ret.attention.is_of_promise else None,
        )
        entry = self._entry(after, REQUESTS[request.remedy], actor, **stated(settlement))
        beside = Beside(self._note(words, actor), asked.of(after, rules))
        if ret.holds_units:
            self.store.step(after, entry, beside)
        else:
            limits = returnable_units(order, self.store.held(order).settled)
            self.store.take_again(after, entry, beside, limits)
        return after

    def _close(
        self,
        ret: Return,
        actor: Actor,
        settlements: tuple[Settlement, ...] | None = None,
        words: str = "",
    ) -> Return:
        after = ret if settlements is None else replace(ret, settlements=settlements)
        after = closed(after, Verb.CLOSE)
        entry = self._entry(after, events.CLOSED, actor)
        beside = Beside(self._note(words, actor))
        self.store.step(after, entry, beside, freed_by(ret, after))
        return after

    def _rules(self, ret: Return) -> RemedyRules:
        """The version of the day of asking."""
        day = (ret.submitted_at or ret.created_at).date()
        return self.rules.in_force(day)

    def _note(self, words: str, actor: Actor) -> Note | None:
        now = self.clock()
        return Note(new_id("nte", now, self.entropy), words, actor, now) if words else None


def _waits_for_somebody(ret: Return) -> bool:
    return ret.attention is not None and not ret.attention.is_of_promise


def _refuse_if_invalid(request: Request, left: Mapping[str, int]) -> None:
    """Lets only a request pass for units that are open.

    Raises:
        RemedyInvalidError: It is for none, or for others.
    """
    if not request.units or any(units < 1 for units in request.units.values()):
        raise RemedyInvalidError("units", "Please choose the items.")
    if any(units > left.get(line_id, 0) for line_id, units in request.units.items()):
        raise RemedyInvalidError("units", "There are not that many items to settle.")
    if not request.most.keys() <= request.units.keys() or min(request.most.values(), default=0) < 0:
        raise RemedyInvalidError("most", "Please give an amount of the chosen items.")
    if (request.remedy is Remedy.EXCHANGE) is not _is_item(request.item):
        raise RemedyInvalidError("item", "Please say what the customer gets in exchange.")


def _is_item(item: OtherItem | None) -> bool:
    return item is not None and bool(item.sku) and item.net >= 0 and item.tax >= 0
