"""Puts decisions into words for operators: every rule's verdict, with where the rule is from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aftercare.orders.model import Order, OrderLine
from aftercare.returns.model import ReturnLine
from aftercare.returns.policies import published
from aftercare.returns.policy import Facts, LineDecision, Outcome, Rule, UnknownRule, Verdict
from aftercare.words.service import words

RULES = Path(__file__).parents[2] / "docs" / "rules.md"
_ROW = re.compile(r"^\| (R-[A-Z]{3}-\d{2}) \| (.+?) \| (.+?) \|", re.MULTILINE)
_WORDS = words("en")

# The business rule that each check applies; for the window, the granting rule says how long.
IDS: Mapping[Rule, str] = {
    Rule.RECALLED: "R-RET-30",
    Rule.REASON_FITS: "R-RET-31",
    Rule.POP_NOW_UNOPENED: "R-RET-04",
    Rule.NOT_PERSONAL_FOR_BLIND_BOX: "R-RET-03",
    Rule.SEALED: "R-RET-03",
    Rule.CAUSE_COVERED: "R-RET-05",
    Rule.DELIVERED: "R-RET-07",
    Rule.WITHIN_WINDOW: "R-RET-02",
    Rule.UNITS_AVAILABLE: "R-RET-09",
    Rule.EVIDENCE_GIVEN: "R-EVD-02",
}


class Source(NamedTuple):
    """A rule of docs/rules.md, and the document that it is from."""

    rule_id: str
    text: str
    document: str


def asked_at(day: date | None, zone: ZoneInfo, now: datetime) -> datetime:
    """Now, or noon of that day on the customer's clock."""
    return datetime.combine(day, time(12), zone).astimezone(UTC) if day else now


def sources() -> Mapping[str, Source]:
    """Every rule of docs/rules.md, by its id."""
    rows = _ROW.findall(RULES.read_text("utf-8"))
    return {rule_id: Source(rule_id, text, document) for rule_id, text, document in rows}


def explanation(order: Order, decided: Sequence[ReturnLine], known: Mapping[str, Source]) -> str:
    """The decisions, line by line and reason by reason; nothing personal."""
    bought = {line.line_id: line for line in order.lines}
    parts = [*_order(order, decided)]
    for line_id, lines in groupby(decided, key=lambda line: line.line_id):
        of_line = list(lines)
        parts += [*_line(bought[line_id], of_line)]
        parts += [text for line in of_line for text in _reason(line, known)]
    return "\n".join(map(_printable, parts))


def _printable(text: str) -> str:
    """The text on one line of a terminal; every kind of space is one there."""
    spaced = (" " if char.isspace() else char for char in text)
    return "".join(filter(str.isprintable, spaced))


def _order(order: Order, decided: Sequence[ReturnLine]) -> Iterator[str]:
    purchase = order.purchase
    sold = f"{purchase.market} {purchase.channel}" if purchase else "nothing known of its purchase"
    yield f"Order        {order.order_number}  {sold}"
    first = next((line.decision for line in decided if line.decision), None)
    if first is None or first.facts is None:
        return
    zone = first.facts.zone
    yield f"Asked        {_WORDS.moment(first.as_of, zone=zone)} ({zone.key})"
    policy = published().version(first.policy_id, first.policy_version)
    document = f"returns/policies/{policy.policy_id}/{policy.version}.toml"
    yield f"Policy       {policy.policy_id} {policy.version}, {policy.source}  ({document})"


def _line(line: OrderLine, decided: Sequence[ReturnLine]) -> Iterator[str]:
    yield f"Line {line.line_id:8}{line.quantity} x {line.sku}  {line.name}  {line.kind}"
    facts = next((each.decision.facts for each in decided if each.decision), None)
    if facts:
        yield f"  facts      {', '.join(_facts(facts))}"


def _facts(facts: Facts) -> Iterator[str]:
    yield f"{facts.available} of {facts.bought} available"
    moments = {
        "paid": facts.purchased_at,
        "sent": facts.dispatched_at,
        "delivered": facts.delivered_at,
    }
    for name, at in moments.items():
        yield f"{name} {_WORDS.moment(at, 'short', facts.zone)}" if at else f"not {name} yet"
    yield from (
        text
        for text, holds in {
            f"a set has {facts.set_size}": facts.set_size is not None,
            "opened online": facts.opened_online,
            "recalled": facts.recalled,
        }.items()
        if holds
    )


def _reason(line: ReturnLine, known: Mapping[str, Source]) -> Iterator[str]:
    decision = line.decision
    if decision is None:
        return
    yield f"  {line.reason or ''}: {answer(decision)}"
    for verdict in decision.verdicts:
        yield f"    {verdict.outcome:8} {verdict.rule:27} {_source(verdict, decision, known)}"


def answer(decision: LineDecision) -> str:
    """A decision in one line: what the customer is told."""
    if decision.refusals:
        return f"refused, {', '.join(verdict.rule for verdict in decision.refusals)}"
    granted = [
        f"until the end of {decision.last_day}" if decision.last_day else "at any time",
        f"the {decision.payer} pays" if decision.payer else "",
        ", ".join(f"{wanted.at_least} {wanted.kind}" for wanted in decision.evidence),
        " or ".join(decision.remedies),
        f"by {decision.rule}" if decision.rule else "",
    ]
    pending = [verdict.rule for verdict in decision.verdicts if verdict.outcome is Outcome.PENDING]
    still = f"; still open: {', '.join(pending)}" if pending else ""
    return f"allowed {', '.join(filter(None, granted))}{still}"


def _source(verdict: Verdict, decision: LineDecision, known: Mapping[str, Source]) -> str:
    return "; ".join(
        f"{rule_id} ({known[rule_id].document})" if rule_id in known else rule_id
        for rule_id in rule_ids(verdict.rule, decision)
    )


def rule_ids(rule: Rule | UnknownRule, decision: LineDecision) -> tuple[str, ...]:
    """The business rules behind a check of that decision."""
    if not isinstance(rule, Rule):
        return ()
    granting = {Rule.CAUSE_COVERED, Rule.WITHIN_WINDOW, Rule.EVIDENCE_GIVEN}
    own = () if rule is Rule.CAUSE_COVERED and decision.rule else (IDS[rule],)
    return (decision.rule, *own) if decision.rule and rule in granting else own
