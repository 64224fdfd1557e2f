"""The catalogue keeps to the glossary's terms, to polite forms and to each language's signs."""

import re
from collections.abc import Iterator

import pytest

from aftercare.words.model import ENGLISH, LANGUAGES
from tests.fakes.template import ROOT
from tests.fakes.words import catalogue, texts

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
TABLE = GLOSSARY.partition("## Words for customers, per language")[2]
HEAD, _, *ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in TABLE.splitlines()
    if line.startswith("|")
]
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]
IMPOLITE = {
    "zh-Hans": r"你",
    "fr": r"\b(tu|te|toi|ton|ta|tes)\b|\bt'",
    "es": r"\b(tú|tu|tus|te|ti|contigo|vosotros|vuestr\w+|os)\b",
    "ja": r"あなた|だ。",
}
# A sign of Latin script beside a Chinese or Japanese character, which has its own.
_CJK = "\u3040-\u30ff\u4e00-\u9fff"
LATIN_SIGN = re.compile(rf"[{_CJK}]\s?[,;:?!()]|[,;:?!()]\s?[{_CJK}]|[{_CJK}]\.(?!\w)")


def pairs(language: str) -> Iterator[tuple[str, str, str]]:
    """Each text with its English one: key, English text, text. Of plural forms, the last."""
    for key, entry in catalogue(language).items():
        english, own = texts(catalogue(ENGLISH)[key]), texts(entry)
        for place, text in enumerate(own):
            yield key, english[min(place, len(english) - 1)], text


def forms(cell: str) -> list[str]:
    return cell.split(" · ")


def test_the_glossary_has_a_column_per_language() -> None:
    assert tuple(LANGUAGES) == tuple(HEAD)
    assert all(len(row) == len(HEAD) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
@pytest.mark.parametrize("language", TRANSLATED)
def test_a_term_is_translated_as_the_glossary_says(language: str, row: list[str]) -> None:
    term = re.compile(rf"(?<![\w{{-])({'|'.join(map(re.escape, forms(row[0])))})(?![\w}}])", re.I)
    own = [form.casefold() for form in forms(row[HEAD.index(language)])]
    lacking = {
        key: text
        for key, english, text in pairs(language)
        if term.search(english) and not any(form in text.casefold() for form in own)
    }
    assert lacking == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_in_english(language: str) -> None:
    words = re.compile(r"[A-Za-z]{2,}[^{}]* [^{}]*[A-Za-z]{2,}")
    assert [
        key for key, english, text in pairs(language) if text == english and words.search(text)
    ] == []


@pytest.mark.parametrize("language", IMPOLITE)
def test_the_reader_is_addressed_politely(language: str) -> None:
    said = re.compile(IMPOLITE[language], re.I)
    assert {key: text for key, _, text in pairs(language) if said.search(text)} == {}


@pytest.mark.parametrize("language", ["zh-Hans", "ja"])
def test_chinese_and_japanese_have_their_own_signs(language: str) -> None:
    assert {key: text for key, _, text in pairs(language) if LATIN_SIGN.search(text)} == {}


def test_japanese_and_chinese_differ_in_spaces_before_a_unit() -> None:
    glued = re.compile(rf"[{_CJK}][0-9A-Za-z]|[0-9A-Za-z][{_CJK}]")
    assert {key: text for key, _, text in pairs("zh-Hans") if glued.search(text)} == {}


def test_spanish_questions_and_exclamations_are_opened() -> None:
    for key, _, text in pairs("es"):
        assert text.count("?") == text.count("¿"), key
        assert text.count("!") == text.count("¡"), key


def test_french_spaces_do_not_break_a_line() -> None:
    every = [text for _, _, text in pairs("fr")]
    narrow, wide = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
    assert not [text for text in every if re.search(rf"(?<!{narrow})[;!?](?![\w])", text)]
    assert not [text for text in every if re.search(rf"(?<!{wide}):(?!\w)|«(?!{wide})", text)]
