"""What was stored after each act of a schedule, and what must hold from one look to the next."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aftercare.orders.model import Order
from aftercare.orders.money import money_of
from aftercare.orders.refunds import refunded_of
from aftercare.orders.remaining import paid_for
from aftercare.returns import moves
from aftercare.returns.arrivals import Inspection, Receipt
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.receiving import is_inspected
from aftercare.returns.settlement import AttentionCode, Promise, Settlement, SettlementState

_ASKED_WITHOUT_A_STEP = {AttentionCode.NEEDS_REMEDY, AttentionCode.COUNT_AGAIN}


@dataclass
class Seen:
    """`unsaid` has the versions that were written without an entry: somebody was asked for."""

    promises: dict[str, Promise] = field(default_factory=dict)
    inspections: dict[tuple[str, str], tuple[Receipt | None, Inspection]] = field(
        default_factory=dict
    )
    settlements: dict[str, SettlementState] = field(default_factory=dict)
    tickets: dict[str, str] = field(default_factory=dict)
    statuses: dict[tuple[str, int], ReturnStatus] = field(default_factory=dict)
    unsaid: set[tuple[str, int]] = field(default_factory=set)
    differ: set[str] = field(default_factory=set)
    contested: bool = False
    is_raced: bool = False

    def note(
        self,
        order: Order,
        returns: Sequence[Return],
        claimed: Mapping[str, int],
        says_contested: Callable[[], bool],
    ) -> None:
        """Checks what is stored against itself, and against what was stored before."""
        self._check_units(order, returns, claimed, says_contested)
        for ret in returns:
            version = ret.version or 0
            before = self.statuses.setdefault((ret.return_id, version), ret.status)
            assert before is ret.status, "one version, two states"
            assert self.tickets.setdefault(ret.return_id, ret.ticket) == ret.ticket
            if ret.status is ReturnStatus.IN_REVIEW:
                self._forget_findings(ret)
            code = ret.attention.code if ret.attention else ""
            if ret.submitted_at is None or code in _ASKED_WITHOUT_A_STEP:
                self.unsaid.add((ret.return_id, version))
            self._check_promise(ret)
            self._check_lines(ret)
        self._check_money(order, returns)

    def endings(self, return_id: str) -> int:
        """How often the return was seen to have ended."""
        mine = [each for (seen_id, _), each in self.statuses.items() if seen_id == return_id]
        return sum(
            not moves.takes(status, Verb.CANCEL) and moves.takes(status, Verb.REOPEN)
            for status in mine
        )

    def _check_units(
        self,
        order: Order,
        returns: Sequence[Return],
        claimed: Mapping[str, int],
        says_contested: Callable[[], bool],
    ) -> None:
        held = Counter[str]()
        for ret in returns:
            held.update({line.line_id: ret.held_of(line) for line in ret.lines})
            code = ret.attention.code if ret.attention else ""
            self.contested |= code == AttentionCode.CONTESTED_UNITS
        for line in order.lines:
            units = claimed.get(line.line_id, 0)
            assert units == held[line.line_id], "units are held that nobody has, or the other way"
            most = line.quantity + _handed_over(order, returns, line.line_id)
            if units > most and not self.contested:
                self.contested = says_contested()
                assert self.contested, "one unit, two returns"

    def _forget_findings(self, ret: Return) -> None:
        """Who takes a return up again begins anew: nothing came, and nothing is found."""
        for line in ret.lines:
            was_here = line.receipt or line.inspection or line.kept is not None
            assert not was_here, "taken up, but as it was before"
            self.inspections.pop((ret.return_id, line.line_id), None)

    def _check_promise(self, ret: Return) -> None:
        assert (ret.promise is None) is (ret.arrived_at is None)
        if promise := ret.promise:
            assert promise.since == ret.arrived_at
            first = self.promises.setdefault(ret.return_id, promise)
            assert promise[:5] == first[:5], "the promise has changed"
            assert promise.warned >= first.warned, "an alarm is taken back"
            assert promise.broken >= first.broken, "a broken promise is made whole"
            self.promises[ret.return_id] = promise

    def _check_lines(self, ret: Return) -> None:
        for line in ret.lines:
            if line.receipt:
                assert sum(line.receipt.units.values()) == line.units
            key = (ret.return_id, line.line_id)
            if line.inspection:
                assert line.inspection.accepted <= line.present, "more is taken back than came"
                self.inspections.setdefault(key, (line.receipt, line.inspection))
            if key in self.inspections:
                now = (line.receipt, line.inspection)
                assert self.inspections[key] == now, "what was found has changed"
        if ret.status is ReturnStatus.INSPECTED:
            assert all(map(is_inspected, ret.lines)), "inspected before it was"

    def _check_money(self, order: Order, returns: Sequence[Return]) -> None:
        """Nothing is asked for twice, and no more than was paid and not paid back before."""
        asked = [each for ret in returns for each in ret.settlements]
        live = [each for each in asked if each.state is not SettlementState.FAILED]
        for ret in returns:
            _check_settlements(ret)
            self._check_goods(order, ret)
        _check_components(order, live)
        new = [each for each in asked if each.settlement_id not in self.settlements]
        for each in asked:
            before = self.settlements.get(each.settlement_id)
            was_settled = before is SettlementState.SETTLED
            assert not was_settled or each.state is SettlementState.SETTLED, "unsettled again"
            self.settlements[each.settlement_id] = each.state
        paid = money_of(order).total.amount
        assert sum(each.amount for each in live) <= paid, "more is asked for than was paid"
        if new and not self.is_raced:
            is_open = sum(each.amount for each in live if each.is_open)
            back = refunded_of(order).total - sum(_answering(order, ret) for ret in returns)
            assert back + is_open <= paid, "what was paid back is asked for again"

    def _check_goods(self, order: Order, ret: Return) -> None:
        """A unit in a parcel answers one unit that was to be sent, if the parcel says what it has.

        Where the shop paid something else than it was asked for, staff may let the goods go.
        """
        if ret.attention and ret.attention.code is AttentionCode.REFUND_DIFFERS:
            self.differ.add(ret.return_id)
        parcels = order.brought_for(ret.ticket)
        if ret.return_id in self.differ or any(parcel.lines is None for parcel in parcels):
            return
        sent, answered = Counter[str](), Counter[str]()
        for parcel in parcels:
            sent.update(parcel.lines or {})
        for each in ret.settlements:
            if each.brings_goods and each.state is SettlementState.SETTLED:
                answered.update({line_id: line.units for line_id, line in each.lines.items()})
        assert answered <= sent, "goods that nobody sent"


def _check_settlements(ret: Return) -> None:
    """Each unit is in one request that did not fail, and requests are numbered."""
    numbers = [each.number for each in ret.settlements]
    assert numbers == [*range(1, len(numbers) + 1)], "requests without a number of their own"
    units = Counter[str]()
    for each in ret.settlements:
        assert each.settlement_id.startswith(f"{ret.ticket}#")
        if each.state is not SettlementState.FAILED:
            units.update({line_id: line.units for line_id, line in each.lines.items()})
    for line in ret.lines:
        assert units[line.line_id] <= line.units, "a unit is settled twice"
    if ret.status is ReturnStatus.CLOSED:
        assert not any(each.is_open for each in ret.settlements), "closed before it was answered"
        kept = {line.line_id: line.kept for line in ret.lines}
        assert kept == {line.line_id: units[line.line_id] for line in ret.lines}, "kept otherwise"


def _check_components(order: Order, live: Sequence[Settlement]) -> None:
    """Of no net, no tax and no shipping is more asked for than was paid, whatever the remedies."""
    money = money_of(order)
    asked = Counter[tuple[str, str]]()
    for each in live:
        for line_id, line in each.lines.items():
            asked.update({(line_id, "net"): line.net, (line_id, "tax"): line.tax})
    for paid in money.lines:
        assert asked[paid.line_id, "net"] <= paid.net.amount, "more net than was paid"
        assert asked[paid.line_id, "tax"] <= paid.added_tax, "more tax than was paid"
    shipping = money.shipping.amount + money.added_shipping_tax
    assert sum(each.shipping for each in live) <= shipping, "more shipping than was paid"


def _handed_over(order: Order, returns: Sequence[Return], line_id: str) -> int:
    """The units of a line that customers may have got in the place of others."""
    return sum(
        line.units
        for ret in returns
        if any(parcel.delivered_at for parcel in order.brought_for(ret.ticket))
        for each in ret.settlements
        if each.brings_goods and (line := each.lines.get(line_id))
    )


def _answering(order: Order, ret: Return) -> int:
    """What the shop has paid of requests that are still open: it was not asked for twice."""
    is_open = sum(each.amount for each in ret.settlements if each.is_open)
    done = [each for each in ret.settlements if each.state is SettlementState.SETTLED]
    before = sum(each.amount for each in done) + sum(each.paid_before for each in ret.settlements)
    return max(0, min(is_open, paid_for(order, ret.ticket) - before))
