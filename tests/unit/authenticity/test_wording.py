"""The wording of each verdict and reason in each language."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Answer, Earlier, Signal, Strength, Verdict
from aftercare.authenticity.wording import wording
from aftercare.batches.model import BatchStatus
from aftercare.words.model import LANGUAGES
from tests.fakes.codes import batch

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
EVERY_VERDICT = pytest.mark.parametrize("verdict", Verdict)
AT = datetime(2026, 3, 1, 9, 5, tzinfo=UTC)
RECALL: dict[str, Any] = {
    "known_issue": {"en": "The paint may chip.", "fr": "La peinture peut s'écailler."},
    "remedy": {"en": "We send you a new one."},
}
# What would say that a product is genuine: a word for it and one for "genuine", in one sentence.
PRODUCTS = {
    "en": r"product|item|figure|piece|toy|box",
    "fr": r"produit|article|figurine|exemplaire|jouet|boîte",
    "zh-Hans": "商品|产品|手办|盒子|这一件",
    "es": r"producto|artículo|figura|pieza|ejemplar|juguete|caja",
    "ja": "商品|製品|フィギュア|おもちゃ|箱|お手元の品",
}
GENUINE = {
    "en": r"genuine|authentic|original|real\b",
    "fr": r"authentique|véritable|original|vrai\b",
    "zh-Hans": "正品|真品|真实|原装",
    "es": r"genuin|auténtic|original|verdader",
    "ja": "本物|正規品|純正|真正",
}


def answer(verdict: Verdict, **changes: Any) -> Answer:
    """An answer of that verdict with everything that it can have."""
    recorded = verdict not in {Verdict.NOT_ISSUED, Verdict.MISTYPED}
    given = Answer(verdict, "7K4M-2P9D-XW3R-B6TN", "V-7K4M-2P9D-XW3R-B6TN")
    if recorded:
        made = batch(status=BatchStatus.RECALLED, **RECALL)
        given = replace(given, batch=made, checks=3, customer_checks=2)
        given = replace(given, first_checked_at=AT, first_checked_in="JP")
    if verdict is Verdict.MISTYPED:
        given = replace(given, code="7K4M-2P9D-XW3R", reasons=(Slip.LENGTH,))
    return replace(given, **changes)


@EVERY_LANGUAGE
@EVERY_VERDICT
def test_every_verdict_has_words_without_holes(language: str, verdict: Verdict) -> None:
    spoken, given = wording(language), answer(verdict)
    said = [spoken.verdict_title(given), spoken.verdict_text(given), spoken.advice(given)]
    assert all(said)
    assert all(spoken.steps(given))
    assert not [text for text in said if "{" in text or "  " in text]


@EVERY_LANGUAGE
@EVERY_VERDICT
def test_no_sentence_says_that_a_product_is_genuine(language: str, verdict: Verdict) -> None:
    spoken, given = wording(language), answer(verdict)
    said = [spoken.verdict_title(given), spoken.verdict_text(given), *spoken.steps(given)]
    for sentence in re.split(r"(?<=[.!?。？！])\s*", " ".join(said)):  # noqa: RUF001 - Chinese signs
        both = [re.search(pattern[language], sentence, re.I) for pattern in (PRODUCTS, GENUINE)]
        assert not all(both), sentence


@EVERY_LANGUAGE
@pytest.mark.parametrize("code", [*Signal, *Slip])
def test_every_reason_has_plain_wording(language: str, code: str) -> None:
    said = wording(language).reason(code)
    assert said
    assert "{" not in said
    assert "_" not in said


@EVERY_LANGUAGE
def test_a_weak_sign_has_words_of_its_own_and_says_that_all_may_be_well(language: str) -> None:
    spoken, strong = wording(language), answer(Verdict.SUSPECT, strength=Strength.STRONG)
    weak = answer(Verdict.SUSPECT, strength=Strength.WEAK)
    assert spoken.verdict_title(weak) != spoken.verdict_title(strong)
    assert not set(spoken.steps(weak)) & set(spoken.steps(strong))
    assert weak.reference in spoken.advice(weak)
    assert "{" not in spoken.verdict_text(weak)
    said = [spoken.verdict_title(weak), spoken.verdict_text(weak), *spoken.steps(weak)]
    assert not re.search(GENUINE[language], " ".join(said), re.I)


def test_a_repeated_check_tells_how_often_when_first_and_where() -> None:
    said = wording("en").verdict_text(answer(Verdict.GENUINE_CHECKED_BEFORE))
    assert said == (
        "We issued it for Tiny Tide. It has been checked 2 times so far, this check included, "
        "and first on March 1, 2026 at 9:05\N{NARROW NO-BREAK SPACE}AM UTC (Japan)."
    )


def test_a_country_that_nobody_told_is_left_out() -> None:
    given = answer(Verdict.GENUINE_CHECKED_BEFORE, first_checked_in="")
    assert wording("en").verdict_text(given).endswith("9:05\N{NARROW NO-BREAK SPACE}AM UTC.")


@pytest.mark.parametrize(
    ("language", "count", "times"),
    [
        ("en", 1, "once"),
        ("en", 2, "2 times"),
        ("fr", 1, "1 fois"),
        ("fr", 2, "2 fois"),
        ("zh-Hans", 1, "1 次"),
        ("zh-Hans", 2, "2 次"),
        ("es", 1, "una vez"),
        ("es", 2, "2 veces"),
        ("ja", 1, "1回"),
        ("ja", 2, "2回"),
    ],
)
def test_how_often_takes_the_languages_own_form(language: str, count: int, times: str) -> None:
    assert wording(language).times(answer(Verdict.SUSPECT, customer_checks=count)) == times


def test_a_sampled_count_is_told_as_an_estimate() -> None:
    given = answer(Verdict.SUSPECT, customer_checks=400, customers_estimated=True)
    assert [wording(language).times(given) for language in LANGUAGES] == [
        "about 400 times",
        "约 400 次",
        "environ 400 fois",
        "unas 400 veces",
        "約400回",
    ]


@pytest.mark.parametrize(
    ("slip", "typed", "place", "said"),
    [
        (Slip.LENGTH, "7k4m 2p9d xw3r b6t", 0, "A code has 16 letters and digits. This has 15."),
        (
            Slip.SYMBOL,
            "7K4M-2U9D-XW3R-B6TN",
            6,
            "Character 6 of 16 is not one that our codes use.",
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
    given = answer(Verdict.MISTYPED, code=typed, reasons=(slip,), place=place)
    assert wording("en").slip(given) == said
    assert wording("en").verdict_text(given).startswith(said)
    assert "says nothing about the product" in wording("en").verdict_text(given)


def test_a_recall_is_told_in_the_readers_language_or_else_in_english() -> None:
    given = answer(Verdict.RECALLED)
    issue, remedy = wording("fr").known_issue(given), wording("fr").remedy(given)
    assert (issue.text, issue.language) == ("La peinture peut s'écailler.", "fr")
    assert (remedy.text, remedy.language) == ("We send you a new one.", "en")
    assert wording("fr").advice(given).startswith("We send you a new one. ")


def test_an_issue_of_a_batch_that_is_not_recalled_is_nobodys_business() -> None:
    given = answer(Verdict.GENUINE_FIRST_CHECK)
    assert wording("en").known_issue(given).text == ""
    assert wording("en").remedy(given).text == ""


def test_words_of_a_language_that_we_lack_are_a_fault() -> None:
    with pytest.raises(ValueError, match="no words in de"):
        wording("de")


@pytest.mark.parametrize("tag", ["zh", "zh-Hans", "zh-CN"])
def test_a_batchs_text_is_found_under_an_older_or_closer_tag(tag: str) -> None:
    issue = {"zh-TW": "漆面可能剝落。", tag: "漆面可能剥落。", "en": "The paint may chip."}
    given = answer(Verdict.RECALLED)
    assert given.batch
    given = replace(given, batch=replace(given.batch, known_issue=issue))
    assert wording("zh-Hans").known_issue(given) == ("漆面可能剥落。", tag)
    assert wording("ja").known_issue(given) == ("The paint may chip.", "en")


@EVERY_LANGUAGE
def test_a_repeat_says_what_was_told_then_and_what_came_since(language: str) -> None:
    spoken = wording(language)
    assert spoken.before(answer(Verdict.GENUINE_FIRST_CHECK)) == ""
    earlier = Earlier(Verdict.GENUINE_FIRST_CHECK, AT, 47)
    said = spoken.before(answer(Verdict.SUSPECT, earlier=earlier))
    assert spoken.verdict_title(answer(Verdict.GENUINE_FIRST_CHECK)) in said
    assert "47" in said
    unchecked = earlier._replace(customer_checks_since=0)
    assert "47" not in spoken.before(answer(Verdict.SUSPECT, earlier=unchecked))


def test_a_repeat_counts_the_checks_that_came_since() -> None:
    earlier = Earlier(Verdict.GENUINE_FIRST_CHECK, AT, 4)
    again = answer(Verdict.SUSPECT, customer_checks=1, earlier=earlier)
    assert wording("en").times(again) == "5 times"
