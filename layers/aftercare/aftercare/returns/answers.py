"""What the shop's facts say of a return's requests: pure, the same in any order of arrival."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from aftercare.orders.model import Order, RefundFailure
from aftercare.orders.remaining import paid_for
from aftercare.returns.settlement import Settlement, SettlementState
from aftercare.returns.units import units_sent

type Paid = Mapping[str, int]
"""Request id → what the shop has paid for it so far."""


def answered(
    settlements: Sequence[Settlement], order: Order, ticket: str
) -> tuple[Settlement, ...]:
    """The requests as the shop has answered them; what was settled once stays so (R-RET-64).

    Money answers the oldest request first that did not fail. A parcel answers the requests for the
    units that it names, each of them one unit, or all requests for goods if it names none. What
    came settles a request though it was told to have failed, unless another one is about that line:
    no unit is settled twice.
    """
    paid, sent = paid_by_request(settlements, order, ticket), _sent(settlements, order, ticket)
    failures = _failures(settlements, order, ticket)
    told: list[Settlement] = []
    for each in settlements:
        has_goods = not each.brings_goods or each.settlement_id in sent
        is_done = has_goods and paid[each.settlement_id] >= each.amount
        is_done = is_done and not _is_asked_again(each, [*told, *settlements[len(told) :]])
        told.append(_answered(each, failures.get(each.settlement_id), is_done=is_done))
    return tuple(told)


def paid_by_request(settlements: Sequence[Settlement], order: Order, ticket: str) -> Paid:
    """How much of what the shop paid for the return answers each of its requests."""
    left = paid_for(order, ticket) - sum(each.paid_before for each in settlements)
    failed = _failures(settlements, order, ticket)
    paid = {}
    for each in sorted(settlements, key=lambda each: (each.settlement_id in failed, each.number)):
        paid[each.settlement_id] = max(0, min(each.amount, left))
        left -= paid[each.settlement_id]
    return paid


def _answered(
    settlement: Settlement, failure: RefundFailure | None, *, is_done: bool
) -> Settlement:
    if settlement.state is SettlementState.SETTLED:
        return settlement
    if is_done:
        return settlement._replace(state=SettlementState.SETTLED, failure="")
    if failure:
        return settlement._replace(state=SettlementState.FAILED, failure=failure.reason)
    return settlement


def _is_asked_again(settlement: Settlement, told: Sequence[Settlement]) -> bool:
    """Whether one that failed shares a line with another that did not: those may be its units."""
    return settlement.state is SettlementState.FAILED and any(
        other.state is not SettlementState.FAILED and other.lines.keys() & settlement.lines.keys()
        for other in told
    )


def _sent(settlements: Sequence[Settlement], order: Order, ticket: str) -> set[str]:
    """The ids of requests whose goods are in parcels for the return.

    Their units are of what was settled before, then of what is open, then of what failed.
    """
    goods = [each for each in settlements if each.brings_goods and not each.handed_over]
    parcels = order.brought_for(ticket) if goods else ()
    in_turn = {SettlementState.SETTLED: 0, SettlementState.REQUESTED: 1, SettlementState.FAILED: 2}
    taken, sent = Counter[str](), set[str]()
    for each in sorted(goods, key=lambda each: (in_turn[each.state], each.number)):
        units = {line_id: line.units for line_id, line in each.lines.items()}
        needed = {line_id: taken[line_id] + count for line_id, count in units.items()}
        if parcels and all(
            units_sent(line_id, count, parcels) >= count for line_id, count in needed.items()
        ):
            taken.update(units)
            sent.add(each.settlement_id)
    return sent


def _failures(
    settlements: Sequence[Settlement], order: Order, ticket: str
) -> dict[str, RefundFailure]:
    """Request id → the shop's refusal of it; one that names none is of the oldest open one."""
    known = {each.settlement_id for each in settlements}
    told = sorted(
        (each for each in order.refund_failures.values() if each.ticket == ticket),
        key=lambda each: (each.failed_at is not None, each.failed_at, each.settlement_id),
    )
    found: dict[str, RefundFailure] = {}
    for failure in told:
        open_ones = [each for each in settlements if each.settlement_id not in found]
        settlement_id = failure.settlement_id or _first_before(open_ones, failure.failed_at)
        if settlement_id in known:
            found[settlement_id] = failure
    return found


def _first_before(settlements: Sequence[Settlement], moment: datetime | None) -> str:
    before = (
        each.settlement_id
        for each in settlements
        if moment and each.requested_at <= moment and each.state is not SettlementState.SETTLED
    )
    return next(before, "")
