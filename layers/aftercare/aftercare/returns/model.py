"""A return and its steps; each happens once, and none goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.labels.events import LabelReleased
from aftercare.returns.policy import Cause, Decision


class Reason(StrEnum):
    """Why it comes back, in the customer's terms (R-RET-06)."""

    ARRIVED_DAMAGED = "arrived_damaged"
    MISSING_PARTS = "missing_parts"
    BROKEN_OR_SCRATCHED = "broken_or_scratched"
    DUPLICATE_IN_SET = "duplicate_in_set"
    UNSTABLE = "unstable"
    STAINED = "stained"
    EXCESS_GLUE = "excess_glue"
    CHANGED_MIND = "changed_mind"
    UNWANTED_CHARACTER = "unwanted_character"

    @property
    def cause(self) -> Cause:
        personal = self in {Reason.CHANGED_MIND, Reason.UNWANTED_CHARACTER}
        return Cause.PERSONAL if personal else Cause.DEFECT


class ReturnStatus(StrEnum):
    """How far a return has come. Only a draft holds no units; declining gives them back."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    LABEL_READY = "label_ready"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Units of one order line on their way back."""

    line_id: str
    sku: str
    name: str
    units: int


@dataclass(frozen=True, slots=True)
class IssuedLabel:
    """The one live label of a return. `carrier` is its carrier's name, as on the label."""

    label_id: str
    tracking_number: str
    carrier: str
    sample: bool

    @classmethod
    def of(cls, released: LabelReleased) -> Self:
        return cls(
            label_id=released.label_id,
            tracking_number=released.tracking_number,
            carrier=released.carrier_name,
            sample=released.sample,
        )


@dataclass(frozen=True, slots=True)
class Return:
    """One customer's return out of one order.

    `chosen_by` made the choice of lines and reason. `label_fault` is why the last attempt to make
    the label failed. `version` is the stored one's, to write
    against.
    """

    return_id: str
    email_key: str
    order_number: str
    lines: tuple[ReturnLine, ...]
    reason: Reason
    note: str
    decision: Decision
    created_at: datetime
    chosen_by: Actor = UNKNOWN
    status: ReturnStatus = ReturnStatus.DRAFT
    ticket: str = ""
    submitted_at: datetime | None = None
    label: IssuedLabel | None = None
    label_fault: str = ""
    version: int | None = field(default=None, compare=False)

    @property
    def is_draft(self) -> bool:
        return self.status is ReturnStatus.DRAFT

    def same_choice(self, other: "Return") -> bool:
        """Whether both ask for the same units of the same order for the same reason."""
        return (self.order_number, self.lines, self.reason, self.note) == (
            other.order_number,
            other.lines,
            other.reason,
            other.note,
        )

    def submit(self, ticket: str, decision: Decision, now: datetime) -> "Return":
        self._require(ReturnStatus.DRAFT)
        return replace(
            self, status=ReturnStatus.SUBMITTED, ticket=ticket, decision=decision, submitted_at=now
        )

    def approve(self, decision: Decision) -> "Return":
        self._require(ReturnStatus.SUBMITTED)
        return replace(self, status=ReturnStatus.APPROVED, decision=decision)

    def decline(self, decision: Decision) -> "Return":
        self._require(ReturnStatus.SUBMITTED)
        return replace(self, status=ReturnStatus.DECLINED, decision=decision)

    def attach(self, label: IssuedLabel) -> "Return":
        self._require(ReturnStatus.APPROVED)
        return replace(self, status=ReturnStatus.LABEL_READY, label=label, label_fault="")

    def _require(self, status: ReturnStatus) -> None:
        if self.status is not status:
            raise ValueError(f"a return that is {self.status} is not {status}")


@dataclass(frozen=True, slots=True)
class LineOutlook:
    """What could be returned of one line now: a decision for each cause."""

    line_id: str
    available: int
    decisions: Mapping[Cause, Decision]
