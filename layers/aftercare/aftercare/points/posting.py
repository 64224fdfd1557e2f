"""What one operation writes: the account after it, its ledger entry, and what goes with them."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.timeline import Entry
from aftercare.points.model import Account, Lots, Marker, total
from aftercare.points.rules import Rules


class Kind(StrEnum):
    """What an operation does to an account."""

    EARN = "earn"
    REVIEW = "review"
    SPEND = "spend"
    HOLD = "hold"
    CAPTURE = "capture"
    RELEASE = "release"
    REVERSAL = "return"
    CLAWBACK = "clawback"
    ADJUST_UP = "adjust_up"
    ADJUST_DOWN = "adjust_down"
    FORFEIT = "forfeit"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to be done to one account, once.

    `rules` are those in force when it happened; `digest` tells whether a repeat says the same.
    """

    operation_id: str
    member_id: str
    kind: Kind
    digest: str
    rules: Rules
    occurred_at: datetime
    recorded_at: datetime
    entry_id: str = ""
    who: str = ""
    why: str = ""
    actor: Actor = UNKNOWN

    @property
    def today(self) -> date:
        """The program's day on which it is recorded."""
        return self.rules.day_of(self.recorded_at)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What whoever asked for an operation is told, the first time and every time.

    `available` are the points right after it; `lapsed` those that were past when they came.
    """

    operation_id: str
    kind: Kind
    points: int
    available: int
    lapsed: int = 0
    due: date | None = None
    replayed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of the ledger.

    `lots` are the points by due day that it added to or took from lots; `past` those that were past
    already; `debt` what it paid of the debt, or for a clawback added to it; `forfeited` what a
    clawback took of a closed account's points. `change` is what it did to the member's points, as
    the statement tells it. `sequence` is the version of the account that it made.

    Only `reversed_points`, its points that were taken back since, and `refunded` ever change.
    """

    operation_id: str
    member_id: str
    kind: Kind
    points: int
    digest: str
    rules: str
    occurred_at: datetime
    recorded_at: datetime
    sequence: int
    change: int
    available: int
    lots: Lots = field(default_factory=dict)
    past: Lots = field(default_factory=dict)
    debt: int = 0
    forfeited: int = 0
    reversed_points: int = 0
    of: str = ""
    due: date | None = None
    net: int = 0
    refunded: int = 0
    currency: str = ""
    who: str = ""
    why: str = ""
    actor: Actor = UNKNOWN

    @property
    def recorded(self) -> str:
        """Its place on the statement."""
        return f"{to_text(self.recorded_at)}#{self.operation_id}"

    @property
    def receipt(self) -> Receipt:
        return Receipt(
            self.operation_id, self.kind, self.points, self.available, total(self.past), self.due
        )

    @property
    def replay(self) -> Receipt:
        return replace(self.receipt, replayed=True)


@dataclass(frozen=True, slots=True)
class Reversal:
    """An earlier entry of which some points are taken back, as it was read."""

    entry: LedgerEntry
    points: int
    refunded: int = 0

    @property
    def after(self) -> LedgerEntry:
        refunded = self.entry.refunded + self.refunded
        return replace(
            self.entry, reversed_points=self.entry.reversed_points + self.points, refunded=refunded
        )


@dataclass(frozen=True, slots=True)
class Posting:
    """Everything that an operation makes true, together or not at all.

    `account` is written over the version that was read. `claims`: nobody else may earn by this
    operation's id.
    """

    account: Account
    entry: LedgerEntry
    reversals: tuple[Reversal, ...] = ()
    settled: tuple[LedgerEntry, ...] = ()
    marker: Marker | None = None
    timeline_entry: Entry | None = None
    claims: bool = False


@dataclass(frozen=True, slots=True)
class RequestKey:
    """A client's Idempotency-Key and the digest of what came with it."""

    client_id: str
    key: str
    digest: str

    @property
    def key_hash(self) -> str:
        return hashlib.sha256(self.key.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answered:
    """What a client's key was used for."""

    member_id: str
    operation_id: str
    digest: str


def digest_of(**facts: str | int) -> str:
    """What tells two requests apart: the same for the same facts."""
    ordered: Mapping[str, str | int] = dict(sorted(facts.items()))
    return hashlib.sha256(json.dumps(ordered).encode()).hexdigest()[:32]
