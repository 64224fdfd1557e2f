"""The words of the pages that speak more than one language: one document per language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from portal.rendering import typeset

type Group = Mapping[str, str]

ENGLISH = "en"


@cache
def chrome(language: str) -> Group:
    """What stands around a page: its header, its footer."""
    return page_words(language)["chrome"]


@cache
def page_words(language: str) -> Mapping[str, Group]:
    """A language's words by their part of the page, typeset; `self` has the language's own name."""
    path = Path(__file__).parent / "locales" / f"{language}.toml"
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    groups: dict[str, Group] = {"self": {"name": document.pop("name")}}
    for group, texts in document.items():
        groups[group] = {name: typeset(text) for name, text in texts.items()}
    return groups
