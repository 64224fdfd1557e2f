"""Measures the screening of a phone's photo beside what Pillow itself needs for its two copies."""

import json
import resource
import statistics
import sys
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from aftercare.evidence.screening import PHOTO_SIDE, THUMBNAIL_SIDE, screen, screen_in_child
from tests.bench import quality
from tests.bench.own_process import measured_alone
from tests.bench.tables import table
from tests.fakes import photos

REPEATS = 15
FLOOR, CHILD = "Pillow alone", "screened in a child"


def report() -> str:
    """Milliseconds of processor time per photo; what each case takes beside Pillow alone."""
    times = measure(REPEATS)
    floor = min(times[FLOOR])
    rows = [
        [name, f"{statistics.median(each):.0f}", f"{min(each):.0f}", f"{min(each) / floor:.2f}"]
        for name, each in times.items()
    ]
    heads = ["12 megapixels, 3 MB", "ms (median)", "ms (best)", "ratio of the best"]
    return f"{table(heads, rows)}\n\n{quality.report()}"


def measure(repeats: int) -> dict[str, list[float]]:
    """The processor's milliseconds of each case, in a process as small as the intake's.

    Starting a child costs by the size of its parent: a parent of 1.8 GB, as a worker of the whole
    test suite is, adds 50 ms to each photo, which no intake has.
    """
    times: dict[str, list[float]] = measured_alone("tests.bench.screening", repeats)
    return times


def _measure(repeats: int) -> dict[str, list[float]]:
    """The cases alternate: other load slows all of them."""
    photo = photos.phone_jpeg()
    cases: dict[str, Callable[[bytes], object]] = {
        FLOOR: _copy,
        "screened in the process": screen,
        CHILD: screen_in_child,
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(repeats):
        for name, case in cases.items():
            started = _processor_time()
            case(photo)
            times[name].append((_processor_time() - started) * 1000)
    return times


def _processor_time() -> float:
    """That of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_measure(int(sys.argv[1]))))
