"""Measures the screening of a phone's photo beside what Pillow itself needs for its two copies."""

import statistics
import time
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from aftercare.evidence.screening import PHOTO_SIDE, THUMBNAIL_SIDE, screen, screen_in_child
from tests.bench.tables import table
from tests.fakes import photos

REPEATS = 15


def report() -> str:
    """Milliseconds per photo. The cases alternate, so that other load affects all of them."""
    photo = photos.phone_jpeg()
    cases: dict[str, Callable[[bytes], object]] = {
        "Pillow alone": _copy,
        "screened in the process": screen,
        "screened in a child": screen_in_child,
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(REPEATS):
        for name, case in cases.items():
            started = time.perf_counter()
            case(photo)
            times[name].append((time.perf_counter() - started) * 1000)
    floor = min(times["Pillow alone"])
    rows = [
        [name, f"{statistics.median(each):.0f}", f"{min(each):.0f}", f"{min(each) / floor:.2f}"]
        for name, each in times.items()
    ]
    heads = ["12 megapixels, 3 MB", "ms (median)", "ms (best)", "ratio of the best"]
    return table(heads, rows)


def _copy(data: bytes) -> tuple[bytes, bytes]:
    """Decoded as small as may be, brought down to both sizes, encoded: no check, no colours."""
    with Image.open(BytesIO(data)) as image:
        image.draft(None, (PHOTO_SIDE, PHOTO_SIDE))
        image.thumbnail((PHOTO_SIDE, PHOTO_SIDE), Image.Resampling.LANCZOS, reducing_gap=None)
        photo = _jpeg(image)
        image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
        return photo, _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format="JPEG", quality=85, optimize=True)
    return buffer.getvalue()
