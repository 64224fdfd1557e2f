"""Files that pretend to be videos, or attack whoever reads them; built by code."""

import struct

from tests.fakes.videos import (
    box,
    description,
    element,
    fragmented,
    ftyp,
    full_box,
    moov,
    mp4,
    trak,
    webm,
)


def million_boxes() -> bytes:
    """Empty boxes where the movie should be."""
    return ftyp() + box(b"free") * 1_000_000 + box(b"mdat", bytes(64)) + moov()


def million_boxes_in_moov() -> bytes:
    return ftyp() + box(b"mdat", bytes(64)) + box(b"moov", box(b"free") * 1_000_000)


def million_elements() -> bytes:
    void = element(0xEC)
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, void * 1_000_000)


def nested(levels: int = 100_000) -> bytes:
    """A movie in a movie in a movie."""
    heads = b"".join(struct.pack(">I4s", 8 * (levels - level), b"moov") for level in range(levels))
    return ftyp() + box(b"mdat", bytes(64)) + heads


def endless_box() -> bytes:
    """A box that says it needs no room: whoever steps over it stands still."""
    return ftyp() + struct.pack(">I4sQ", 1, b"free", 0) + box(b"mdat", bytes(64)) + moov()


def beyond_the_end() -> bytes:
    return ftyp() + struct.pack(">I4sQ", 1, b"mdat", 1 << 62) + moov()


def wrapped_size() -> bytes:
    """A size that is negative for whoever reads it as signed."""
    return ftyp() + struct.pack(">I4sQ", 1, b"mdat", (1 << 64) - 8) + bytes(64)


def many_offsets() -> bytes:
    """A table of four billion chunks in a dozen bytes."""
    stbl = description() + full_box(b"stco", "I", 0xFFFFFFFF)
    mdia = full_box(b"mdhd", "IIIIHH", 0, 0, 600, 6000, 0, 0) + full_box(b"hdlr", "I4s", 0, b"vide")
    track = box(
        b"trak",
        full_box(b"tkhd", "IIIII60x", 0, 0, 1, 0, 0),
        box(b"mdia", mdia, box(b"minf", box(b"stbl", stbl))),
    )
    return ftyp() + box(b"mdat", bytes(64)) + moov(track)


def no_timescale() -> bytes:
    whole = mp4()
    at = whole.index(b"mdhd") + 16
    return whole[:at] + bytes(4) + whole[at + 4 :]


def pictures_elsewhere() -> bytes:
    """A movie whose pictures are at an offset that the file does not have."""
    return mp4(offsets=(48, 1 << 30))


def other_media_type() -> bytes:
    return mp4(handler=b"soun", coding=b"mp4a")


def locked() -> bytes:
    return mp4(coding=b"encv")


def still_picture() -> bytes:
    """A HEIC is built of boxes, too."""
    return ftyp(b"heic") + full_box(b"meta", "I", 0) + box(b"mdat", bytes(4096))


def zero_length_boxes(kind: bytes = b"moov", levels: int = 10_000) -> bytes:
    """Boxes that say they go on to the end, each in the one before."""
    return ftyp() + box(b"mdat", bytes(64)) + struct.pack(">I4s", 0, kind) * levels


def swallowed_movie() -> bytes:
    """The movie lies in a box that goes on to the end, so that there is none."""
    return ftyp() + struct.pack(">I4s", 0, b"free") + mp4()


def million_tracks() -> bytes:
    return ftyp() + box(b"mdat", bytes(64)) + moov(box(b"trak") * 1_000_000)


def nested_elements(kind: bytes, levels: int = 10_000) -> bytes:
    """Elements of open sizes, each in the one before."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    return head + element(0x18538067, (kind + b"\x01" + b"\xff" * 7) * levels, is_open=True)


def _recorded(*tail: bytes) -> bytes:
    """A recording with that behind the first block of its picture."""
    start = webm(0, recorded=True, blocks=(0,), block_bytes=1)
    return start + b"".join(tail)


def million_clusters_without_time() -> bytes:
    """Whoever seeks the last cluster from the end finds one, and looks into it, at each step."""
    return _recorded((bytes.fromhex("1f43b675 82 ec80")) * 1_000_000)


def million_blocks() -> bytes:
    return _recorded(element(0xA3, b"\x81\0\0\x80") * 1_000_000)


def lying_element() -> bytes:
    """An element that is longer than the file."""
    whole = webm()
    at = whole.index((0x1549A966).to_bytes(4)) + 4
    return whole[:at] + b"\x01" + b"\x7f" * 7 + whole[at + 8 :]


def page_then_video() -> bytes:
    """A web page to a browser that guesses by the first bytes; a video to a player that seeks."""
    return b"<!--" + mp4()[4:] + b"--><script>alert(1)</script>"


def photo_then_video() -> bytes:
    return b"\xff\xd8\xff\xe0" + bytes(20) + mp4()


def video_with_a_page() -> bytes:
    """A whole video that carries a web page where players do not look."""
    return ftyp() + box(b"free", html()) + mp4()[len(ftyp()) :]


def html() -> bytes:
    return b"<!doctype html><script>alert(1)</script>"


def endless_number() -> bytes:
    """WebM whose ids and sizes begin with zeros only."""
    return element(0x1A45DFA3, element(0x4282, b"webm")) + bytes(4096)


def infinite_length() -> bytes:
    whole = webm(10)
    at = whole.index(struct.pack(">d", 10_000.0))
    return whole[:at] + struct.pack(">d", float("inf")) + whole[at + 8 :]


def cut_movie() -> bytes:
    """A movie with `moov` first whose pictures did not all arrive."""
    return mp4(moov_last=False)[:-100]


def cut_before_moov() -> bytes:
    return mp4()[:2000]


def cut_webm() -> bytes:
    return webm()[:-10]


def fragments_without_end() -> bytes:
    """More fragments than a recording of ten minutes has, each a read of its own."""
    return fragmented(2000, media=17_000)


def unlike_track() -> bytes:
    return ftyp() + box(b"mdat", bytes(64)) + moov(box(b"trak", bytes(4096)), trak(samples=0))
