"""The entries that claims and decisions about codes commit."""

CLAIMED = "authenticity.claimed"
CLEARED = "authenticity.cleared"
COPIES_CONFIRMED = "authenticity.copies_confirmed"
CASE_DISMISSED = "authenticity.case_dismissed"
CLAIM_DECIDED = "authenticity.claim_decided"
