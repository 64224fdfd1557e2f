"""View models of what a customer answered, with the way to change it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from aftercare.orders.model import OrderLine
from aftercare.returns.model import Opened, Return, ReturnLine
from aftercare.returns.policy import Payer, Rule
from aftercare.words.service import Words
from portal.returns import words
from portal.returns.pictures import picture_of


class Fact(NamedTuple):
    """One answer."""

    name: str
    text: str
    is_note: bool = False


class LineAnswers(NamedTuple):
    """One item of a return. `field` is its place on the page, to which an error leads."""

    field: str
    name: str
    units: int
    kind: str
    picture: str
    change: str
    facts: list[Fact]


def line_answers(
    w: Words, base: str, ret: Return, line: ReturnLine, *, bought: OrderLine | None, place: int
) -> LineAnswers:
    query = urlencode({"line": line.line_id, "return": ret.return_id})
    return LineAnswers(
        field=f"item-{place}",
        name=line.name,
        units=line.units,
        kind=bought.kind if bought else "",
        picture=picture_of(bought) if bought else "",
        change=f"{base}/orders/{ret.order_number}/item?{query}",
        facts=list(_facts(w, line)),
    )


def _facts(w: Words, line: ReturnLine) -> Iterator[Fact]:
    if line.reason:
        yield Fact(w.text("return_page.facts.reason"), w.text(f"returns.reason.{line.reason}"))
    if line.opened is not Opened.UNKNOWN:
        opened = line.opened is Opened.OPENED
        text = w.text("return_page.facts.is_opened" if opened else "return_page.facts.sealed")
        yield Fact(w.text("return_page.facts.opened"), text)
    if line.remedy:
        yield Fact(w.text("return_page.facts.remedy"), w.text(f"choosing.remedy.{line.remedy}"))
    if line.note:
        yield Fact(w.text("return_page.facts.note"), line.note, is_note=True)
    if line.check_reference:
        yield Fact(w.text("return_page.facts.check"), line.check_reference)
    if line.decision and line.decision.last_day:
        until = words.last_day(w, line.decision)
        text = w.text("return_page.facts.until", last_day=until)
        yield Fact(w.text("return_page.facts.window"), text)


def errors_of(
    w: Words, ret: Return, others: Sequence[Return], *, photos_missing: bool
) -> dict[str, str]:
    """Everything that keeps a draft from being submitted, each beside what it is about.

    `others` are the customer's returns, if it needs them.
    """
    of_order = [each for each in others if each.order_number == ret.order_number]
    errors = {
        f"item-{place}": sentence
        for place, line in enumerate(ret.lines)
        if (sentence := _error(w, line, of_order))
    }
    if photos_missing:
        errors["photos"] = w.text("return_page.check.photos_missing")
    return errors


def _error(w: Words, line: ReturnLine, others: Sequence[Return]) -> str:
    if line.reason is None:
        return w.text("return_page.check.no_reason", name=line.name)
    if line.decision and line.decision.asks_opened:
        return w.text("return_page.check.not_opened_said", name=line.name)
    if _is_taken(line):
        return _taken(w, line, others)
    return refused_line(w, line) if line.refusals else ""


def refused_line(w: Words, line: ReturnLine) -> str:
    """Which item does not come back, and why."""
    return w.text("return_page.check.refused", name=line.name, why=words.why_not(w, line))


def _taken(w: Words, line: ReturnLine, others: Sequence[Return]) -> str:
    """Which return has them, if it is one of this customer's that the list shows."""
    for ret in others:
        units = next((ret.held_of(each) for each in ret.lines if each.line_id == line.line_id), 0)
        if units:
            return w.text(
                "return_page.check.taken",
                name=line.name,
                taken=w.number(units),
                ticket=ret.ticket,
            )
    decision = line.decision
    if decision is None or decision.facts is None or decision.facts.available < 1:
        why = w.text("returns.refusal.units_available")
        return w.text("return_page.check.refused", name=line.name, why=why)
    available = w.number(decision.facts.available)
    return w.text("return_page.check.taken_elsewhere", name=line.name, available=available)


def _is_taken(line: ReturnLine) -> bool:
    return any(verdict.rule is Rule.UNITS_AVAILABLE for verdict in line.refusals)


def payer_sentence(w: Words, ret: Return) -> str:
    """Who pays for the parcel, and why if its items differ (R-RET-32); if we take it off, what."""
    if deduction := ret.agreed_deduction:
        amount = w.money(deduction.amount, deduction.currency)
        return w.text("returns.deducted", amount=amount)
    payers = {line.decision.payer for line in ret.lines if line.decision} - {None}
    if payers == set(Payer):
        return w.text("return_page.check.mixed")
    return w.text(f"returns.payer_sentence.{ret.payer}") if ret.payer else ""


def needs_others(ret: Return) -> bool:
    """Whether a line asks for more units than are left: another return may have them."""
    return any(map(_is_taken, ret.lines))
