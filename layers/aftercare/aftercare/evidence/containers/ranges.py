"""Reads a file that lies elsewhere by few ranges, none of them large."""

from collections.abc import Callable
from dataclasses import dataclass, field

from aftercare.evidence.containers.refusal import (
    TooManyReadsError,
    VideoRefusal,
    VideoRefusedError,
)

# The longest range that is asked for.
MOST_BYTES = 256 * 1024
# One request fetches at least so much: headers of neighbours come along.
_LEAST_BYTES = 16 * 1024
# A ten-minute recording in fragments of a second needs some 600; each takes about 15 ms.
MOST_READS = 1024
# What a real file has of boxes and elements on the way to what is asked of it; videos of phones
# have some hundred.
MOST_ELEMENTS = 20_000

type Fetch = Callable[[int, int], bytes]
"""The bytes from an offset on, so many of them."""


@dataclass(slots=True)
class Ranges:
    """A file of `size` bytes. Bounds reads and elements, whatever the file says of itself."""

    size: int
    fetch: Fetch
    reads: int = 0
    elements: int = 0
    _start: int = 0
    _window: bytes = field(default=b"", repr=False)

    def at(self, offset: int, length: int) -> bytes:
        """Exactly those bytes.

        Raises:
            VideoRefusedError: The file ends before them.
            TooManyReadsError: There were more reads than any real file needs.
        """
        if offset < 0 or offset + length > self.size:
            raise VideoRefusedError(VideoRefusal.DAMAGED)
        begin = offset - self._start
        if not 0 <= begin <= begin + length <= len(self._window):
            self._load(offset, length)
            begin = 0
        return self._window[begin : begin + length]

    def count(self) -> None:
        """One more box or element was read.

        Raises:
            TooManyReadsError: There are more than any real file has.
        """
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise TooManyReadsError

    def _load(self, offset: int, length: int) -> None:
        if length > MOST_BYTES:
            raise ValueError("a range that is longer than any that is needed")
        self.reads += 1
        if self.reads > MOST_READS:
            raise TooManyReadsError
        wanted = min(max(length, _LEAST_BYTES), self.size - offset)
        window = self.fetch(offset, wanted)
        if len(window) < length:
            raise VideoRefusedError(VideoRefusal.DAMAGED)
        self._start, self._window = offset, window
