"""The fragments of a movie, which a recorder writes one by one while it records."""

from typing import NamedTuple

from aftercare.evidence.containers.boxes import Box, boxes, content, inside, numbers
from aftercare.evidence.containers.ranges import MOST_BYTES, Ranges

_BASE_OFFSET, _DESCRIPTION, _DURATION = 0x1, 0x2, 0x8
_DATA_OFFSET, _FIRST_FLAGS, _OWN_DURATION = 0x1, 0x4, 0x100
# Duration, size, flags and offset of each sample, as far as they are there.
_OF_EACH_SAMPLE = 0xF00


class Clock(NamedTuple):
    """The track whose time counts, its ticks per second, and a sample's usual ticks."""

    track: int
    timescale: int
    usual: int


def start_of(file: Ranges, moof: Box, clock: Clock) -> float:
    """When the track's part of the fragment begins, in seconds."""
    part = _part(file, moof, clock)
    return _base_time(file, part) / clock.timescale if part else 0


def end_of(file: Ranges, moof: Box, clock: Clock) -> float:
    """When it ends."""
    part = _part(file, moof, clock)
    if part is None:
        return 0
    usual = _usual(file, part, clock)
    runs = (box for box in boxes(file, part.start, part.end) if box.kind == b"trun")
    ticks = sum(_ticks(file, run, usual) for run in runs)
    return (_base_time(file, part) + ticks) / clock.timescale


def _part(file: Ranges, moof: Box, clock: Clock) -> Box | None:
    for box in boxes(file, moof.start, moof.end):
        head = inside(file, box, b"tfhd") if box.kind == b"traf" else None
        if head and numbers("I", content(file, head, 8), 4)[0] == clock.track:
            return box
    return None


def _usual(file: Ranges, part: Box, clock: Clock) -> int:
    head = inside(file, part, b"tfhd")
    if head is None:
        return clock.usual
    data = content(file, head, 32)
    flags = numbers("I", data)[0] & 0xFFFFFF
    if not flags & _DURATION:
        return clock.usual
    place = 8 + 8 * bool(flags & _BASE_OFFSET) + 4 * bool(flags & _DESCRIPTION)
    return numbers("I", data, place)[0]


def _base_time(file: Ranges, part: Box) -> int:
    box = inside(file, part, b"tfdt")
    if box is None:
        return 0
    data = content(file, box, 12)
    return numbers("Q" if data[:1] == b"\1" else "I", data, 4)[0]


def _ticks(file: Ranges, run: Box, usual: int) -> int:
    """How long the samples of a run last together."""
    flags, count = numbers("II", content(file, run, 8))
    if not flags & _OWN_DURATION:
        return count * usual
    start = 8 + 4 * bool(flags & _DATA_OFFSET) + 4 * bool(flags & _FIRST_FLAGS)
    step = 4 * (flags & _OF_EACH_SAMPLE).bit_count()
    data = content(file, run, MOST_BYTES)
    places = range(start, min(start + count * step, len(data) - 3), step)
    return sum(numbers("I", data, place)[0] for place in places)
