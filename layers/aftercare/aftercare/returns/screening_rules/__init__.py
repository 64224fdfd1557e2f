"""The published rules of screening: data beside this file, a document per version."""

from functools import cache
from pathlib import Path

from msgspec import Struct

from aftercare.kernel.reading import FieldError
from aftercare.kernel.rulebook import (
    Count,
    Day,
    Name,
    Names,
    Positive,
    RuleBook,
    read,
    read_documents,
)
from aftercare.returns.findings import ScreeningRules
from aftercare.returns.screening import SignalCode


class _Recent(Struct, forbid_unknown_fields=True):
    days: Positive
    most: Positive


class _Document(Struct, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    threshold: Positive
    weights: dict[SignalCode, Count]
    recent_returns: _Recent
    limits: dict[Name, dict[Name, Positive]]
    reviewed_rules: Names
    looked_at_within_business_days: Positive

    def __post_init__(self) -> None:
        if set(self.weights) != set(SignalCode):
            raise FieldError("weights", "one for each signal")


@cache
def published() -> RuleBook[ScreeningRules]:
    """Every version beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).parent, read_screening_rules))


def read_screening_rules(text: str) -> ScreeningRules:
    """The version of the rules in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML.
    """
    document = read(text, _Document)
    return ScreeningRules(
        version=document.version,
        valid_from=document.valid_from,
        source=document.source,
        threshold=document.threshold,
        weights=document.weights,
        recent_days=document.recent_returns.days,
        most_returns=document.recent_returns.most,
        limits=document.limits,
        reviewed=document.reviewed_rules,
        looked_at_within=document.looked_at_within_business_days,
    )
