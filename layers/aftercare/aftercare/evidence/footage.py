"""Judges a video by its container: of which kind, how long, all there; no picture is decoded."""

import re

from aftercare.evidence.containers.movie import Footage, is_movie, movie
from aftercare.evidence.containers.ranges import Ranges
from aftercare.evidence.containers.refusal import VideoRefusal, VideoRefusedError
from aftercare.evidence.containers.webm import is_webm, webm
from aftercare.evidence.footage_verdict import AcceptedVideo, RefusedVideo
from aftercare.evidence.model import MOST_VIDEO_BYTES

LEAST_SECONDS, MOST_SECONDS = 3, 600
# Cameras stop a little before or after the second that they show.
_TOLERANCE = 0.5
_HEAD = 512
# Videos of kinds that browsers do not show: AVI, Windows Media, Flash, MPEG-PS, MPEG-TS, Ogg, Real.
_OTHER_VIDEOS = re.compile(
    rb"RIFF....AVI |\x30\x26\xb2\x75\x8e\x66\xcf\x11|FLV\x01|\0\0\x01[\xba\xb3]|OggS|\.RMF"
    rb"|G.{187}G|.{4}G.{191}G",
    re.DOTALL,
)


def screen_video(file: Ranges) -> AcceptedVideo | RefusedVideo:
    """Checks the container by ranges of at most 256 KB. Safe to repeat; raises nothing of its own.

    MP4, QuickTime and WebM are accepted by their bytes, whatever name or type the file has, of 3
    seconds to 10 minutes and at most 200 MB, with a picture, if no part of the file is missing
    (R-EVD-60). A length is what the container says; nobody decodes the pictures.
    """
    if file.size > MOST_VIDEO_BYTES:
        return RefusedVideo(VideoRefusal.TOO_LARGE)
    try:
        return _within_limits(_footage(file))
    except VideoRefusedError as refusal:
        return RefusedVideo(refusal.reason)


def _footage(file: Ranges) -> Footage:
    head = file.at(0, min(_HEAD, file.size))
    if is_webm(head):
        return webm(file)
    if is_movie(head):
        return movie(file)
    is_other = _OTHER_VIDEOS.match(head) is not None
    raise VideoRefusedError(VideoRefusal.UNSUPPORTED if is_other else VideoRefusal.NOT_A_VIDEO)


def _within_limits(footage: Footage) -> AcceptedVideo:
    if footage.seconds < LEAST_SECONDS - _TOLERANCE:
        raise VideoRefusedError(VideoRefusal.TOO_SHORT)
    if footage.seconds >= MOST_SECONDS + 2 * _TOLERANCE:
        raise VideoRefusedError(VideoRefusal.TOO_LONG)
    return AcceptedVideo(footage.content_type, int(footage.seconds))
