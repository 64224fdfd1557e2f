"""The published rules of when the money is there: data beside this file, a document per version."""

from datetime import date
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, book_in


class Transit(Struct, frozen=True, forbid_unknown_fields=True):
    """Business days that a parcel is on its way across a border (R-REF-05)."""

    at_least: Positive
    at_most: Positive
    source: Name


class PromiseRules(Struct, frozen=True, forbid_unknown_fields=True):
    """One version: business days from the arrival, and before the last one a person is asked."""

    version: Name
    valid_from: Day
    source: Name
    at_least: Positive
    at_most: Positive
    warned_before: Positive
    abroad: Transit


@cache
def published() -> RuleBook[PromiseRules]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, PromiseRules)


def rules_on(day: date) -> PromiseRules:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
