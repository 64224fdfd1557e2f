"""Measures how sharp, how bright and how full a picture is; `quality` says what follows."""

import math
from collections.abc import Sequence
from itertools import accumulate

from PIL import Image, ImageChops, ImageStat

# The largest copy that is measured: noise of single pixels is averaged away, details are not.
_SIDE = 1024
_LEVELS = 6
# The edges that are looked at: the share of the largest copy's pixels that the steepest of them
# take. With each halving an edge is half as long in a picture of a quarter of the pixels.
_EDGES = 0.0002
# Where contrast is that of what is shown, no longer that of its grain.
_COARSE_SIDE = 128
_BRIGHTEST, _DARKEST = 0.99, 0.005


def measured(grey: Image.Image) -> dict[str, int]:
    """What `quality` needs of a picture in shades of grey. Safe to repeat.

    The picture is halved again and again. At each size there is its steepest edge and its contrast:

    - A sharp edge is as steep at one size as at the next; a blurred one doubles with each halving.
      Of all edges the steepest count: backgrounds may be out of focus.
    - Noise loses half of its contrast with each halving; what shows something keeps most of it.
    """
    levels = _halved(grey)
    beside, below = _edges(levels, across=True), _edges(levels, across=False)
    steepest = [max(pair) for pair in zip(beside, below, strict=True)]
    histogram = levels[0].histogram()
    return {
        "sharpness": min(
            _sharpness(each) for each in (beside, below) if each[2] * 4 >= steepest[2]
        ),
        "outlines": _percent(steepest[2], steepest[4]),
        "grain": steepest[0],
        "detail": steepest[2],
        "fine": _percent(_contrast(levels[1]), _contrast(levels[0])),
        "coarse": _coarse_contrast(min(levels, key=_far_from_coarse)),
        "brightness": _quantile(histogram, _BRIGHTEST),
        "shade": _quantile(histogram, _DARKEST),
    }


def _halved(grey: Image.Image) -> list[Image.Image]:
    levels = [grey.reduce(-(-max(grey.size) // _SIDE))]
    while len(levels) < _LEVELS:
        levels.append(levels[-1].reduce(2))
    return levels


def _far_from_coarse(level: Image.Image) -> float:
    return abs(math.log2(max(level.size) / _COARSE_SIDE))


def _contrast(grey: Image.Image) -> float:
    return float(ImageStat.Stat(grey).stddev[0])


def _coarse_contrast(grey: Image.Image) -> int:
    """How much of its contrast is left at a quarter of its size, in fractions of a shade."""
    exact = grey.convert("F")
    whole, quarter = (
        _deviation(memoryview(each.tobytes()).cast("f")) for each in (exact, exact.reduce(4))
    )
    return _percent(quarter, whole)


def _deviation(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))


def _edges(levels: Sequence[Image.Image], *, across: bool) -> list[int]:
    """The steepest edges of each size in one direction: a camera that moved blurs only one."""
    return [_steepest(level, across, _EDGES * 2**halvings) for halvings, level in enumerate(levels)]


def _steepest(grey: Image.Image, across: bool, share: float) -> int:
    """The difference of neighbours that only the steepest edges exceed."""
    width, height = grey.size
    dx, dy = (1, 0) if across else (0, 1)
    if width <= dx or height <= dy:  # a strip of one pixel has no neighbours
        return 0
    one, other = grey.crop((dx, dy, width, height)), grey.crop((0, 0, width - dx, height - dy))
    return _quantile(ImageChops.difference(one, other).histogram(), 1 - share)


def _sharpness(edges: Sequence[int]) -> int:
    """Also without the finest size, in which noise may be as steep as what is shown."""
    return min(_percent(edges[0], edges[2]), _percent(edges[1], edges[3]))


def _quantile(histogram: Sequence[int], share: float) -> int:
    reached = share * sum(histogram)
    return next(value for value, below in enumerate(accumulate(histogram)) if below >= reached)


def _percent(part: float, whole: float) -> int:
    return round(100 * part / whole) if whole else 0
