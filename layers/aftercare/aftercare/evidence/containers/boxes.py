"""The boxes of MP4 and QuickTime files (ISO/IEC 14496-12, section 4.2)."""

from collections.abc import Iterator
from struct import calcsize, unpack
from typing import NamedTuple

from aftercare.evidence.containers.ranges import Ranges
from aftercare.evidence.containers.refusal import VideoRefusal, VideoRefusedError

_HEAD = 8
_TO_THE_END, _LARGE = 0, 1


class Box(NamedTuple):
    """A box: its type, where it begins, where its content begins, and where both end."""

    kind: bytes
    begin: int
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def boxes(file: Ranges, start: int, end: int) -> Iterator[Box]:
    """The boxes between these offsets, which they fill; fewer than eight bytes behind are padding.

    Raises:
        VideoRefusedError: A box is longer than what it lies in, or shorter than its own head.
    """
    while end - start >= _HEAD:
        box = _box(file, start, end)
        yield box
        start = box.end


def _box(file: Ranges, begin: int, end: int) -> Box:
    file.count()
    size, kind = unpack(">I4s", file.at(begin, _HEAD))
    start = begin + _HEAD
    if size == _LARGE:
        (size,) = unpack(">Q", file.at(start, 8))
        start += 8
    elif size == _TO_THE_END:
        size = end - begin
    if not start <= begin + size <= end:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return Box(kind, begin, start, begin + size)


def inside(file: Ranges, box: Box, *path: bytes) -> Box | None:
    """The first box at that path inside; none if there is none."""
    for kind in path:
        found = next((each for each in boxes(file, box.start, box.end) if each.kind == kind), None)
        if found is None:
            return None
        box = found
    return box


def content(file: Ranges, box: Box, most: int) -> bytes:
    """The first bytes of the box, at most so many."""
    return file.at(box.start, min(box.length, most))


def numbers(form: str, data: bytes, offset: int = 0) -> tuple[int, ...]:
    """Big-endian numbers from an offset on.

    Raises:
        VideoRefusedError: The data end before them.
    """
    size = calcsize(f">{form}")
    if len(data) < offset + size:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return unpack(f">{form}", data[offset : offset + size])
