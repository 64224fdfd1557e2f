"""A page of documentation about a table of moves: its head, a picture of the states, and tables."""

from collections.abc import Iterable, Iterator, Sequence


def page_of(head: str, arrows: Iterable[str], *tables: Iterable[str]) -> str:
    """The whole page, with a picture of those arrows in Mermaid."""
    lines = [head.rstrip(), "", "```mermaid", "stateDiagram-v2", *arrows, "```"]
    for table in tables:
        lines += ["", *table]
    return "\n".join([*lines, ""])


def arrows_of(steps: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """An arrow for each two states that a step leads between, with its verbs.

    A step is the state before it, the state after it, and its verb.
    """
    verbs: dict[tuple[str, str], list[str]] = {}
    for before, after, verb in steps:
        if after != before:
            verbs.setdefault((before, after), []).append(verb)
    for (before, after), names in verbs.items():
        yield f"    {before} --> {after}: {', '.join(dict.fromkeys(names))}"


def table_of(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield _row(titles)
    yield "|" + "---|" * len(titles)
    yield from map(_row, rows)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
