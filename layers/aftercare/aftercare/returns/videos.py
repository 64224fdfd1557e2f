"""The unpacking videos of a return: sent in parts, and only while it takes evidence."""

from collections.abc import Collection, Mapping

from aftercare.evidence.model import Evidence, Progress
from aftercare.returns.photos import PhotoService


class VideoUploadService(PhotoService):
    """A video counts as a photo does: while its return says so. `add_photo` opens its slot."""

    __slots__ = ()

    def video(self, email_key: str, return_id: str, evidence_id: str) -> Evidence:
        """A video of a return that takes evidence.

        Raises:
            ReturnNotFoundError: Not this customer's.
            ReturnLapsedError, ReturnEndedError, ReturnClosedError: It takes no evidence any more.
            VideoNotFoundError: It has no such video, or it was removed.
        """
        ret = self.owned(email_key, return_id)
        slot = self.evidence.videos.slot(return_id, evidence_id, without=ret.removed_photos)
        self._open_for_photos(email_key, return_id)
        return slot

    def begin_video(
        self, email_key: str, return_id: str, evidence_id: str, size: int, mark: str
    ) -> Progress:
        """Begins a video's upload, or goes on with it: see `VideoService.begin`. Safe to repeat.

        Raises:
            ReturnNotFoundError, ReturnLapsedError, ReturnEndedError, ReturnClosedError: As `video`.
            VideoNotFoundError, VideoTooLargeError: See `VideoService.begin`.
        """
        self.video(email_key, return_id, evidence_id)
        return self.evidence.videos.begin(return_id, evidence_id, size, mark)

    def video_part_urls(
        self, email_key: str, return_id: str, evidence_id: str, numbers: Collection[int]
    ) -> Mapping[int, str]:
        """Links that take parts of a video: see `VideoService.part_urls`.

        Raises:
            ReturnNotFoundError, ReturnLapsedError, ReturnEndedError, ReturnClosedError: As `video`.
            VideoNotFoundError, VideoIncompleteError: See `VideoService.part_urls`.
        """
        self.video(email_key, return_id, evidence_id)
        return self.evidence.videos.part_urls(return_id, evidence_id, numbers)

    def complete_video(self, email_key: str, return_id: str, evidence_id: str) -> Evidence:
        """Puts the parts together: see `VideoService.complete`. Safe to repeat.

        Raises:
            ReturnNotFoundError, ReturnLapsedError, ReturnEndedError, ReturnClosedError: As `video`.
            VideoNotFoundError, VideoIncompleteError: See `VideoService.complete`.
        """
        self.video(email_key, return_id, evidence_id)
        return self.evidence.videos.complete(return_id, evidence_id)
