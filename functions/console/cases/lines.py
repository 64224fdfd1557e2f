"""View models of a return's lines, as somebody decides on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.judgement import Judgement, JudgementCode
from aftercare.returns.judging import ACCEPTING
from aftercare.returns.model import Opened, ReturnLine
from aftercare.returns.policy import Outcome
from aftercare.words.service import Words
from console import words
from console.cases.rules import VerdictRow, policy_line, verdict_rows
from console.moments import Moment, moment

_OPENED = {Opened.UNKNOWN: "", Opened.SEALED: "still sealed", Opened.OPENED: "opened"}


class Judged(NamedTuple):
    """What somebody decided on a line."""

    verdict: str
    tone: str
    code: str
    words: str
    who: str
    at: Moment


class LineCard(NamedTuple):
    """One line: what comes back and why, what the policy says, and what is typed about it."""

    id: str
    place: int
    name: str
    sku: str
    units: int
    price: str
    reason: str
    opened: str
    remedy: str
    note: str
    open_verdicts: list[VerdictRow]
    passed_verdicts: list[VerdictRow]
    rule: str
    policy: str
    judgement: Judged | None
    accepted: str
    code: str
    words: str
    preview: str


class LeftOut(NamedTuple):
    """A line that was refused when the others were approved."""

    name: str
    units: int
    why: str


class CodeChoice(NamedTuple):
    """A reason that a decision may have."""

    code: JudgementCode
    text: str


class CodeGroup(NamedTuple):
    """The reasons for accepting, or those for declining."""

    name: str
    accepts: str
    codes: list[CodeChoice]


class Reading(NamedTuple):
    """Who reads a case, in which words, and what the form holds already."""

    w: Words
    customer: Words
    me: Actor
    names: Mapping[str, str]
    now: datetime
    typed: Mapping[str, str] = {}


def code_groups() -> list[CodeGroup]:
    """Every reason, by the decision that it is for."""
    groups = {"yes": "Accept", "no": "Decline"}
    return [
        CodeGroup(
            name,
            accepts,
            [
                CodeChoice(code, words.CODES[code])
                for code in JudgementCode
                if (code in ACCEPTING) is (accepts == "yes")
            ],
        )
        for accepts, name in groups.items()
    ]


def sentences(customer: Words) -> dict[str, str]:
    """What the customer reads for each reason, in their language."""
    return {code: customer.text(f"judgement.{code}") for code in JudgementCode}


def line_cards(reading: Reading, lines: Iterable[ReturnLine], order: Order) -> list[LineCard]:
    """The return's lines; what the form holds is by their places, from 1."""
    bought = {line.line_id: line for line in order.lines}
    currency = order.purchase.currency if order.purchase else ""
    return [
        _card(reading, place, line, _price(reading.w, bought.get(line.line_id), currency))
        for place, line in enumerate(lines, 1)
    ]


def left_out(lines: Iterable[ReturnLine]) -> list[LeftOut]:
    """The lines that were left out, each with what speaks against it."""
    return [LeftOut(line.name, line.units, _why(line)) for line in lines]


def judged(judgement: Judgement | None, reading: Reading) -> Judged | None:
    """A decision as a page shows it."""
    if judgement is None:
        return None
    return Judged(
        verdict="Accepted" if judgement.accepted else "Declined",
        tone="good" if judgement.accepted else "bad",
        code=words.why(judgement.code),
        words=judgement.words,
        who=words.who(judgement.by, reading.me, reading.names),
        at=moment(judgement.at, reading.now),
    )


def _card(reading: Reading, place: int, line: ReturnLine, price: str) -> LineCard:
    typed = reading.typed
    code = typed.get(f"code_{place}", "")
    is_code = code in set(JudgementCode)
    verdicts = verdict_rows(line.decision)
    return LineCard(
        id=line.line_id,
        place=place,
        name=line.name,
        sku=line.sku,
        units=line.units,
        price=price,
        reason=reading.w.text(f"returns.reason.{line.reason}") if line.reason else "",
        opened=_OPENED[line.opened],
        remedy=reading.w.text(f"returns.remedy.{line.remedy}") if line.remedy else "",
        note=line.note,
        open_verdicts=[row for row in verdicts if row.outcome != Outcome.PASSED],
        passed_verdicts=[row for row in verdicts if row.outcome == Outcome.PASSED],
        rule=line.decision.rule if line.decision else "",
        policy=policy_line(line.decision),
        judgement=judged(line.judgement, reading),
        accepted=typed.get(f"accepted_{place}", ""),
        code=code,
        words=typed.get(f"words_{place}", ""),
        preview=reading.customer.text(f"judgement.{code}") if is_code else "",
    )


def _price(w: Words, bought: OrderLine | None, currency: str) -> str:
    return w.money(bought.unit_price, currency) if bought and currency else ""


def _why(line: ReturnLine) -> str:
    if line.judgement and not line.judgement.accepted:
        return words.why(line.judgement.code)
    failed = [
        f"{row.words} ({row.rule})" for row in verdict_rows(line.decision) if row.icon == "cross"
    ]
    return "Failed: " + ", ".join(failed) if failed else ""
