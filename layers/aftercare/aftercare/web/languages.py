"""A language's words, by the part of the page they stand on."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from aftercare.web.typography import typeset

type Group = Mapping[str, str]

_HERE = Path(__file__).parent


@cache
def chrome(language: str) -> Group:
    """The words around a page: its header, its footer."""
    return page_words(_HERE, language)["chrome"]


@cache
def page_words(folder: Path, language: str) -> Mapping[str, Group]:
    """The words in a folder's `locales`; `self` has the language's own name."""
    path = folder / "locales" / f"{language}.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, Group] = {"self": {"name": document.pop("name")}}
    for group, texts in document.items():
        groups[group] = {name: typeset(text) for name, text in texts.items()}
    return groups
