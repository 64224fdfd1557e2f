"""What each remedy comes to: pure functions of a return, its order and what was asked so far.

Amounts are integers in minor units of the order's currency. See `orders/remaining.py` for what
units are worth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aftercare.kernel.actor import Actor
from aftercare.kernel.sharing import shared
from aftercare.orders.model import Order
from aftercare.orders.remaining import Claim, Remaining, Worth, paid_beyond, remaining_of
from aftercare.returns.model import AgreedDeduction, ParcelWay, Return
from aftercare.returns.parcel_labels import labels_of
from aftercare.returns.policy import Remedy
from aftercare.returns.remedy_rules import RemedyRules
from aftercare.returns.requests import OtherItem, Request
from aftercare.returns.settlement import SettledLine, Settlement, SettlementState

MONEY = frozenset({Remedy.REFUND, Remedy.STORE_CREDIT})


@dataclass(frozen=True, slots=True)
class Books:
    """What a request is worked out from: the order, what its returns asked for, the rules."""

    order: Order
    claims: Sequence[Claim]
    rules: RemedyRules


def settlement_of(
    ret: Return, request: Request, books: Books, by: Actor, now: datetime
) -> Settlement:
    """The request to the shop: settled already if the shop has paid it before (R-RET-61)."""
    order = books.order
    worths, left = _worths(ret, request, books)
    shipping = deduction = due = 0
    match request.remedy:
        case Remedy.REFUND | Remedy.STORE_CREDIT:
            shipping = _shipping_back(ret, request, books, left)
            deduction = _kept_back(ret, books, worths)
        case Remedy.EXCHANGE:
            worths, due = _difference(worths, request.item)
        case _:
            worths = {line_id: Worth(units, 0, 0) for line_id, units in request.units.items()}
    settlement = Settlement(
        settlement_id=f"{ret.ticket}#{len(ret.settlements) + 1}",
        remedy=request.remedy,
        lines={line_id: SettledLine(*worth) for line_id, worth in worths.items()},
        shipping=shipping,
        deduction=deduction,
        currency=order.purchase.currency if order.purchase else "",
        by=by,
        requested_at=now,
        item=request.item.sku if request.item else "",
        due=due,
    )
    before = sum(each.paid_before for each in ret.settlements)
    return _beside(settlement, paid_beyond(order, ret.ticket, books.claims) - before)


def claim_of(settlement: Settlement, ret: Return, rules: RemedyRules) -> Claim | None:
    """What the request takes out of the order's money; none of one that failed or asks for none.

    The units of what is exchanged or replaced stay with the customer, in another shape.
    """
    if settlement.state is SettlementState.FAILED or not _asks_money(settlement):
        return None
    counted = settlement.remedy in MONEY
    worths = {
        line_id: Worth(line.units if counted else 0, line.net, line.tax)
        for line_id, line in settlement.lines.items()
    }
    by_seller = _by_seller(ret, settlement.lines, rules)
    return Claim(ret.ticket, worths, settlement.shipping, settlement.deduction, by_seller)


def _asks_money(settlement: Settlement) -> bool:
    return settlement.remedy in MONEY or settlement.amount > 0


def _worths(ret: Return, request: Request, books: Books) -> tuple[dict[str, Worth], Remaining]:
    left, worths = remaining_of(books.order, books.claims, ret.ticket), dict[str, Worth]()
    for line_id, units in request.units.items():
        worth = left.worth(line_id, units)
        most = request.most.get(line_id, worth.amount)
        # The units are asked for, also those that are worth nothing any more.
        worths[line_id] = lowered(worth, most)._replace(units=units)
        left = left.without({line_id: worths[line_id]})
    return worths, left


def lowered(worth: Worth, most: int) -> Worth:
    """The worth, or at most that amount, in proportion of both parts."""
    if worth.amount <= most:
        return worth
    net, tax = shared(max(0, most), [worth.net, worth.tax])
    return worth._replace(net=net, tax=tax)


def _by_seller(ret: Return, line_ids: Iterable[str], rules: RemedyRules) -> bool:
    reasons = {line.line_id: line.reason for line in ret.lines}
    return all(rules.is_sellers_fault(reasons.get(line_id)) for line_id in line_ids)


def _shipping_back(ret: Return, request: Request, books: Books, left: Remaining) -> int:
    """What was paid for shipping, once the whole order came back for the seller's fault."""
    at_fault = _by_seller(ret, request.units, books.rules)
    at_fault = at_fault and all(claim.by_seller for claim in books.claims)
    return left.rest if at_fault and left.is_last({}) and not request.most else 0


def _kept_back(ret: Return, books: Books, worths: Mapping[str, Worth]) -> int:
    """What is kept back for the way: once for a return, and never where the seller is at fault.

    Never more than was agreed to, or than we pay for its label in the same currency.
    """
    agreed, purchase = ret.agreed_deduction, books.order.purchase
    if agreed is None or purchase is None or agreed.currency != purchase.currency:
        return 0
    at_fault = any(books.rules.is_sellers_fault(line.reason) for line in ret.lines)
    done = any(
        each.deduction for each in ret.settlements if each.state is not SettlementState.FAILED
    )
    if at_fault or done:
        return 0
    return min(_paid_for_the_way(ret, agreed), sum(worth.amount for worth in worths.values()))


def _paid_for_the_way(ret: Return, agreed: AgreedDeduction) -> int:
    """What its labels cost, or what was agreed to if that is less, or can't be compared with it.

    One that was voided because nobody used it costs its customer nothing.
    """
    labels = [
        label
        for each, label in labels_of(ret).items()
        if ret.ways.get(each) is not ParcelWay.VOIDED
    ]
    paid = [label for label in labels if label.currency]
    if any(label.currency != agreed.currency for label in paid):
        return agreed.amount
    return min(sum(label.amount for label in paid), agreed.amount)


def _difference(
    worths: Mapping[str, Worth], item: OtherItem | None
) -> tuple[dict[str, Worth], int]:
    """What is given back on each line if the other item is cheaper; else what is still to be paid.

    The tax is counted once: what was paid with the one item pays for the other.
    """
    paid = sum(worth.amount for worth in worths.values())
    price = item.net + item.tax if item else paid
    back = max(0, paid - price)
    parts = shared(back, [worth.amount for worth in worths.values()])
    given = {
        line_id: lowered(worth, part)
        for (line_id, worth), part in zip(worths.items(), parts, strict=True)
    }
    return given, max(0, price - paid)


def _beside(settlement: Settlement, paid: int) -> Settlement:
    """The request without what the shop has paid for the return already."""
    paid = max(0, min(paid, settlement.amount))
    if not paid:
        return _done(settlement)
    weights = [part for line in settlement.lines.values() for part in (line.net, line.tax)]
    whole = sum(weights) + settlement.shipping
    left = shared(whole - paid, [*weights, settlement.shipping])
    pairs = zip(left[0:-1:2], left[1:-1:2], strict=True)
    lines = {
        line_id: SettledLine(line.units, net, tax)
        for (line_id, line), (net, tax) in zip(settlement.lines.items(), pairs, strict=True)
    }
    return _done(settlement._replace(lines=lines, shipping=left[-1], paid_before=paid))


def _done(settlement: Settlement) -> Settlement:
    """A request for no money and no goods needs no answer: it was paid before, or was free."""
    if settlement.amount or settlement.brings_goods:
        return settlement
    return settlement._replace(state=SettlementState.SETTLED)
