"""A return and its steps; each happens once, and none goes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import NamedTuple

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.labels.model import VALID
from aftercare.returns import events, moves
from aftercare.returns.arrivals import Inspection, Receipt
from aftercare.returns.issued_label import AgreedDeduction, IssuedLabel
from aftercare.returns.judgement import Judgement, Review
from aftercare.returns.moves import ReturnStatus, Taken, Verb
from aftercare.returns.policy import LineDecision, Payer, Remedy, Verdict
from aftercare.returns.reasons import Cause, EvidenceKind, Opened, Reason, Wanted, merged, photos_of
from aftercare.returns.screening import Screening
from aftercare.returns.settlement import Attention, Promise, Settlement, SettlementState
from aftercare.returns.several import ParcelLabel, ParcelWay

__all__ = [
    "AgreedDeduction",
    "Cause",
    "ChosenLine",
    "EvidenceKind",
    "IssuedLabel",
    "OpenReturn",
    "Opened",
    "ParcelLabel",
    "ParcelWay",
    "Reason",
    "Repayment",
    "Return",
    "ReturnLine",
    "ReturnStatus",
    "Wanted",
]


_WITHOUT_UNITS = frozenset(
    {
        ReturnStatus.DRAFT,
        ReturnStatus.DECLINED,
        ReturnStatus.CANCELLED,
        ReturnStatus.DISCARDED,
        ReturnStatus.LAPSED,
        ReturnStatus.EXPIRED,
        ReturnStatus.LOST,
    }
)


class ChosenLine(NamedTuple):
    """What the customer says of one line: how many units, and why.

    `check_reference` is that of a check of the item's code: it shows whether the item is recalled.
    `remedy` is what they prefer, of those that the policy has for the reason (R-RET-23).
    """

    units: int
    reason: Reason | None
    note: str = ""
    opened: Opened = Opened.UNKNOWN
    check_reference: str = ""
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """Units of one order line on their way back, why, and what the policy says of them.

    `asked_at` is when the customer first asked for the line. A line without a reason has no
    decision yet. `judgement` is what staff decided on it. `remedy` is what the customer prefers,
    or what staff chose; `receipt` is what came back, `inspection` what was found; `kept` are the
    units that stay with us for good, once the return is closed. `check_reference`: see
    `ChosenLine`.
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
    remedy: Remedy | None = None
    receipt: Receipt | None = None
    inspection: Inspection | None = None
    kept: int | None = None

    @property
    def chosen(self) -> ChosenLine:
        """What the customer said of the line."""
        said = (self.reason, self.note, self.opened, self.check_reference, self.remedy)
        return ChosenLine(self.units, *said)

    @property
    def passed(self) -> bool:
        return self.decision is not None and self.decision.passed

    @property
    def present(self) -> int:
        """The units of the line that are here, whole or damaged on the way."""
        return self.receipt.present if self.receipt else 0

    @property
    def awaited(self) -> int:
        """The units that may be in a parcel that is not here yet (R-RCV-07)."""
        return self.receipt.awaited if self.receipt else 0

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        return self.decision.refusals if self.decision else ()


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
    files are gone yet or not. `settlements` are what was asked of the shop, oldest first, `promise`
    is when the money is there, `attention` why a person is needed outside of a review.
    `label_number` says which of its labels it has, or will get; see `LabelRequest`.
    `agreed_deduction` is what its customer was shown when they submitted it, and is taken off their
    refund at most. `parcels` says in how many parcels it comes, and `label` is that of the first,
    `more_labels` those of the others that have theirs; `ways` is how far each of several has come.
    `version` is the stored one's, to write against; `taken` is the move since then,
    which is not stored.
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
    arrived_at: datetime | None = None
    promise: Promise | None = None
    settlements: tuple[Settlement, ...] = ()
    attention: Attention | None = None
    label_number: int = 1
    agreed_deduction: AgreedDeduction | None = None
    parcels: int = 1
    more_labels: tuple[ParcelLabel, ...] = ()
    ways: Mapping[int, ParcelWay] = field(default_factory=dict)
    version: int | None = field(default=None, compare=False)
    taken: Taken | None = field(default=None, compare=False)

    @property
    def is_draft(self) -> bool:
        return self.status is ReturnStatus.DRAFT

    @property
    def was_handed_in(self) -> bool:
        """Whether a store took its items at the counter (R-RET-24)."""
        decisions = [line.decision for line in self.lines if line.decision]
        return any(each.facts and each.facts.seen_in_store for each in decisions)

    @property
    def is_cancellable(self) -> bool:
        """Whether it was submitted and no scan says that it is on its way (R-RET-38)."""
        return moves.takes(self.status, Verb.CANCEL)

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
    def is_owed(self) -> bool:
        """Whether its customer still waits: the parcel is here, what they get is not settled."""
        if not moves.takes(self.status, Verb.WARN_OF_PROMISE):
            return False
        return {each.state for each in self.settlements} != {SettlementState.SETTLED}

    def held_of(self, line: ReturnLine) -> int:
        """The units of the line that no other return may have: of a closed one, those we keep."""
        if not self.holds_units:
            return 0
        return line.units if line.kept is None else line.kept

    def moved(self, verb: Verb, status: ReturnStatus | None = None) -> "Return":
        """The return after that verb, which leaves it where it is or takes it to that status.

        Raises:
            MoveRefusedError: The verb does nothing to a return of this status.
            ValueError: The verb does not lead to that status.
        """
        moves.require(self.status, verb)
        after = status or self.status
        if not moves.leads(verb, self.status, after):
            raise ValueError(f"{verb} does not take a return from {self.status} to {after}")
        return replace(self, status=after, taken=Taken(verb, self.status))

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
    def is_prepaid(self) -> bool:
        """Whether we pay for its parcel first, also where the customer does so in the end."""
        return self.payer is not Payer.BUYER or self.agreed_deduction is not None

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
        return self.moved(Verb.LAPSE, ReturnStatus.LAPSED) if self.is_draft and is_late else self

    def same_choice(self, other: "Return") -> bool:
        """Whether both ask for the same units of the same order for the same reasons."""
        return (self.order_number, self.choice) == (other.order_number, other.choice)

    def submit(self, ticket: str, now: datetime) -> "Return":
        """The return submitted, as it is decided on then."""
        after = self.moved(Verb.SUBMIT, ReturnStatus.SUBMITTED)
        return replace(after, ticket=ticket, submitted_at=now)

    def approve(self, lines: Iterable[ReturnLine], screening: Screening | None = None) -> "Return":
        """The return with the lines that passed; the others are left out of it (R-RET-42)."""
        return self._taken(ReturnStatus.APPROVED, lines, screening)

    def put_in_review(
        self, lines: Iterable[ReturnLine], screening: Screening, review: Review
    ) -> "Return":
        """The same, for a person to decide on before it is approved (R-SCR-01)."""
        return replace(self._taken(ReturnStatus.IN_REVIEW, lines, screening), review=review)

    def _taken(
        self, status: ReturnStatus, lines: Iterable[ReturnLine], screening: Screening | None
    ) -> "Return":
        decided = tuple(lines)
        return replace(
            self.moved(Verb.SCREEN, status),
            lines=tuple(line for line in decided if line.passed),
            left_out=tuple(line for line in decided if not line.passed),
            screening=screening,
        )

    def decline(self, lines: Iterable[ReturnLine]) -> "Return":
        return replace(self.moved(Verb.SCREEN, ReturnStatus.DECLINED), lines=tuple(lines))

    def attach(self, label: IssuedLabel, now: datetime) -> "Return":
        after = self.moved(Verb.ATTACH_LABEL, ReturnStatus.LABEL_READY)
        # Its customer was told of the end of an earlier label, not of this one's.
        told = tuple(each for each in self.reminded if each != events.LABEL_EXPIRING)
        return replace(after, label=label, labelled_at=now, label_fault="", reminded=told)


class OpenReturn(NamedTuple):
    """A return that is not over: how far it is, and until when something happens to it at last."""

    ticket: str
    status: str
    until: date | None
