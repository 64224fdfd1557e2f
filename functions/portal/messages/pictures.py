"""View models of the pictures that come with messages, and of the page that adds them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from aftercare.desk.pictures import MOST_OF_MESSAGE
from aftercare.desk.ticket import Thread
from aftercare.evidence.model import Evidence, EvidenceState
from aftercare.evidence.verdict import RefusalReason
from aftercare.kernel.clock import utc_now
from aftercare.words.service import Words
from portal import rooms
from portal.edge import Visit
from portal.site.photos import Photo

_S = EvidenceState


class Adding(NamedTuple):
    """The page that adds pictures to a message; `words` is none of it where none may be added.

    `is_open` says that there is room for another, `is_waiting` that a verdict may still come.
    """

    number: str
    words: str | None
    photos: list[Photo]
    is_open: bool
    is_waiting: bool
    most: int = MOST_OF_MESSAGE


def photos(w: Words, base: str, number: str, slots: Sequence[Evidence]) -> list[Photo]:
    """The pictures of one message of the ticket with that number."""
    path = f"{base}/messages/{number}/pictures"
    return [_photo(w, path, place, slot) for place, slot in enumerate(slots, start=1)]


def adding(visit: Visit, thread: Thread) -> Adding:
    """What may be added to the customer's last message, and what was."""
    number, pictures = thread.ticket.number, rooms.message_pictures()
    placed = pictures.taking(thread)
    if placed is None:
        return Adding(number, None, [], is_open=False, is_waiting=False)
    message, now = placed.message, utc_now()
    slots = pictures.of(thread).get((placed.number, message.entry.number), ())
    counted = sum(slot.state is not _S.REFUSED for slot in slots)
    return Adding(
        number=number,
        words=message.words,
        photos=photos(visit.words, visit.request.base, number, slots),
        is_open=counted < MOST_OF_MESSAGE,
        is_waiting=any(slot.state is _S.WAITING and not slot.is_late(now) for slot in slots),
    )


def _photo(w: Words, path: str, number: int, slot: Evidence) -> Photo:
    path = f"{path}/{slot.evidence_id}"
    is_late = slot.is_late(utc_now())
    return Photo(
        id=slot.evidence_id,
        number=number,
        state=_S.REFUSED if is_late else slot.state,
        words=_told(w, slot, w.text("return_page.photos.name", number=number), is_late=is_late),
        thumbnail=f"{path}/thumbnail" if slot.state is _S.ACCEPTED else "",
        path=path,
        facts=list(_facts(w, slot)),
    )


def _told(w: Words, slot: Evidence, name: str, *, is_late: bool) -> str:
    """What became of the picture."""
    if is_late:
        return w.text("return_page.photos.late", photo=name)
    if slot.state is _S.REFUSED and slot.refusal in set(RefusalReason):
        return w.text(f"return_page.photo_refusal.{slot.refusal}", photo=name)
    return w.text(f"return_page.photo.{slot.state}", photo=name)


def _facts(w: Words, slot: Evidence) -> Iterator[str]:
    for advice in slot.advice:
        yield w.text(f"return_page.advice.{advice}")
