"""The size of the picture that a file really contains, read from its coded stream."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

type Size = tuple[int, int]

_SEQUENCE_HEADER = 1
_IN_FILE, _IN_META = 0, 1
_TIERED_LEVEL = 8
_LONGEST_NUMBER = 32
_EXTENT = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)


def webp_sizes(data: bytes) -> Iterator[Size]:
    """Of the canvas and of each picture's stream, by the chunks' own headers."""
    at = 12
    while at + 8 <= len(data):
        kind, head = data[at : at + 4], data[at + 8 : at + 18]
        if kind == b"VP8X":
            yield int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
        elif kind == b"VP8L":
            bits = int.from_bytes(head[1:5], "little")
            yield (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif kind == b"VP8 ":
            across, down = (int.from_bytes(head[place : place + 2], "little") for place in (6, 8))
            yield across & 0x3FFF, down & 0x3FFF
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + length % 2


def heif_sizes(data: bytes) -> Iterator[Size]:
    """Of each stored image of a HEIF file, before it is cropped (`ispe`; libheif holds to it)."""
    for extent in _EXTENT.finditer(data):
        yield int.from_bytes(extent[1]), int.from_bytes(extent[2])


def avif_sizes(data: bytes) -> Iterator[Size]:
    """As for HEIF, and of each AV1 stream: a decoder scales it to the size that the file states.

    Raises:
        IndexError, ValueError: The file's boxes or streams are broken.
    """
    yield from heif_sizes(data)
    for stream in _av1_streams(data):
        for kind, body in _obus(stream):
            if kind == _SEQUENCE_HEADER:
                yield _sequence_size(body)


# ---------------------------------------------------------------- boxes (ISO/IEC 14496-12)


@dataclass(slots=True)
class _Reader:
    """Reads big-endian numbers one after another."""

    data: bytes
    position: int = 0

    def number(self, size: int) -> int:
        end = self.position + size
        if end > len(self.data):
            raise IndexError(end)
        value = int.from_bytes(self.data[self.position : end])
        self.position = end
        return value


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind, head = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8], 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16]), 16
        end = at + length if length else len(data)
        if end < at + head:
            return
        yield kind, data[at + head : end]
        at = end


def _av1_streams(data: bytes) -> Iterator[bytes]:
    for kind, meta in _boxes(data):
        if kind != b"meta":
            continue
        parts = dict(_boxes(meta[4:]))
        coded = set(_av1_items(parts.get(b"iinf", b"")))
        sources = {_IN_FILE: data, _IN_META: parts.get(b"idat", b"")}
        for item, source, extents in _locations(parts.get(b"iloc", b"")):
            if item in coded:
                held = sources[source]
                yield b"".join(held[at : at + size if size else None] for at, size in extents)


def _av1_items(iinf: bytes) -> Iterator[int]:
    for kind, entry in _boxes(iinf[8 if iinf[:1] != b"\0" else 6 :]):
        width = 4 if entry[:1] == b"\x03" else 2
        if kind == b"infe" and entry[6 + width : 10 + width] == b"av01":
            yield int.from_bytes(entry[4 : 4 + width])


def _locations(iloc: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Each item's number, the place of its data, and their offsets and lengths there."""
    read = _Reader(iloc)
    version, _flags, sizes = read.number(1), read.number(3), read.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version else 0
    wide = 4 if version > 1 else 2
    for _ in range(read.number(wide)):
        item, source = read.number(wide), read.number(2) & 15 if version else _IN_FILE
        _reference, base = read.number(2), read.number(base_size)
        extents = []
        for _ in range(read.number(2)):
            read.number(index_size)
            extents.append((base + read.number(offset_size), read.number(length_size)))
        yield item, source, extents


# ---------------------------------------------------------------- AV1 (specification, section 5)


def _obus(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(stream):
        head = stream[at]
        at += 2 if head & 4 else 1  # with an extension or without
        size = len(stream) - at
        if head & 2:
            size, at = _leb128(stream, at)
        yield head >> 3 & 15, stream[at : at + size]
        at += size


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """A number of at most eight bytes, and the place after it."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return value, at + place + 1
    raise ValueError(at)


class _Bits:
    """Reads bits one after another, the most significant first; zeros beyond the end."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = (
            int.from_bytes(data[:256] + bytes(256)),
            (len(data[:256]) + 256) * 8,
        )

    def number(self, count: int) -> int:
        self._left -= count
        return self._value >> self._left & (1 << count) - 1 if self._left >= 0 else 0

    def variable(self) -> int:
        zeros = 0
        while zeros < _LONGEST_NUMBER and not self.number(1):
            zeros += 1
        return self.number(zeros) if zeros < _LONGEST_NUMBER else 0


def _sequence_size(header: bytes) -> Size:
    """`sequence_header_obu`, up to the largest size of its frames."""
    bits = _Bits(header)
    bits.number(4)  # profile, still picture
    if bits.number(1):  # the short header of a still picture
        bits.number(5)
    else:
        _skip_timing_and_operating_points(bits)
    across, down = bits.number(4) + 1, bits.number(4) + 1
    return bits.number(across) + 1, bits.number(down) + 1


def _skip_timing_and_operating_points(bits: _Bits) -> None:
    delay_bits = 0
    if bits.number(1):  # timing
        bits.number(64)
        if bits.number(1):
            bits.variable()
        if bits.number(1):  # the decoder's model
            delay_bits = bits.number(5) + 1
            bits.number(42)
    has_display_delay = bits.number(1)
    for _ in range(bits.number(5) + 1):
        bits.number(12)
        if bits.number(5) >= _TIERED_LEVEL:
            bits.number(1)
        if delay_bits and bits.number(1):
            bits.number(2 * delay_bits + 1)
        if has_display_delay and bits.number(1):
            bits.number(4)
