"""The catalogue's files: a section of a language is a flat map of keys to texts."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

# A text with {placeholders}, one text per plural category, or a list of texts.
type Entry = str | dict[str, str] | list[str]

PLURALS = frozenset({"zero", "one", "two", "few", "many", "other"})
CATALOGUE = Path(__file__).parent / "catalogue"


@cache
def section(language: str, name: str) -> Mapping[str, Entry]:
    """The texts of a section by what follows its name in their keys.

    Raises:
        LookupError: The language has no such section.
    """
    source = CATALOGUE / language / f"{name}.toml"
    compiled = source.with_suffix(".json")
    # The artifact has JSON: it loads faster, and without a parser of TOML.
    if compiled.exists():
        return dict(entries(json.loads(compiled.read_bytes())))
    if not source.exists():
        raise LookupError(f"no section {name} in {language}")
    import tomllib  # noqa: PLC0415 - from source only

    return dict(entries(tomllib.loads(source.read_text("utf-8"))))


def entries(document: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Entry]]:
    """Each entry of a parsed section, with its key."""
    for name, value in document.items():
        if isinstance(value, dict) and not (value.keys() <= PLURALS and value):
            yield from entries(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value
