"""The screening's verdict on an upload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from aftercare.evidence.model import Advice


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
    TOO_DARK = "too_dark"
    TOO_BLURRED = "too_blurred"
    EMPTY = "empty"


class Taken(NamedTuple):
    """When a photo was taken, by its camera: a span of time, as few cameras name their zone."""

    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A clean JPEG of at most 3000 px with its thumbnail; width and height are the JPEG's own.

    `sha256` is the digest of the original upload, in hexadecimal. `advice` follows from `measures`.
    `serial` is the text of the one QR code in the picture. `taken` is never stored. `capture` names
    the camera and the moment, empty if the file does not tell one moment from another; the intake
    puts a keyed hash in its place before anything is stored. `fingerprint` finds the
    picture again.
    """

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str
    advice: tuple[Advice, ...] = ()
    measures: Mapping[str, int] = field(default_factory=dict)
    serial: str = ""
    taken: Taken | None = None
    capture: str = ""
    fingerprint: bytes = b""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the file is kept."""

    reason: RefusalReason


class RefusedError(Exception):
    """Ends the screening of a file that is refused."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason)
        self.reason = reason
