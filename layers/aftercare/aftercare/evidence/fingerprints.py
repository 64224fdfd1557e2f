"""What is kept of a photo so that it is found again: a tiny copy, and where its look is indexed."""

import math
from collections.abc import Iterator
from functools import cached_property
from io import BytesIO
from itertools import combinations, product
from operator import mul
from typing import NamedTuple

from PIL import Image

from aftercare.evidence.borders import without_border

SIDE = 40
# With its keys, the index's item stays under 1 KB.
MOST_BYTES = 760
# 1,024 buckets: some thousand photos in one of them, of a million.
BUCKET_BITS = 10
_QUALITIES = (90, 80, 70, 60, 50, 40, 30, 20, 10, 0)
_WAVES = 8
# What is off the middle counts less: a crop or a sticker is there.
_SPREAD = 0.35
_MOST_DOUBTED = 6
_LEAST_CONTRAST = 16

type _Turn = tuple[bool, bool, bool]
type _Spectrum = list[list[float]]

_COSINES = [
    [math.cos(math.pi * wave * (2 * x + 1) / (2 * SIDE)) for x in range(SIDE)]
    for wave in range(_WAVES)
]
_WEIGHTS = [math.exp(-(((x - (SIDE - 1) / 2) / SIDE) ** 2) / (2 * _SPREAD**2)) for x in range(SIDE)]
_BASES = [list(map(mul, cosines, _WEIGHTS)) for cosines in _COSINES]
# The signs that choose the bucket, and those by which the photos of one are ordered.
_CHOOSING = ((1, 1), (2, 0), (0, 2), (2, 1), (1, 2), (3, 0), (0, 3), (2, 2), (3, 1), (1, 3))
_ORDERING = tuple((u, v) for u in range(_WAVES) for v in range(_WAVES) if u + v)


class Probe(NamedTuple):
    """A bucket in which a photo may be, the signs that it has there, and how it is turned there."""

    bucket: int
    signs: int
    turn: _Turn


def fingerprint_of(upright: Image.Image) -> bytes:
    """A WebP of 40 by 40 pixels and at most 760 bytes, without the border that somebody added.

    It is made of a picture that is already small.
    """
    box = without_border(upright.convert("L"))
    tiny = upright.resize((SIDE, SIDE), Image.Resampling.HAMMING, box=box)
    for quality in _QUALITIES:
        buffer = BytesIO()
        tiny.save(buffer, format="WEBP", quality=quality, method=4)
        if buffer.tell() <= MOST_BYTES:
            return buffer.getvalue()
    return b""


class Look:
    """A fingerprint's picture, in the orientation in which all turned copies of it agree."""

    def __init__(self, fingerprint: bytes) -> None:
        with Image.open(BytesIO(fingerprint), formats=["WEBP"]) as image:
            self._upright = image.convert("RGB")
        self._spectrum = _spectrum(self._upright.convert("L").tobytes())
        self._turn = _usual_turn(self._spectrum)

    @cached_property
    def home(self) -> Probe:
        """Where it is indexed."""
        return _probe(self._spectrum, self._turn)

    def probes(self, count: int) -> list[Probe]:
        """Where copies of it may be indexed, the likeliest first.

        A sign that is nearly none may have become the other one in a copy.
        """
        return [probe for _, probe in sorted(self._guesses(), key=lambda each: each[0])[:count]]

    def turned(self, turn: _Turn) -> Image.Image:
        """The picture as the photos of that probe's bucket are kept."""
        across, down, transposed = turn
        picture = self._upright
        if across:
            picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        if down:
            picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        return picture.transpose(Image.Transpose.TRANSPOSE) if transposed else picture

    @property
    def is_plain(self) -> bool:
        """Whether there is too little in it to tell it from another."""
        tones = sorted(self._upright.convert("L").tobytes())
        return tones[-len(tones) // 20] - tones[len(tones) // 20] < _LEAST_CONTRAST

    @property
    def picture(self) -> Image.Image:
        return self.turned(self._turn)

    def _guesses(self) -> Iterator[tuple[float, Probe]]:
        spectrum = self._spectrum
        doubts = (
            spectrum[1][0] ** 2,
            spectrum[0][1] ** 2,
            (spectrum[2][0] - spectrum[0][2]) ** 2 / 2,
        )
        for other in product((False, True), repeat=3):
            cost = sum(doubt for doubt, changed in zip(doubts, other, strict=True) if changed)
            across, down, transposed = (
                usual != changed for usual, changed in zip(self._turn, other, strict=True)
            )
            turn = (across, down, transposed)
            turned = _turned(spectrum, turn)
            probe = _probe(spectrum, turn)
            signs = sorted(
                (turned[u][v] ** 2, 1 << place) for place, (u, v) in enumerate(_CHOOSING)
            )
            for few in range(4):
                for flipped in combinations(signs[:_MOST_DOUBTED], few):
                    bucket = probe.bucket ^ sum(bit for _, bit in flipped)
                    yield cost + sum(doubt for doubt, _ in flipped), probe._replace(bucket=bucket)


def _spectrum(pixels: bytes) -> _Spectrum:
    """The strength of the slowest waves across and down, weighted to the middle."""
    rows = [pixels[at : at + SIDE] for at in range(0, SIDE * SIDE, SIDE)]
    total = sum(_WEIGHTS) ** 2
    mean = sum(sum(map(mul, row, _WEIGHTS)) * w for row, w in zip(rows, _WEIGHTS, strict=True))
    level = mean / total
    across = [
        [sum(map(mul, [value - level for value in row], base)) for base in _BASES] for row in rows
    ]
    columns = list(zip(*across, strict=True))
    waves = [[sum(map(mul, column, base)) for base in _BASES] for column in columns]
    length = math.sqrt(sum(value * value for line in waves for value in line)) or 1.0
    return [[value / length for value in line] for line in waves]


def _usual_turn(spectrum: _Spectrum) -> _Turn:
    return spectrum[1][0] < 0, spectrum[0][1] < 0, spectrum[2][0] < spectrum[0][2]


def _turned(spectrum: _Spectrum, turn: _Turn) -> _Spectrum:
    """What the spectrum of the turned picture is."""
    across, down, transposed = turn
    waves = [
        [-value if (u * across + v * down) % 2 else value for v, value in enumerate(line)]
        for u, line in enumerate(spectrum)
    ]
    return [list(line) for line in zip(*waves, strict=True)] if transposed else waves


def _probe(spectrum: _Spectrum, turn: _Turn) -> Probe:
    turned = _turned(spectrum, turn)
    return Probe(_signs(turned, _CHOOSING), _signs(turned, _ORDERING), turn)


def _signs(spectrum: _Spectrum, waves: tuple[tuple[int, int], ...]) -> int:
    return sum((spectrum[u][v] > 0) << place for place, (u, v) in enumerate(waves))
