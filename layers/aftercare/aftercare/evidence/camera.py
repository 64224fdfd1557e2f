"""Reads from a file's EXIF block when the photo was taken and by which camera (R-EVD-42)."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from PIL import Image
from PIL.ExifTags import IFD, Base

from aftercare.evidence.verdict import Taken

# An offset that is not stated is one of these.
_WEST, _EAST = timedelta(hours=12), timedelta(hours=14)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
# Two people's phones of one model may take photos in one second, hardly in one millisecond.
_LEAST_DIGITS = 3
_MOST_TEXT = 64


class Camera(NamedTuple):
    """When the photo was taken, and a text that no other photo has; empty if it is not known."""

    taken: Taken | None = None
    capture: str = ""


def camera_of(image: Image.Image) -> Camera:
    """What the EXIF block says; nothing if it is broken, which is no reason to refuse a picture."""
    try:
        exif = image.getexif()
        told = {**exif, **exif.get_ifd(IFD.Exif)}
    except Exception:  # noqa: BLE001  Pillow raises anything on hostile EXIF blocks
        return Camera()
    stated = _text(told.get(Base.DateTimeOriginal))
    local = _local_time(stated)
    if local is None:
        return Camera()
    moment = _moment(told, stated)
    return Camera(_taken(local, _text(told.get(Base.OffsetTimeOriginal))), moment)


def _moment(told: dict[int, object], stated: str) -> str:
    """The camera and the moment, if they tell one photo from all others."""
    model = _text(told.get(Base.Model))
    fraction = _text(told.get(Base.SubsecTimeOriginal))
    body = _text(told.get(Base.BodySerialNumber))
    exact = fraction.isdigit() and len(fraction) >= _LEAST_DIGITS and bool(fraction.strip("0"))
    known = bool(body.strip("0 "))
    if not model or not (exact or known):
        return ""
    make = _text(told.get(Base.Make))
    return "|".join([make, model, body if known else "", stated, fraction])


def _local_time(text: str) -> datetime | None:
    try:
        # Without a zone, like the camera's clock.
        return datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None


def _taken(local: datetime, offset: str) -> Taken | None:
    found = _OFFSET.fullmatch(offset)
    try:
        if found:
            ahead = timedelta(hours=int(found[2]), minutes=int(found[3]))
            east = ahead if found[1] == "+" else -ahead
            moment = (local - east).replace(tzinfo=UTC)
            return Taken(moment, moment)
        clock = local.replace(tzinfo=UTC)
        return Taken(clock - _EAST, clock + _WEST)
    except OverflowError:  # in the year 1
        return None


def _text(value: object) -> str:
    """A short text on one line; anything else, and a text of only filling, is empty."""
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if not isinstance(value, str):
        return ""
    text = " ".join(value.replace("\0", " ").split())
    return text if len(text) <= _MOST_TEXT else ""
