"""Lists all events, with the type of each one's detail.

Events from other systems have the types with which the application reads them. Our own entries are
an envelope with `data`. This module declares the data of each entry type, and the tests check all
entries that they commit against it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, defstruct

from aftercare.authenticity.model import Signal
from aftercare.kernel.worker import EntryDetail
from aftercare.labels import scans
from aftercare.labels.model import ScanKind
from aftercare.members import events as members
from aftercare.members.model import MemberChange, MemberStatus
from aftercare.orders import contract as orders
from aftercare.orders.model import OrderChange, OrderStatus
from points_ingest.reviews import ReviewDetail
from sales_ingest import sales

OURS = "aftercare"

Count = Annotated[str, Meta(pattern=r"^[0-9]+$", description="a whole number, as text")]
CodeList = Annotated[
    str, Meta(pattern=r"^[a-z0-9_]*( [a-z0-9_]+)*$", description="codes, separated by spaces")
]


class _Data(Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class NoData(_Data):
    """The event has no data apart from its subject."""


class OrderChanged(_Data):
    """One of the shop's events changed an order."""

    version: Count
    changed: OrderChange
    status: OrderStatus
    event_at: str = ""
    event_id: str = ""


class MemberChanged(_Data):
    """A member joined, changed their details or closed their account."""

    version: Count
    changed: MemberChange
    status: MemberStatus


class ReturnStatusChanged(_Data):
    """A return changed its status."""

    ticket: str


class ReturnCreated(_Data):
    """A customer began a return; it is submitted by `evidence_due_at`, or lapses."""

    ticket: str
    evidence_due_at: str


class ReturnInReview(_Data):
    """A person is to decide on a return; `signals` are what the screening noticed."""

    ticket: str
    signals: CodeList


class ReturnEvidenceWanted(_Data):
    """Staff ask the customer to show more by `due_at`; `kinds` say what."""

    ticket: str
    kinds: CodeList
    due_at: str


class ReturnReopened(_Data):
    """A cancelled return's parcel was scanned; `contested` units are in another return, too."""

    ticket: str
    contested: Count = "0"


class Due(_Data):
    """A moment has come; the subject's state says whether it still matters."""


class ReturnLabelFailed(_Data):
    """A label could not be made; the return stays approved."""

    ticket: str
    fault: str


class ReturnRefunded(_Data):
    """The shop paid back what a return asked for, or a part; `amount` is all of it so far."""

    ticket: str
    amount: Count
    currency: str


class LabelReleased(_Data):
    """A label was bought, printed and read back."""

    return_id: str
    ticket: str
    tracking_number: str
    carrier: str
    carrier_name: str
    sample: Literal["true", "false"]


class LabelFailed(_Data):
    """A printed label does not scan."""

    return_id: str
    ticket: str
    fault: str


class LabelVoided(_Data):
    """A label was taken back by its carrier, or its carrier refused to."""

    return_id: str
    ticket: str


class LabelScanned(_Data):
    """A carrier scanned a parcel; the first scan of each kind."""

    return_id: str
    ticket: str
    tracking_number: str
    carrier_name: str
    sample: Literal["true", "false"]
    kind: ScanKind
    scanned_at: str


class PointsLapsed(_Data):
    """Returned points had already expired."""

    points: Count
    operation_id: str


class ReminderDue(_Data):
    """Some of a member's points expire soon; `scheduled` is the date of the nightly run."""

    scheduled: str


class ExportRequested(_Data):
    """A file of a batch's codes was requested."""

    batch_id: str
    count: Count


class CodeSuspected(_Data):
    """A check or a sale raised a signal about a code."""

    signal: Signal
    signals_version: str
    batch_id: str
    sku: str
    checks: Count


class CodeCleared(_Data):
    """An operator cleared a code."""

    signals: CodeList
    checks: Count
    who: str
    why: str


class MailSuppressionChanged(_Data):
    """Mail to a mailbox was suppressed, or is allowed again."""

    reason: str
    detail: str


ENTRIES: Mapping[str, type[_Data]] = {
    "access.code_requested": NoData,
    "authenticity.cleared": CodeCleared,
    "authenticity.suspected": CodeSuspected,
    "batch.export_requested": ExportRequested,
    "label.failed": LabelFailed,
    "due.evidence_lapse": Due,
    "due.evidence_reminder": Due,
    "due.evidence_request": Due,
    "due.label_expiring": Due,
    "label.released": LabelReleased,
    "label.scanned": LabelScanned,
    "label.void_refused": LabelVoided,
    "label.voided": LabelVoided,
    "mail.suppressed": MailSuppressionChanged,
    "mail.suppression_lifted": MailSuppressionChanged,
    "member.changed": MemberChanged,
    "order.changed": OrderChanged,
    "points.lapsed_on_return": PointsLapsed,
    "points.reminder_due": ReminderDue,
    "return.approved": ReturnStatusChanged,
    "return.arrived": ReturnStatusChanged,
    "return.cancelled": ReturnStatusChanged,
    "return.created": ReturnCreated,
    "return.declined": ReturnStatusChanged,
    "return.discarded": ReturnStatusChanged,
    "return.evidence_answered": ReturnStatusChanged,
    "return.evidence_overdue": ReturnStatusChanged,
    "return.evidence_reminded": ReturnStatusChanged,
    "return.in_review": ReturnInReview,
    "return.evidence_wanted": ReturnEvidenceWanted,
    "return.handed_back": ReturnStatusChanged,
    "return.in_transit": ReturnStatusChanged,
    "return.label_expiring": ReturnStatusChanged,
    "return.lapsed": ReturnStatusChanged,
    "return.reopened": ReturnReopened,
    "return.label_failed": ReturnLabelFailed,
    "return.proposed": ReturnStatusChanged,
    "return.refunded": ReturnRefunded,
    "return.label_ready": ReturnStatusChanged,
    "return.submitted": ReturnStatusChanged,
}


def details() -> dict[tuple[str, str], type[Struct]]:
    """The type of each event's detail, by source and detail type."""
    ours = {(OURS, name): _entry(name, data) for name, data in ENTRIES.items()}
    shop: dict[tuple[str, str], type[Struct]] = {
        **{("shop.orders", name): kind for name, kind in orders.DETAILS.items()},
        **{("shop.members", name): members.MemberDetail for name in members.TYPES},
        ("shop.reviews", "review.approved"): ReviewDetail,
        **{(scans.SOURCE, name): scans.ScanDetail for name in scans.TYPES},
        **{("shop.stores", name): sales.SaleDetail for name in sales.TYPES},
    }
    return {**ours, **shop}


def _entry(name: str, data: type[_Data]) -> type[Struct]:
    fields: list[tuple[str, Any]] = [("entry_type", Literal[name]), ("data", data)]
    return defstruct("Entry", fields, bases=(EntryDetail,), frozen=True, kw_only=True)
