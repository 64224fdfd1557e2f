"""The policy's verdicts on a line, each with the rule that it comes from."""

from collections.abc import Mapping
from typing import NamedTuple

from aftercare.returns.policies import published
from aftercare.returns.policy import LineDecision, Outcome, Rule, Verdict

_RULES: Mapping[Rule, tuple[str, str]] = {
    Rule.RECALLED: ("The batch is recalled", "R-RET-30"),
    Rule.REASON_FITS: ("The reason fits the product", "R-RET-31"),
    Rule.POP_NOW_UNOPENED: ("Not opened online", "R-RET-04"),
    Rule.NOT_PERSONAL_FOR_BLIND_BOX: ("No personal reason for a box", "R-RET-03"),
    Rule.SEALED: ("Still sealed", "R-RET-03"),
    Rule.CAUSE_COVERED: ("The policy covers the reason", "R-RET-05"),
    Rule.DELIVERED: ("Delivered", "R-RET-07"),
    Rule.WITHIN_WINDOW: ("Asked for within the return window", "R-RET-02"),
    Rule.UNITS_AVAILABLE: ("Units not in another return or refunded", "R-RET-09"),
    Rule.EVIDENCE_GIVEN: ("The evidence that was asked for is there", "R-EVD-01"),
}
_OUTCOMES = {
    Outcome.PASSED: ("Passed", "check"),
    Outcome.FAILED: ("Failed", "cross"),
    Outcome.PENDING: ("Open", "clock"),
}


class VerdictRow(NamedTuple):
    """One rule's verdict: what it says, and the id under which docs/rules.md has it."""

    outcome: str
    icon: str
    said: str
    words: str
    rule: str


def verdict_rows(decision: LineDecision | None) -> list[VerdictRow]:
    """Every verdict of the decision, in its order; none of a line without one."""
    return [_row(decision, verdict) for verdict in decision.verdicts] if decision else []


def policy_line(decision: LineDecision | None) -> str:
    """Which version of which policy decided, from which source, and until when it lasts."""
    if decision is None:
        return ""
    parts = [f"{decision.policy_id} {decision.policy_version}", _source(decision)]
    if decision.last_day:
        parts.append(f"until {decision.last_day:%d %b %Y} ({decision.zone or 'UTC'})")
    return " · ".join(filter(None, parts))


def _row(decision: LineDecision, verdict: Verdict) -> VerdictRow:
    said, icon = _OUTCOMES[verdict.outcome]
    if not isinstance(verdict.rule, Rule):  # only a newer version has words for it
        return VerdictRow(verdict.outcome, icon, said, str(verdict.rule), "")
    words, rule = _RULES[verdict.rule]
    # What covers a reason is the grant, which has an id of its own.
    if verdict.rule is Rule.CAUSE_COVERED and decision.rule:
        rule = decision.rule
    return VerdictRow(verdict.outcome, icon, said, words, rule)


def _source(decision: LineDecision) -> str:
    try:
        return published().version(decision.policy_id, decision.policy_version).source
    except LookupError:  # a policy that this version does not have
        return ""
