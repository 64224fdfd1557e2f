"""The screening's verdict on an upload."""

from dataclasses import dataclass
from enum import StrEnum


class RefusalReason(StrEnum):
    """Why a file is refused; the catalogue has a sentence for each."""

    NOT_AN_IMAGE = "not_an_image"
    UNSUPPORTED_FORMAT = "unsupported_format"
    ANIMATED = "animated"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"
    TOO_NARROW = "too_narrow"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A clean JPEG of at most 3000 px with its thumbnail; width and height are the JPEG's own.

    `sha256` is the digest of the original upload, in hexadecimal.
    """

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the file is kept."""

    reason: RefusalReason


class RefusedError(Exception):
    """Ends the screening of a file that is refused."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason = reason
