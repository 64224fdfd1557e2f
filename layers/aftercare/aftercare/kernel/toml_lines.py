"""Finds the line of a TOML document that is wrong, for the message to whoever edits it."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

_TABLE = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_UNKNOWN = re.compile(r"no member '([^']+)'")

type Complaint = Callable[[dict[str, Any]], str]
"""What is wrong with a document first; empty if nothing is."""


def line_of(text: str, document: dict[str, Any], field: str, complaint: Complaint) -> int:
    """The line of the field that is wrong, or of the closest part around it that has a line.

    A member that the document must not have has no path: its table is found by asking about each
    table of a list alone.
    """
    wrong = complaint(document)
    if unknown := _UNKNOWN.search(wrong):
        return _line_of_member(text, _guilty_table(document, complaint, wrong), unknown[1])
    found = [(len(part), line) for part, line in _parts(text) if _is_within(field, part)]
    return max(found, default=(0, 1))[1]


def _guilty_table(document: dict[str, Any], complaint: Complaint, wrong: str) -> str:
    for name, tables in document.items():
        if isinstance(tables, list) and complaint({**document, name: []}) != wrong:
            for place, table in enumerate(tables):
                if complaint({**document, name: [table]}) == wrong:
                    return f"{name}[{place}]"
    return ""


def _line_of_member(text: str, table: str, name: str) -> int:
    begins = next((line for part, line in _parts(text) if part == table), 1)
    member = re.compile(rf"\b{re.escape(name)}\b\s*=|\[\s*[\w.]*{re.escape(name)}\s*\]")
    lines = enumerate(text.splitlines(), start=1)
    return next((at for at, line in lines if at >= begins and member.search(line)), begins)


def _parts(text: str) -> Iterator[tuple[str, int]]:
    """(path, line) of each table and each key."""
    table, counts = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _TABLE.match(line):
            table = header[2]
            if header[1] == "[[":
                table = f"{header[2]}[{counts[header[2]]}]"
                counts[header[2]] += 1
            yield table, number
        elif key := _KEY.match(line):
            yield f"{table}.{key[1]}".removeprefix("."), number


def _is_within(path: str, part: str) -> bool:
    return path.startswith(part) and path.removeprefix(part)[:1] in {"", ".", "["}
