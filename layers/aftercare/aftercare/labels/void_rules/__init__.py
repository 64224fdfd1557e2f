"""The published rules of taking labels back: data beside this file, a document per version."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.rulebook import Day, Name, Positive, RuleBook, book_in


class VoidRules(Struct, frozen=True, forbid_unknown_fields=True):
    """One version: when a carrier is asked again, and how long after a label's end at most."""

    version: Name
    valid_from: Day
    source: Name
    again_after_hours: Positive
    days_after_expiry: Positive

    @property
    def again_after(self) -> timedelta:
        return timedelta(hours=self.again_after_hours)

    @property
    def asked_after_expiry(self) -> timedelta:
        return timedelta(days=self.days_after_expiry)


@cache
def published() -> RuleBook[VoidRules]:
    """Every version beside this file, read once per process."""
    return book_in(Path(__file__).parent, VoidRules)


def rules_on(day: date) -> VoidRules:
    """The version in force on that day; before the first one, that one."""
    return published().in_force(day)
