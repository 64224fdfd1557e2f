"""What checks are told: each verdict and reason in each language, and no more than is known."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from babel import Locale
from babel.dates import format_date

from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Answer, Signal, Verdict
from aftercare.authenticity.wording import LANGUAGES, language_for, words
from aftercare.batches.model import BatchStatus
from tests.fakes.codes import batch

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
EVERY_VERDICT = pytest.mark.parametrize("verdict", Verdict)
LOCALES = {"en": "en", "zh": "zh_Hans", "fr": "fr"}
AT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
RECALL: dict[str, Any] = {
    "known_issue": {"en": "The paint may chip.", "fr": "La peinture peut s'écailler."},
    "remedy": {"en": "We send you a new one."},
}
# What would say that a product is genuine: a word for it and one for "genuine", in one sentence.
PRODUCTS = {
    "en": r"product|item|figure|piece|toy|box",
    "fr": r"produit|article|figurine|exemplaire|jouet|boîte",
    "zh": "商品|产品|手办|盒子|这一件",
}
GENUINE = {
    "en": r"genuine|authentic|original|real\b",
    "fr": r"authentique|véritable|original|vrai\b",
    "zh": "正品|真品|真实|原装",
}


def document(language: str) -> dict[str, Any]:
    path = files("aftercare.authenticity").joinpath("wording", f"{language}.toml")
    return tomllib.loads(path.read_text("utf-8"))


def texts(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path that leads to it."""
    if isinstance(part, str):
        yield path, part
    elif isinstance(part, list):
        for place, each in enumerate(part):
            yield from texts(each, f"{path}[{place}]")
    elif isinstance(part, dict):
        for key, each in part.items():
            yield from texts(each, f"{path}.{key}")


def shape(language: str) -> dict[str, set[str]]:
    """Every key with the placeholders of its text."""
    return {
        path: {field for _, field, _, _ in Formatter().parse(text) if field}
        for path, text in texts(document(language))
        if not path.startswith(".dates") and not path.endswith(".one")  # "once" needs no number
    }


def answer(verdict: Verdict, **changes: Any) -> Answer:
    """An answer of that verdict with everything that it can have."""
    recorded = verdict not in {Verdict.NOT_ISSUED, Verdict.MISTYPED}
    known = Answer(verdict, "7K4M-2P9D-XW3R-B6TN", "V-7K4M-2P9D-XW3R-B6TN")
    if recorded:
        made = batch(status=BatchStatus.RECALLED, **RECALL)
        known = replace(known, batch=made, checks=3, customer_checks=2)
        known = replace(known, first_checked_at=AT, first_checked_in="JP")
    if verdict is Verdict.MISTYPED:
        known = replace(known, code="7K4M-2P9D-XW3R", reasons=(Slip.LENGTH,))
    return replace(known, **changes)


# ---------------------------------------------------------------- the documents


@EVERY_LANGUAGE
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    assert shape(language) == shape("en")


@EVERY_LANGUAGE
def test_apostrophes_are_typewritten_for_the_page_sets_them(language: str) -> None:
    assert not [
        text for _, text in texts(document(language)) if "\N{RIGHT SINGLE QUOTATION MARK}" in text
    ]


def test_french_keeps_its_double_signs_on_the_line() -> None:
    assert not [text for _, text in texts(document("fr")) if re.search(r" [:;!?]", text)]


@EVERY_LANGUAGE
def test_countries_are_called_as_unicode_calls_them(language: str) -> None:
    theirs = Locale.parse(LOCALES[language]).territories
    ours = document(language)["countries"]
    assert ours == {code: theirs[code].replace("’", "'") for code in ours}
    assert len(ours) == 249


@EVERY_LANGUAGE
def test_numbers_take_the_forms_that_unicode_gives_them(language: str) -> None:
    plural = Locale.parse(LOCALES[language]).plural_form
    singular = document(language)["plural"]["one"]
    assert [count for count in range(1000) if plural(count) == "one"] == singular


@EVERY_LANGUAGE
@pytest.mark.parametrize("month", range(1, 13))
def test_days_are_written_as_unicode_writes_them(language: str, month: int) -> None:
    day = datetime(2026, month, 17, 23, 59, tzinfo=UTC)
    assert (
        words(language)
        .moment(day)
        .startswith(format_date(day, format="long", locale=LOCALES[language]))
    )
    assert "23:59" in words(language).moment(day)


def test_moments_are_told_in_utc() -> None:
    told = [words(language).moment(AT) for language in LANGUAGES]
    assert told == [
        "March 1, 2026 at 09:05 UTC",
        "2026年3月1日 09:05（UTC）",  # noqa: RUF001 - Chinese brackets
        "1er mars 2026 à 09:05 UTC",
    ]


# ---------------------------------------------------------------- the words


@EVERY_LANGUAGE
@EVERY_VERDICT
def test_every_verdict_has_words_without_holes(language: str, verdict: Verdict) -> None:
    spoken, known = words(language), answer(verdict)
    said = [spoken.verdict_title(known), spoken.verdict_text(known), spoken.advice(known)]
    assert all(said)
    assert all(spoken.steps(known))
    assert not [text for text in said if "{" in text or "  " in text]


@EVERY_LANGUAGE
@EVERY_VERDICT
def test_no_sentence_says_that_a_product_is_genuine(language: str, verdict: Verdict) -> None:
    spoken, known = words(language), answer(verdict)
    said = [spoken.verdict_title(known), spoken.verdict_text(known), *spoken.steps(known)]
    for sentence in re.split(r"(?<=[.!?。？！])\s*", " ".join(said)):  # noqa: RUF001 - Chinese signs
        both = [re.search(pattern[language], sentence, re.I) for pattern in (PRODUCTS, GENUINE)]
        assert not all(both), sentence


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", [*Signal, *Slip])
def test_every_reason_has_plain_words(language: str, code: str) -> None:
    said = words(language).reason(code)
    assert said
    assert "{" not in said
    assert "_" not in said


@EVERY_LANGUAGE
def test_the_thresholds_are_the_policys(language: str) -> None:
    spoken = words(language)
    assert "3" in spoken.reason(Signal.SESSIONS_24H)
    assert "10" in spoken.reason(Signal.SESSIONS_7D)
    assert "3" in spoken.reason(Signal.COUNTRIES)


def test_a_repeated_check_tells_how_often_when_first_and_where() -> None:
    said = words("en").verdict_text(answer(Verdict.GENUINE_CHECKED_BEFORE))
    assert said == (
        "We issued it for Tiny Tide. It has been checked 2 times so far, this check included, "
        "and first on March 1, 2026 at 09:05 UTC (Japan)."
    )


def test_a_country_that_nobody_told_is_left_out() -> None:
    known = answer(Verdict.GENUINE_CHECKED_BEFORE, first_checked_in="")
    assert words("en").verdict_text(known).endswith("09:05 UTC.")


@pytest.mark.parametrize(
    ("language", "count", "times"),
    [
        ("en", 1, "once"),
        ("en", 2, "2 times"),
        ("fr", 1, "1 fois"),
        ("fr", 2, "2 fois"),
        ("zh", 1, "1 次"),
        ("zh", 2, "2 次"),
    ],
)
def test_how_often_takes_the_languages_own_form(language: str, count: int, times: str) -> None:
    assert words(language).times(answer(Verdict.SUSPECT, customer_checks=count)) == times


def test_a_sampled_count_is_told_as_an_estimate() -> None:
    known = answer(Verdict.SUSPECT, customer_checks=400, customers_estimated=True)
    assert [words(language).times(known) for language in LANGUAGES] == [
        "about 400 times",
        "约 400 次",
        "environ 400 fois",
    ]


@pytest.mark.parametrize(
    ("slip", "typed", "place", "said"),
    [
        (Slip.LENGTH, "7k4m 2p9d xw3r b6t", 0, "A code has 16 letters and digits. This has 15."),
        (
            Slip.SYMBOL,
            "7K4M-2U9D-XW3R-B6TN",
            6,
            "Number 6 of the 16 is no letter or digit that codes use.",
        ),
        (
            Slip.CHECK,
            "7K4M-2P9D-XW3R-B6TX",
            0,
            "A letter or digit is wrong, or two of them are swapped.",
        ),
        (
            Slip.LENGTH,
            " - ",
            0,
            "There is no code yet. Please type the 16 letters and digits from the label.",
        ),
    ],
)
def test_a_slip_is_named_and_is_no_verdict(slip: Slip, typed: str, place: int, said: str) -> None:
    known = answer(Verdict.MISTYPED, code=typed, reasons=(slip,), place=place)
    assert words("en").slip(known) == said
    assert words("en").verdict_text(known).startswith(said)
    assert "no verdict on the product" in words("en").verdict_text(known)


def test_a_recall_is_told_in_the_readers_language_or_else_in_english() -> None:
    known = answer(Verdict.RECALLED)
    issue, remedy = words("fr").known_issue(known), words("fr").remedy(known)
    assert (issue.text, issue.language) == ("La peinture peut s'écailler.", "fr")
    assert (remedy.text, remedy.language) == ("We send you a new one.", "en")
    assert words("fr").advice(known).startswith("We send you a new one. ")


def test_an_issue_of_a_batch_that_is_not_recalled_is_nobodys_business() -> None:
    known = answer(Verdict.GENUINE_FIRST_CHECK)
    assert words("en").known_issue(known).text == ""
    assert words("en").remedy(known).text == ""


# ---------------------------------------------------------------- the language


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


@EVERY_LANGUAGE
def test_a_language_that_was_asked_for_comes_first(language: str) -> None:
    assert language_for("fr", language) == language


@pytest.mark.parametrize("asked", ["", "de", "EN ", "../en", "zh-CN"])
def test_a_language_that_we_lack_is_not_taken(asked: str) -> None:
    assert language_for("fr", asked) == "fr"


def test_words_of_a_language_that_we_lack_are_a_fault() -> None:
    with pytest.raises(ValueError, match="no words in de"):
        words("de")
