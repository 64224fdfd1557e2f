"""The texts of an answer in one language: its verdict, its reasons, what to do next."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from aftercare.authenticity.model import Answer, Strength, Verdict
from aftercare.kernel.symbols import SYMBOLS, folded
from aftercare.words.model import LANGUAGES, Reader, reader_of
from aftercare.words.service import Words, words

# Beside these verdicts the reader wants to know how often the code was checked, and when first.
_WITH_HISTORY = {Verdict.GENUINE_CHECKED_BEFORE, Verdict.SUSPECT}
_OF_THE_BATCH = {Verdict.RECALLED, Verdict.RESTRICTED, Verdict.BLOCKED}


class BatchText(NamedTuple):
    """A batch's own text, and the language it is in, which need not be the reader's."""

    text: str
    language: str


class Wording:
    """An answer in one language, about the code; it never says that a product is genuine."""

    def __init__(self, words: Words) -> None:
        self._words = words

    @property
    def language(self) -> str:
        return self._words.language

    def verdict_title(self, answer: Answer) -> str:
        return self._words.text(f"verdicts.{_key(answer.verdict, answer.strength)}.title")

    def verdict_text(self, answer: Answer) -> str:
        """What the verdict means, in a few sentences."""
        key = _key(answer.verdict, answer.strength)
        text = self._words.text(f"verdicts.{key}.text", **_facts(answer))
        return self._words.sentences([self.slip(answer), text, self.history(answer)])

    def steps(self, answer: Answer) -> tuple[str, ...]:
        """What to do next, step by step."""
        key = _key(answer.verdict, answer.strength)
        return self._words.texts(f"verdicts.{key}.advice", **_facts(answer))

    def advice(self, answer: Answer) -> str:
        """What to do next as one text: the batch's own remedy first."""
        return self._words.sentences([self.remedy(answer).text, *self.steps(answer)])

    def reason(self, code: str) -> str:
        """Why, in plain words: a signal of copying, or a kind of typo."""
        return self._words.text(f"verdicts.reason.{code}", symbols=SYMBOLS)

    def slip(self, answer: Answer) -> str:
        """Which typo the typed code has, and where; empty for what can be a code."""
        if answer.verdict is not Verdict.MISTYPED:
            return ""
        facts = _facts(answer)
        (slip,) = answer.reasons if facts["count"] else ("nothing",)
        return self._words.text(f"verdicts.slip.{slip}", **facts)

    def before(self, answer: Answer) -> str:
        """What a repeat was told the first time, and what came since; empty where nothing did."""
        if answer.earlier is None:
            return ""
        verdict, at, since, strength = answer.earlier
        title = self._words.text(f"verdicts.{_key(verdict, strength)}.title")
        told = self._words.text("verdicts.then", moment=self._words.moment(at), title=title)
        return self._words.sentences(
            [told, self._words.count("verdicts.since", since) if since else ""]
        )

    def history(self, answer: Answer) -> str:
        """How often the code was checked, when first and where; empty where it does not matter."""
        if answer.verdict not in _WITH_HISTORY or answer.first_checked_at is None:
            return ""
        first = self.first_check(answer)
        return self._words.text("verdicts.history", times=self.times(answer), first=first)

    def times(self, answer: Answer) -> str:
        """How often customers checked the code, as words: "3 times", or "about 3 times"."""
        if answer.customers_estimated:
            return self._words.count("verdicts.times_estimated", answer.customer_checks_so_far)
        return self._words.count("verdicts.times", answer.customer_checks_so_far)

    def first_check(self, answer: Answer) -> str:
        """When the code was first checked and, where known, in which country."""
        if answer.first_checked_at is None:
            return ""
        moment = self._words.moment(answer.first_checked_at)
        country = self._words.country(answer.first_checked_in)
        if not country:
            return moment
        return self._words.text("verdicts.first_check", moment=moment, country=country)

    def known_issue(self, answer: Answer) -> BatchText:
        """The known issue of a recalled or blocked batch; empty where there is none."""
        return self._of_batch(answer, answer.batch.known_issue if answer.batch else {})

    def remedy(self, answer: Answer) -> BatchText:
        """The remedy for the known issue of the batch."""
        return self._of_batch(answer, answer.batch.remedy if answer.batch else {})

    def _of_batch(self, answer: Answer, texts: Mapping[str, str]) -> BatchText:
        if answer.verdict not in _OF_THE_BATCH:
            return BatchText("", self.language)
        # A batch may have them under an older or a closer tag, such as `zh`.
        own = (tag for tag in texts if reader_of(tag) == Reader(self.language))
        spoken = (tag for tag in (self.language, *own, *LANGUAGES) if texts.get(tag))
        language = next(spoken, self.language)
        return BatchText(texts.get(language, ""), language)


@cache
def wording(language: str, *, typeset: bool = False) -> Wording:
    """The wording in one of LANGUAGES; pages have it typeset.

    Raises:
        ValueError: We don't have that language.
    """
    return Wording(words(language, typeset=typeset))


def _key(verdict: Verdict, strength: Strength | None) -> str:
    """The words of a verdict: advice is in proportion to how strong the signs are (R-AUT-19)."""
    is_weak = verdict is Verdict.SUSPECT and strength is Strength.WEAK
    return f"{verdict}_{Strength.WEAK}" if is_weak else verdict


def _facts(answer: Answer) -> dict[str, str | int]:
    batch = answer.batch
    return {
        "product": (batch.product or batch.sku) if batch else "",
        "reference": answer.reference,
        "symbols": SYMBOLS,
        "count": len(folded(answer.code)),
        "place": answer.place,
    }
