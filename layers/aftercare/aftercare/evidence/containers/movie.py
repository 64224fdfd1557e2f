"""MP4 and QuickTime movies: is there a picture, for how long, and is the file all there?"""

from dataclasses import dataclass
from typing import NamedTuple

from aftercare.evidence.containers.boxes import Box, boxes, content, inside, numbers
from aftercare.evidence.containers.fragments import Clock, end_of, start_of
from aftercare.evidence.containers.ranges import Ranges
from aftercare.evidence.containers.refusal import (
    TooManyReadsError,
    VideoRefusal,
    VideoRefusedError,
)

_UNKNOWN_32, _UNKNOWN_64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
# What begins with one of these is a movie; QuickTime's own may have no `ftyp`.
_FIRST = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_LOCKED = b"encv"


class Footage(NamedTuple):
    """A video as its container describes it."""

    content_type: str
    seconds: float


@dataclass(slots=True)
class _Layout:
    """The top of the file: what lies beside each other in it."""

    moov: Box | None = None
    media: int = 0
    first_fragment: Box | None = None
    last_fragment: Box | None = None

    def add(self, box: Box) -> None:
        match box.kind:
            case b"moov":
                self.moov = self.moov or box
            case b"mdat":
                self.media += box.length
            case b"moof":
                self.first_fragment = self.first_fragment or box
                self.last_fragment = box

    @property
    def is_whole(self) -> bool:
        return self.moov is not None and self.media > 0


class _Track(NamedTuple):
    """The picture track."""

    number: int
    timescale: int
    duration: int
    samples: int


def is_movie(head: bytes) -> bool:
    """Whether a file that begins so is built of boxes as movies are."""
    return head[4:8] in _FIRST


def movie(file: Ranges) -> Footage:
    """What the movie says of itself; `moov` may lie anywhere at its top.

    Raises:
        VideoRefusedError: A part of the file is missing, or it has no picture that can be watched.
    """
    layout = _layout(file)
    if layout.moov is None or not layout.media:
        # A picture in boxes, HEIC or AVIF, has neither.
        raise VideoRefusedError(VideoRefusal.NOT_A_VIDEO)
    track = _picture(file, layout.moov)
    if not track.samples and layout.last_fragment is None:
        raise VideoRefusedError(VideoRefusal.NO_PICTURE)
    told = track.duration / track.timescale
    return Footage(_content_type(file), max(told, _in_fragments(file, layout, track)))


def _layout(file: Ranges) -> _Layout:
    layout = _Layout()
    try:
        for box in boxes(file, 0, file.size):
            layout.add(box)
    except TooManyReadsError:
        raise
    except VideoRefusedError:
        # Some cameras write something of their own behind the boxes; players ignore it.
        if not layout.is_whole:
            raise
    return layout


def _content_type(file: Ranges) -> str:
    head = file.at(0, 12)
    is_iso = head[4:8] == b"ftyp" and head[8:12] != b"qt  "
    return "video/mp4" if is_iso else "video/quicktime"


def _picture(file: Ranges, moov: Box) -> _Track:
    """The first track of the movie that can be watched."""
    reason = VideoRefusal.NO_PICTURE
    for trak in boxes(file, moov.start, moov.end):
        if trak.kind != b"trak" or _handler(file, trak) != b"vide":
            continue
        if _coding(file, trak) != _LOCKED:
            return _track(file, trak)
        reason = VideoRefusal.UNSUPPORTED
    raise VideoRefusedError(reason)


def _handler(file: Ranges, trak: Box) -> bytes:
    box = inside(file, trak, b"mdia", b"hdlr")
    return content(file, box, 12)[8:12] if box else b""


def _table(file: Ranges, trak: Box, *kinds: bytes) -> Box | None:
    """The first of these tables of the track's samples."""
    found = (inside(file, trak, b"mdia", b"minf", b"stbl", kind) for kind in kinds)
    return next((box for box in found if box), None)


def _coding(file: Ranges, trak: Box) -> bytes:
    """The four letters of its codec, as the first sample's description says."""
    box = _table(file, trak, b"stsd")
    if box is None:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    _, count, _, coding = numbers("III4s", content(file, box, 16))
    if not count:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return bytes(coding)


def _track(file: Ranges, trak: Box) -> _Track:
    head, times = inside(file, trak, b"tkhd"), inside(file, trak, b"mdia", b"mdhd")
    if head is None or times is None:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    data = content(file, head, 24)
    (number,) = numbers("I", data, 20 if _version(data) else 12)
    timescale, duration = _times(content(file, times, 32))
    _check_offsets(file, trak)
    return _Track(number, timescale, duration, _samples(file, trak))


def _version(data: bytes) -> int:
    return int(numbers("B", data)[0])


def _times(data: bytes) -> tuple[int, int]:
    if _version(data):
        timescale, duration = numbers("IQ", data, 20)
    else:
        timescale, duration = numbers("II", data, 12)
    if not timescale:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return timescale, 0 if duration in {_UNKNOWN_32, _UNKNOWN_64} else duration


def _samples(file: Ranges, trak: Box) -> int:
    box = _table(file, trak, b"stsz", b"stz2")
    return int(numbers("I", content(file, box, 12), 8)[0]) if box else 0


def _check_offsets(file: Ranges, trak: Box) -> None:
    """The last of the picture's chunks must begin within the file."""
    box = _table(file, trak, b"stco", b"co64")
    if box is None:
        return
    form, size = ("Q", 8) if box.kind == b"co64" else ("I", 4)
    (count,) = numbers("I", content(file, box, 8), 4)
    if 8 + count * size > box.length:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    if count:
        (last,) = numbers(form, file.at(box.start + 8 + (count - 1) * size, size))
        if last >= file.size:
            raise VideoRefusedError(VideoRefusal.DAMAGED)


def _in_fragments(file: Ranges, layout: _Layout, track: _Track) -> float:
    """How long the fragments last that a recorder wrote while it recorded."""
    if layout.moov is None or layout.first_fragment is None or layout.last_fragment is None:
        return 0
    clock = Clock(track.number, track.timescale, _usual_duration(file, layout.moov, track.number))
    return end_of(file, layout.last_fragment, clock) - start_of(file, layout.first_fragment, clock)


def _usual_duration(file: Ranges, moov: Box, number: int) -> int:
    extends = inside(file, moov, b"mvex")
    for box in boxes(file, extends.start, extends.end) if extends else ():
        if box.kind == b"trex":
            _, track, _, duration = numbers("4I", content(file, box, 16))
            if track == number:
                return duration
    return 0
