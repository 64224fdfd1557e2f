"""Cases about codes: what people claim of a product, and what staff decide about its code."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from aftercare.authenticity.codes import Code
from aftercare.authenticity.model import Signal
from aftercare.kernel.actor import Actor

MOST_OF_A_KIND = 10
"""So many claims of a kind a case takes: many who call it a fake keep no owner from being heard."""
MOST_IN_A_DAY = 10
"""So many claims come from one network in a day, and with one address."""
MOST_WORDS = 1_000
KEPT = timedelta(days=180)
"""How long a claim is kept: nobody can be found by it, but words may name somebody."""
KEPT_DECIDED = timedelta(days=30)
"""How long it is kept once the case is decided."""
PAGE = 20


class ClaimKind(StrEnum):
    """What somebody says of the product."""

    MINE = "mine"
    FAKE = "fake"


class CaseState(StrEnum):
    """What became of a case. A later claim, or a strong sign, opens it again."""

    OPEN = "open"
    CLEARED = "cleared"
    COPIED = "copied"
    DISMISSED = "dismissed"


DECISIONS = frozenset(CaseState) - {CaseState.OPEN}


class Received(StrEnum):
    """What became of a claim: it is in the case, or the case had enough, or is decided already."""

    TAKEN = "taken"
    ENOUGH = "enough"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody said who had checked the code. `place` is the start of their check's id.

    `email`, its key and `language` are those of the mails that they asked for, if any.
    """

    key: str
    place: str
    kind: ClaimKind
    words: str
    reference: str
    claimed_at: datetime
    email: str = ""
    email_key: str = ""
    language: str = ""

    def says_the_same(self, other: "Claim") -> bool:
        """Whether they are one, pressed twice."""
        return (self.kind, self.words, self.email) == (other.kind, other.words, other.email)


@dataclass(frozen=True, slots=True)
class CodeCase:
    """The one case about a code: open, or as it was decided last.

    `places` has those of the open case's claims, by kind; `signs` are the strong signs that opened
    it, or came since.
    """

    key: str
    sku: str
    version: int
    state: CaseState = CaseState.OPEN
    opened_at: datetime | None = None
    mine: frozenset[str] = frozenset()
    fakes: frozenset[str] = frozenset()
    signs: frozenset[Signal] = frozenset()
    decided_by: Actor | None = None
    decided_at: datetime | None = None
    why: str = ""

    @property
    def is_open(self) -> bool:
        return self.state is CaseState.OPEN

    @property
    def places(self) -> frozenset[str]:
        return self.mine | self.fakes

    def is_full(self, kind: ClaimKind) -> bool:
        return len(self.mine if kind is ClaimKind.MINE else self.fakes) >= MOST_OF_A_KIND


class Decision(NamedTuple):
    """What somebody decided about a case, and why."""

    state: CaseState
    why: str
    by: Actor
    at: datetime


class Waiting(NamedTuple):
    """A case in the list of those that are open."""

    key: str
    sku: str
    opened_at: datetime
    mine: int
    fakes: int
    signs: frozenset[Signal]


@dataclass(frozen=True, slots=True)
class CasePage:
    """Up to 20 open cases, the longest open first; `after` is where the next page begins."""

    cases: tuple[Waiting, ...] = field(default=())
    after: str = ""


def code_of(key: str) -> Code | None:
    """The code with that key of its history; None if it is no such key."""
    key_id, _, serial = key.partition("-")
    if not (key.isascii() and key_id.isdigit() and serial.isdigit()):
        return None
    return Code(int(key_id), int(serial)) if key == f"{key_id:>02}-{serial:>010}" else None
