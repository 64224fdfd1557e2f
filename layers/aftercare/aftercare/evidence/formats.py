"""Which picture format a file has, and what its own bytes say of its size before it is decoded."""

import re
from collections.abc import Iterator

from aftercare.evidence.coded_size import Size, avif_sizes, heif_sizes, webp_sizes
from aftercare.evidence.verdict import RefusalReason, RefusedError

# How each picture format begins. `None` names a picture that browsers or reviewers cannot use.
_SIGNATURES: tuple[tuple[re.Pattern[bytes], str | None], ...] = (
    (re.compile(rb"\xff\xd8\xff"), "JPEG"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "PNG"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "WEBP"),
    (re.compile(rb"....ftyp(avi[fs]|m[is][fa][1f]....(....){0,8}?avif)", re.DOTALL), "AVIF"),
    (re.compile(rb"....ftyp(he[iv][cxms]|m[is]f1)", re.DOTALL), "HEIF"),
    (re.compile(rb"GIF8[79]a|BM.{4}\0\0\0\0|II\*\0|MM\0\*|8BPS|\0\0\x01\0", re.DOTALL), None),
    (re.compile(rb"\0\0\0\x0cJXL |\xff\x0a|\0\0\0\x0cjP  |\xff\x4f\xff\x51"), None),
    (re.compile(rb"\s*(<\?xml[^>]*>\s*)?<(svg|!DOCTYPE svg)"), None),
)


def format_of(data: bytes) -> str:
    """Pillow's name of the format, which the first bytes decide.

    Raises:
        RefusedError: It is no picture, or of no accepted format.
    """
    for signature, kind in _SIGNATURES:
        if signature.match(data[:1024]):
            if kind is None:
                raise RefusedError(RefusalReason.UNSUPPORTED_FORMAT)
            return kind
    raise RefusedError(RefusalReason.NOT_AN_IMAGE)


def coded_pixels(data: bytes, kind: str) -> int:
    """The largest coded picture's pixels; 0 for a format whose header Pillow holds the data to."""
    return max((width * height for width, height in _coded_sizes(data, kind)), default=0)


def _coded_sizes(data: bytes, kind: str) -> Iterator[Size]:
    match kind:
        case "WEBP":  # Pillow reserves the memory when it opens the file
            return webp_sizes(data)
        case "HEIF":
            return heif_sizes(data)
        case "AVIF":
            return avif_sizes(data)
    return iter(())
