"""Containers of videos, built by code: whole ones, as cameras and browsers write them."""

import struct
from collections.abc import Callable, Sequence

from aftercare.evidence.containers.ranges import Ranges

TICKS = 600


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full_box(kind: bytes, form: str, *values: object, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), struct.pack(f">{form}", *values))


def ftyp(brand: bytes = b"isom") -> bytes:
    return box(b"ftyp", brand, bytes(4), b"isomavc1")


def description(coding: bytes = b"avc1") -> bytes:
    """How the samples are coded."""
    return box(b"stsd", struct.pack(">II", 0, 1), box(coding, bytes(78)))


def trak(
    seconds: float = 10,
    *,
    handler: bytes = b"vide",
    coding: bytes = b"avc1",
    samples: int = 300,
    offsets: Sequence[int] = (48,),
    number: int = 1,
    version: int = 0,
) -> bytes:
    """A track; its sample table has one description, and chunks at these offsets."""
    ticks = int(seconds * TICKS)
    times = (0, 0, TICKS, ticks, 0, 0)
    mdhd = full_box(b"mdhd", "QQIQHH" if version else "IIIIHH", *times, version=version)
    head = (0, 0, number, 0) if version else (0, 0, number, 0, 0)
    tkhd = full_box(b"tkhd", "QQII60x" if version else "IIIII60x", *head, version=version)
    stbl = box(
        b"stbl",
        description(coding),
        full_box(b"stsz", "II", 0, samples),
        full_box(b"stco", f"I{len(offsets)}I", len(offsets), *offsets),
    )
    mdia = box(b"mdia", mdhd, full_box(b"hdlr", "I4s12x", 0, handler), box(b"minf", stbl))
    return box(b"trak", tkhd, mdia)


def moov(*tracks: bytes, more: bytes = b"") -> bytes:
    return box(b"moov", full_box(b"mvhd", "IIII80x", 0, 0, TICKS, 0), *(tracks or (trak(),)), more)


def mp4(seconds: float = 10, *, size: int = 4096, moov_last: bool = True, **track: object) -> bytes:
    """A movie as phones write it: `moov` behind the pictures."""
    head, media = ftyp(), box(b"mdat", bytes(size))
    movie = moov(trak(seconds, **track))  # type: ignore[arg-type]
    return head + (media + movie if moov_last else movie + media)


def mov(seconds: float = 10) -> bytes:
    return ftyp(b"qt  ") + box(b"wide") + box(b"mdat", bytes(4096)) + moov(trak(seconds))


def fragmented(seconds: int = 10, *, media: int = 64) -> bytes:
    """As browsers record: an empty movie, then a fragment for each second."""
    trex = box(b"mvex", full_box(b"trex", "IIIII", 1, 1, TICKS // 20, 0, 0))
    start = ftyp() + moov(trak(0, samples=0, offsets=()), more=trex)
    return start + b"".join(fragment(at) + box(b"mdat", bytes(media)) for at in range(seconds))


def fragment(at: int) -> bytes:
    """A second from there on: half of it in samples with their own durations, half by the usual."""
    own = [TICKS // 20] * 10
    runs = full_box(b"trun", "I10I", 10, *own, flags=0x100) + full_box(b"trun", "I", 10)
    head = full_box(b"tfhd", "I", 1) + full_box(b"tfdt", "Q", at * TICKS, version=1)
    return box(b"moof", full_box(b"mfhd", "I", at), box(b"traf", head, runs))


def element(kind: int, *parts: bytes, is_open: bool = False) -> bytes:
    body = b"".join(parts)
    name = kind.to_bytes((kind.bit_length() + 7) // 8)
    size = b"\x01" + b"\xff" * 7 if is_open else (1 << 56 | len(body)).to_bytes(8)
    return name + size + body


def number(kind: int, value: int) -> bytes:
    return element(kind, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def webm(
    seconds: float = 10,
    *,
    recorded: bool = False,
    doc_type: bytes = b"webm",
    track_type: int = 1,
    blocks: Sequence[int] | None = None,
    block_bytes: int = 200,
) -> bytes:
    """Clusters of two seconds with blocks each half; `recorded` leaves length and sizes open."""
    duration = b"" if recorded else element(0x4489, struct.pack(">d", seconds * 1000))
    info = element(0x1549A966, number(0x2AD7B1, 1_000_000), duration)
    tracks = element(0x1654AE6B, element(0xAE, number(0xD7, 1), number(0x83, track_type)))
    times = range(0, int(seconds * 1000) + 1, 500) if blocks is None else blocks
    starts = sorted({time - time % 2000 for time in times})
    clusters = [
        element(
            0x1F43B675,
            number(0xE7, start),
            *(
                element(0xA3, b"\x81", struct.pack(">hB", time - start, 0x80), bytes(block_bytes))
                for time in times
                if start <= time < start + 2000
            ),
            is_open=recorded,
        )
        for start in starts
    ]
    head = element(0x1A45DFA3, element(0x4282, doc_type))
    return head + element(0x18538067, info, tracks, *clusters, is_open=recorded)


def ranges(data: bytes, *, spy: Callable[[int, int], None] | None = None) -> Ranges:
    """The file as the intake reads it; `spy` sees each range that is fetched."""

    def fetch(offset: int, length: int) -> bytes:
        if spy:
            spy(offset, length)
        return data[offset : offset + length]

    return Ranges(len(data), fetch)
