"""WebM: is there a picture, for how long, and is the file all there?

What a browser recorded says neither how long it is nor where its parts end; its length is the time
of its last block, which is sought from the file's end.
"""

from dataclasses import dataclass, field
from struct import unpack

from aftercare.evidence.containers.ebml import Element, element, elements, number_in
from aftercare.evidence.containers.movie import Footage
from aftercare.evidence.containers.ranges import MOST_BYTES, Ranges
from aftercare.evidence.containers.refusal import (
    TooManyReadsError,
    VideoRefusal,
    VideoRefusedError,
)

_EBML, _DOC_TYPE, _SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
_INFO, _TRACKS, _CLUSTER = 0x1549A966, 0x1654AE6B, 0x1F43B675
_TIMESTAMP_SCALE, _DURATION = 0x2AD7B1, 0x4489
_TRACK_ENTRY, _TRACK_TYPE = 0xAE, 0x83
_TIMESTAMP, _SIMPLE_BLOCK, _BLOCK_GROUP, _BLOCK = 0xE7, 0xA3, 0xA0, 0xA1
_VIDEO = 1
_NANOSECONDS = 1_000_000_000
_MILLISECOND = 1_000_000
_CLUSTER_ID = _CLUSTER.to_bytes(4)
# How far before the end the last cluster is sought: 30 s of the largest video that is taken.
_MOST_SOUGHT = 16 * 1024 * 1024
_DOC_TYPES = 64
_FLOATS = {4: ">f", 8: ">d"}


@dataclass(slots=True)
class _Facts:
    """What the segment says before its first cluster."""

    scale: int = _MILLISECOND
    duration: float = 0
    kinds: set[int] = field(default_factory=set)
    cluster: Element | None = None


def is_webm(head: bytes) -> bool:
    """Whether a file that begins so is built of elements as WebM is."""
    return head[:4] == _EBML.to_bytes(4)


def webm(file: Ranges) -> Footage:
    """What the file says of itself.

    Raises:
        VideoRefusedError: A part of it is missing, it is of another kind, or it has no picture.
    """
    head = element(file, 0, file.size)
    _check_kind(file, head)
    segment = element(file, head.end, file.size)
    if segment.kind != _SEGMENT:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    facts = _facts(file, segment)
    if facts.cluster is None or _VIDEO not in facts.kinds:
        raise VideoRefusedError(VideoRefusal.NO_PICTURE)
    ticks = facts.duration or _last_time(file, facts.cluster.start)
    return Footage("video/webm", ticks * facts.scale / _NANOSECONDS)


def _check_kind(file: Ranges, head: Element) -> None:
    for child in elements(file, head.start, head.end):
        if child.kind == _DOC_TYPE:
            name = file.at(child.start, min(child.end - child.start, _DOC_TYPES))
            if name.rstrip(b"\0") == b"webm":
                return
    raise VideoRefusedError(VideoRefusal.UNSUPPORTED)  # Matroska, which few browsers show


def _facts(file: Ranges, segment: Element) -> _Facts:
    facts = _Facts()
    for child in elements(file, segment.start, segment.end):
        if child.kind == _INFO:
            _read_info(file, child, facts)
        elif child.kind == _TRACKS:
            facts.kinds |= _track_kinds(file, child)
        elif child.kind == _CLUSTER:
            facts.cluster = child
            break
    return facts


def _read_info(file: Ranges, info: Element, facts: _Facts) -> None:
    for child in elements(file, info.start, info.end):
        if child.kind == _TIMESTAMP_SCALE:
            facts.scale = number_in(file, child) or _MILLISECOND
        if child.kind == _DURATION:
            facts.duration = _float_in(file, child)


def _float_in(file: Ranges, found: Element) -> float:
    length = found.end - found.start
    if length not in _FLOATS:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    (value,) = unpack(_FLOATS[length], file.at(found.start, length))
    if not 0 <= value < float("inf"):  # no number is neither
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return float(value)


def _track_kinds(file: Ranges, tracks: Element) -> set[int]:
    entries = [
        each for each in elements(file, tracks.start, tracks.end) if each.kind == _TRACK_ENTRY
    ]
    return {
        number_in(file, child)
        for entry in entries
        for child in elements(file, entry.start, entry.end)
        if child.kind == _TRACK_TYPE
    }


def _last_time(file: Ranges, first: int) -> int:
    """The time of the last block, in ticks; that of its cluster if its blocks are damaged."""
    end = file.size
    while end > first and file.size - end < _MOST_SOUGHT:
        start = max(first, end - MOST_BYTES)
        found = _last_cluster(file, start, end)
        if found is not None:
            return found
        # An id may lie across the border.
        end = start + len(_CLUSTER_ID) - 1 if start > first else first
    found = _time_in(file, first)
    if found is None:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return found


def _last_cluster(file: Ranges, start: int, end: int) -> int | None:
    """The last time in the last cluster that begins between these offsets."""
    data = file.at(start, end - start)
    place = data.rfind(_CLUSTER_ID)
    while place >= 0:
        try:
            cluster = element(file, start + place, file.size)
        except TooManyReadsError:
            raise
        except VideoRefusedError:
            cluster = None
        time = _time_in(file, cluster.start) if cluster else None
        if time is not None:
            return time
        place = data.rfind(_CLUSTER_ID, 0, place)
    return None


def _time_in(file: Ranges, start: int) -> int | None:
    """The time of the last block that follows, in a cluster whose content begins there.

    None if this is no cluster: one begins with its time.
    """
    base = latest = None
    try:
        for child in elements(file, start, file.size):
            if base is None:
                if child.kind != _TIMESTAMP:
                    return None
                base = latest = number_in(file, child)
            elif child.kind in {_SIMPLE_BLOCK, _BLOCK_GROUP}:
                latest = max(latest or 0, base + _time_of_block(file, child))
            else:
                break
    except TooManyReadsError:
        raise
    except VideoRefusedError:
        pass  # the recording stopped within a block; those before it can be watched
    return latest


def _time_of_block(file: Ranges, found: Element) -> int:
    """A block's time within its cluster, behind the number of its track."""
    if found.kind == _BLOCK_GROUP:
        inner = element(file, found.start, found.end)
        if inner.kind != _BLOCK:
            return 0
        found = inner
    head = file.at(found.start, min(10, found.end - found.start))
    length = 9 - head[0].bit_length() if head and head[0] else 8
    return int.from_bytes(head[length : length + 2], signed=True)
