"""The words of pages beside the verdicts: the same keys in each language, set as each is set."""

import re
from collections.abc import Mapping

import pytest

from aftercare.authenticity.wording import LANGUAGES
from aftercare.web.languages import Group, chrome
from check_page.words import page_words

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def groups(language: str) -> Mapping[str, Group]:
    return {"chrome": chrome(language), **page_words(language)}


def keys(language: str) -> set[tuple[str, str]]:
    return {(group, name) for group, texts in groups(language).items() for name in texts}


def texts(language: str) -> list[str]:
    return [text for group in groups(language).values() for text in group.values()]


@EVERY_LANGUAGE
def test_every_language_has_the_same_words(language: str) -> None:
    assert keys(language) == keys("en")
    assert all(texts(language))


@EVERY_LANGUAGE
def test_apostrophes_are_set(language: str) -> None:
    assert not [text for text in texts(language) if "'" in text]


def test_french_keeps_its_double_signs_on_the_line() -> None:
    assert not [text for text in texts("fr") if re.search(r" [:;!?]", text)]
