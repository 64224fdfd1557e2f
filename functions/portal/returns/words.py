"""What the pages of orders and returns call things."""

from datetime import UTC, datetime

from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.orders.model import OrderStatus, ProductKind
from aftercare.returns import service
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.policy import Cause, Decision, Outcome, Payer, Rule
from portal.site.words import day

KINDS = {
    ProductKind.FIGURE: "Figure",
    ProductKind.BLIND_BOX: "Blind box",
    ProductKind.POP_NOW: "POP NOW box",
}
ORDER_STATUS = {
    OrderStatus.UNKNOWN: "On its way to us",
    OrderStatus.PAID: "Paid",
    OrderStatus.SHIPPED: "Shipped",
    OrderStatus.DELIVERED: "Delivered",
}
REASONS = {
    Reason.ARRIVED_DAMAGED: "It arrived damaged",
    Reason.MISSING_PARTS: "Parts are missing",
    Reason.BROKEN_OR_SCRATCHED: "Something is broken or scratched",
    Reason.DUPLICATE_IN_SET: "A duplicate in a blind box set",
    Reason.UNSTABLE: "It doesn't stand safely",
    Reason.STAINED: "Stains or discoloration",
    Reason.EXCESS_GLUE: "Too much glue",
    Reason.CHANGED_MIND: "I changed my mind",
    Reason.UNWANTED_CHARACTER: "I don't like the character",
}
REASON_GROUPS = {Cause.DEFECT: "Something is wrong with it", Cause.PERSONAL: "Personal reasons"}
CAUSES = {Cause.DEFECT: "If it is defective", Cause.PERSONAL: "If you changed your mind"}
PAYERS = {Payer.SELLER: "We pay the way back", Payer.BUYER: "You pay the way back"}
RETURN_STATUS = {
    ReturnStatus.DRAFT: "Not sent yet",
    ReturnStatus.SUBMITTED: "Submitted",
    ReturnStatus.APPROVED: "Approved",
    ReturnStatus.LABEL_READY: "Label ready",
    ReturnStatus.DECLINED: "Declined",
}
HEADLINES = {
    ReturnStatus.DRAFT: (
        "Show us what's wrong",
        "Add your photos, then submit. Your choice is saved for 7 days.",
    ),
    ReturnStatus.SUBMITTED: (
        "We've got it",
        "We're checking your return against the policy. This takes moments.",
    ),
    ReturnStatus.APPROVED: ("Approved", "We're making your prepaid label. This takes moments."),
    ReturnStatus.LABEL_READY: (
        "Your label is ready",
        "Print it, stick it on the parcel, drop it off.",
    ),
    ReturnStatus.DECLINED: (
        "We can't take this back",
        "Something changed since you submitted; the items are yours again.",
    ),
}
ENTRIES = {
    service.SUBMITTED: ("You submitted your return.", "info"),
    service.APPROVED: ("We approved it.", "good"),
    service.LABEL_READY: ("Your prepaid label is ready.", "good"),
    service.DECLINED: ("We couldn't approve it.", "bad"),
}
REFUSED_PHOTOS = {
    "not_an_image": "isn't a picture we can read. Please try another photo.",
    "unsupported_format": "isn't of a kind we can read. JPEG, PNG, WebP, HEIC and AVIF work.",
    "too_many_pixels": "is larger than 40 megapixels. Please send a smaller version.",
    "too_small": "is too small to see details. It needs at least 800 pixels on its longer side.",
    "animated": "moves. Please send a still photo.",
    "damaged": "arrived damaged. Please send it again.",
}
REFUSALS = {
    Rule.POP_NOW_UNOPENED: (
        "This POP NOW box was opened online, so it counts as used and can't come back."
    ),
    Rule.NOT_PERSONAL_FOR_BLIND_BOX: "Blind boxes can't come back for personal reasons.",
    Rule.CAUSE_COVERED: "Online orders can come back when something is wrong with them.",
    Rule.DELIVERED: "It hasn't been delivered yet. Once it has, you can return it here.",
    Rule.UNITS_AVAILABLE: "All of these are in a return already, or refunded.",
}


def moment(value: datetime) -> str:
    return (
        f"{value.astimezone(UTC):%b} {value.astimezone(UTC).day}, {value.astimezone(UTC):%H:%M} UTC"
    )


def outlook(decision: Decision) -> str:
    """What a decision means to who has not asked yet: until when, who pays, what we need."""
    if decision.refusals:
        return refusal(decision)
    until = f"Return it until {day(decision.last_day)}." if decision.last_day else ""
    payer = f"{PAYERS[decision.payer]}." if decision.payer else ""
    return " ".join(part for part in (until, payer, f"{photos(decision.photos_needed)}.") if part)


def refusal(decision: Decision) -> str:
    """Why not, in one sentence: the first rule that was broken."""
    rule = next(v.rule for v in decision.verdicts if v.outcome is Outcome.FAILED)
    if rule is Rule.WITHIN_WINDOW and decision.last_day:
        return f"The last day to return it was {day(decision.last_day)}."
    return REFUSALS[rule]


def photos(count: int) -> str:
    if count == 1:
        return "We need at least 1 photo that shows the defect"
    return f"We need at least {count} photos that show the defect"


def photo(slot: Evidence) -> str:
    if slot.state is EvidenceState.ACCEPTED:
        return "looks good. Thank you!"
    if slot.state is EvidenceState.REFUSED:
        return REFUSED_PHOTOS.get(slot.refusal, "couldn't be used. Please send another.")
    return "is being checked…"


def submit_hint(missing: int, ret: Return) -> str:
    if not ret.is_draft:
        return ""
    if missing:
        return "Once a photo has passed our quick check, you can submit."
    return "You'll get a ticket number and a prepaid label right after."
