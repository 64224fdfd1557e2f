"""What Pillow does not say of a JPEG: its number of scans, and whether only its end is missing."""

import re
from io import BytesIO

from PIL import Image

from aftercare.evidence.verdict import RefusalReason, RefusedError

# A progressive JPEG repeats a pass over the whole picture per scan; cameras write about ten.
_MOST_SCANS = 100
# Fill bytes may stand before a marker; the last of them begins it. "One or more" would take twenty
# times as long.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_SCAN, _END = b"\xda", b"\xd9"
_ADDED = 4096


def missing_end(data: bytes) -> bytes:
    """The end marker that some writers forget; nothing if it is there.

    Raises:
        RefusedError: It has more than 100 scans, or more than its end marker is missing.
    """
    scans, has_end = _structure(data)
    if scans > _MOST_SCANS:
        raise RefusedError(RefusalReason.DAMAGED)
    if has_end:
        return b""
    # If no coded data is missing, what follows is skipped; else it becomes part of the picture.
    first, second = (_outline(data + byte * _ADDED + b"\xff\xd9") for byte in (b"\0", b"\x5a"))
    if first != second:
        raise RefusedError(RefusalReason.DAMAGED)
    return b"\xff\xd9"


def _structure(jpeg: bytes) -> tuple[int, bool]:
    """The number of scans, at least until they are too many, and whether the end was reached."""
    scans, position = 0, 2
    while (marker := _MARKER.search(jpeg, position)) and scans <= _MOST_SCANS:
        if marker[1] == _END:
            return scans, True
        scans += marker[1] == _SCAN
        length = int.from_bytes(jpeg[marker.end() : marker.end() + 2])
        position = marker.end() + max(length, 2)
    return scans, False


def _outline(jpeg: bytes) -> bytes:
    """The mean colour of each block: all coded data is read for it, few pixels are made."""
    with Image.open(BytesIO(jpeg), formats=["JPEG"]) as image:
        image.draft(None, (1, 1))
        return image.tobytes()
