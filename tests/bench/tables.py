"""Formats Markdown tables for docs/figures.md."""

from collections.abc import Iterable


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table with text in the first column and numbers in the others."""
    heads = list(heads)
    rule = ["---", *("--:" for _ in heads[1:])]
    lines = [heads, rule, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
