"""View models of what a customer showed, beside what it is like."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from aftercare.evidence.model import MARK_SCALE, Evidence, EvidenceState, Likeness, Mark
from aftercare.returns.case_file import LookAlike, Size
from console import words
from console.queue.rows import Chip

type Address = Callable[[str, str, Size], str]
"""Where a page finds a file: by return, piece of evidence and size."""


class Spot(NamedTuple):
    """A mark on a picture, in per cent of its width and height."""

    x: str
    y: str
    text: str


class Twin(NamedTuple):
    """A photo of another return that a photo is like."""

    return_id: str
    ticket: str
    likeness: str
    is_hint: bool
    photo: str
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
    evidence: Sequence[Evidence], matches: Iterable[LookAlike], address: Address
) -> list[Piece]:
    """What was shown, in the customer's order; strongest likenesses first."""
    by_piece: dict[str, list[LookAlike]] = {}
    for each in matches:
        by_piece.setdefault(each.of.evidence_id, []).append(each)
    return [
        _piece(number, each, by_piece.get(each.evidence_id, []), address)
        for number, each in enumerate(evidence, 1)
    ]


def _piece(number: int, each: Evidence, alike: list[LookAlike], address: Address) -> Piece:
    accepted = each.state is EvidenceState.ACCEPTED
    size = Size.VIDEO if each.is_video else Size.PHOTO
    where = address(each.return_id, each.evidence_id, size) if accepted else ""
    kind = words.KINDS[each.kind]
    order = list(Likeness)
    return Piece(
        id=each.evidence_id,
        kind=kind,
        chips=_chips(each),
        photo="" if each.is_video else where,
        video=where if each.is_video else "",
        length=f"{each.seconds // 60}:{each.seconds % 60:02}",
        alt=_alt(f"{kind}, {number}", each.marks),
        marks=_spots(each.marks),
        serial=each.serial,
        serial_typed=each.serial_typed,
        twins=[
            _twin(one, address)
            for one in sorted(alike, key=lambda a: order.index(a.match.likeness))
        ],
    )


def _twin(alike: LookAlike, address: Address) -> Twin:
    other, likeness = alike.evidence, alike.match.likeness
    return Twin(
        return_id=other.return_id,
        ticket=alike.ticket,
        likeness=words.LIKENESSES[likeness],
        is_hint=likeness is Likeness.SIMILAR,
        photo=address(other.return_id, other.evidence_id, Size.PHOTO),
        alt=f"A photo of {alike.ticket}",
        marks=[],
    )


def _chips(each: Evidence) -> list[Chip]:
    chips = [Chip(words.ADVICE[advice], "warn") for advice in each.advice]
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
