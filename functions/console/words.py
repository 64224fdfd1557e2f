"""What the console calls things, in English: staff read one language, customers five."""

from collections.abc import Mapping

from aftercare.evidence.model import Advice, EvidenceKind, Likeness
from aftercare.kernel.actor import Actor
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import ReturnStatus
from aftercare.returns.screening import SignalCode

STATUSES: Mapping[str, tuple[str, str]] = {
    ReturnStatus.DRAFT: ("Draft", ""),
    ReturnStatus.SUBMITTED: ("Submitted", ""),
    ReturnStatus.IN_REVIEW: ("In review", "warn"),
    ReturnStatus.NEEDS_EVIDENCE: ("Waits for the customer", "note"),
    ReturnStatus.APPROVED: ("Approved", "good"),
    ReturnStatus.LABEL_READY: ("Label ready", "good"),
    ReturnStatus.IN_TRANSIT: ("On its way", "good"),
    ReturnStatus.ARRIVED: ("Arrived", "good"),
    ReturnStatus.DECLINED: ("Declined", "bad"),
    ReturnStatus.CANCELLED: ("Cancelled by the customer", ""),
    ReturnStatus.DISCARDED: ("Discarded", ""),
    ReturnStatus.LAPSED: ("Lapsed", ""),
}
"""Status → its name and tone."""

SIGNALS: Mapping[str, tuple[str, str]] = {
    SignalCode.REUSED_PHOTO: ("Photo reused", "A photo was shown for another return before"),
    SignalCode.SAME_MOMENT: ("Same camera", "Same camera and moment as a photo of another return"),
    SignalCode.BEFORE_DELIVERY: ("Too early", "A photo says that it was taken before the delivery"),
    SignalCode.SERIAL_MISMATCH: ("Serial differs", "The serial is not that of the product"),
    SignalCode.SUSPECT_CODE: ("Suspect code", "The code was checked in too many places"),
    SignalCode.UNKNOWN_CODE: ("Unknown code", "We never issued that code"),
    SignalCode.TOO_MANY_RETURNS: ("Many returns", "More returns in 90 days than usual"),
    SignalCode.HIGH_VALUE: ("High value", "Worth more than the market’s limit"),
    SignalCode.POLICY_REVIEW: ("Policy", "The policy asks for a person"),
}
"""Signal → its name in a list, and what it means."""

KINDS: Mapping[EvidenceKind, str] = {
    EvidenceKind.PHOTO: "Photo",
    EvidenceKind.WHOLE_PRODUCT: "Whole product",
    EvidenceKind.CLOSE_UP: "Close-up",
    EvidenceKind.PACKAGING: "Packaging",
    EvidenceKind.SERIAL_CODE: "Serial code",
    EvidenceKind.RECEIPT: "Receipt",
    EvidenceKind.UNPACKING_VIDEO: "Unpacking video",
}

LIKENESSES: Mapping[Likeness, str] = {
    Likeness.SAME_FILE: "The same file",
    Likeness.SAME_PICTURE: "The same picture",
    Likeness.SAME_MOMENT: "Same camera and moment",
    Likeness.SIMILAR: "Looks alike, judge yourself",
}

ADVICE: Mapping[Advice, str] = {
    Advice.BLURRED: "Blurred",
    Advice.DARK: "Dark",
    Advice.BRIGHT: "Too bright",
    Advice.EMPTY: "Little in it",
}

CODES: Mapping[JudgementCode, str] = {
    JudgementCode.AS_ASKED: "As the customer asked",
    JudgementCode.GOODWILL: "Goodwill",
    JudgementCode.NOT_SHOWN: "The fault is not to be seen",
    JudgementCode.NOT_COVERED: "The policy does not cover it",
    JudgementCode.OTHER_ITEM: "Another item than the one bought",
    JudgementCode.NORMAL_VARIATION: "Within normal variation",
    JudgementCode.CUSTOMER_CAUSED: "Happened after the delivery",
    JudgementCode.REUSED_EVIDENCE: "Evidence of another case",
    JudgementCode.NOT_GENUINE: "Not a genuine product",
}

_STEPS: Mapping[str, str] = {
    "return.created": "Return begun",
    "return.evidence_reminded": "Reminded of the evidence",
    "return.submitted": "Submitted",
    "return.in_review": "Put into review",
    "return.claimed": "Case taken",
    "return.released": "Case given back",
    "return.evidence_wanted": "More evidence asked for",
    "return.evidence_answered": "Evidence request answered",
    "return.evidence_overdue": "Evidence request not answered in time",
    "return.proposed": "Decision proposed",
    "return.handed_back": "Proposal handed back",
    "return.approved": "Approved",
    "return.declined": "Declined",
    "return.label_ready": "Label made",
    "return.label_failed": "Label could not be made",
    "return.label_expiring": "Reminded of the label’s end",
    "return.in_transit": "Parcel on its way",
    "return.arrived": "Parcel arrived",
    "return.cancelled": "Cancelled",
    "return.reopened": "Reopened: its parcel is on its way",
    "return.discarded": "Draft discarded",
    "return.lapsed": "Draft lapsed",
    "return.refunded": "Refunded",
}


def step(entry_type: str) -> str:
    """What a timeline entry says; a newer version's is named as it is stored."""
    return _STEPS.get(entry_type) or entry_type.rpartition(".")[2].replace("_", " ").capitalize()


def status(code: str) -> tuple[str, str]:
    """A status's name and tone; a newer version's is named as it is stored."""
    return STATUSES.get(code) or (code.replace("_", " ").capitalize(), "")


def signal(code: str) -> str:
    """A signal's short name; a newer version's is named as it is stored."""
    return SIGNALS[code][0] if code in SIGNALS else code.replace("_", " ").capitalize()


def who(actor: Actor, me: Actor, names: Mapping[str, str]) -> str:
    """Who did something: the reader, a colleague by name, the customer, or one of our functions."""
    if actor == me:
        return "You"
    kind, _, ident = actor.partition(":")
    if kind == "staff":
        return names.get(ident) or f"Colleague {ident[-6:]}"
    return {"customer": "Customer", "system": "System", "client": f"Client {ident}"}.get(
        kind, f"{kind.capitalize()} {ident}".strip()
    )
