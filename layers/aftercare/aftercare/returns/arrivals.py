"""What came back of a line, and in what condition: what a warehouse or a store says of it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor
from aftercare.returns.judgement import JudgementCode


class Condition(StrEnum):
    """What became of a unit that was expected.

    `AWAITED`: it may be in another parcel of the return, which is not here yet.
    """

    RECEIVED = "received"
    SHORT = "short"
    WRONG_ITEM = "wrong_item"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    LOST = "lost"
    AWAITED = "awaited"


class Grade(StrEnum):
    """The state of what came back, from as new to worthless."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


class Disposition(StrEnum):
    """What becomes of what came back."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    DONATE = "donate"
    RECYCLE = "recycle"
    DESTROY = "destroy"
    SEND_BACK = "send_back"


class Outcome(StrEnum):
    """How much of a line the inspection takes back."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


MOST_SERIALS = 50
"""The codes that are kept of a line."""


class Came(NamedTuple):
    """What came of one line: units by condition, and the codes that were scanned."""

    units: Mapping[Condition, int]
    serials: tuple[str, ...] = ()


class Found(NamedTuple):
    """What an inspection found of one line: units that are taken back, their state, and why."""

    accepted: int
    grade: Grade
    disposition: Disposition
    code: JudgementCode
    words: str = ""


_PRESENT = (Condition.RECEIVED, Condition.DAMAGED_IN_TRANSIT)


class Receipt(NamedTuple):
    """What came of a line: units by condition, the codes that were scanned, where, by whom, when.

    The units add up to those of the line.
    """

    units: Mapping[Condition, int]
    serials: tuple[str, ...]
    place: str
    by: Actor
    at: datetime

    @property
    def present(self) -> int:
        """The units that are here, whole or damaged on the way."""
        return sum(self.units.get(each, 0) for each in _PRESENT)

    @property
    def awaited(self) -> int:
        """The units that may be in a parcel that is not here yet."""
        return self.units.get(Condition.AWAITED, 0)


class Inspection(NamedTuple):
    """What the inspection says of a line: how many units are taken back, and why not the others.

    `code` is a JudgementCode, or what a newer version calls one; `words` are the inspector's own,
    for the customer.
    """

    accepted: int
    grade: Grade
    disposition: Disposition
    code: str
    words: str
    by: Actor
    at: datetime

    def outcome(self, units: int) -> Outcome:
        """How much of a line of that many units is taken back."""
        if self.accepted >= units:
            return Outcome.ACCEPTED
        return Outcome.PARTLY if self.accepted else Outcome.REJECTED
