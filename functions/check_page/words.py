"""The words of the check page, beside those of the verdicts."""

from collections.abc import Mapping
from pathlib import Path

from aftercare.web import languages


def page_words(language: str) -> Mapping[str, languages.Group]:
    """A language's words by the part of the page; `self` has the language's own name."""
    return languages.page_words(Path(__file__).parent, language)
