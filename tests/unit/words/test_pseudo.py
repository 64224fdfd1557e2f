"""The pseudo-language: English that is 40 % longer and accented, with every placeholder kept."""

import pytest

from aftercare.words.catalogue import section
from aftercare.words.model import LANGUAGES, PSEUDO
from aftercare.words.pseudo import pseudo
from aftercare.words.service import words
from tests.fakes.words import placeholders, sections, texts


@pytest.mark.parametrize("name", sorted(sections("en")))
def test_every_text_is_longer_accented_and_has_its_placeholders(name: str) -> None:
    made = section(PSEUDO.tag, name)
    for key, entry in section("en", name).items():
        for text, said in zip(texts(entry), texts(made[key]), strict=True):
            assert placeholders(said) == placeholders(text), key
            if any(letter.isalpha() for letter in text):
                assert len(said) >= 1.4 * len(text), key
                assert not said.isascii(), key


def test_what_has_no_letters_stays() -> None:
    assert pseudo(" ") == " "


def test_it_reads_as_english_with_numbers_of_english() -> None:
    assert words(PSEUDO.tag).count("verdicts.times", 1234).startswith("[1,234 tîméš ")


def test_customers_are_not_offered_it() -> None:
    assert PSEUDO.tag not in LANGUAGES
