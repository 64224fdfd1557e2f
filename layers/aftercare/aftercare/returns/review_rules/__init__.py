"""The published rules of reviews: data beside this file, a document per version."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, read, read_documents
from aftercare.returns.amounts import Amounts, amount_in


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """One version: how long claims and requests hold, and what needs a second person (R-REV-02).

    `amounts` are, per market and currency, the largest value on which one person decides alone, in
    minor units.
    """

    version: str
    valid_from: date
    source: str
    claim: timedelta
    answer_within: timedelta
    amounts: Amounts

    def amount(self, market: str, currency: str) -> int | None:
        """The largest value on which one person decides; none if the currency has none anywhere."""
        return amount_in(self.amounts, market, currency)


class _Document(Struct, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    claim_minutes: Positive
    answer_days: Positive
    second_person: dict[Name, dict[Name, Positive]]


@cache
def published() -> RuleBook[ReviewRules]:
    """Every version beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).parent, read_review_rules))


def rules_on(day: date) -> ReviewRules:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)


def read_review_rules(text: str) -> ReviewRules:
    """The version of the rules in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    document = read(text, _Document)
    return ReviewRules(
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        claim=timedelta(minutes=document.claim_minutes),
        answer_within=timedelta(days=document.answer_days),
        amounts=document.second_person,
    )
