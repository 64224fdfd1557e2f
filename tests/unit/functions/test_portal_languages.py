"""The portal's words beside the verdicts: the same in each language, set as each is set."""

import re

import pytest

from aftercare.authenticity.wording import LANGUAGES
from portal.languages import page_words

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


def keys(language: str) -> set[tuple[str, str]]:
    return {(group, name) for group, texts in page_words(language).items() for name in texts}


def texts(language: str) -> list[str]:
    return [text for group in page_words(language).values() for text in group.values()]


@EVERY_LANGUAGE
def test_every_language_has_the_same_words(language: str) -> None:
    assert keys(language) == keys("en")
    assert all(texts(language))


@EVERY_LANGUAGE
def test_apostrophes_are_set(language: str) -> None:
    assert not [text for text in texts(language) if "'" in text]


def test_french_keeps_its_double_signs_on_the_line() -> None:
    assert not [text for text in texts("fr") if re.search(r" [:;!?]", text)]
