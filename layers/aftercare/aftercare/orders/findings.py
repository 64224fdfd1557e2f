"""Contradictions between the facts of an order; each such part of an event has no effect."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aftercare.orders.facts import Refund
from aftercare.orders.model import Order
from aftercare.orders.refunds import refunded_of


class Finding(NamedTuple):
    """A contradiction: `code` says of which kind, `subject` in what, `line_id` of which line."""

    code: str
    subject: str
    line_id: str = ""


class Trouble(NamedTuple):
    """What an operator should look at; `facts` have places, codes and numbers only."""

    what: str
    facts: Mapping[str, object]


def troubles_of(before: Order, after: Order) -> tuple[Trouble, ...]:
    """What came with the last event."""
    troubles = []
    if unread := set(after.unread) - set(before.unread):
        paths = sorted({each.path for each in unread})
        troubles.append(Trouble("order event unread", {"parts": len(unread), "paths": paths}))
    if new := set(after.quarantined[:1]) - set(before.quarantined):
        reasons = [each.reason for each in new if not each.mended_at]
        troubles += [Trouble("order event quarantined", {"reason": each}) for each in reasons]
    if found := set(findings_of(after)) - set(findings_of(before)):
        codes = sorted({each.code for each in found})
        troubles.append(Trouble("order inconsistent", {"findings": codes}))
    return tuple(troubles)


def findings_of(order: Order) -> tuple[Finding, ...]:
    """The contradictions. None while the purchase is not known: its event may still arrive."""
    return tuple(_findings(order)) if order.purchase else ()


def _findings(order: Order) -> Iterator[Finding]:
    bought = {line.line_id: line.quantity for line in order.lines}
    refunds = {refund_id: refund.units for refund_id, refund in order.refunds.items()}
    bringing = {key: parcel for key, parcel in order.parcels.items() if not parcel.ticket}
    parcels = {key: parcel.lines or {} for key, parcel in bringing.items()}
    cancelled = {key: each.units or {} for key, each in order.cancellations.items()}
    for kind, named in (("refund", refunds), ("cancellation", cancelled), ("parcel", parcels)):
        for key, units in named.items():
            yield from _of_one(f"{kind} {key}", units, bought)
        yield from _of_all(kind, named.values(), bought)
    for refund_id, refund in order.refunds.items():
        for line_id in sorted(refund.amounts.keys() - bought.keys() - refund.units.keys()):
            yield Finding("unknown_line", f"refund {refund_id}", line_id)
    yield from _of_amounts(order)


def _of_amounts(order: Order) -> Iterator[Finding]:
    """Refunds of more money than was left: what is beyond it does not count."""
    told = {refund_id: _told(refund) for refund_id, refund in order.refunds.items()}
    if any(told.values()):
        counted = refunded_of(order).by_refund
        for refund_id, amount in told.items():
            if amount > counted[refund_id]:
                yield Finding("refund_exceeds_paid", f"refund {refund_id}")


def _told(refund: Refund) -> int:
    if refund.amount is not None:
        return refund.amount
    return sum(refund.amounts.values()) + (refund.shipping or 0) - refund.fee


def _of_one(subject: str, named: Mapping[str, int], bought: Mapping[str, int]) -> Iterator[Finding]:
    for line_id, units in named.items():
        if line_id not in bought:
            yield Finding("unknown_line", subject, line_id)
        elif units > bought[line_id]:
            yield Finding("too_many_units", subject, line_id)


def _of_all(
    kind: str, named: Iterable[Mapping[str, int]], bought: Mapping[str, int]
) -> Iterator[Finding]:
    """Events that each may be true, but not all of them."""
    totals = Counter[str]()
    for units in named:
        for line_id, count in units.items():
            if count <= bought.get(line_id, -1):
                totals[line_id] += count
    for line_id, total in totals.items():
        if total > bought[line_id]:
            yield Finding(f"{kind}s_exceed_line", f"all {kind}s", line_id)
