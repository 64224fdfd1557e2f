"""What one operation writes: the account after it, its ledger entry, and what belongs to them."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import to_text
from aftercare.kernel.due.model import Timer
from aftercare.kernel.timeline import Entry
from aftercare.points.model import Account, Lots, Marker, total
from aftercare.points.rules import Rules


class Kind(StrEnum):
    """What an operation does to an account; the values are stored, `return` for a reversal."""

    EARN = "earn"
    REVIEW = "review"
    SPEND = "spend"
    HOLD = "hold"
    EXTEND = "extend"
    CAPTURE = "capture"
    RELEASE = "release"
    REVERSAL = "return"
    CLAWBACK = "clawback"
    EDIT_UP = "edit_up"
    EDIT_DOWN = "edit_down"
    ADJUST_UP = "adjust_up"
    ADJUST_DOWN = "adjust_down"
    FORFEIT = "forfeit"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation on one account.

    `rules` are those in force when it happened. A repeat has the same `digest`.
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
    actor: Actor = field(kw_only=True)

    @property
    def today(self) -> date:
        """The program's local day on which it is recorded."""
        return self.rules.day_of(self.recorded_at)


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a request for an operation, the same for every repeat.

    `available` are the points right after it; `lapsed` those that expired on being added; `until`
    is when a hold ends.
    """

    operation_id: str
    kind: Kind
    points: int
    available: int
    lapsed: int = 0
    due: date | None = None
    until: datetime | None = None
    replayed: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One entry of the ledger.

    `lots` are the points by due day that it added to or took from lots, `past` those that were past
    their due day already, `debt` those that paid the debt or, for a clawback, were added to it,
    `forfeited` those that a clawback took from a closed account's forfeit, `rest` those that a
    capture did not spend, by the lots they came to; older ones do not say. `of` is the operation
    that it captures, releases, extends, reverses, claws back or edits, `until` the end that it gave
    a hold. `change` is its amount on the
    statement. `sequence` is the version of the account that it made.

    Later entries change only these: `reversed_points`, the points that they took back, less those
    that edits of the purchase added; of a purchase also `refunded` and `edited`, by how much its
    net amount went back and was changed since; `settled`, the order's version that they followed;
    and `moved_to`, an earlier due day than its own, once an earlier payment is known.
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
    rest: Lots | None = None
    reversed_points: int = 0
    of: str = ""
    due: date | None = None
    net: int = 0
    refunded: int = 0
    edited: int = 0
    settled: int = 0
    moved_to: date | None = None
    currency: str = ""
    who: str = ""
    why: str = ""
    actor: Actor = UNKNOWN
    until: datetime | None = None

    @property
    def credited(self) -> int:
        """The points of a purchase that it still has, wherever they went."""
        return self.points - self.reversed_points

    @property
    def due_now(self) -> date | None:
        """The due day of a purchase's points."""
        return self.moved_to or self.due

    @property
    def recorded(self) -> str:
        """Its place on the statement."""
        return f"{to_text(self.recorded_at)}#{self.operation_id}"

    @property
    def receipt(self) -> Receipt:
        return Receipt(
            self.operation_id,
            self.kind,
            self.points,
            self.available,
            total(self.past),
            self.due,
            self.until,
        )

    @property
    def replay(self) -> Receipt:
        return replace(self.receipt, replayed=True)


@dataclass(frozen=True, slots=True)
class Reversal:
    """Points of an earlier entry that an operation reverses; `entry` is as it was read.

    They are negative where an edit adds points to a purchase.
    """

    entry: LedgerEntry
    points: int
    refunded: int = 0
    edited: int = 0
    settled: int = 0
    moved_to: date | None = None

    @property
    def after(self) -> LedgerEntry:
        was = self.entry
        return replace(
            was,
            reversed_points=was.reversed_points + self.points,
            refunded=was.refunded + self.refunded,
            edited=was.edited + self.edited,
            settled=max(was.settled, self.settled),
            moved_to=self.moved_to or was.moved_to,
        )


@dataclass(frozen=True, slots=True)
class Posting:
    """Everything that an operation writes, in one transaction.

    `account` is written over the version that was read. `claims`: no other member may earn by this
    operation's id. `settled` are entries for points that expired long ago, `timers` those of holds
    that got an end, `shown` the name of the card that the member showed: no other has it.
    """

    account: Account
    entry: LedgerEntry
    reversals: tuple[Reversal, ...] = ()
    settled: tuple[LedgerEntry, ...] = ()
    marker: Marker | None = None
    timers: tuple[Timer, ...] = ()
    timeline_entry: Entry | None = None
    claims: bool = False
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """The request that a client's key was used for."""

    member_id: str
    operation_id: str
    digest: str
