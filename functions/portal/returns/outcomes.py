"""View models of what comes of a parcel: when the money is there, what was found, what is given."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from aftercare.kernel.clock import local_day, zone_named
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.arrivals import Condition, Disposition, Inspection
from aftercare.returns.closing import is_done
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.judging import ACCEPTING
from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.requests import open_units
from aftercare.returns.settlement import Settlement, SettlementState
from aftercare.returns.units import settled_by
from aftercare.words.service import Words
from portal.returns import days, words
from portal.returns.pictures import picture_of

_REFUSALS = frozenset(JudgementCode) - ACCEPTING
_MISSED = (
    Condition.SHORT,
    Condition.WRONG_ITEM,
    Condition.DAMAGED_IN_TRANSIT,
    Condition.LOST,
    Condition.AWAITED,
)


class Promised(NamedTuple):
    """When the customer has what they get; `when` is empty once that was promised too soon."""

    title: str
    when: str
    note: str


class FoundItem(NamedTuple):
    """What came of one item and what was found. `own_words` are the inspector's."""

    name: str
    units: int
    kind: str
    picture: str
    text: str
    own_words: str
    tone: str


class Amount(NamedTuple):
    """One amount of a refund by its name."""

    name: str
    amount: str


class Given(NamedTuple):
    """What the customer gets for items: how far it is, and what it is made of."""

    title: str
    amount: str
    state: str
    state_words: str
    items: list[str]
    amounts: list[Amount]
    notes: list[str]


def promised(w: Words, ret: Return, now: datetime) -> Promised | None:
    """Until when the customer waits at most; no day that has passed is told as one to come."""
    promise = ret.promise
    if promise is None or not _is_awaited(ret):
        return None
    today = local_day(now, zone_named(promise.zone))
    if promise.broken or today > promise.last:
        return Promised(w.text("outcome.promise.late_title"), "", w.text("outcome.promise.late"))
    first, last = (_unbroken(w.day(day)) for day in (promise.first, promise.last))
    between = today <= promise.first < promise.last
    return Promised(
        w.text("outcome.promise.title"),
        w.text(
            "outcome.promise.between" if between else "outcome.promise.by", first=first, last=last
        ),
        w.text("outcome.promise.note"),
    )


def _unbroken(day: str) -> Markup:
    """A day that a line breaks within only where it is too narrow for it."""
    return Markup('<span class="day">{}</span>').format(day)


def _is_awaited(ret: Return) -> bool:
    if not ret.is_owed or words.ending(ret):
        return False
    return ret.status is ReturnStatus.ARRIVED or not is_done(ret)


def found_items(w: Words, base: str, ret: Return, order: Order | None) -> list[FoundItem]:
    """Each item of which somebody has said what came; none before that, or once exchanged."""
    if any(each.handed_over for each in ret.settlements):
        return []
    bought = {line.line_id: line for line in order.lines} if order else {}
    return [
        _found_item(w, base, line, bought.get(line.line_id)) for line in ret.lines if line.receipt
    ]


def _found_item(w: Words, base: str, line: ReturnLine, bought: OrderLine | None) -> FoundItem:
    picture = picture_of(bought) if bought else ""
    refused = line.inspection is not None and line.inspection.accepted < line.units
    return FoundItem(
        name=line.name,
        units=line.units,
        kind=bought.kind if bought else "",
        picture=f"{base}{picture}" if picture else "",
        text=w.sentences([*_came(w, line), *_found(w, line)]),
        own_words=" ".join(line.inspection.words.split()) if line.inspection else "",
        tone="info" if line.inspection is None else "bad" if refused else "good",
    )


def _came(w: Words, line: ReturnLine) -> Iterator[str]:
    """What did not come as it was sent; or that it is here, while nobody has inspected it."""
    units = line.receipt.units if line.receipt else {}
    for condition in _MISSED:
        if count := units.get(condition, 0):
            yield w.count(f"outcome.came.{condition}", count)
    if line.inspection is None and units.get(Condition.RECEIVED, 0):
        yield w.text("outcome.checking")


def _found(w: Words, line: ReturnLine) -> Iterator[str]:
    found = line.inspection
    if found is None:
        return
    if found.accepted >= line.units:
        yield w.text("return_inspected.whole")
        return
    yield _taken(w, found, line.units)
    if found.accepted >= line.present:  # the others did not come, which is said already
        return
    code = found.code if found.code in _REFUSALS else "declined"
    yield w.text(f"return_inspected.because.{code}")
    if found.disposition is Disposition.SEND_BACK:
        yield w.text("outcome.sent_back")


def _taken(w: Words, found: Inspection, units: int) -> str:
    if not found.accepted:
        return w.text("return_inspected.none")
    taken, quantity = w.number(found.accepted), w.number(units)
    return w.text("return_inspected.part", taken=taken, quantity=quantity)


def given(w: Words, ret: Return, order: Order | None) -> list[Given]:
    """What the shop was asked for, without what failed and was asked for again since."""
    names = {line.line_id: line.name for line in ret.lines}
    left = open_units(ret, is_received=False)
    return [
        _given(w, ret, each, names, order)
        for each in ret.settlements
        if each.state is not SettlementState.FAILED or each.lines.keys() & left.keys()
    ]


def _given(
    w: Words, ret: Return, settlement: Settlement, names: Mapping[str, str], order: Order | None
) -> Given:
    currency, whole = settlement.currency, settlement.amount + settlement.paid_before
    amounts = [] if settlement.brings_goods else [*_amounts(w, settlement, names)]
    items = [
        w.text("mails.item", quantity=w.number(line.units), name=names.get(line_id, line_id))
        for line_id, line in settlement.lines.items()
    ]
    return Given(
        title=w.text(f"outcome.given.{settlement.remedy}"),
        amount="" if settlement.brings_goods else w.money(whole, currency),
        state=settlement.state,
        state_words=_state(w, settlement),
        items=[] if len(amounts) > 1 else items,
        amounts=amounts if len(amounts) > 1 else [],
        notes=[*_notes(w, ret, settlement, order)],
    )


def _state(w: Words, settlement: Settlement) -> str:
    if settlement.handed_over:
        return w.text("outcome.handed_over")
    if settlement.state is SettlementState.SETTLED:
        return w.text(f"outcome.settled.{settlement.remedy}")
    return w.text(f"outcome.state.{settlement.state}")


def _amounts(w: Words, settlement: Settlement, names: Mapping[str, str]) -> Iterator[Amount]:
    """What the amount is made of; what is kept back has a minus."""
    currency = settlement.currency
    for line_id, line in settlement.lines.items():
        name = names.get(line_id, line_id)
        item = w.text("mails.item", quantity=w.number(line.units), name=name)
        yield Amount(item, w.money(line.net + line.tax, currency))
    others = {
        "shipping": settlement.shipping,
        "deduction": -settlement.deduction,
        "paid_before": settlement.paid_before,
    }
    for name, amount in others.items():
        if amount:
            yield Amount(w.text(f"outcome.amount.{name}"), w.money(amount, currency))


def _notes(w: Words, ret: Return, settlement: Settlement, order: Order | None) -> Iterator[str]:
    currency = settlement.currency
    if settlement.state is SettlementState.FAILED:
        yield w.text("outcome.longer")
    if settlement.brings_goods and settlement.amount:
        yield w.text("outcome.cheaper", amount=w.money(settlement.amount, currency))
    if settlement.due:
        yield w.text("outcome.dearer", amount=w.money(settlement.due, currency))
    if delivered := _delivered(ret, settlement, order):
        day = days.day_of_return(w, ret, delivered)
        yield w.text("outcome.delivered", day=day)


def _delivered(ret: Return, settlement: Settlement, order: Order | None) -> datetime | None:
    """When the last of what was sent for the request was handed over; none while some is not."""
    if order is None or settlement.handed_over or not settlement.brings_goods:
        return None
    brought = settled_by(order, [ret]).brought
    handed: Sequence[Sequence[tuple[datetime, int]]] = [
        brought.get(line_id, ()) for line_id in settlement.lines
    ]
    if not all(handed):
        return None
    return max(moment for deliveries in handed for moment, _ in deliveries)
