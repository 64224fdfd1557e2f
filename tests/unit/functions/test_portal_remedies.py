"""What a customer reads of a decision before they submit: what they get, and where to take it."""

import pytest

from aftercare.returns.outlook import LineOutlook
from aftercare.returns.policy import decide
from aftercare.returns.reasons import Reason
from aftercare.words.service import words
from portal.returns.words import outlook
from tests.fakes.orders import NOON
from tests.fakes.policies import facts, policy_of

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("policy_id", "version", "reason", "gets"),
    [
        ("na_online", "2026-11-27", Reason.STAINED, "You get your money back or a new one."),
        ("na_online", "2026-11-27", Reason.RECALLED, "You get a new one."),
        ("na_store", "2025-01-06", Reason.STAINED, "You get your money back or an exchange."),
        (
            "collectibles_standard",
            "2025-01-06",
            Reason.CHANGED_MIND,
            "You get your money back, an exchange, or store credit.",
        ),
    ],
)
def test_the_remedies_are_one_sentence(
    policy_id: str, version: str, reason: Reason, gets: str
) -> None:
    case = facts(reason=reason, recalled=True, purchased_at=NOON, as_of=NOON)
    decision = decide(policy_of(policy_id, version), case)
    text = outlook(ENGLISH, reason, decision, LineOutlook("1", 1, {reason: decision}))
    assert gets in text
    assert ("Or take it to any of our stores" in text) is (policy_id == "na_store")
