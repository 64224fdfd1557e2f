"""Finds the border of one tone that somebody added around a picture."""

from collections.abc import Sequence

from PIL import Image

type Box = tuple[float, float, float, float]

_LINES = 120
_MOST_LINES = _LINES // 4
_SAME_TONE = 8
# Dust and a compression's ripples.
_STRAYS = 0.03


def without_border(grey: Image.Image) -> Box:
    """The box of the picture within its border; a plain background that fades into it is none."""
    pixels = grey.resize((_LINES, _LINES), Image.Resampling.BOX).tobytes()
    rows = [pixels[at : at + _LINES] for at in range(0, _LINES * _LINES, _LINES)]
    top, bottom = _border(rows), _border(rows[::-1])
    inner = rows[int(top) : _LINES - int(bottom)]
    columns = [bytes(column) for column in zip(*inner, strict=True)]
    left, right = _border(columns), _border(columns[::-1])
    across, down = grey.width / _LINES, grey.height / _LINES
    return left * across, top * down, grey.width - right * across, grey.height - bottom * down


def _border(lines: Sequence[bytes]) -> float:
    """How many lines of one tone there are before a line of others; 0 unless it ends sharply."""
    tone = sorted(lines[0])[len(lines[0]) // 2]
    count = next(
        (at for at, line in enumerate(lines[:_MOST_LINES]) if _others(line, tone) > _STRAYS), 0
    )
    # The first line of the picture may be half border.
    return count + 0.5 if count and _others(lines[count + 1], tone) >= 0.5 else 0  # noqa: PLR2004


def _others(line: bytes, tone: int) -> float:
    return sum(abs(value - tone) > _SAME_TONE for value in line) / len(line)
