"""What people decide on a return, and where it stands with them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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


_CODES = frozenset(JudgementCode)
MOST_NAME = 40
"""Bytes of a name that a claim keeps."""


class Judgement(NamedTuple):
    """What somebody decided on one line. `words` are their own, for the customer.

    `code` is a JudgementCode, or what a newer version calls one.
    """

    accepted: bool
    code: str
    words: str
    by: Actor
    at: datetime

    @property
    def sentence(self) -> str:
        """The catalogue's name of what it says; of a code without a sentence, its outcome's."""
        if self.code in _CODES:
            return self.code
        return "accepted" if self.accepted else "declined"


class EvidenceRequest(NamedTuple):
    """What somebody asked the customer to show as well; it waits until `due_at`.

    `answered_at` is when the customer said that this is all; none if they have not.
    """

    kinds: tuple[EvidenceKind, ...]
    words: str
    by: Actor
    at: datetime
    due_at: datetime
    answered_at: datetime | None = None


class Proposal(NamedTuple):
    """A decision that a second person has to confirm: line id → judgement."""

    judgements: Mapping[str, Judgement]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """Where a return stands with staff, since a person was asked to look at it.

    A claim is advice to others: it says who is at it until when, and keeps nobody out. It has their
    name at that time, so that the queue need not look names up. `look_by` is the day, where the
    customer is, until which they were promised that somebody looks.
    """

    since: datetime
    claimed_by: Actor | None = None
    claimed_until: datetime | None = None
    claimed_name: str = ""
    wanted: EvidenceRequest | None = None
    proposal: Proposal | None = None
    look_by: date | None = None

    def claimed(self, by: Actor, name: str, until: datetime) -> "Review":
        return replace(self, claimed_by=by, claimed_name=_short(name), claimed_until=until)

    def released(self) -> "Review":
        return replace(self, claimed_by=None, claimed_name="", claimed_until=None)


def _short(name: str) -> str:
    """The user pool takes names of any length; a page of the queue has to stay small."""
    return name.encode()[:MOST_NAME].decode(errors="ignore")
