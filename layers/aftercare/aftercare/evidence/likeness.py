"""How unlike two tiny pictures are, whatever was cropped, brightened or stuck on."""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import NamedTuple

from PIL import Image, ImageChops, ImageFilter

from aftercare.evidence.fingerprints import SIDE

# Measured (decision 83): `make bench BENCH_ARGS=matching`.
SAME = 0.84
SIMILAR = 1.3
UNLIKE = 9.0

_TILES = 8
_CROP, _SLACK = SIDE * 0.115, SIDE * 0.0125
# What a sticker may cover of a picture's detail, and of its area.
_HIDDEN_DETAIL, _HIDDEN_TILES = 0.2, 0.1
_FAINT = 6
_HOPELESS, _LEAST_LIKE = 0.75, 0.4
_SHADE, _COLOUR, _CAST = 5, 0.06, 0.01
# Of light stretched to 0 to 252: beyond them, a picture may have lost how dark or bright it was.
_CLIPPED = (2, 249)
_UNCLIPPED = (-1, 256)
_FEWEST_TILES = 12
_EDGE = ImageFilter.GaussianBlur(SIDE / 10)
_GREY = Image.new("L", (SIDE, SIDE), 128)

type _Sides = tuple[float, float, float, float]
type _Points = list[tuple[float, float]]

_MOVES: tuple[_Sides, ...] = (
    (1, 0, 0, 0),
    (0, 1, 0, 0),
    (0, 0, 1, 0),
    (0, 0, 0, 1),
    (1, 0, -1, 0),
    (0, 1, 0, -1),
    (1, 1, 1, 1),
)
_WHOLE: _Sides = (0, 0, 0, 0)
_CROPS: tuple[_Sides, ...] = (
    _WHOLE,
    *((x, y, 2 - x, 2 - y) for x, y in product((0.0, 1.0, 2.0), repeat=2)),
)


class Tiny(NamedTuple):
    """A picture of 40 by 40 pixels: its brightness from black to white, and its two colours."""

    light: Image.Image
    blue: Image.Image
    red: Image.Image


def tiny(picture: Image.Image) -> Tiny:
    light, blue, red = picture.convert("YCbCr").split()
    tones = sorted(light.tobytes())
    low, high = tones[len(tones) // 100], tones[-len(tones) // 100]
    scale = 252 / max(24, high - low)
    stretched = [max(0, min(252, round((tone - low) * scale))) for tone in range(256)]
    return Tiny(light.point(stretched), blue, red)


def unlikeness(first: Tiny, second: Tiny) -> float:
    """0 for the same picture; at most `SAME` for a copy of it, or a crop.

    Either may be a part of the other: two people's photos of one product rarely are. The best crop
    is searched by the detail; shade and colours, which differ from one room to another, are
    compared there.
    """
    detail, sides = min(_aligned(first.light, second.light, towards) for towards in (1, -1))
    if detail > _LEAST_LIKE:
        return UNLIKE
    one = Tiny(*(_part(band, sides) for band in first))
    other = Tiny(*(_part(band, _reverse(sides)) for band in second))
    shade = _fit([_tiles(one.light)], [_tiles(other.light)], (0.3, 3.0), _CLIPPED)
    colours = _fit(
        [_tiles(one.blue), _tiles(one.red)],
        [_tiles(other.blue), _tiles(other.red)],
        (0.4, 2.5),
        _UNCLIPPED,
    )
    return (
        detail
        + _SHADE * shade.residual / max(0.2, min(shade.before, shade.after))
        + _COLOUR * colours.residual / (1 + 0.3 * colours.after)
        + _CAST * colours.cast
    )


def _aligned(first: Image.Image, second: Image.Image, towards: int) -> tuple[float, _Sides]:
    """The least difference in detail, and what is cropped of the first."""
    known: dict[_Sides, float] = {}

    def difference(sides: _Sides) -> float:
        if sides not in known:
            known[sides] = _detail(_part(first, sides), _part(second, _reverse(sides)))
        return known[sides]

    starts = sorted((_scaled(crop, towards) for crop in _CROPS), key=difference)[:2]
    if difference(starts[0]) > _HOPELESS:
        return UNLIKE, _WHOLE
    low, high = (-_SLACK, _CROP) if towards > 0 else (-_CROP, _SLACK)
    found = []
    for best in starts:
        for step in (1.0, 0.5, 0.25):
            best = _descended(best, step, (low, high), difference)  # noqa: PLW2901
        found.append((difference(best), best))
    return min(found)


def _scaled(sides: _Sides, towards: int) -> _Sides:
    left, top, right, bottom = sides
    return left * towards, top * towards, right * towards, bottom * towards


def _reverse(sides: _Sides) -> _Sides:
    return _scaled(sides, -1)


def _descended(
    start: _Sides,
    step: float,
    limits: tuple[float, float],
    difference: Callable[[_Sides], float],
) -> _Sides:
    """Moves one side or two at a time, for as long as the difference gets less."""
    best = start
    for _ in range(4):
        before = best
        for move, sign in product(_MOVES, (step, -step)):
            left, top, right, bottom = (
                max(limits[0], min(limits[1], side + sign * part))
                for side, part in zip(best, move, strict=True)
            )
            best = min(best, (left, top, right, bottom), key=difference)
        if best == before:
            break
    return best


def _part(picture: Image.Image, sides: _Sides) -> Image.Image:
    left, top, right, bottom = (max(0.0, side) for side in sides)
    if not left + top + right + bottom:
        return picture
    box = (left, top, SIDE - right, SIDE - bottom)
    return picture.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=box)


def _tiles(picture: Image.Image) -> bytes:
    return picture.resize((_TILES, _TILES), Image.Resampling.BOX).tobytes()


def _edges(picture: Image.Image) -> Image.Image:
    return ImageChops.subtract(picture, picture.filter(_EDGE), 0.5, 128)


def _detail(first: Image.Image, second: Image.Image) -> float:
    """The share of their detail that differs, without the tiles that a sticker may cover."""
    one, other = _edges(first), _edges(second)
    strengths = map(max, *(_tiles(ImageChops.difference(each, _GREY)) for each in (one, other)))
    differences = _tiles(ImageChops.difference(one, other))
    tiles = sorted(
        (difference / (strength + _FAINT), strength)
        for difference, strength in zip(differences, strengths, strict=True)
    )
    kept = sum(strength for _, strength in tiles) * (1 - _HIDDEN_DETAIL)
    left, total = kept, 0.0
    for difference, strength in tiles:
        counted = min(strength, left)
        total += difference * counted
        left -= counted
    share: float = total / max(1.0, kept)
    return share


class _Fit(NamedTuple):
    """Tiles of one picture as a line of the other's: what is left, both spreads, and a cast."""

    residual: float
    before: float
    after: float
    cast: float


def _fit(
    first: Sequence[bytes],
    second: Sequence[bytes],
    limits: tuple[float, float],
    ends: tuple[int, int],
) -> _Fit:
    """One gain and an offset per band, over the tiles that they explain best.

    A tile at either of the `ends` does not count for them, and matches all that is beyond.
    """
    bands = range(len(first))
    places = list(range(_TILES * _TILES))
    exact = {place for place in places if _is_exact((*first, *second), place, ends)}
    kept = places
    gain, ones, others = 1.0, [0.0], [0.0]
    errors: dict[int, float] = {}
    for _ in range(3):
        fitted = [place for place in kept if place in exact]
        if len(fitted) < _FEWEST_TILES:
            fitted = kept
        ones = [_mean(band, fitted) for band in first]
        others = [_mean(band, fitted) for band in second]
        both = variance = 0.0
        for band, place in product(bands, fitted):
            off = first[band][place] - ones[band]
            variance += off * off
            both += off * (second[band][place] - others[band])
        gain = max(limits[0], min(limits[1], both / max(1.0, variance)))
        errors = {
            place: sum(
                _missed(one[place], other[place], after + gain * (one[place] - before), ends) ** 2
                for one, other, before, after in zip(first, second, ones, others, strict=True)
            )
            for place in places
        }
        kept = sorted(places, key=errors.__getitem__)[: int(len(places) * (1 - _HIDDEN_TILES))]
    casts = (other - 128 - gain * (one - 128) for one, other in zip(ones, others, strict=True))
    return _Fit(
        residual=math.sqrt(sum(errors[place] for place in kept) / len(kept)),
        before=gain * _deviation(first, kept),
        after=_deviation(second, kept),
        cast=math.hypot(*casts),
    )


def _is_exact(bands: Sequence[bytes], place: int, ends: tuple[int, int]) -> bool:
    return all(ends[0] < band[place] < ends[1] for band in bands)


def _missed(one: int, other: int, expected: float, ends: tuple[int, int]) -> float:
    """By how much the other tile misses what is expected of it; nothing where an end hides it."""
    black, white = ends
    off = other - expected
    if one >= white or other <= black:
        off = min(0.0, off)
    if one <= black or other >= white:
        off = max(0.0, off)
    return off


def _mean(band: bytes, places: Sequence[int]) -> float:
    return sum(band[place] for place in places) / len(places)


def _deviation(bands: Sequence[bytes], places: Sequence[int]) -> float:
    means = [_mean(band, places) for band in bands]
    squares: float = sum(
        (band[place] - mean) ** 2
        for band, mean in zip(bands, means, strict=True)
        for place in places
    )
    return math.sqrt(squares / len(places))
