"""Facts for the policy; by default everything is in the customer's favour."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.returns.policies import published
from aftercare.returns.policy import Facts, LineDecision, Outcome, Policy, Rule, UnknownRule
from aftercare.returns.reasons import EvidenceKind, Reason

DELIVERED = datetime(2026, 6, 1, 19, 0, tzinfo=UTC)


def policy_of(policy_id: str, version: str = "2025-01-06") -> Policy:
    """That version of the published policy."""
    return published().version(policy_id, version)


def na_online() -> Policy:
    return policy_of("na_online")


def facts(**changes: Any) -> Facts:
    fields: dict[str, Any] = {
        "market": "US",
        "reason": Reason.MISSING_PARTS,
        "as_of": DELIVERED + timedelta(days=2),
        "zone": ZoneInfo("America/Los_Angeles"),
        "kind": "figure",
        "requested": 1,
        "available": 1,
        "delivered_at": DELIVERED,
        "evidence": {EvidenceKind.PHOTO: 1},
    }
    return Facts(**(fields | changes))


def outcomes(decision: LineDecision) -> dict[Rule | UnknownRule, Outcome]:
    return {verdict.rule: verdict.outcome for verdict in decision.verdicts}


def broken_rules(decision: LineDecision) -> list[Rule | UnknownRule]:
    return [verdict.rule for verdict in decision.refusals]
