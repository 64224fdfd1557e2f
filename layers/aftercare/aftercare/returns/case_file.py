"""What staff see of a return: its file, what it is like, and what a search finds."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from aftercare.evidence.model import Evidence, Match
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.notes import Note


class LookAlike(NamedTuple):
    """A photo of another return that one of this return's photos is like.

    `of` is this return's, `evidence` the other's, whose ticket and order are named.
    """

    match: Match
    of: Evidence
    evidence: Evidence
    ticket: str
    order_number: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """All of a return that the member who opened it may see; `may` is what they may do with it now.

    Who may not see evidence gets none of it, no look-alikes and no notes, and an order without its
    e-mail address.
    """

    ret: Return
    order: Order
    evidence: tuple[Evidence, ...]
    timeline: tuple[Entry, ...]
    notes: tuple[Note, ...]
    matches: tuple[LookAlike, ...]
    needs_second: bool
    may: frozenset[str]


class FoundBy(StrEnum):
    """What of a return was searched for."""

    TICKET = "ticket"
    ORDER = "order"
    EMAIL = "email"
    TRACKING = "tracking"
    CODE = "code"


class Found(NamedTuple):
    """A return that a search found, and by what."""

    return_id: str
    ticket: str
    order_number: str
    status: ReturnStatus
    why: FoundBy


class Size(StrEnum):
    """What of a piece of evidence is looked at."""

    THUMBNAIL = "thumbnail"
    PHOTO = "photo"
    VIDEO = "video"
