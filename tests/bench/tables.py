"""Markdown tables, as docs/figures.md shows them."""

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """The rows under their heads; the first column is text, the others are figures."""
    heads = list(heads)
    rule = ["---", *("--:" for _ in heads[1:])]
    lines = [heads, rule, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
