"""Why something comes back, and what shows it: the terms in which a policy grants."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from aftercare.evidence.model import Evidence, EvidenceKind, EvidenceState

__all__ = [
    "Cause",
    "EvidenceKind",
    "Given",
    "Opened",
    "Reason",
    "Wanted",
    "given_by",
    "merged",
    "missing",
    "missing_each",
    "photos_of",
]


class Cause(StrEnum):
    """What kind of reason there is; a policy grants by cause, or by reason."""

    DEFECT = "defect"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    DISPUTE = "dispute"
    PERSONAL = "personal"
    RECALL = "recall"


class Reason(StrEnum):
    """Why it comes back, in the customer's terms (R-RET-06)."""

    ARRIVED_DAMAGED = "arrived_damaged"
    MISSING_PARTS = "missing_parts"
    BROKEN_OR_SCRATCHED = "broken_or_scratched"
    DUPLICATE_IN_SET = "duplicate_in_set"
    UNSTABLE = "unstable"
    STAINED = "stained"
    DISCOLORED = "discolored"
    EXCESS_GLUE = "excess_glue"
    WRONG_ITEM = "wrong_item"
    RARITY_DISPUTE = "rarity_dispute"
    LIMITED_REDRAW = "limited_redraw"
    CHANGED_MIND = "changed_mind"
    UNWANTED_CHARACTER = "unwanted_character"
    RECALLED = "recalled"

    @property
    def cause(self) -> Cause:
        return _CAUSES.get(self, Cause.DEFECT)


_CAUSES = {
    Reason.ARRIVED_DAMAGED: Cause.DAMAGED,
    Reason.WRONG_ITEM: Cause.WRONG_ITEM,
    Reason.RARITY_DISPUTE: Cause.DISPUTE,
    Reason.LIMITED_REDRAW: Cause.DISPUTE,
    Reason.CHANGED_MIND: Cause.PERSONAL,
    Reason.UNWANTED_CHARACTER: Cause.PERSONAL,
    Reason.RECALLED: Cause.RECALL,
}


class Opened(StrEnum):
    """Whether the customer opened it, as far as they were asked."""

    UNKNOWN = "unknown"
    SEALED = "sealed"
    OPENED = "opened"


type Given = Mapping[EvidenceKind, int]
"""How many accepted pieces of evidence there are of each kind."""


class Wanted(NamedTuple):
    """Evidence that a policy asks for; one piece of an `instead` kind does as well."""

    kind: EvidenceKind
    at_least: int
    instead: tuple[EvidenceKind, ...] = ()


def merged(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """What all of them ask for together: one photo may show several items of a return."""
    most: dict[EvidenceKind, Wanted] = {}
    for each in wanted:
        known = most.get(each.kind)
        most[each.kind] = max(known, each, key=lambda one: one.at_least) if known else each
    return tuple(most.values())


def photos_of(wanted: Iterable[Wanted]) -> int:
    """How many photos meet all of it."""
    return missing(wanted, {})


def missing(wanted: Iterable[Wanted], given: Given) -> int:
    """How many more photos are needed (R-EVD-02).

    A photo that nobody sorted stands for any one that is asked for; a sorted one for its kind, and
    for one of no particular kind.
    """
    open_ends = [each for each in wanted if not any(given.get(kind) for kind in each.instead)]
    sorted_ones = sum(
        max(0, each.at_least - given.get(each.kind, 0))
        for each in open_ends
        if each.kind is not EvidenceKind.PHOTO
    )
    photos = sum(count for kind, count in given.items() if kind is not EvidenceKind.UNPACKING_VIDEO)
    of_any = max(
        (each.at_least for each in open_ends if each.kind is EvidenceKind.PHOTO), default=0
    )
    return max(sorted_ones - given.get(EvidenceKind.PHOTO, 0), of_any - photos, 0)


def given_by(slots: Iterable[Evidence]) -> Given:
    """What of each kind was accepted."""
    return Counter(slot.kind for slot in slots if slot.state is EvidenceState.ACCEPTED)


def missing_each(wanted: Sequence[Wanted], given: Given) -> tuple[int, ...]:
    """How many more photos each of them needs, in their order (R-EVD-02).

    Photos that nobody sorted fill what is asked for first. The sum may be more than `missing`: a
    photo of one kind may be one of no particular kind, too.
    """
    unsorted, found = given.get(EvidenceKind.PHOTO, 0), []
    photos = sum(count for kind, count in given.items() if kind is not EvidenceKind.UNPACKING_VIDEO)
    for each in wanted:
        if any(given.get(kind) for kind in each.instead):
            found.append(0)
        elif each.kind is EvidenceKind.PHOTO:
            found.append(max(0, each.at_least - photos))
        else:
            open_ends = max(0, each.at_least - given.get(each.kind, 0))
            filled = min(open_ends, unsorted)
            unsorted -= filled
            found.append(open_ends - filled)
    return tuple(found)
