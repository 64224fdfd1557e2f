"""Lists all events, with the type of each one's detail.

Events from other systems have the types with which the application reads them. Our own entries are
an envelope with the `data` of their type, and the tests check all entries that they commit against
it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, defstruct

from aftercare.kernel.worker import EntryDetail
from aftercare.labels import scans
from aftercare.members import events as members
from aftercare.orders import contract as orders
from infra.events import data
from points_ingest.reviews import ReviewDetail
from sales_ingest import sales

OURS = "aftercare"

ENTRIES: Mapping[str, type[data.Data]] = {
    "access.code_requested": data.NoData,
    "authenticity.case_dismissed": data.CodeDecided,
    "authenticity.claim_decided": data.ClaimDecided,
    "authenticity.claimed": data.CodeClaimed,
    "authenticity.cleared": data.CodeCleared,
    "authenticity.copies_confirmed": data.CodeDecided,
    "authenticity.suspected": data.CodeSuspected,
    "batch.export_requested": data.ExportRequested,
    "label.failed": data.LabelFailed,
    "due.erasure": data.Due,
    "due.evidence_lapse": data.Due,
    "due.evidence_reminder": data.Due,
    "due.evidence_request": data.Due,
    "due.later_evidence": data.Due,
    "due.label_expiring": data.Due,
    "label.released": data.LabelReleased,
    "label.scanned": data.LabelScanned,
    "label.void_refused": data.LabelVoided,
    "label.voided": data.LabelVoided,
    "mail.suppressed": data.MailSuppressionChanged,
    "mail.suppression_lifted": data.MailSuppressionChanged,
    "member.changed": data.MemberChanged,
    "order.changed": data.OrderChanged,
    "order.erased": data.OrderErased,
    "parcel.moved": data.ParcelMoved,
    "parcel.silent": data.ParcelSilent,
    "points.lapsed_on_return": data.PointsLapsed,
    "points.reminder_due": data.ReminderDue,
    "return.approved": data.ReturnStatusChanged,
    "return.arrived": data.ReturnMoved,
    "return.cancelled": data.ReturnUnlabelled,
    "return.created": data.ReturnCreated,
    "return.declined": data.ReturnStatusChanged,
    "return.discarded": data.ReturnStatusChanged,
    "return.erased": data.ReturnErased,
    "return.evidence_answered": data.ReturnStatusChanged,
    "return.evidence_overdue": data.ReturnStatusChanged,
    "return.evidence_reminded": data.ReturnStatusChanged,
    "return.in_review": data.ReturnInReview,
    "return.evidence_wanted": data.ReturnEvidenceWanted,
    "return.handed_back": data.ReturnStatusChanged,
    "return.handed_in": data.ReturnStatusChanged,
    "return.in_transit": data.ReturnMoved,
    "return.label_expiring": data.ReturnStatusChanged,
    "return.lapsed": data.ReturnStatusChanged,
    "return.reopened": data.ReturnReopened,
    "return.label_failed": data.ReturnLabelFailed,
    "return.proposed": data.ReturnStatusChanged,
    "return.refunded": data.ReturnRefunded,
    "return.label_ready": data.ReturnStatusChanged,
    "return.request_withdrawn": data.ReturnStatusChanged,
    "return.screened_further": data.ReturnScreenedFurther,
    "return.submitted": data.ReturnStatusChanged,
    "due.label_expired": data.Due,
    "due.parcel_poll": data.Due,
    "due.parcel_silence": data.Due,
    "due.points_hold": data.Due,
    "due.label_void": data.Due,
    "due.refund_promise": data.Due,
    "due.refund_promise_end": data.Due,
    "return.closed": data.ReturnStatusChanged,
    "return.credit_requested": data.ReturnRequested,
    "return.exchange_requested": data.ReturnRequested,
    "return.expired": data.ReturnUnlabelled,
    "return.inspected": data.ReturnStatusChanged,
    "return.line_inspected": data.ReturnStatusChanged,
    "return.lost": data.ReturnStatusChanged,
    "return.parcel_arrived": data.ReturnMoved,
    "return.parcel_in_transit": data.ReturnMoved,
    "return.parcel_lost": data.ReturnParcelLost,
    "return.promise_at_risk": data.ReturnStatusChanged,
    "return.promise_broken": data.ReturnStatusChanged,
    "return.received": data.ReturnReceived,
    "return.refund_failed": data.ReturnAnswered,
    "return.refund_requested": data.ReturnRequested,
    "return.repair_requested": data.ReturnRequested,
    "return.replaced": data.ReturnAnswered,
    "return.replacement_requested": data.ReturnRequested,
    "return.taken_up": data.ReturnStatusChanged,
    "return.parcel_added": data.ReturnParcel,
    "return.parcel_expired": data.ReturnParcel,
    "return.parcel_expiring": data.ReturnParcel,
    "return.parcel_labelled": data.ReturnParcel,
    "return.voided_label_scanned": data.ReturnVoidedLabel,
    "due.ticket": data.Due,
    "ticket.acknowledged": data.TicketChanged,
    "ticket.answered": data.TicketChanged,
    "ticket.changed": data.TicketChanged,
    "ticket.opened": data.TicketChanged,
    "ticket.reminded": data.TicketChanged,
    "ticket.reopened": data.TicketChanged,
}


def details() -> dict[tuple[str, str], type[Struct]]:
    """The type of each event's detail, by source and detail type."""
    ours = {(OURS, name): _entry(name, kind) for name, kind in ENTRIES.items()}
    shop: dict[tuple[str, str], type[Struct]] = {
        **{("shop.orders", name): kind for name, kind in orders.DETAILS.items()},
        **{("shop.members", name): members.MemberDetail for name in members.TYPES},
        ("shop.reviews", "review.approved"): ReviewDetail,
        **{(scans.SOURCE, name): scans.ScanDetail for name in scans.TYPES},
        **{("shop.stores", name): sales.SaleDetail for name in sales.TYPES},
    }
    return {**ours, **shop}


def _entry(name: str, kind: type[data.Data]) -> type[Struct]:
    fields: list[tuple[str, Any]] = [("entry_type", Literal[name]), ("data", kind)]
    return defstruct("Entry", fields, bases=(EntryDetail,), frozen=True, kw_only=True)
