"""The verdict on a video's container."""

from typing import NamedTuple

from aftercare.evidence.containers.refusal import VideoRefusal


class AcceptedVideo(NamedTuple):
    """A video that may be kept as it came: its verified type, its length rounded down."""

    content_type: str
    seconds: int


class RefusedVideo(NamedTuple):
    """Nothing of the file is kept."""

    reason: VideoRefusal
