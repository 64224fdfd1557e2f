"""Draws lines on two logarithmic axes, as an SVG for the docs."""

import math
from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 132, 28, 34
_SHADES = ("#123a5f", "#b3261e", "#1b7a3d", "#8a5a00", "#6a3fa0", "#0a7d8c", "#555555")

type Line = Sequence[tuple[float, float]]


def exponent(line: Line) -> float:
    """The slope of the line on logarithmic axes, by least squares: 1 is growth in proportion."""
    xs, ys = ([math.log(point[axis]) for point in line] for axis in range(2))
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((each - x) ** 2 for each in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / spread


def drawn(title: str, lines: Mapping[str, Line]) -> str:
    """The lines, each with its name where it ends; every value must be above 0."""
    points = [point for line in lines.values() for point in line]
    low, high = _decades([x for x, _ in points]), _decades([y for _, y in points])

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            _scaled(x, low, _LEFT, _WIDTH - _RIGHT),
            _scaled(y, high, _HEIGHT - _BOTTOM, _TOP),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="16" font-weight="bold">{escape(title)}</text>',
    ]
    for power in range(low[0], low[1] + 1):
        x, bottom = at(10**power, 10 ** high[0])
        parts.append(f'<path d="M{x:.0f} {bottom:.0f}V{_TOP}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{x:.0f}" y="{bottom + 18:.0f}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(high[0], high[1] + 1):
        left, y = at(10 ** low[0], 10**power)
        parts.append(f'<path d="M{left:.0f} {y:.0f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(
            f'<text x="{left - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{10**power:g}</text>'
        )
    ends = _apart({name: at(*line[-1])[1] for name, line in lines.items()})
    for shade, (name, line) in zip(_SHADES, lines.items(), strict=False):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
        parts.append(f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="2"/>')
        x, y = at(*line[-1])
        parts.append(
            f'<path d="M{x:.0f} {y:.0f}L{_WIDTH - _RIGHT + 4} {ends[name]:.0f}" '
            f'stroke="{shade}" stroke-dasharray="2 3"/>'
        )
        parts.append(
            f'<text x="{_WIDTH - _RIGHT + 8}" y="{ends[name] + 4:.0f}" fill="{shade}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that enclose the values."""
    low = math.floor(math.log10(min(values)))
    return low, max(low + 1, math.ceil(math.log10(max(values))))


def _scaled(value: float, decades: tuple[int, int], start: float, end: float) -> float:
    low, high = decades
    return start + (math.log10(value) - low) / (high - low) * (end - start)


def _apart(heights: Mapping[str, float]) -> dict[str, float]:
    """The heights, moved down where two names would be written over each other."""
    placed: dict[str, float] = {}
    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        placed[name] = max(height, max(placed.values(), default=0) + 15)
    return placed
