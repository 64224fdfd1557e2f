"""A hostile photo: its decoder may die, but within its budget and with a verdict."""

import faulthandler
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pytest
from PIL import Image

from aftercare.evidence.budget import Allow, within_budget
from aftercare.evidence.coded_size import avif_sizes, heif_sizes, webp_sizes
from aftercare.evidence.screening import MOST_PIXELS, screen, screen_in_child
from aftercare.evidence.verdict import Accepted, RefusalReason, Refused
from infra.local.settings import ROOT
from tests.fakes import hostile_photos as hostile
from tests.fakes import photos as builders
from tests.fakes.logs import logged

# Screens each hostile file in a child, and says the verdicts and what the largest child used.
JUDGE = """
import json, resource, sys
sys.path[:0] = sys.argv[1:]
from aftercare.evidence.screening import screen_in_child
from tests.fakes.hostile_photos import FILES
verdicts = {}
for name, build in FILES.items():
    data = build()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    verdict = screen_in_child(data)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    verdicts[name] = [getattr(verdict, "reason", "accepted"), after.ru_maxrss // 1024, seconds]
print(json.dumps(verdicts))
"""
VERDICTS = {
    "avif that lies": "too_many_pixels",
    "heic that lies": "damaged",  # libheif decodes no more than the file states
    "heic that is cropped": "too_many_pixels",
    "lossless webp": "too_many_pixels",
    "lossy webp": "too_many_pixels",
    "webp with a larger frame": "too_many_pixels",
    "jpeg with a larger header before its own": "damaged",
    "jpeg with a larger header after its own": "too_many_pixels",
    "png with a larger header after its own": "too_many_pixels",
    "png with a larger header after its pixels": "accepted",
    "png strip": "too_narrow",
    "zTXt": "damaged",
    "iTXt": "damaged",
    "iCCP": "damaged",
    "zTXt behind the picture": "damaged",
    "endless exif": "accepted",
}


@cache
def judged() -> dict[str, tuple[str, int, float]]:
    paths = [str(ROOT / "layers" / "aftercare"), str(ROOT)]
    command = [sys.executable, "-c", JUDGE, *paths]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    return dict(json.loads(told.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_gets_a_verdict_for_little_memory_and_time(name: str) -> None:
    verdict, megabytes, seconds = judged()[name]
    assert verdict == VERDICTS[name]
    assert megabytes < 160
    assert seconds < 1


def decoded(data: bytes, pixels: int) -> bytes | None:
    """What is decoded without any check of ours, with the memory for so many pixels."""

    def decode(allow: Allow) -> bytes:
        allow(pixels)
        image = Image.open(BytesIO(data))
        image.load()
        return repr(image.size).encode()

    return within_budget(decode)


def test_a_stream_that_is_larger_than_stated_does_not_fit_into_the_memory_of_its_statement() -> (
    None
):
    assert decoded(hostile.lying_avif(), 1000 * 900) is None
    assert decoded(builders.avif(), 1000 * 800) == b"(1000, 800)"


def after_an_odd_chunk(webp: bytes) -> bytes:
    """The same file with a chunk of three bytes first, which is padded to four."""
    return webp[:12] + b"ABCD" + (3).to_bytes(4, "little") + b"xyz\0" + webp[12:]


@pytest.mark.parametrize(
    ("stated", "coded"),
    [
        (list(avif_sizes(hostile.lying_avif())), (12_000, 12_000)),
        (list(avif_sizes(builders.avif())), (1000, 800)),
        (list(heif_sizes(hostile.cropped_heic())), (11_904, 11_904)),
        (list(webp_sizes(hostile.large_lossless_webp())), (16_383, 16_383)),
        (list(webp_sizes(hostile.large_lossy_webp())), (16_383, 16_383)),
        (list(webp_sizes(builders.webp())), (1200, 900)),
        (list(webp_sizes(after_an_odd_chunk(builders.webp()))), (1200, 900)),
    ],
)  # fmt: skip
def test_a_pictures_size_is_read_from_its_coded_stream(
    stated: list[tuple[int, int]], coded: tuple[int, int]
) -> None:
    assert stated[-1] == coded


def largest(kind: str, mode: str, **options: object) -> bytes:
    width = 8000
    picture = Image.linear_gradient("L").resize((width, MOST_PIXELS // width))
    picture.paste(0, (0, 4000, 900, 4900))
    return builders.saved(picture.convert(mode), kind, **options)


@pytest.mark.slow
@pytest.mark.parametrize(
    "build",
    [
        lambda: largest("JPEG", "CMYK", quality=60),
        lambda: largest("JPEG", "RGB", quality=60, progressive=True, subsampling=0),
        lambda: largest("PNG", "RGBA", compress_level=1),
        lambda: largest("WEBP", "RGBA", method=0, quality=20),
        lambda: largest("AVIF", "RGBA", speed=10, quality=20, subsampling="4:4:4"),
    ],
    ids=["cmyk jpeg", "progressive jpeg", "png", "webp", "avif"],
)
def test_the_largest_honest_picture_fits_into_the_budget(build: Callable[[], bytes]) -> None:
    assert isinstance(screen_in_child(build()), Accepted)


@pytest.mark.parametrize(
    "builder",
    [builders.jpeg, builders.png, builders.webp, builders.heic, builders.avif, builders.gif],
)
def test_the_child_says_what_the_process_itself_would(builder: Callable[[], bytes]) -> None:
    assert screen_in_child(builder()) == screen(builder())


# ---------------------------------------------------------------- a child that dies


def use_memory(_: Allow) -> bytes:
    return bytes(len(bytearray(200_000_000)))


def compute_for_ever(_: Allow) -> bytes:
    while True:
        pass


def fail(_: Allow) -> bytes:
    raise ZeroDivisionError


def die_of(number: signal.Signals) -> Callable[[Allow], bytes]:
    def die(_: Allow) -> bytes:
        faulthandler.disable()  # pytest's: it would print where the child died
        os.kill(os.getpid(), number)
        return b"survived"

    return die


@pytest.mark.parametrize(
    "work",
    [
        use_memory,
        compute_for_ever,
        fail,
        die_of(signal.SIGKILL),
        die_of(signal.SIGSEGV),
        die_of(signal.SIGABRT),
    ],
)
def test_a_child_that_dies_leaves_no_answer_and_no_harm(work: Callable[[Allow], bytes]) -> None:
    assert within_budget(work, cpu_seconds=1) is None
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # nothing is left behind


def test_what_a_child_died_of_is_logged() -> None:
    with logged() as log:
        assert within_budget(fail) is None
        assert within_budget(die_of(signal.SIGKILL)) is None
    by_itself, by_signal = log.lines
    assert (by_itself["cause"], by_itself["failure"]["error"]) == ("error", "ZeroDivisionError")
    assert (by_signal["cause"], by_signal.get("failure")) == ("SIGKILL", None)


def test_an_answer_of_many_megabytes_arrives_whole() -> None:
    assert within_budget(lambda _: b"photo" * 2_000_000) == b"photo" * 2_000_000


def test_a_photo_whose_decoder_dies_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_args, **_kwargs: os.kill(os.getpid(), 9))
    assert screen_in_child(builders.jpeg()) == Refused(RefusalReason.UNREADABLE)
