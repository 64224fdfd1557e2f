"""What the pages of points call things."""

from aftercare.points.posting import Kind
from aftercare.points.statement import Movement
from portal.site.words import day

MOVEMENTS = {
    Kind.EARN: "Points for your purchase",
    Kind.REVIEW: "Bonus for your review",
    Kind.SPEND: "Spent",
    Kind.HOLD: "Set aside",
    Kind.CAPTURE: "Spent what was set aside",
    Kind.RELEASE: "No longer set aside",
    Kind.REVERSAL: "Back from a purchase",
    Kind.CLAWBACK: "Taken back after a refund",
    Kind.ADJUST_UP: "Added by our team",
    Kind.ADJUST_DOWN: "Corrected by our team",
    Kind.FORFEIT: "Account closed",
    Kind.EXPIRED: "Expired",
}
WITHIN = {1: "by tomorrow", 7: "within 7 days", 30: "within 30 days"}
ZONES = {"America/Los_Angeles": "Pacific time"}
MINUS = "\N{MINUS SIGN}"


def number(count: int) -> str:
    return f"{count:,}"


def points(count: int) -> str:
    return "1 point" if count == 1 else f"{count:,} points"


def change(count: int) -> str:
    """With its sign, as on a statement."""
    if not count:
        return "0"
    return f"+{count:,}" if count > 0 else f"{MINUS}{-count:,}"


def place(told: Movement) -> str:
    """Which purchase a movement is about, where that is known."""
    match told.operation_id.split("#"):
        case ["earn", order] | ["review", order, _]:
            return f"Order {order}"
        case ["earn", store, receipt]:
            return f"Store {store}, receipt {receipt}"
        case ["hold", *_]:
            return "For a purchase that isn't settled yet"
        case _:
            return ""


def movement(told: Movement) -> str:
    """What else is worth knowing of it, beside its title, its place and its points."""
    if told.kind is Kind.CAPTURE and told.change:
        return f"{points(told.points)} of it; the rest came back"
    if told.lapsed:
        return f"{points(told.lapsed)} had expired already"
    if told.due and told.kind is not Kind.EXPIRED:
        return f"Good through the end of {day(told.due)}"
    return told.why
