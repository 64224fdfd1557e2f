"""The reader's language: the chosen one, else the best that the browser accepts, else English."""

import pytest

from aftercare.words.model import LANGUAGES, language_for


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("*", "en"),
        ("fr", "fr"),
        ("zh-Hant-HK,zh;q=0.9,en;q=0.8", "zh"),
        ("de-DE,de;q=0.9,fr-CA;q=0.5,en;q=0.4", "fr"),
        ("en;q=0.2, FR-fr;q=0.3", "fr"),
        ("fr;q=0, zh;q=0.1", "zh"),
        ("fr;q=much, zh;q=0.1", "zh"),
        ("fr;q=nan", "en"),
        (";;;,,,=", "en"),
        ("de," * 10_000 + "fr", "en"),
    ],
)
def test_the_language_is_the_best_that_the_browser_accepts(accepted: str, language: str) -> None:
    assert language_for(accepted) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chosen_language_comes_first(language: str) -> None:
    assert language_for("fr", language) == language


@pytest.mark.parametrize("chosen", ["", "de", "EN ", "../en", "zh-CN"])
def test_a_language_that_we_lack_is_not_taken(chosen: str) -> None:
    assert language_for("fr", chosen) == "fr"


def test_a_language_is_known_by_its_tag() -> None:
    assert all(tag == language.tag for tag, language in LANGUAGES.items())
