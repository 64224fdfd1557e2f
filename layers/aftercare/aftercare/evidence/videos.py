"""Unpacking videos: their slots, their uploads in parts, their verdicts."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.evidence.containers.refusal import VideoRefusal
from aftercare.evidence.errors import (
    TooManyVideosError,
    VideoIncompleteError,
    VideoNotFoundError,
    VideoTooLargeError,
    VideoTypeError,
)
from aftercare.evidence.footage_verdict import AcceptedVideo, RefusedVideo
from aftercare.evidence.model import (
    MOST_ATTEMPTS,
    MOST_VIDEO_BYTES,
    MOST_VIDEOS,
    VIDEO_TYPES,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Match,
    Progress,
    Upload,
)
from aftercare.evidence.video_uploads_store import VideoUpload
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy, is_id, new_id

if TYPE_CHECKING:
    from aftercare.evidence.store import EvidenceStore
    from aftercare.evidence.video_store import Part, StoredVideo, VideoBucket
    from aftercare.evidence.video_uploads_store import VideoUploads

PART_BYTES = 8 * 1024 * 1024
# So many links a request; a browser asks for more as it goes.
MOST_URLS = 8

type Alike = Callable[[Evidence], tuple[Match, ...]]


@dataclass(frozen=True, slots=True)
class VideoService:
    """Videos go from the browser to S3 in parts, and stay as they came if they are accepted."""

    store: "EvidenceStore"
    uploads: "VideoUploads"
    bucket: "VideoBucket"
    clock: Clock
    entropy: Entropy

    def open_slot(
        self, return_id: str, content_type: str, more: int = 0, *, actor: Actor
    ) -> Evidence:
        """Opens a slot for a video (R-EVD-61). Two at the same moment may make it one more.

        `more` slots than others may be in a return of which staff asked for evidence; it takes
        three more videos, too.

        Raises:
            VideoTypeError: A content type that is not accepted.
            TooManyVideosError: The return has its three, or six with what was asked for.
            TooManyPhotosError: It has as many slots as one may have, with its photos.
        """
        if content_type not in VIDEO_TYPES:
            raise VideoTypeError("Please choose a video: MP4, MOV or WebM.")
        videos = [slot for slot in self.store.of_return(return_id) if slot.is_video]
        most = 2 * MOST_VIDEOS if more else MOST_VIDEOS
        if len(videos) >= most:
            raise TooManyVideosError(f"A return takes up to {most} videos.", most=most)
        now = self.clock()
        evidence_id = new_id("evd", now, self.entropy)
        kind = EvidenceKind.UNPACKING_VIDEO
        slot = Evidence(return_id, evidence_id, content_type, now, opened_by=actor, kind=kind)
        self.store.open(slot, more)
        return slot

    def slot(self, return_id: str, evidence_id: str, without: Collection[str] = ()) -> Evidence:
        """One video's slot. `without`: those that the return has removed.

        Raises:
            VideoNotFoundError: That return has no such video.
        """
        is_one = is_id(evidence_id, "evd") and evidence_id not in without
        slot = self.store.get(return_id, evidence_id) if is_one else None
        if slot is None or not slot.is_video:
            raise VideoNotFoundError("We can't find that video.")
        return slot

    def form(self, slot: Evidence, return_to: str) -> Upload:
        """A form for browsers without scripts: the whole video at once."""
        return self.bucket.form(slot, return_to)

    @on_fresh_state
    def begin(self, return_id: str, evidence_id: str, size: int, mark: str) -> Progress:
        """Begins the upload of a file of that size in bytes, or goes on with it.

        `mark` is what the browser knows the file by. The parts of the same file that have arrived
        stay, whoever sent them and when, within a day; another file begins anew. Safe to repeat.

        Raises:
            VideoNotFoundError: That return has no video that waits for its file.
            VideoTooLargeError: No size, or more than 200 MB.
        """
        slot = self._waiting(return_id, evidence_id)
        if not 0 < size <= MOST_VIDEO_BYTES:
            raise VideoTooLargeError("A video may have up to 200 MB.")
        before = self.uploads.get(slot)
        if before and (before.size, before.mark) == (size, mark):
            parts = self.bucket.parts(slot, before.upload_id)
            if parts is not None:
                return _progress(size, parts)
        self._start(slot, before, size, mark)
        return _progress(size, ())

    def part_urls(
        self, return_id: str, evidence_id: str, numbers: Collection[int]
    ) -> Mapping[int, str]:
        """A link for each of these parts, eight at most; each takes its part's size and no more.

        Raises:
            VideoNotFoundError: That return has no video that waits for its file.
            VideoIncompleteError: Its upload has not begun.
        """
        slot = self._waiting(return_id, evidence_id)
        upload = self._begun(slot)
        sizes = dict(_sizes(upload.size))
        wanted = [number for number in dict.fromkeys(numbers) if number in sizes][:MOST_URLS]
        return {
            number: self.bucket.part_url(slot, upload.upload_id, number, sizes[number])
            for number in wanted
        }

    def complete(self, return_id: str, evidence_id: str) -> Evidence:
        """Puts the parts together; screening follows by itself. Safe to repeat.

        Raises:
            VideoNotFoundError: That return has no such video.
            VideoIncompleteError: Parts are missing, or are of another size than the file's.
        """
        slot = self.slot(return_id, evidence_id)
        if slot.state is not EvidenceState.WAITING:
            return slot
        upload = self._begun(slot)
        parts = self.bucket.parts(slot, upload.upload_id)
        if parts is None:  # it was completed before
            return slot
        if _progress(upload.size, parts).missing:
            raise _incomplete()
        self.bucket.complete(slot, upload.upload_id, parts)
        return slot

    def url(self, slot: Evidence) -> str:
        """A short-lived link to an accepted video.

        Raises:
            VideoNotFoundError: Nothing was accepted there.
        """
        if slot.state is not EvidenceState.ACCEPTED or not slot.is_video:
            raise VideoNotFoundError("We can't find that video.")
        return self.bucket.url(slot)

    def judge(self, slot: Evidence, alike: Alike) -> Evidence | None:
        """Judges the upload of a slot that has no verdict yet, and keeps it if it is accepted.

        Returns the slot as it is then: none if it was removed meanwhile. It is never loaded whole:
        its container is read by ranges, its digest as it streams by, and S3 copies it (R-EVD-60).
        `alike` finds the other returns that show the same file (R-EVD-44). Safe to repeat after a
        crash at any step. One whose screening began three times and never ended is refused as
        unreadable (R-EVD-10).

        Raises:
            StaleWriteError: Another upload took its place meanwhile; that one is to be judged.
        """
        video = self.bucket.uploaded(slot)
        if video is None:
            return slot
        try:
            begun = replace(self.store.begin(slot), screened_by=slot.screened_by)
            return self._settle(begun, video, self._verdict(begun, video), alike)
        except StaleWriteError:
            judged = self.store.get(slot.return_id, slot.evidence_id)
            if judged and judged.state is EvidenceState.WAITING:
                raise
            return judged

    def _verdict(self, slot: Evidence, video: "StoredVideo") -> AcceptedVideo | RefusedVideo:
        if slot.attempts > MOST_ATTEMPTS:
            return RefusedVideo(VideoRefusal.UNREADABLE)
        from aftercare.evidence.footage import screen_video  # noqa: PLC0415 - the intake's alone

        return screen_video(self.bucket.ranges(video))

    def _settle(
        self,
        slot: Evidence,
        video: "StoredVideo",
        verdict: AcceptedVideo | RefusedVideo,
        alike: Alike,
    ) -> Evidence:
        if isinstance(verdict, AcceptedVideo):
            settled = replace(
                slot,
                state=EvidenceState.ACCEPTED,
                content_type=verdict.content_type,
                seconds=verdict.seconds,
                sha256=self.bucket.digest(video),
            )
            self.bucket.keep(settled, video)
            settled = replace(settled, matches=alike(settled))
        else:
            settled = replace(slot, state=EvidenceState.REFUSED, refusal=verdict.reason)
        self.store.settle(settled)
        return settled

    def _start(self, slot: Evidence, before: VideoUpload | None, size: int, mark: str) -> None:
        upload = VideoUpload(self.bucket.start(slot), size, mark)
        try:
            self.uploads.replace(slot, before, upload)
        except StaleWriteError:
            # The reply to our own write may have been lost; then it is ours that is there.
            if self.uploads.get(slot) != upload:
                self.bucket.abandon(slot, upload.upload_id)
                raise
        if before:
            self.bucket.abandon(slot, before.upload_id)

    def _waiting(self, return_id: str, evidence_id: str) -> Evidence:
        slot = self.slot(return_id, evidence_id)
        if slot.state is not EvidenceState.WAITING:
            raise VideoNotFoundError("We can't find that video.")
        return slot

    def _begun(self, slot: Evidence) -> VideoUpload:
        upload = self.uploads.get(slot)
        if upload is None:
            raise _incomplete()
        return upload


def _incomplete() -> VideoIncompleteError:
    return VideoIncompleteError("Not all of the video has arrived yet.")


def _sizes(size: int) -> Iterator[tuple[int, int]]:
    """The parts of a file of that size: their numbers and sizes."""
    for number, start in enumerate(range(0, size, PART_BYTES), 1):
        yield number, min(PART_BYTES, size - start)


def _progress(size: int, parts: "Collection[Part]") -> Progress:
    arrived = {part.number: part.size for part in parts}
    sizes = dict(_sizes(size))
    missing = [number for number, length in sizes.items() if arrived.get(number) != length]
    return Progress(PART_BYTES, len(sizes), tuple(missing))
