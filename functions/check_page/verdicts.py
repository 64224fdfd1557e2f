"""What the check page shows: view models of answers, in the words of one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aftercare.authenticity.model import Answer, Verdict
from aftercare.authenticity.wording import LANGUAGES, Told, Words
from check_page.words import page_words

# Each has a colour and a picture: no colour tells anything by itself.
_LOOKS = {
    Verdict.GENUINE_FIRST_CHECK: ("good", "shield"),
    Verdict.GENUINE_CHECKED_BEFORE: ("seen", "clock"),
    Verdict.SUSPECT: ("doubt", "copies"),
    Verdict.RECALLED: ("recalled", "alert"),
    Verdict.RESTRICTED: ("doubt", "unknown"),
    Verdict.BLOCKED: ("stop", "lock"),
    Verdict.NOT_ISSUED: ("stop", "cross"),
}
_GENUINE = {Verdict.GENUINE_FIRST_CHECK, Verdict.GENUINE_CHECKED_BEFORE}


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    language: str
    name: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Slip:
    """Why what was typed can be no code."""

    title: str
    sentence: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a code."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class VerdictCard:
    """The answer to one check."""

    verdict: str
    tone: str
    icon: str
    title: str
    text: str
    groups: list[str]
    reference: str
    is_genuine: bool
    reasons: list[str]
    issue: Told
    remedy: Told
    steps: tuple[str, ...]
    facts: list[Fact]
    is_estimate: bool
    may_return: bool


def language_links(base: str, current: str, code: str) -> list[LanguageLink]:
    """The page in each language, with the code typed so far."""
    typed = {"code": code} if code else {}
    return [
        LanguageLink(
            language,
            page_words(language)["self"]["name"],
            f"{base}/authenticity?{urlencode({'lang': language} | typed)}",
            language == current,
        )
        for language in LANGUAGES
    ]


def slip(answer: Answer, words: Words) -> Slip:
    return Slip(words.verdict_title(answer), words.slip(answer), words.steps(answer))


def verdict(answer: Answer, words: Words, labels: Mapping[str, str]) -> VerdictCard:
    tone, icon = _LOOKS[answer.verdict]
    return VerdictCard(
        verdict=answer.verdict,
        tone=tone,
        icon=icon,
        title=words.verdict_title(answer),
        text=words.verdict_text(answer),
        groups=answer.code.split("-"),
        reference=answer.reference,
        is_genuine=answer.verdict in _GENUINE,
        reasons=[words.reason(code) for code in answer.reasons],
        issue=words.known_issue(answer),
        remedy=words.remedy(answer),
        steps=words.steps(answer),
        facts=_facts(answer, words, labels),
        is_estimate=answer.customers_estimated,
        may_return=answer.verdict in {Verdict.RECALLED, Verdict.BLOCKED},
    )


def _facts(answer: Answer, words: Words, labels: Mapping[str, str]) -> list[Fact]:
    facts = [Fact(labels["reference"], answer.reference)]
    if answer.batch is None:
        return facts
    first = words.first_check(answer)
    return [
        Fact(labels["product"], answer.batch.product or answer.batch.sku, answer.batch.sku),
        Fact(labels["checks"], words.times(answer)),
        *([Fact(labels["first"], first)] if first else []),
        *facts,
    ]
