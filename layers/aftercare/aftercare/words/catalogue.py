"""The catalogue's files: a section of a language is a flat map of keys to texts."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from aftercare.words.model import ENGLISH, PSEUDO

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
    if language == PSEUDO.tag:
        from aftercare.words.pseudo import pseudo  # noqa: PLC0415 - only on a local stack

        return {key: _each(entry, pseudo) for key, entry in section(ENGLISH, name).items()}
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


def _each(entry: Entry, change: Callable[[str], str]) -> Entry:
    match entry:
        case str():
            return change(entry)
        case dict():
            return {form: change(text) for form, text in entry.items()}
        case _:
            return [change(text) for text in entry]
