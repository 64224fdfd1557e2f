"""The elements of WebM files (RFC 8794): an id, a size, and content that may be elements again."""

from collections.abc import Iterator
from typing import NamedTuple

from aftercare.evidence.containers.ranges import Ranges
from aftercare.evidence.containers.refusal import VideoRefusal, VideoRefusedError

_LONGEST_ID, _LONGEST_SIZE = 4, 8
# A head is at most an id and a size; near the end of a file there may be fewer bytes.
_HEAD = _LONGEST_ID + _LONGEST_SIZE
_LONGEST_NUMBER = 8


class Element(NamedTuple):
    """An element: its id, and where its content begins and ends.

    A recorder that does not know how long something becomes leaves its size open: it ends with what
    it lies in, and only its first children are its own for certain.
    """

    kind: int
    start: int
    end: int
    is_open: bool = False


def elements(file: Ranges, start: int, end: int) -> Iterator[Element]:
    """The elements between these offsets.

    Raises:
        VideoRefusedError: An element is longer than what it lies in, or none at all.
    """
    while start < end:
        found = element(file, start, end)
        yield found
        start = found.end


def element(file: Ranges, begin: int, end: int) -> Element:
    """The element that begins there.

    Raises:
        VideoRefusedError: As for `elements`.
    """
    file.count()
    head = file.at(begin, min(_HEAD, end - begin))
    id_length = _length(head[:1], _LONGEST_ID)
    size_length = _length(head[id_length : id_length + 1], _LONGEST_SIZE)
    start = begin + id_length + size_length
    if start > begin + len(head):
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    kind = int.from_bytes(head[:id_length])
    unknown = (1 << 7 * size_length) - 1
    size = int.from_bytes(head[id_length : id_length + size_length]) & unknown
    if size == unknown:
        return Element(kind, start, end, is_open=True)
    if start + size > end:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return Element(kind, start, start + size)


def _length(first: bytes, most: int) -> int:
    """How many bytes a number has: one more than its first byte has leading zeros."""
    length = 9 - first[0].bit_length() if first and first[0] else most + 1
    if length > most:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return length


def number_in(file: Ranges, found: Element) -> int:
    """The unsigned number that is the element's content."""
    length = found.end - found.start
    if length > _LONGEST_NUMBER:
        raise VideoRefusedError(VideoRefusal.DAMAGED)
    return int.from_bytes(file.at(found.start, length))
