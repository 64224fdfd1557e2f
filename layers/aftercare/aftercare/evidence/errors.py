"""Why a photo is refused before it is screened."""

from aftercare.kernel.errors import InvalidError, NotFoundError, RefusedError


class TooManyPhotosError(RefusedError):
    """The return has as many photo slots as one may have."""

    code = "too_many_photos"


class PhotoTypeError(InvalidError):
    """A content type that is not accepted."""

    code = "photo_type"


class PhotoNotFoundError(NotFoundError):
    """No such photo in this return."""

    code = "photo_not_found"


class MarkInvalidError(InvalidError):
    """A mark outside of the picture, or without a text that is short enough."""

    code = "mark_invalid"


class TooManyMarksError(RefusedError):
    """The photo has as many marks as one may have."""

    code = "too_many_marks"


class SerialInvalidError(InvalidError):
    """What was typed cannot be the code on a label."""

    code = "serial_invalid"


class TooManyVideosError(RefusedError):
    """The return has as many videos as one may have."""

    code = "too_many_videos"


class VideoTypeError(InvalidError):
    """A content type that is not accepted of a video."""

    code = "video_type"


class VideoTooLargeError(InvalidError):
    """A video that is larger than any that is taken, or has no size."""

    code = "video_too_large"


class VideoNotFoundError(NotFoundError):
    """No such video in this return, or none in the state that is needed."""

    code = "video_not_found"


class VideoIncompleteError(RefusedError):
    """Not all parts of the video have arrived; the browser begins again, and sends the rest."""

    code = "video_incomplete"
