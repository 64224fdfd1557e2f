"""View models of evidence: what is asked for by kind, the photos there are, one photo's page."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from aftercare.evidence.marks import Area, area_of
from aftercare.evidence.model import MARK_SCALE, MOST_MARKS, Evidence, EvidenceState, Mark
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.reasons import EvidenceKind, Wanted, given_by, missing, missing_each
from aftercare.words.service import Words
from portal.returns import words
from portal.site.photos import Photo

# Pictures of the item, on which a fault may be marked; a receipt has none.
_MARKED = frozenset(EvidenceKind) - {EvidenceKind.RECEIPT, EvidenceKind.UNPACKING_VIDEO}


class Group(NamedTuple):
    """Photos of one kind. `wanted` says how many are needed, `progress` how many there are.

    `needed` says so where the group is the only one, below its title.

    A group of photos that nobody asks for (any more) has no `how` and takes no others.
    """

    kind: str
    title: str
    how: str
    wanted: str
    needed: str
    progress: str
    is_met: bool
    photos: list[Photo]
    is_open: bool


class Pin(NamedTuple):
    """A mark: its place on the picture, as attributes of a drawing have it, and in words."""

    number: int
    x: int
    y: int
    left: str
    top: str
    text: str
    line: str


class Picture(NamedTuple):
    """One accepted photo on its own page."""

    name: str
    title: str
    path: str
    back: str
    pins: list[Pin]
    areas: list[tuple[str, str]]
    can_mark: bool
    is_full: bool
    is_open: bool
    asks_serial: bool
    serial: str
    is_read: bool
    advice: list[str]


def wanted_of(ret: Return) -> tuple[Wanted, ...]:
    """What the return's photos are to show: for its policy, or because staff asked for more."""
    if ret.status is ReturnStatus.NEEDS_EVIDENCE and ret.review and ret.review.wanted:
        return tuple(Wanted(kind, 1) for kind in ret.review.wanted.kinds)
    return ret.evidence if ret.is_draft else ()


def photos_missing(ret: Return, slots: Sequence[Evidence]) -> int:
    return missing(ret.evidence, given_by(slots))


def sorted_by_kind(ret: Return, slots: Sequence[Evidence]) -> list[Evidence]:
    """The photos as pages list them: kind by kind, each in the customer's order."""
    places = {each.kind: place for place, each in enumerate(wanted_of(ret) or ret.evidence)}
    return sorted(slots, key=lambda slot: places.get(slot.kind, len(places)))


def numbered(
    w: Words, base: str, ret: Return, slots: Sequence[Evidence], now: datetime
) -> list[Photo]:
    """The photos that the return's page shows, in its order."""
    shown = [slot for slot in sorted_by_kind(ret, slots) if _is_shown(ret, slot, now)]
    return [_photo(w, base, ret, number, slot, now=now) for number, slot in enumerate(shown, 1)]


def groups(
    w: Words, ret: Return, slots: Sequence[Evidence], photos: Sequence[Photo], *, room: bool
) -> list[Group]:
    """What is asked for, kind by kind, and last the photos that nobody asks for."""
    wanted = wanted_of(ret)
    added = [slot for slot in slots if ret.may_change(slot.opened_at)]
    kinds = {slot.evidence_id: slot.kind for slot in added}
    asked = {each.kind for each in wanted}
    gaps = missing_each(wanted, given_by(added))
    found = [
        _group(w, each, gap, [photo for photo in photos if kinds.get(photo.id) is each.kind], room)
        for each, gap in zip(wanted, gaps, strict=True)
    ]
    rest = [photo for photo in photos if photo.id in kinds and kinds[photo.id] not in asked]
    title = w.text("return_page.slot.other")
    return [*found, *([Group("other", title, "", "", "", "", True, rest, False)] if rest else [])]


def without(photos: Sequence[Photo], found: Sequence[Group]) -> list[Photo]:
    """The photos that are in none of those groups."""
    grouped = {photo.id for group in found for photo in group.photos}
    return [photo for photo in photos if photo.id not in grouped]


def _group(w: Words, each: Wanted, gap: int, photos: list[Photo], room: bool) -> Group:
    title, how = words.kind(w, each.kind)
    given, needed = w.number(each.at_least - gap), w.number(each.at_least)
    is_video = each.kind is EvidenceKind.UNPACKING_VIDEO
    return Group(
        kind=each.kind,
        title=title,
        how=how,
        wanted=words.wanted(w, each),
        needed=words.wanted(w, each) if is_video else words.photos_needed(w, each.at_least),
        progress=w.text("return_page.slot.progress", given=given, needed=needed),
        is_met=not gap,
        photos=photos,
        is_open=room and not is_video,
    )


def is_waiting(ret: Return, slots: Sequence[Evidence], now: datetime) -> bool:
    """Whether a verdict may still come for a photo that the page shows."""
    return any(
        slot.state is EvidenceState.WAITING and not slot.is_late(now) and _is_shown(ret, slot, now)
        for slot in slots
    )


def thumbnails(base: str, ret: Return, slots: Sequence[Evidence]) -> list[str]:
    """The paths of the accepted photos' thumbnails."""
    accepted = [slot for slot in slots if slot.state is EvidenceState.ACCEPTED]
    return [
        f"{photo_path(base, slot)}/thumbnail"
        for slot in sorted_by_kind(ret, accepted)
        if not slot.is_video
    ]


def picture(
    w: Words, base: str, ret: Return, slot: Evidence, slots: Sequence[Evidence], *, now: datetime
) -> Picture:
    """The page of one accepted photo."""
    listed = [photo.id for photo in numbered(w, base, ret, slots, now)]
    number = listed.index(slot.evidence_id) + 1 if slot.evidence_id in listed else 1
    is_open, name = ret.may_change(slot.opened_at), words.photo_name(w, number)
    is_full = len(slot.marks) >= MOST_MARKS
    return Picture(
        name=name,
        title=words.kind(w, slot.kind)[0],
        path=photo_path(base, slot),
        back=f"{base}/returns/{ret.return_id}",
        pins=[_pin(w, *each) for each in enumerate(slot.marks, 1)],
        areas=[(area.value, w.text(f"marks.area.{area}")) for area in Area],
        can_mark=is_open and not is_full and slot.kind in _MARKED,
        is_full=is_open and is_full,
        is_open=is_open,
        asks_serial=slot.kind is EvidenceKind.SERIAL_CODE or bool(slot.serial),
        serial=slot.serial,
        is_read=bool(slot.serial) and not slot.serial_typed,
        advice=[w.text(f"return_page.advice.{each}") for each in slot.advice],
    )


def _pin(w: Words, number: int, mark: Mark) -> Pin:
    x, y, text = mark
    area = w.text(f"marks.area.{area_of(mark)}")
    line = w.text("marks.line", number=w.number(number), area=area, text=text)
    return Pin(number, x, y, _percent(x), _percent(y), text, line)


def _percent(at: int) -> str:
    return f"{100 * at / MARK_SCALE:.2f}%"


def _photo(
    w: Words, base: str, ret: Return, number: int, slot: Evidence, *, now: datetime
) -> Photo:
    path, name = photo_path(base, slot), words.photo_name(w, number)
    if slot.is_late(now):
        text = w.text("return_page.photos.late", photo=name)
        return Photo(slot.evidence_id, number, EvidenceState.REFUSED, text, "", path, [])
    accepted = slot.state is EvidenceState.ACCEPTED and not slot.is_video
    return Photo(
        id=slot.evidence_id,
        number=number,
        state=slot.state,
        words=words.photo(w, slot, number),
        thumbnail=f"{path}/thumbnail" if accepted else "",
        path=path,
        facts=list(_facts(w, slot)),
        link=_link(w, ret, slot) if accepted else "",
    )


def _facts(w: Words, slot: Evidence) -> Iterator[str]:
    """What is known of a photo beside its verdict."""
    for advice in slot.advice:
        yield w.text(f"return_page.advice.{advice}")
    if slot.serial:
        yield w.text("return_page.slot.code", serial=slot.serial)
    if slot.marks:
        yield w.count("return_page.marks", len(slot.marks))


def _link(w: Words, ret: Return, slot: Evidence) -> str:
    """What may be done on the photo's own page."""
    if not ret.may_change(slot.opened_at) or slot.kind is EvidenceKind.RECEIPT:
        return w.text("return_page.slot.look")
    if slot.kind is EvidenceKind.SERIAL_CODE and not slot.serial:
        return w.text("return_page.slot.type_code")
    return w.text("return_page.slot.mark" if slot.kind in _MARKED else "return_page.slot.look")


def photo_path(base: str, slot: Evidence) -> str:
    return f"{base}/returns/{slot.return_id}/photos/{slot.evidence_id}"


def _is_shown(ret: Return, slot: Evidence, now: datetime) -> bool:
    """After submission only accepted photos matter; a late slot may never have got its photo."""
    if not ret.may_change(slot.opened_at):
        return slot.state is EvidenceState.ACCEPTED
    return slot.attempts > 0 or not slot.is_late(now)
