"""Why a video is refused."""

from enum import StrEnum


class VideoRefusal(StrEnum):
    """Why a video is refused; the catalogue has a sentence for each."""

    NOT_A_VIDEO = "not_a_video"
    UNSUPPORTED = "unsupported"
    DAMAGED = "damaged"
    NO_PICTURE = "no_picture"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class VideoRefusedError(Exception):
    """Ends the reading of a container whose video is refused."""

    def __init__(self, reason: VideoRefusal) -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyReadsError(VideoRefusedError):
    """The file asks for more work than any real one: nothing goes on after it."""

    def __init__(self) -> None:
        super().__init__(VideoRefusal.DAMAGED)
