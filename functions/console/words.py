"""What the console calls things, in English: staff read one language, customers five."""

from collections.abc import Mapping

from aftercare.evidence.model import Advice, EvidenceKind, Likeness
from aftercare.kernel.actor import Actor
from aftercare.returns.arrivals import Condition, Disposition, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import ParcelWay, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.queueing import Answer
from aftercare.returns.screening import SignalCode
from aftercare.returns.settlement import AttentionCode

STATUSES: Mapping[str, tuple[str, str]] = {
    ReturnStatus.DRAFT: ("Draft", ""),
    ReturnStatus.SUBMITTED: ("Submitted", ""),
    ReturnStatus.IN_REVIEW: ("In review", "warn"),
    ReturnStatus.NEEDS_EVIDENCE: ("Waits for the customer", "note"),
    ReturnStatus.APPROVED: ("Approved", "good"),
    ReturnStatus.LABEL_READY: ("Label ready", "good"),
    ReturnStatus.IN_TRANSIT: ("On its way", "good"),
    ReturnStatus.ARRIVED: ("Arrived", "good"),
    ReturnStatus.INSPECTED: ("Inspected", "good"),
    ReturnStatus.RESOLVING: ("Being settled", "note"),
    ReturnStatus.CLOSED: ("Closed", "good"),
    ReturnStatus.EXPIRED: ("Label expired", ""),
    ReturnStatus.LOST: ("Lost on the way", "bad"),
    ReturnStatus.DECLINED: ("Declined", "bad"),
    ReturnStatus.CANCELLED: ("Cancelled by the customer", ""),
    ReturnStatus.DISCARDED: ("Discarded", ""),
    ReturnStatus.LAPSED: ("Lapsed", ""),
}
"""Status → its name and tone."""

SIGNALS: Mapping[str, tuple[str, str]] = {
    SignalCode.REUSED_PHOTO: ("Evidence reused", "A photo or video is in another return, too"),
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

LIKENESSES: Mapping[str, str] = {
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

CODES: Mapping[str, str] = {
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

CONDITIONS: Mapping[Condition, str] = {
    Condition.RECEIVED: "Here",
    Condition.SHORT: "Short",
    Condition.WRONG_ITEM: "Another item",
    Condition.DAMAGED_IN_TRANSIT: "Damaged on the way",
    Condition.LOST: "Lost",
    Condition.AWAITED: "Awaited",
}

WAYS: Mapping[ParcelWay | None, str] = {
    None: "not sent yet",
    ParcelWay.ON_ITS_WAY: "on its way",
    ParcelWay.ARRIVED: "arrived, not counted yet",
    ParcelWay.OPENED: "counted",
    ParcelWay.VOIDED: "its label is void",
    ParcelWay.LOST: "declared lost",
}
"""How far one of several parcels is; none of one that nobody used yet."""

GRADES: Mapping[Grade, tuple[str, str]] = {
    Grade.A: ("A", "as new"),
    Grade.B: ("B", "light marks"),
    Grade.C: ("C", "worn or flawed"),
    Grade.D: ("D", "worthless"),
}
"""Grade → its letter, and what it means."""

DISPOSITIONS: Mapping[Disposition, str] = {
    Disposition.RESTOCK: "Back into stock",
    Disposition.REFURBISH: "Refurbish",
    Disposition.DONATE: "Donate",
    Disposition.RECYCLE: "Recycle",
    Disposition.DESTROY: "Destroy",
    Disposition.SEND_BACK: "Send back to the customer",
}

REMEDIES: Mapping[Remedy, str] = {
    Remedy.REPLACEMENT: "Replacement",
    Remedy.EXCHANGE: "Exchange",
    Remedy.REFUND: "Refund",
    Remedy.REPAIR: "Repair",
    Remedy.STORE_CREDIT: "Store credit",
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
    "return.request_withdrawn": "Evidence request taken back",
    "return.screened_further": "Added evidence screened",
    "return.proposed": "Decision proposed",
    "return.handed_back": "Proposal handed back",
    "return.approved": "Approved",
    "return.declined": "Declined",
    "return.label_ready": "Label made",
    "return.label_failed": "Label could not be made",
    "return.label_expiring": "Reminded of the label’s end",
    "return.parcel_added": "Another label asked for",
    "return.parcel_labelled": "Another label made",
    "return.parcel_expiring": "Reminded of another label’s end",
    "return.parcel_expired": "A label ended unused",
    "return.in_transit": "Parcel on its way",
    "return.voided_label_scanned": "A voided label was scanned",
    "return.arrived": "Parcel arrived",
    "return.parcel_in_transit": "Another parcel on its way",
    "return.parcel_arrived": "One of several parcels arrived",
    "return.parcel_lost": "One of several parcels declared lost",
    "return.cancelled": "Cancelled",
    "return.reopened": "Reopened: its parcel is on its way",
    "return.discarded": "Draft discarded",
    "return.lapsed": "Draft lapsed",
    "return.refunded": "Refunded",
    "return.expired": "Label expired unused",
    "return.lost": "Declared lost",
    "return.handed_in": "Handed in at a store",
    "return.received": "Received",
    "return.line_inspected": "Item inspected",
    "return.inspected": "Inspected",
    "return.refund_requested": "Refund requested from the shop",
    "return.replacement_requested": "Replacement requested from the shop",
    "return.exchange_requested": "Exchange requested from the shop",
    "return.repair_requested": "Repair requested",
    "return.credit_requested": "Store credit requested from the shop",
    "return.refund_failed": "The shop could not refund",
    "return.replaced": "Replacement, exchange or repair sent",
    "return.promise_at_risk": "The promised day of the refund is near",
    "return.promise_broken": "The promised day of the refund has passed",
    "return.closed": "Closed",
    "return.taken_up": "Taken up again",
}


ANSWERS: Mapping[str, tuple[str, str]] = {
    Answer.ANSWERED: ("Answered", "good"),
    Answer.OVERDUE: ("Not answered in time", "note"),
}
"""What became of a request for evidence → its name and tone in the queue."""


def step(entry_type: str) -> str:
    """What a timeline entry says; a newer version's is named as it is stored."""
    return _STEPS.get(entry_type) or _as_stored(entry_type.rpartition(".")[2])


def status(code: str) -> tuple[str, str]:
    """A status's name and tone; a newer version's is named as it is stored."""
    return STATUSES.get(code) or (_as_stored(code), "")


def signal(code: str) -> str:
    """A signal's short name; a newer version's is named as it is stored."""
    return SIGNALS[code][0] if code in SIGNALS else _as_stored(code)


def likeness(code: str) -> str:
    """In what two photos are alike; a newer version's is named as it is stored."""
    return LIKENESSES.get(code) or _as_stored(code)


def why(code: str) -> str:
    """Why somebody decided as they did; a newer version's reason is named as it is stored."""
    return CODES.get(code) or _as_stored(code)


def _as_stored(code: str) -> str:
    return code.replace("_", " ").capitalize()


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


_ATTENTION: Mapping[str, str] = {
    AttentionCode.REFUND_FAILED: "The shop could not refund",
    AttentionCode.REFUND_DIFFERS: "Refunded otherwise than asked",
    AttentionCode.PROMISE_AT_RISK: "Refund due within two business days",
    AttentionCode.PROMISE_BROKEN: "Refund is late",
    AttentionCode.UNEXPECTED_PARCEL: "Unexpected parcel",
    AttentionCode.CONTESTED_UNITS: "Items are in another return, too",
    AttentionCode.NOTHING_CAME: "Nothing of it came: look for it, or refund it without",
    AttentionCode.NEEDS_REMEDY: "Needs a decision on what the customer gets",
    AttentionCode.VOIDED_LABEL: "Sent with a voided label: see that the carrier delivers it",
    AttentionCode.COUNT_AGAIN: "No parcel is awaited any more: count at the dock what is missing",
}


def attention(code: str) -> str:
    """Why somebody is needed outside of a review; a newer version's is named as it is stored."""
    return _ATTENTION.get(code) or code.replace("_", " ").capitalize()
