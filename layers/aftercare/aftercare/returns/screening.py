"""What speaks for a closer look at a return. Signals never decline: only rules and people do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class SignalCode(StrEnum):
    """What was noticed."""

    REUSED_PHOTO = "reused_photo"
    SAME_MOMENT = "same_moment"
    BEFORE_DELIVERY = "before_delivery"
    SERIAL_MISMATCH = "serial_mismatch"
    SUSPECT_CODE = "suspect_code"
    UNKNOWN_CODE = "unknown_code"
    TOO_MANY_RETURNS = "too_many_returns"
    HIGH_VALUE = "high_value"
    POLICY_REVIEW = "policy_review"


class Signal(NamedTuple):
    """One thing that was noticed, its weight, and the ids of what it refers to."""

    code: SignalCode
    weight: int
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Screening:
    """What a version of the screening rules says of a return.

    `score` is the sum of the signals' weights; `facts` are what they come from, so that the same
    version says the same again.
    """

    version: str
    score: int
    needs_review: bool
    signals: tuple[Signal, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
