"""A decision that chance has drawn, and what a lead made of it."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.kernel.actor import Actor


class Finding(StrEnum):
    """What a lead makes of a decision that was drawn; the values are stored."""

    AGREED = "agreed"
    QUESTIONED = "questioned"


class Drawn(NamedTuple):
    """A decision that was drawn; `place` is its place by chance in the week's sample.

    `finding` is empty until a lead has looked.
    """

    week: str
    place: str
    return_id: str
    step: str
    decided_by: Actor
    decided_at: datetime
    finding: str = ""
    words: str = ""
    looked_by: Actor | None = None
    looked_at: datetime | None = None
