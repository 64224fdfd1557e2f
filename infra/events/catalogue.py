"""Which events there are, and the type of each one's detail.

The types of events from outside are those that the code reads them by. An entry of ours is an
envelope with `data`; what each type of entry puts there is declared here, and the tests hold every
entry that they commit to it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, defstruct

from aftercare.authenticity.model import Signal
from aftercare.kernel.worker import EntryDetail
from aftercare.members import events as members
from aftercare.members.model import MemberChange, MemberStatus
from aftercare.orders import events as orders
from aftercare.orders.model import OrderChange, OrderStatus
from points_ingest.reviews import ReviewDetail
from sales_ingest import sales

OURS = "aftercare"

Count = Annotated[str, Meta(pattern=r"^[0-9]+$", description="a whole number, as text")]
Words = Annotated[str, Meta(pattern=r"^[a-z0-9_]*( [a-z0-9_]+)*$", description="codes, in order")]


class _Data(Struct, kw_only=True, forbid_unknown_fields=True):
    pass


class Nothing(_Data):
    """No data: the subject says it all."""


class OrderChanged(_Data):
    """One of the shop's events changed an order."""

    version: Count
    changed: OrderChange
    status: OrderStatus


class MemberChanged(_Data):
    """A member joined, changed their details or closed their account."""

    version: Count
    changed: MemberChange
    status: MemberStatus


class ReturnMoved(_Data):
    """A return took its next step."""

    ticket: str


class ReturnLabelFailed(_Data):
    """A label could not be made; the return stays approved."""

    ticket: str
    fault: str


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


class PointsLapsed(_Data):
    """Returned points had already expired."""

    points: Count
    operation_id: str


class ReminderDue(_Data):
    """Points of the member expire soon; the night of that day says so."""

    scheduled: str


class ExportRequested(_Data):
    """A file of a batch's codes is to be written."""

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

    signals: Words
    checks: Count
    who: str
    why: str


class MailboxChanged(_Data):
    """A mailbox gets no mail any more, or gets it again."""

    reason: str
    detail: str


ENTRIES: Mapping[str, type[_Data]] = {
    "access.code_requested": Nothing,
    "authenticity.cleared": CodeCleared,
    "authenticity.suspected": CodeSuspected,
    "batch.export_requested": ExportRequested,
    "label.failed": LabelFailed,
    "label.released": LabelReleased,
    "mail.suppressed": MailboxChanged,
    "mail.suppression_lifted": MailboxChanged,
    "member.changed": MemberChanged,
    "order.changed": OrderChanged,
    "points.lapsed_on_return": PointsLapsed,
    "points.reminder_due": ReminderDue,
    "return.approved": ReturnMoved,
    "return.declined": ReturnMoved,
    "return.label_failed": ReturnLabelFailed,
    "return.label_ready": ReturnMoved,
    "return.submitted": ReturnMoved,
}


def details() -> dict[tuple[str, str], type[Struct]]:
    """Source and detail type → the type of the detail, for every event that we send or read."""
    ours = {(OURS, name): _entry(name, data) for name, data in ENTRIES.items()}
    shop: dict[tuple[str, str], type[Struct]] = {
        **{("shop.orders", name): kind for name, kind in orders.DETAILS.items()},
        **{("shop.members", name): members.MemberDetail for name in members.TYPES},
        ("shop.reviews", "review.approved"): ReviewDetail,
        **{("shop.stores", name): sales.SaleDetail for name in sales.TYPES},
    }
    return {**ours, **shop}


def _entry(name: str, data: type[_Data]) -> type[Struct]:
    fields: list[tuple[str, Any]] = [("entry_type", Literal[name]), ("data", data)]
    return defstruct("Entry", fields, bases=(EntryDetail,), frozen=True, kw_only=True)
