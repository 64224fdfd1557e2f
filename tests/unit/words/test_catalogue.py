"""Every language says the same: the same keys, placeholders and plural forms, typed one way."""

import re

import pytest
from babel import Locale

from aftercare.words.catalogue import entries, section
from aftercare.words.model import ENGLISH, LANGUAGES
from tests.fakes.words import catalogue, placeholders, sections, texts

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@EVERY_LANGUAGE
def test_every_language_has_the_same_sections_and_keys(language: str) -> None:
    assert sections(language) == sections(ENGLISH)
    assert catalogue(language).keys() == catalogue(ENGLISH).keys()


@EVERY_LANGUAGE
def test_every_language_has_the_same_placeholders(language: str) -> None:
    for key, entry in catalogue(language).items():
        english = catalogue(ENGLISH)[key]
        assert type(entry) is type(english), key
        if isinstance(english, dict):
            # A form need not write the number out: "once".
            facts = {frozenset(placeholders(text) - {"count"}) for text in texts(english)}
            own = {frozenset(placeholders(text) - {"count"}) for text in texts(entry)}
            assert own == facts, key
            assert len(facts) == 1, key
        else:
            assert list(map(placeholders, texts(entry))) == list(
                map(placeholders, texts(english))
            ), key


@EVERY_LANGUAGE
def test_a_counted_text_has_the_plural_forms_of_its_language(language: str) -> None:
    forms = {*Locale.parse(LANGUAGES[language].locale, sep="-").plural_form.tags, "other"}
    for key, entry in catalogue(language).items():
        if isinstance(entry, dict):
            assert entry.keys() == forms, key


@EVERY_LANGUAGE
def test_every_text_is_typed_plainly(language: str) -> None:
    for key, entry in catalogue(language).items():
        for text in texts(entry):
            assert text or key == "language.joint", key
            assert "\N{RIGHT SINGLE QUOTATION MARK}" not in text, key
            assert all(re.fullmatch(r"[a-z][a-z_]*", field) for field in placeholders(text)), key


def test_french_keeps_its_double_signs_on_the_line() -> None:
    every = [text for entry in catalogue("fr").values() for text in texts(entry)]
    assert not [text for text in every if re.search(r" [:;!?»]|« ", text)]


def test_a_table_of_plural_forms_is_one_entry() -> None:
    document = {"sum": {"one": "1", "other": "2"}, "head": {"title": "T", "steps": ["a", "b"]}}
    assert dict(entries(document)) == {
        "sum": {"one": "1", "other": "2"},
        "head.title": "T",
        "head.steps": ["a", "b"],
    }


def test_a_section_that_a_language_lacks_is_a_fault() -> None:
    with pytest.raises(LookupError, match="no section nowhere in en"):
        section(ENGLISH, "nowhere")
