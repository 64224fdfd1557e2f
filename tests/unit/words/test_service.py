"""Words by their keys: filled, counted, set, escaped; what is missing raises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from markupsafe import Markup

from aftercare.words.service import words

AT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)


def test_a_missing_key_raises() -> None:
    with pytest.raises(LookupError, match=r"no words for verdicts\.suspect\.titel in fr"):
        words("fr").text("verdicts.suspect.titel")


def test_a_missing_fact_raises() -> None:
    with pytest.raises(LookupError, match="product"):
        words("en").text("verdicts.suspect.text")


@pytest.mark.parametrize("key", ["verdicts.times", "verdicts.suspect.advice"])
def test_an_entry_of_another_kind_is_not_taken_for_a_text(key: str) -> None:
    with pytest.raises(TypeError, match=key):
        words("en").text(key)


def test_a_text_is_neither_a_list_nor_counted() -> None:
    with pytest.raises(TypeError, match="not a list"):
        words("en").texts("verdicts.suspect.title")
    with pytest.raises(TypeError, match="no plural forms"):
        words("en").count("verdicts.suspect.title", 2)


def test_apostrophes_are_set_for_pages_and_customers_own_words_are_not() -> None:
    facts = {"product": "Lou's Tide"}
    plain = words("en").text("verdicts.suspect.text", **facts)
    page = words("en", typeset=True).text("verdicts.suspect.text", **facts)
    assert "doesn't" in plain
    assert "doesn’t" in page
    assert "Lou's Tide" in page


def test_markup_stays_markup_and_all_else_is_escaped() -> None:
    product = Markup("<b>Tide</b>")
    text = words("en").text("verdicts.recalled.text", product=product)
    assert isinstance(text, Markup)
    assert "<b>Tide</b>" in text
    moment = words("en").text("verdicts.first_check", moment="<i>", country=Markup("<b>JP</b>"))
    assert moment == "&lt;i&gt; (<b>JP</b>)"


def test_a_counted_text_writes_its_number_as_the_language_does() -> None:
    counted = [
        words(language).count("verdicts.times", 1234) for language in ("en", "zh-Hans", "fr")
    ]
    assert counted == ["1,234 times", "1,234 次", "1\N{NARROW NO-BREAK SPACE}234 fois"]
    assert words("fr").count("verdicts.times", 2_000_000).endswith("000 de fois")


def test_moments_are_in_utc() -> None:
    there = AT.astimezone(timezone(timedelta(hours=-8)))
    assert [words(language).moment(there) for language in ("en", "zh-Hans", "fr")] == [
        "March 1, 2026 at 9:05\N{NARROW NO-BREAK SPACE}AM UTC",
        "2026年3月1日 09:05（UTC）",  # noqa: RUF001 - Chinese brackets
        "1er mars 2026 à 09:05 UTC",
    ]
    assert words("en").moment(AT, "short") == "Mar 1, 9:05\N{NARROW NO-BREAK SPACE}AM UTC"


def test_empty_sentences_are_left_out() -> None:
    assert words("en").sentences(["One.", "", "Two."]) == "One. Two."
    assert words("zh-Hans").sentences(["一。", "二。"]) == "一。二。"


def test_a_section_is_handed_out_whole_for_a_script() -> None:
    texts = words("fr", typeset=True).section("script")
    assert texts["refused"].startswith("L’envoi n’a pas abouti.")
    assert texts["sending_file"] == "Envoi de {file}"


def test_words_of_a_language_that_we_lack_are_a_fault() -> None:
    with pytest.raises(ValueError, match="no words in de"):
        words("de")
