"""Writes the counted parts of docs/figures.md, which are the same on every machine.

Timings are not among them: they stay with the command that prints them.
"""

import difflib
import importlib

from infra.local.settings import ROOT

DOCUMENT = ROOT / "docs" / "figures.md"
# Modules of this folder; the document has their reports between marks of their name.
PARTS = ("units", "points")


def measured(document: str) -> str:
    """The document with every part counted anew."""
    for name in PARTS:
        begin, end = _marks(name)
        counted = importlib.import_module(f"tests.bench.{name}").report()
        before, begun, rest = document.partition(begin)
        _, ended, after = rest.partition(end)
        if not (begun and ended):
            raise LookupError(f"docs/figures.md has no part {begin} … {end}")
        document = f"{before}{begin}\n{counted}\n\n{end}{after}"
    return document


def part(name: str) -> str:
    """What the document says between the marks of that name."""
    begin, end = _marks(name)
    return DOCUMENT.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0].strip()


def write() -> None:
    DOCUMENT.write_text(measured(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")


def drift() -> str:
    """How the document differs from what is counted now; empty if it does not."""
    kept = DOCUMENT.read_text(encoding="utf-8")
    lines = kept.splitlines(), measured(kept).splitlines()
    return "\n".join(difflib.unified_diff(*lines, "docs/figures.md", "counted", lineterm="", n=0))


def _marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: written by `make figures` -->\n", f"<!-- end of {name} -->"
