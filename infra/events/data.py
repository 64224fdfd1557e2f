"""What our own entries say: the type of each one's data."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from aftercare.authenticity.cases import CaseState, ClaimKind
from aftercare.authenticity.model import Signal, Strength
from aftercare.desk.moves import TicketState, Verb
from aftercare.labels.model import ScanKind
from aftercare.members.model import MemberChange, MemberStatus
from aftercare.orders.model import OrderChange, OrderStatus
from aftercare.parcels.model import Direction, ParcelStatus
from aftercare.returns.policy import Remedy

Count = Annotated[str, Meta(pattern=r"^[0-9]+$", description="a whole number, as text")]
CodeList = Annotated[
    str, Meta(pattern=r"^[a-z0-9_]*( [a-z0-9_]+)*$", description="codes, separated by spaces")
]


class Data(Struct, kw_only=True, forbid_unknown_fields=True):
    """The data of an entry: these fields and no others."""


class NoData(Data):
    """The event has no data apart from its subject."""


class OrderChanged(Data):
    """One of the shop's events changed an order."""

    version: Count
    changed: OrderChange
    status: OrderStatus
    event_at: str = ""
    event_id: str = ""


class MemberChanged(Data):
    """A member joined, changed their details or closed their account."""

    version: Count
    changed: MemberChange
    status: MemberStatus


class OrderErased(Data):
    """An order's buyer was erased; what was bought, paid and refunded stays."""

    version: Count


class ReturnErased(Data):
    """A return's customer was erased; items, reasons and decisions stay."""

    ticket: str


class ReturnStatusChanged(Data):
    """A return changed its status."""

    ticket: str


class ReturnMoved(Data):
    """A parcel of it is on its way, or arrived. The `parcel` is named where there are several."""

    ticket: str
    parcel: Count = "1"


class ReturnParcelLost(Data):
    """Staff say that some of its parcels will not come; the return goes on with the others."""

    ticket: str
    lost_parcels: CodeList


class ReturnUnlabelled(Data):
    """A return ended before it was sent: each parcel's label with that number is to be voided."""

    ticket: str
    label_number: Count = "1"
    parcels: Count = "1"


class ReturnReceived(Data):
    """A parcel's content is known: the units of its lines by their condition.

    `awaited` units may be in another of its parcels.
    """

    ticket: str
    received: Count
    short: Count
    wrong_item: Count
    damaged_in_transit: Count
    lost: Count
    awaited: Count = "0"


class ReturnCreated(Data):
    """A customer began a return; it is submitted by `evidence_due_at`, or lapses."""

    ticket: str
    evidence_due_at: str


class ReturnInReview(Data):
    """A person is to decide on a return; `signals` are what the screening noticed."""

    ticket: str
    signals: CodeList


class ReturnScreenedFurther(Data):
    """Evidence that came later was screened; `signals` are those that it added or added to."""

    ticket: str
    signals: CodeList


class ReturnEvidenceWanted(Data):
    """Staff ask the customer to show more by `due_at`; `kinds` say what."""

    ticket: str
    kinds: CodeList
    due_at: str


class ReturnReopened(Data):
    """A cancelled return's parcel was scanned; `contested` units are in another return, too."""

    ticket: str
    contested: Count = "0"


class ReturnParcel(Data):
    """A return is to have a label for another parcel, has it, or nobody used one in time."""

    ticket: str
    parcel: Count = "1"
    label_number: Count = "1"


class ReturnVoidedLabel(Data):
    """A parcel of it is on its way with a label that was voided."""

    ticket: str
    label_id: str


class Due(Data):
    """A moment has come; the subject's state says whether it still matters."""


class ReturnLabelFailed(Data):
    """A label could not be made; the return stays approved."""

    ticket: str
    fault: str


class ReturnRefunded(Data):
    """The shop paid back what a return asked for, or a part.

    `amount` is all of it so far, `requested` all that was asked for.
    """

    ticket: str
    amount: Count
    currency: str
    requested: Count = "0"


class ReturnRequested(Data):
    """A return asks the shop for something, under an id of its own: `<ticket>#<n>`.

    `lines` is a JSON list of line_id, units, net and tax. `amount` is what is to be paid back: the
    lines' net and tax, and `shipping`, less `deduction`; 0 if that was paid before. Of an exchange,
    `item` is the SKU of the other item, and `due` what its customer still has to pay for it.
    Amounts are in minor units of the currency. `handed_over` says that a store gave the customer
    the replacement at once: there is nothing to send and nothing to refund.
    """

    ticket: str
    settlement_id: str
    remedy: Remedy
    lines: str
    shipping: Count
    deduction: Count
    amount: Count
    due: Count
    item: str
    currency: str
    handed_over: Literal["true", ""] = ""


class ReturnAnswered(Data):
    """The shop failed to do what a return asked for under that id, or has sent it."""

    ticket: str
    settlement_id: str


class LabelReleased(Data):
    """A label was bought, printed and read back."""

    return_id: str
    ticket: str
    tracking_number: str
    carrier: str
    carrier_name: str
    sample: Literal["true", "false"]
    formats: CodeList = "pdf"
    amount: Count = "0"
    currency: str = ""
    label_number: Count = "1"
    parcel: Count = "1"


class LabelFailed(Data):
    """A printed label does not scan."""

    return_id: str
    ticket: str
    fault: str
    parcel: Count = "1"


class LabelVoided(Data):
    """A label was taken back by its carrier, or its carrier refused to."""

    return_id: str
    ticket: str


class ParcelMoved(Data):
    """A parcel stands elsewhere, by the carrier's time; `subject` is its order or its return."""

    direction: Direction
    subject: str
    carrier: str
    tracking_number: str
    status: ParcelStatus
    since: str


class ParcelSilent(Data):
    """A parcel has not moved for too long, by the carrier's clock; `subject` is its order."""

    subject: str
    carrier: str
    tracking_number: str
    moved_at: str
    silent_at: str


class LabelScanned(Data):
    """A carrier scanned a parcel; the first scan of each kind."""

    return_id: str
    ticket: str
    tracking_number: str
    carrier_name: str
    sample: Literal["true", "false"]
    kind: ScanKind
    scanned_at: str
    label_number: Count = "1"
    parcel: Count = "1"
    voided: Literal["true", "false"] = "false"


class PointsLapsed(Data):
    """Returned points had already expired."""

    points: Count
    operation_id: str


class ReminderDue(Data):
    """Some of a member's points expire soon; `scheduled` is the date of the nightly run."""

    scheduled: str


class ExportRequested(Data):
    """A file of a batch's codes was requested."""

    batch_id: str
    count: Count


class CodeSuspected(Data):
    """A check or a sale raised a signal about a code."""

    signal: Signal
    strength: Strength
    signals_version: str
    batch_id: str
    sku: str
    checks: Count


class CodeClaimed(Data):
    """Somebody who had checked a code said that the product is theirs, or a fake.

    `claim` is the start of their check's id; `mail` says whether they get a mail that confirms it.
    """

    kind: ClaimKind
    batch_id: str
    sku: str
    claim: str
    mail: Literal["yes", "no"]


class ClaimDecided(Data):
    """A case was decided in which somebody claimed something and left an address."""

    kind: ClaimKind
    decision: CaseState
    claim: str


class CodeDecided(Data):
    """Staff confirmed copies of a code, or closed its case without a change."""

    signals: CodeList
    checks: Count
    batch_id: str
    sku: str


class CodeCleared(Data):
    """Staff or an operator cleared a code."""

    signals: CodeList
    checks: Count
    who: str
    why: str


class MailSuppressionChanged(Data):
    """Mail to a mailbox was suppressed, or is allowed again."""

    reason: str
    detail: str


class TicketChanged(Data):
    """Something happened to a ticket: its entry of that number, the verb, the state after it."""

    ticket: str
    number: Count
    verb: Verb
    state: TicketState
