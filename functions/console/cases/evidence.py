"""View models of what a customer showed, beside what it is like."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from aftercare.evidence.model import MARK_SCALE, Evidence, EvidenceState, Likeness, Mark
from aftercare.returns.case_file import LookAlike, Size
from console import words
from console.queue.rows import Chip

_STRONGEST: Sequence[str] = tuple(Likeness)
_COPIES = frozenset(Likeness) - {Likeness.SIMILAR}

type Address = Callable[[str, str, Size], str]
"""Where a page finds a file: by return, piece of evidence and size."""


class Spot(NamedTuple):
    """A mark on a picture, in per cent of its width and height."""

    x: str
    y: str
    text: str


class Twin(NamedTuple):
    """A photo or a video of another return that one is like."""

    return_id: str
    ticket: str
    likeness: str
    is_hint: bool
    photo: str
    video: str
    length: str
    alt: str
    marks: list[Spot]


class Piece(NamedTuple):
    """One photo or video of the return; `photo` or `video` is where it is, if it was accepted."""

    id: str
    kind: str
    chips: list[Chip]
    photo: str
    video: str
    length: str
    alt: str
    marks: list[Spot]
    serial: str
    serial_typed: bool
    twins: list[Twin]


def pieces(
    evidence: Sequence[Evidence],
    matches: Iterable[LookAlike],
    address: Address,
    unseen: Collection[str] = (),
) -> list[Piece]:
    """What was shown, in the customer's order; strongest likenesses first.

    `unseen` has not been screened with the return.
    """
    by_piece: dict[str, list[LookAlike]] = {}
    for each in matches:
        by_piece.setdefault(each.of.evidence_id, []).append(each)
    return [
        _piece(
            number,
            each,
            by_piece.get(each.evidence_id, []),
            address,
            is_unseen=each.evidence_id in unseen,
        )
        for number, each in enumerate(evidence, 1)
    ]


def _piece(
    number: int, each: Evidence, alike: list[LookAlike], address: Address, *, is_unseen: bool
) -> Piece:
    accepted = each.state is EvidenceState.ACCEPTED
    where = _where(each, address) if accepted else ""
    kind = words.KINDS[each.kind]
    return Piece(
        id=each.evidence_id,
        kind=kind,
        chips=_chips(each, is_unseen=is_unseen and accepted),
        photo="" if each.is_video else where,
        video=where if each.is_video else "",
        length=_length(each),
        alt=_alt(f"{kind}, {number}", each.marks),
        marks=_spots(each.marks),
        serial=each.serial,
        serial_typed=each.serial_typed,
        twins=[_twin(one, address) for one in sorted(alike, key=_rank)],
    )


def _rank(alike: LookAlike) -> int:
    """The strongest first; what only a newer version knows last."""
    likeness = alike.match.likeness
    return _STRONGEST.index(likeness) if likeness in _STRONGEST else len(_STRONGEST)


def _twin(alike: LookAlike, address: Address) -> Twin:
    other, likeness = alike.evidence, alike.match.likeness
    where = _where(other, address)
    return Twin(
        return_id=other.return_id,
        ticket=alike.ticket,
        likeness=words.likeness(likeness),
        is_hint=likeness not in _COPIES,
        photo="" if other.is_video else where,
        video=where if other.is_video else "",
        length=_length(other),
        alt=f"A photo of {alike.ticket}",
        marks=[],
    )


def _where(each: Evidence, address: Address) -> str:
    return address(each.return_id, each.evidence_id, Size.VIDEO if each.is_video else Size.PHOTO)


def _length(each: Evidence) -> str:
    return f"{each.seconds // 60}:{each.seconds % 60:02}"


def _chips(each: Evidence, *, is_unseen: bool) -> list[Chip]:
    chips = [Chip("Not screened yet", "note")] if is_unseen else []
    chips += [Chip(words.ADVICE[advice], "warn") for advice in each.advice]
    if each.before_delivery:
        chips.append(Chip("Taken before the delivery", "bad"))
    if each.state is EvidenceState.WAITING:
        chips.append(Chip("Not uploaded yet"))
    if each.state is EvidenceState.REFUSED:
        chips.append(Chip(f"Refused: {each.refusal.replace('_', ' ')}", "bad"))
    return chips


def _alt(name: str, marks: Sequence[Mark]) -> str:
    return f"{name}, marked in {len(marks)} places" if marks else name


def _spots(marks: Sequence[Mark]) -> list[Spot]:
    return [Spot(_per_cent(mark.x), _per_cent(mark.y), mark.text) for mark in marks]


def _per_cent(place: int) -> str:
    return f"{place * 100 / MARK_SCALE:.2f}"
