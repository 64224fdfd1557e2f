"""The messages with which the shop stops a purchase, as the FAQ groups them by what helps (§11)."""

GROUPS = {
    "report": ("high_risk", "unusual_account", "insecure_network", "too_frequent"),
    "retry": ("unusual_activity", "potential_risk", "unable"),
}
SHOP_ERRORS = tuple(name for names in GROUPS.values() for name in names)
