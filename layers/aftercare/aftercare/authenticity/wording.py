"""What a check is told, in the languages of our customers: verdicts, reasons, and what to do."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from aftercare.authenticity import policy
from aftercare.authenticity.model import Answer, Verdict
from aftercare.authenticity.symbols import SYMBOLS, folded

LANGUAGES = ("en", "zh", "fr")

_MOST_ACCEPTED = 20
# What a reader wants to know beside the verdict: how often it was asked before, and when first.
_WITH_HISTORY = {Verdict.GENUINE_CHECKED_BEFORE, Verdict.SUSPECT}
_OF_THE_BATCH = {Verdict.RECALLED, Verdict.RESTRICTED, Verdict.BLOCKED}
_RULES = {
    "symbols": SYMBOLS,
    "sessions_in_a_day": policy.SESSIONS_IN_A_DAY,
    "sessions_in_a_week": policy.SESSIONS_IN_A_WEEK,
    "countries": policy.COUNTRIES,
}


@dataclass(frozen=True, slots=True)
class Told:
    """A text, and the language it is in, which need not be the reader's."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words. They speak of the code; none says that a product is genuine."""

    language: str
    _document: Mapping[str, Any]

    def verdict_title(self, answer: Answer) -> str:
        return str(self._verdict(answer)["title"])

    def verdict_text(self, answer: Answer) -> str:
        """What the verdict means, in a few sentences."""
        text = str(self._verdict(answer)["text"]).format(**_facts(answer))
        return self._joined([self.slip(answer), text, self.history(answer)])

    def steps(self, answer: Answer) -> tuple[str, ...]:
        """What to do next, step by step."""
        return tuple(step.format(**_facts(answer)) for step in self._verdict(answer)["advice"])

    def advice(self, answer: Answer) -> str:
        """What to do next as one text: the batch's own remedy first."""
        return self._joined([self.remedy(answer).text, *self.steps(answer)])

    def reason(self, code: str) -> str:
        """Why, in plain words: a signal of copying, or a kind of slip."""
        return str(self._document["reasons"][code]).format(**_RULES)

    def slip(self, answer: Answer) -> str:
        """Which slip is in what was typed, and where; empty for what can be a code."""
        if answer.verdict is not Verdict.MISTYPED:
            return ""
        facts = _facts(answer)
        (slip,) = answer.reasons if facts["count"] else ("nothing",)
        return str(self._document["slips"][slip]).format(**facts)

    def history(self, answer: Answer) -> str:
        """How often the code was checked, when first and where; empty where it does not matter."""
        if answer.verdict not in _WITH_HISTORY or answer.first_checked_at is None:
            return ""
        text = str(self._document["history"]["text"])
        return text.format(times=self.times(answer), first=self.first_check(answer))

    def times(self, answer: Answer) -> str:
        """How often customers checked the code, as words: "3 times", or "about 3 times"."""
        forms = self._document["about" if answer.customers_estimated else "times"]
        form = "one" if answer.customer_checks in self._document["plural"]["one"] else "other"
        return str(forms[form]).format(count=answer.customer_checks)

    def first_check(self, answer: Answer) -> str:
        """When the code was first checked and, where known, in which country."""
        if answer.first_checked_at is None:
            return ""
        moment, country = (
            self.moment(answer.first_checked_at),
            self.country(answer.first_checked_in),
        )
        first = str(self._document["history"]["first"])
        return first.format(moment=moment, country=country) if country else moment

    def known_issue(self, answer: Answer) -> Told:
        """What is known to be wrong with a recalled or blocked batch; empty where nothing is."""
        return self._of_batch(answer, answer.batch.known_issue if answer.batch else {})

    def remedy(self, answer: Answer) -> Told:
        """What helps against the known issue of the batch."""
        return self._of_batch(answer, answer.batch.remedy if answer.batch else {})

    def moment(self, at: datetime) -> str:
        at, dates = at.astimezone(UTC), self._document["dates"]
        return str(dates["moment"]).format(
            year=at.year,
            month=dates["months"][at.month - 1],
            day=dates["first_day"] if at.day == 1 else at.day,
            time=f"{at:%H:%M}",
        )

    def country(self, code: str) -> str:
        """The country's name; empty for a code that is no country's."""
        return str(self._document["countries"].get(code, ""))

    def _verdict(self, answer: Answer) -> Mapping[str, Any]:
        verdict: Mapping[str, Any] = self._document["verdicts"][answer.verdict]
        return verdict

    def _of_batch(self, answer: Answer, texts: Mapping[str, str]) -> Told:
        if answer.verdict not in _OF_THE_BATCH:
            return Told("", self.language)
        spoken = (language for language in (self.language, *LANGUAGES) if texts.get(language))
        language = next(spoken, self.language)
        return Told(texts.get(language, ""), language)

    def _joined(self, sentences: list[str]) -> str:
        return str(self._document["joint"]).join(sentence for sentence in sentences if sentence)


@cache
def words(language: str) -> Words:
    """The words of one of LANGUAGES, read once per process."""
    if language not in LANGUAGES:
        raise ValueError(f"no words in {language}")
    document = files(__package__).joinpath("wording", f"{language}.toml").read_text("utf-8")
    return Words(language, tomllib.loads(document))


def language_for(accept_language: str, asked: str = "") -> str:
    """The language asked for, else the best of an Accept-Language header, else English."""
    if asked in LANGUAGES:
        return asked
    ranges = [_range(part) for part in accept_language.split(",")[:_MOST_ACCEPTED]]
    # Of equal weights the first counts: sorting keeps their order.
    for _, language in sorted(ranges, key=lambda each: -each[0]):
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


def _range(part: str) -> tuple[float, str]:
    """One language range's weight and primary tag: `zh-Hant;q=0.8` → (0.8, "zh")."""
    tag, _, weight = part.strip().partition(";")
    try:
        quality = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        quality = 0.0
    language = tag.strip().partition("-")[0].lower()
    return (quality, language) if quality > 0 else (0.0, "")


def _facts(answer: Answer) -> dict[str, str | int]:
    batch = answer.batch
    return {
        "product": (batch.product or batch.sku) if batch else "",
        "reference": answer.reference,
        "symbols": SYMBOLS,
        "count": len(folded(answer.code)),
        "place": answer.place,
    }
