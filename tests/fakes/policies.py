"""Facts for the policy; by default everything is in the customer's favour."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.returns.policies import published
from aftercare.returns.policy import (
    Cause,
    Decision,
    Facts,
    LineFacts,
    Outcome,
    Policy,
    Rule,
    UnknownRule,
)

DELIVERED = datetime(2026, 6, 1, 19, 0, tzinfo=UTC)


def na_online() -> Policy:
    return next(policy for policy in published().policies if policy.policy_id == "na_online")


def line(**changes: Any) -> LineFacts:
    fields: dict[str, Any] = {
        "line_id": "1",
        "kind": "figure",
        "opened_online": False,
        "requested": 1,
        "available": 1,
    }
    return LineFacts(**(fields | changes))


def facts(*lines: LineFacts, **changes: Any) -> Facts:
    fields: dict[str, Any] = {
        "market": "US",
        "cause": Cause.DEFECT,
        "as_of": DELIVERED + timedelta(days=2),
        "delivered_at": DELIVERED,
        "photos": 1,
        "lines": lines or (line(),),
    }
    return Facts(**(fields | changes))


def outcomes(decision: Decision, line_id: str = "1") -> dict[Rule | UnknownRule, Outcome]:
    return {v.rule: v.outcome for v in decision.verdicts if v.line_id == line_id}


def broken_rules(decision: Decision) -> list[Rule | UnknownRule]:
    return [verdict.rule for verdict in decision.refusals]
