"""The reader's language: the chosen one, else the best that the browser accepts, else English."""

import pytest
from babel import Locale

from aftercare.words.model import LANGUAGES, PSEUDO, Reader, language_of, reader_for, reader_of

SIMPLIFIED, INSTEAD = Reader("zh-Hans"), Reader("zh-Hans", "zh-Hant")


@pytest.mark.parametrize(
    ("tag", "reader"),
    [
        *((tag, Reader(tag)) for tag in LANGUAGES),
        ("EN-us", Reader("en")),
        ("es-MX", Reader("es")),
        ("es-419", Reader("es")),
        ("fr-CA", Reader("fr")),
        ("fr_CA", Reader("fr")),
        ("ja-JP-x-lvariant-JP", Reader("ja")),
        ("zh", SIMPLIFIED),  # what we called it so far, in links and of members
        ("zh-CN", SIMPLIFIED),
        ("zh-SG", SIMPLIFIED),
        ("zh-Hans-HK", SIMPLIFIED),
        ("zh-Hans-TW", SIMPLIFIED),
        ("cmn-Hans-CN", SIMPLIFIED),
        ("zh-Hant", INSTEAD),
        ("zh-TW", INSTEAD),
        ("zh-HK", INSTEAD),
        ("zh-MO", INSTEAD),
        ("zh-Hant-CN", INSTEAD),
        ("yue", INSTEAD),
        ("zh-yue-HK", INSTEAD),
        ("yue-Hans", SIMPLIFIED),
        (PSEUDO.tag, Reader("en")),
    ],
)
def test_a_tag_is_matched_with_the_closest_language(tag: str, reader: Reader) -> None:
    assert reader_of(tag) == reader


@pytest.mark.parametrize("tag", ["", "de", "../en", "e", "en;q=1", "<b>", "en-" * 20, "zhuang"])
def test_what_is_no_tag_of_ours_is_matched_with_nothing(tag: str) -> None:
    assert reader_of(tag) is None
    assert language_of(tag) == "en"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("fr", "fr"),
        ("zh-Hans-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("de-DE,de;q=0.9,fr-CA;q=0.5,en;q=0.4", "fr"),
        ("es-MX,es;q=0.9,en-US;q=0.8", "es"),
        ("ja,en-US;q=0.7", "ja"),
        ("en;q=0.2, FR-fr;q=0.3", "fr"),
        ("en; q=0.2 , fr ; q=0.300", "fr"),
        ("en;Q=0.2,ja;Q=1.000", "ja"),
        ("en,fr", "en"),
        ("fr,en", "fr"),
        ("fr;q=0, ja;q=0.1", "ja"),
        ("fr;q=much, ja;q=0.1", "ja"),
        ("fr;q=2, ja;q=0.1", "ja"),
        ("fr;q=nan", "en"),
        ("en;q=0, *", "zh-Hans"),
        ("en;q=0, zh;q=0, *;q=0.5", "fr"),
        ("fr;q=0, *", "en"),
        ("ja;q=0.5, *;q=0.8", "en"),
        ("fr;q=0, fr-CA;q=0.5, es;q=0.1", "es"),
        (";;;,,,=", "en"),
        ("de," * 10_000 + "fr", "en"),
    ],
)
def test_the_language_is_the_best_that_the_browser_accepts(accepted: str, language: str) -> None:
    assert reader_for(accepted) == Reader(language)


def test_a_reader_of_traditional_chinese_is_known_as_one() -> None:
    assert reader_for("zh-TW,zh;q=0.9,en-US;q=0.8") == INSTEAD
    assert reader_for("fr", "zh-HK") == INSTEAD
    assert reader_for("zh-TW", "zh-Hans") == SIMPLIFIED


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chosen_language_comes_first(language: str) -> None:
    assert reader_for("fr", language) == Reader(language)
    assert reader_for("fr", "", "de", language, "en") == Reader(language)


@pytest.mark.parametrize("chosen", ["", "de", "../en", "e"])
def test_a_language_that_we_lack_is_not_taken(chosen: str) -> None:
    assert reader_for("fr", chosen) == Reader("fr")


def test_a_language_is_known_by_its_tag() -> None:
    assert all(tag == language.tag for tag, language in LANGUAGES.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_calls_itself_as_cldr_says(language: str) -> None:
    names = Locale.parse(language, sep="-").languages
    own = names[language.replace("-", "_")]
    assert LANGUAGES[language].name == own[0].upper() + own[1:]
