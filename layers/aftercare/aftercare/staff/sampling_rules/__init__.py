"""The published rules of the audit sample: data beside this file, a document per version."""

from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, book_in


class SamplingRules(Struct, frozen=True, forbid_unknown_fields=True):
    """One version: of how many decisions one is drawn, by who made them (R-AUD-01)."""

    version: Name
    valid_from: Day
    source: Name
    one_of_people: Positive
    one_of_system: Positive


@cache
def published() -> RuleBook[SamplingRules]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, SamplingRules)


def rules_on(day: date) -> SamplingRules:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
