"""Photo slots, their uploads and their verdicts, for other rooms and for the screening."""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from aftercare.evidence import marks
from aftercare.evidence.captures import findings
from aftercare.evidence.errors import PhotoNotFoundError, PhotoTypeError
from aftercare.evidence.model import (
    CONTENT_TYPES,
    MOST_ASKED_FOR,
    MOST_ATTEMPTS,
    MOST_OF_TICKET,
    MOST_PHOTOS,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Mark,
    Match,
    Upload,
)
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import NewerDataError, StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id, new_id

if TYPE_CHECKING:
    from aftercare.evidence.look_alikes import LookAlikes
    from aftercare.evidence.photo_store import PhotoBucket
    from aftercare.evidence.store import EvidenceStore
    from aftercare.evidence.videos import VideoService

# Of a photo that is followed: each new draft of a return may take it over.
_MOST_MOVES = 5
# A return has at most 24, so that a few do not hide the others.
_MOST_WITH_CODE = 100

type Screening = Callable[[bytes], Accepted | Refused]


@dataclass(frozen=True, slots=True)
class EvidenceService:
    """Photos go from the browser straight to S3; only screened ones count."""

    store: "EvidenceStore"
    photos: "PhotoBucket"
    videos: "VideoService"
    clock: Clock
    entropy: Entropy
    look_alikes: "LookAlikes | None" = None

    def open_slot(
        self,
        return_id: str,
        content_type: str,
        kind: EvidenceKind = EvidenceKind.PHOTO,
        delivered_at: datetime | None = None,
        *,
        asked_for: bool = False,
        actor: Actor,
    ) -> Evidence:
        """Opens a slot for one more photo; it is empty until an upload has been screened.

        `delivered_at`: see `Evidence`. What staff `asked_for` has a place of its own. For a video
        see `VideoService.open_slot`.

        Raises:
            PhotoTypeError: A content type that is not accepted.
            TooManyPhotosError: The return has its 12 slots, or 24 with what was asked for.
        """
        more = MOST_ASKED_FOR if asked_for else 0
        if kind is EvidenceKind.UNPACKING_VIDEO:
            return self.videos.open_slot(return_id, content_type, more, actor=actor)
        slot = self._new_slot(return_id, content_type, actor)
        slot = replace(slot, kind=kind, delivered_at=delivered_at)
        self.store.open(slot, more)
        return slot

    def open_for_message(
        self, ticket_id: str, entry: int, content_type: str, *, actor: Actor
    ) -> Evidence:
        """Opens a slot for a picture that comes with that entry of a ticket (R-DSK-95).

        Raises:
            PhotoTypeError: A content type that is not accepted.
            TooManyPhotosError: The ticket has its 30 slots.
        """
        slot = replace(self._new_slot(ticket_id, content_type, actor), entry=entry)
        self.store.open(slot, MOST_OF_TICKET - MOST_PHOTOS)
        return slot

    def take_in(
        self,
        ticket_id: str,
        entry: int,
        evidence_id: str,
        content_type: str,
        upload: bytes,
        *,
        actor: Actor,
    ) -> None:
        """Has a picture screened that came by itself, as with a mail, into a slot of that id.

        Safe to repeat: it is opened once, and uploaded again until it has its verdict.

        Raises:
            PhotoTypeError: A content type that is not accepted.
            TooManyPhotosError: The ticket has its 30 slots.
        """
        slot = self.store.get(ticket_id, evidence_id)
        if slot is None:
            slot = self._new_slot(ticket_id, content_type, actor)
            slot = replace(slot, evidence_id=evidence_id, entry=entry)
            self.store.open(slot, MOST_OF_TICKET - MOST_PHOTOS)
        if slot.state is EvidenceState.WAITING:
            self.photos.put(slot, upload)

    def slot(self, return_id: str, evidence_id: str) -> Evidence:
        """One slot of a return.

        Raises:
            PhotoNotFoundError: That return has no such slot.
        """
        slot = self.store.get(return_id, evidence_id) if is_id(evidence_id, "evd") else None
        if slot is None:
            raise PhotoNotFoundError("We can't find that photo.")
        return slot

    def upload_form(self, slot: Evidence, return_to: str = "") -> Upload:
        return self.photos.form(slot, return_to)

    def thumbnail_url(self, slot: Evidence) -> str:
        """A short-lived link to an accepted photo's thumbnail.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
        """
        if slot.state is not EvidenceState.ACCEPTED:
            raise PhotoNotFoundError("We can't find that photo.")
        return self.photos.thumbnail_url(slot)

    def photo_url(self, slot: Evidence) -> str:
        """A short-lived link to the copy that was kept of an accepted photo.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
        """
        if slot.state is not EvidenceState.ACCEPTED or slot.is_video:
            raise PhotoNotFoundError("We can't find that photo.")
        return self.photos.photo_url(slot)

    @on_fresh_state
    def mark(self, return_id: str, evidence_id: str, mark: Mark) -> Evidence:
        """Marks a flaw on an accepted photo (R-EVD-26). Safe to repeat: the same mark is one.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
            MarkInvalidError, TooManyMarksError: See `marks.marked`.
        """
        return self._note(return_id, evidence_id, lambda slot: marks.marked(slot, mark))

    @on_fresh_state
    def unmark(self, return_id: str, evidence_id: str, mark: Mark) -> Evidence:
        """Takes a mark off an accepted photo. Safe to repeat.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
        """
        return self._note(return_id, evidence_id, lambda slot: marks.unmarked(slot, mark))

    @on_fresh_state
    def type_serial(self, return_id: str, evidence_id: str, text: str) -> Evidence:
        """Keeps the code that somebody typed from a photo of a label (R-EVD-27). Safe to repeat.

        A code that was read from the photo stays.

        Raises:
            PhotoNotFoundError: Nothing was accepted there.
            SerialInvalidError: See `marks.with_serial`.
        """
        return self._note(return_id, evidence_id, lambda slot: marks.with_serial(slot, text))

    def followed(self, return_id: str, evidence_id: str) -> Evidence | None:
        """The photo that was in that return, where it is now; none if it was removed."""
        place: str | None = return_id
        for _ in range(_MOST_MOVES):
            if not place:
                return None
            if slot := self.store.get(place, evidence_id):
                return slot
            place = self.store.moved_to(place, evidence_id)
        return None

    def with_code(self, code: str) -> Iterator[Evidence]:
        """The photos that show that code, in its 16 symbols, the newest first.

        At most a hundred of them, each as it is now; a new one may be seconds late. One that only
        a newer version can read is left out.
        """
        for place in self.store.with_code(code, _MOST_WITH_CODE):
            with suppress(NewerDataError):
                slot = self.followed(*place)
                # The index is behind, or an earlier version changed the serial, not the column.
                if slot and slot.code == code:
                    yield slot

    def of_return(self, return_id: str) -> tuple[Evidence, ...]:
        return self.store.of_return(return_id)

    def accepted(self, return_id: str) -> int:
        """How many of the return's photos passed screening."""
        return sum(slot.state is EvidenceState.ACCEPTED for slot in self.store.of_return(return_id))

    @on_fresh_state
    def remove(self, return_id: str, evidence_id: str) -> None:
        """Removes a slot and its photo's files. Safe to repeat: one that is gone stays gone.

        The caller has seen to it that the photo no longer counts: it does not after the first step.
        An upload that arrives later is thrown away unscreened.
        """
        slot = self.store.get(return_id, evidence_id)
        if slot is None:
            return
        if slot.state is EvidenceState.ACCEPTED:
            self.photos.discard(slot)
        self.store.remove(slot)

    @on_fresh_state
    def take_over(self, return_id: str, to: str, without: Collection[str] = ()) -> int:
        """Moves a return's accepted photos into another return, as many as that one has room for.

        Returns how many. Safe to repeat: a photo is moved once. `without`: those that stay.
        """
        photos = [
            slot for slot in self.store.of_return(return_id) if slot.evidence_id not in without
        ]
        accepted = [slot for slot in photos if slot.state is EvidenceState.ACCEPTED]
        moved = accepted[: max(0, MOST_PHOTOS - len(self.store.of_return(to)))]
        if moved:
            self.store.move(moved, to)
        return len(moved)

    def screen(self, upload_key: str, screening: Screening, *, actor: Actor) -> Evidence | None:
        """Screens the upload with that key, keeps a clean copy, deletes the upload (R-EVD-07).

        The verdict is written once (R-EVD-09): an upload that is reported twice, or replaced after
        its verdict, changes nothing. Safe to repeat after a crash at any step. A photo whose
        screening began three times and never ended is refused as unreadable (R-EVD-10).
        """
        place = _place_of(upload_key)
        slot = self.store.get(*place) if place else None
        if slot and slot.state is EvidenceState.WAITING and slot.is_video:
            slot = self.videos.judge(replace(slot, screened_by=actor), self._matches)
        elif slot and slot.state is EvidenceState.WAITING:
            upload = self.photos.uploaded(slot)
            if upload is None:
                return slot
            slot = self._judge(replace(slot, screened_by=actor), upload, screening)
        if place and slot is None and self.store.moved_to(*place) is None:
            # It was removed, perhaps while it was screened.
            self.photos.discard_strays(Evidence(*place, "", self.clock()))
        self.photos.discard_upload(upload_key)
        return slot

    def _new_slot(self, place: str, content_type: str, actor: Actor) -> Evidence:
        if content_type not in CONTENT_TYPES:
            raise PhotoTypeError("Please choose a photo: JPEG, PNG, WebP, HEIC or AVIF.")
        now = self.clock()
        evidence_id = new_id("evd", now, self.entropy)
        return Evidence(place, evidence_id, content_type, now, opened_by=actor)

    def _note(
        self, return_id: str, evidence_id: str, change: Callable[[Evidence], Evidence]
    ) -> Evidence:
        slot = self.slot(return_id, evidence_id)
        if slot.state is not EvidenceState.ACCEPTED or slot.is_video:
            raise PhotoNotFoundError("We can't find that photo.")
        after = change(slot)
        if after != slot:
            self.store.note(slot, after)
        return after

    def _judge(self, slot: Evidence, upload: bytes, screening: Screening) -> Evidence | None:
        try:
            begun = self.store.begin(slot)
            if begun.attempts > MOST_ATTEMPTS:
                verdict: Accepted | Refused = Refused(RefusalReason.UNREADABLE)
            else:
                verdict = screening(upload)
            return self._settle(replace(begun, screened_by=slot.screened_by), verdict)
        except StaleWriteError:
            judged = self.store.get(slot.return_id, slot.evidence_id)
            if judged and judged.state is EvidenceState.WAITING:  # a write in flight, no verdict
                raise
            return judged

    def _settle(self, slot: Evidence, verdict: Accepted | Refused) -> Evidence:
        if isinstance(verdict, Accepted):
            settled = replace(
                slot,
                state=EvidenceState.ACCEPTED,
                sha256=verdict.sha256,
                **findings(slot, verdict, self.clock()),
            )
            self.photos.keep(settled, verdict.photo, verdict.thumbnail)
            matches = self._matches(settled, verdict.fingerprint, verdict.capture)
            settled = replace(settled, matches=matches)
        else:
            settled = replace(slot, state=EvidenceState.REFUSED, refusal=verdict.reason)
        self.store.settle(settled)
        return settled

    def _matches(
        self, evidence: Evidence, fingerprint: bytes = b"", capture: str = ""
    ) -> tuple[Match, ...]:
        """Of a video, which has no looks and no moment, the same file.

        A message's picture neither is like a return's nor makes one suspicious: it is often the
        same photo, sent first to ask and then to return (R-DSK-96).
        """
        if self.look_alikes is None or evidence.is_of_message:
            return ()
        return self.look_alikes.add_and_find(evidence, fingerprint, capture, self.followed)


def _place_of(upload_key: str) -> tuple[str, str] | None:
    """The return, or the ticket, and the slot that an upload's key names."""
    match upload_key.split("/"):
        case ["incoming", place, evidence_id] if is_id(evidence_id, "evd") and (
            is_id(place, "ret") or is_id(place, "tkt")
        ):
            return place, evidence_id
    return None
