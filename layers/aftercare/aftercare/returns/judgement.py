"""What people decide on a return, and where it stands with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.evidence.model import EvidenceKind
from aftercare.kernel.actor import Actor


class JudgementCode(StrEnum):
    """Why a line was accepted or not; the catalogue has a sentence for each."""

    AS_ASKED = "as_asked"
    GOODWILL = "goodwill"
    NOT_SHOWN = "not_shown"
    NOT_COVERED = "not_covered"
    OTHER_ITEM = "other_item"
    NORMAL_VARIATION = "normal_variation"
    CUSTOMER_CAUSED = "customer_caused"
    REUSED_EVIDENCE = "reused_evidence"
    NOT_GENUINE = "not_genuine"


class Judgement(NamedTuple):
    """What somebody decided on one line. `words` are their own, for the customer."""

    accepted: bool
    code: JudgementCode
    words: str
    by: Actor
    at: datetime


class EvidenceRequest(NamedTuple):
    """What somebody asked the customer to show as well; it waits until `due_at`."""

    kinds: tuple[EvidenceKind, ...]
    words: str
    by: Actor
    at: datetime
    due_at: datetime


class Proposal(NamedTuple):
    """A decision that a second person has to confirm: line id → judgement."""

    judgements: Mapping[str, Judgement]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Where a return stands with staff, since a person was asked to look at it.

    A claim is advice to others: it says who is at it until when, and keeps nobody out. `look_by` is
    the day, where the customer is, until which they were promised that somebody looks.
    """

    since: datetime
    claimed_by: Actor | None = None
    claimed_until: datetime | None = None
    wanted: EvidenceRequest | None = None
    proposal: Proposal | None = None
    look_by: date | None = None
