"""A return and its steps; each happens once, and none goes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Self

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.labels.events import LabelReleased, LabelScanned
from aftercare.labels.model import VALID
from aftercare.returns.judgement import Judgement, Review
from aftercare.returns.policy import LineDecision, Payer, Recall, Verdict
from aftercare.returns.reasons import Cause, EvidenceKind, Opened, Reason, Wanted, merged, photos_of
from aftercare.returns.screening import Screening

__all__ = [
    "Cause",
    "ChosenLine",
    "EvidenceKind",
    "IssuedLabel",
    "LineOutlook",
    "Opened",
    "Reason",
    "Repayment",
    "Return",
    "ReturnLine",
    "ReturnStatus",
    "Wanted",
    "Window",
]


class ReturnStatus(StrEnum):
    """How far a return has come. A draft holds no units; what ends a return gives them back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    NEEDS_EVIDENCE = "needs_evidence"
    APPROVED = "approved"
    LABEL_READY = "label_ready"
    IN_TRANSIT = "in_transit"
    ARRIVED = "arrived"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    DISCARDED = "discarded"
    LAPSED = "lapsed"


_WITHOUT_UNITS = frozenset(
    {
        ReturnStatus.DRAFT,
        ReturnStatus.DECLINED,
        ReturnStatus.CANCELLED,
        ReturnStatus.DISCARDED,
        ReturnStatus.LAPSED,
    }
)


_BEFORE_THE_FIRST_SCAN = frozenset(
    {
        ReturnStatus.SUBMITTED,
        ReturnStatus.IN_REVIEW,
        ReturnStatus.NEEDS_EVIDENCE,
        ReturnStatus.APPROVED,
        ReturnStatus.LABEL_READY,
    }
)


class ChosenLine(NamedTuple):
    """What the customer says of one line: how many units, and why.

    `check_reference` is that of a check of the item's code: it shows whether the item is recalled.
    """

    units: int
    reason: Reason | None
    note: str = ""
    opened: Opened = Opened.UNKNOWN
    check_reference: str = ""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Units of one order line on their way back, why, and what the policy says of them.

    `asked_at` is when the customer first asked for the line. A line without a reason has no
    decision yet. `judgement` is what staff decided on it. `check_reference`: see `ChosenLine`.
    """

    line_id: str
    sku: str
    name: str
    units: int
    reason: Reason | None = None
    note: str = ""
    opened: Opened = Opened.UNKNOWN
    check_reference: str = ""
    asked_at: datetime | None = None
    decision: LineDecision | None = None
    judgement: Judgement | None = None

    @property
    def chosen(self) -> ChosenLine:
        """What the customer said of the line."""
        return ChosenLine(self.units, self.reason, self.note, self.opened, self.check_reference)

    @property
    def passed(self) -> bool:
        return self.decision is not None and self.decision.passed

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        return self.decision.refusals if self.decision else ()


@dataclass(frozen=True, slots=True)
class IssuedLabel:
    """The one live label of a return. `carrier` is its carrier's name, as on the label."""

    label_id: str
    tracking_number: str
    carrier: str
    sample: bool

    @classmethod
    def of(cls, released: LabelReleased | LabelScanned) -> Self:
        return cls(
            label_id=released.label_id,
            tracking_number=released.tracking_number,
            carrier=released.carrier_name,
            sample=released.sample,
        )


class Repayment(NamedTuple):
    """What the shop paid back for a return, in minor units of the currency, and when."""

    amount: int
    currency: str
    repaid_at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """One customer's return out of one order.

    `left_out` are lines that the policy refused when it approved the others: they hold no units.
    `chosen_by` made the choice of lines and reasons, in `language`. `evidence_due_at` is when a
    draft lapses. `labelled_at` is when it got its label; `label_fault` is why the last attempt to
    make one failed. `repayment` is there as soon as the shop tells of it, whatever the status.
    `reminded` are the events that told the customer of something, which happen once. `photo_order`
    has the photos that the customer put in order; `removed_photos` no longer count, whether their
    files are gone yet or not. `version` is the stored one's, to write against.
    """

    return_id: str
    email_key: str
    order_number: str
    lines: tuple[ReturnLine, ...]
    created_at: datetime
    chosen_by: Actor = UNKNOWN
    status: ReturnStatus = ReturnStatus.DRAFT
    ticket: str = ""
    language: str = "en"
    evidence_due_at: datetime | None = None
    submitted_at: datetime | None = None
    label: IssuedLabel | None = None
    labelled_at: datetime | None = None
    label_fault: str = ""
    repayment: Repayment | None = None
    reminded: tuple[str, ...] = ()
    photo_order: tuple[str, ...] = ()
    removed_photos: tuple[str, ...] = ()
    left_out: tuple[ReturnLine, ...] = ()
    screening: Screening | None = None
    review: Review | None = None
    version: int | None = field(default=None, compare=False)

    @property
    def is_draft(self) -> bool:
        return self.status is ReturnStatus.DRAFT

    @property
    def is_cancellable(self) -> bool:
        """Whether it was submitted and no scan says that it is on its way (R-RET-38)."""
        return self.status in _BEFORE_THE_FIRST_SCAN

    def may_change(self, opened_at: datetime) -> bool:
        """Whether a photo whose slot was opened then may still be marked: nobody decided by it."""
        wanted = self.review.wanted if self.review else None
        is_asked_for = self.status is ReturnStatus.NEEDS_EVIDENCE and wanted is not None
        return self.is_draft or (is_asked_for and wanted is not None and opened_at >= wanted.at)

    @property
    def label_expires_at(self) -> datetime | None:
        """When its label is no longer taken; none if it has no label."""
        return self.labelled_at + VALID if self.labelled_at else None

    @property
    def holds_units(self) -> bool:
        """Whether its units are set apart from those that other returns may have."""
        return self.status not in _WITHOUT_UNITS

    @property
    def choice(self) -> Mapping[str, ChosenLine]:
        """Line id → what the customer said of it."""
        return {line.line_id: line.chosen for line in self.lines}

    @property
    def passed(self) -> bool:
        """Whether the policy takes back every line; a return without lines passes nothing."""
        return bool(self.lines) and all(line.passed for line in self.lines)

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        """Each verdict that refuses a line."""
        return tuple(verdict for line in self.lines for verdict in line.refusals)

    @property
    def refused(self) -> ReturnLine | None:
        """The first line that the policy refuses."""
        return next((line for line in self.lines if line.refusals), None)

    @property
    def payer(self) -> Payer | None:
        """Who pays for the parcel: the seller if they pay for any of its lines (R-RET-32)."""
        payers = {line.decision.payer for line in self.lines if line.decision} - {None}
        return Payer.SELLER if Payer.SELLER in payers else next(iter(payers), None)

    @property
    def evidence(self) -> tuple[Wanted, ...]:
        """The evidence that its lines need together."""
        return merged(
            wanted for line in self.lines if line.decision for wanted in line.decision.evidence
        )

    @property
    def photos_needed(self) -> int:
        return photos_of(self.evidence)

    def asked_at(self, now: datetime) -> Mapping[str, datetime]:
        """Line id → when the customer first asked for it; none once the evidence is due."""
        if self.evidence_due_at is None or now >= self.evidence_due_at:
            return {}
        return {line.line_id: line.asked_at for line in self.lines if line.asked_at}

    def as_of(self, now: datetime) -> "Return":
        """The return as it is at that moment: a draft whose evidence was due has lapsed."""
        is_late = self.evidence_due_at is not None and now >= self.evidence_due_at
        return replace(self, status=ReturnStatus.LAPSED) if self.is_draft and is_late else self

    def same_choice(self, other: "Return") -> bool:
        """Whether both ask for the same units of the same order for the same reasons."""
        return (self.order_number, self.choice) == (other.order_number, other.choice)

    def submit(self, ticket: str, lines: Iterable[ReturnLine], now: datetime) -> "Return":
        """The return submitted, with the decisions that its lines have then."""
        self._require(ReturnStatus.DRAFT)
        return replace(
            self,
            status=ReturnStatus.SUBMITTED,
            ticket=ticket,
            lines=tuple(lines),
            submitted_at=now,
        )

    def approve(self, lines: Iterable[ReturnLine], screening: Screening | None = None) -> "Return":
        """The return with the lines that passed; the others are left out of it (R-RET-42)."""
        self._require(ReturnStatus.SUBMITTED)
        decided = tuple(lines)
        return replace(
            self,
            status=ReturnStatus.APPROVED,
            lines=tuple(line for line in decided if line.passed),
            left_out=tuple(line for line in decided if not line.passed),
            screening=screening,
        )

    def put_in_review(
        self, lines: Iterable[ReturnLine], screening: Screening, review: Review
    ) -> "Return":
        """The same, for a person to decide on before it is approved (R-SCR-01)."""
        after = self.approve(lines, screening)
        return replace(after, status=ReturnStatus.IN_REVIEW, review=review)

    def decline(self, lines: Iterable[ReturnLine]) -> "Return":
        self._require(ReturnStatus.SUBMITTED)
        return replace(self, status=ReturnStatus.DECLINED, lines=tuple(lines))

    def attach(self, label: IssuedLabel, now: datetime) -> "Return":
        self._require(ReturnStatus.APPROVED)
        status = ReturnStatus.LABEL_READY
        return replace(self, status=status, label=label, labelled_at=now, label_fault="")

    def _require(self, status: ReturnStatus) -> None:
        if self.status is not status:
            raise ValueError(f"a return that is {self.status} is not {status}")


class Window(NamedTuple):
    """Units that may come back through the same last day; none if they may at any time."""

    units: int
    last_day: date | None


@dataclass(frozen=True, slots=True)
class LineOutlook:
    """What could be returned of one line now: a decision on one unit for each reason that fits it.

    `available` are the units that are in no return and not repaid. `windows` has, for each reason,
    those of them that may come back now, by their last day, latest first: parcels arrive on
    different days.
    """

    line_id: str
    available: int
    decisions: Mapping[Reason, LineDecision]
    windows: Mapping[Reason, tuple[Window, ...]] = field(default_factory=dict)
    recall: Recall = Recall.NONE

    @property
    def returnable(self) -> int:
        """The units that may come back now for some reason."""
        return max(map(self.units_for, self.decisions), default=0)

    def units_for(self, reason: Reason) -> int:
        """The units that may come back now for that reason."""
        return sum(window.units for window in self.windows.get(reason, ()))
