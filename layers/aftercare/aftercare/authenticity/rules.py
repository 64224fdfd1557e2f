"""From what on a history is a sign of copies: dated data, with exceptions for campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import UNSET, Struct, UnsetType, structs

from aftercare.authenticity.model import Signal
from aftercare.kernel.rulebook import Day, Name, Names, Positive, RuleBook, read, read_documents


class Usual(Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds of one version."""

    people_in_a_day: Positive
    people_in_a_week: Positive
    countries: Positive
    countries_within_days: Positive
    weeks: Positive
    weeks_within_days: Positive
    people_over_weeks: Positive
    days_before_sale: Positive
    days_after_return: Positive
    strangers_after_return: Positive


class Travel(Struct, frozen=True, forbid_unknown_fields=True):
    """How fast a piece may travel."""

    kilometres_per_hour: float
    share_of_way: float
    floor_minutes: Positive


class Campaign(Struct, frozen=True, forbid_unknown_fields=True):
    """Products whose codes are checked in another way, such as those of a launch on video."""

    name: Name
    skus: Names
    people_in_a_day: Positive | UnsetType = UNSET
    people_in_a_week: Positive | UnsetType = UNSET
    countries: Positive | UnsetType = UNSET
    countries_within_days: Positive | UnsetType = UNSET
    weeks: Positive | UnsetType = UNSET
    weeks_within_days: Positive | UnsetType = UNSET
    people_over_weeks: Positive | UnsetType = UNSET
    days_before_sale: Positive | UnsetType = UNSET
    days_after_return: Positive | UnsetType = UNSET
    strangers_after_return: Positive | UnsetType = UNSET

    @property
    def changes(self) -> dict[str, int]:
        """The thresholds that differ."""
        fields = structs.asdict(self)
        return {name: fields[name] for name in Usual.__struct_fields__ if fields[name] is not UNSET}


class _Document(Struct, frozen=True, forbid_unknown_fields=True):
    version: Name
    valid_from: Day
    source: Name
    strong: frozenset[Signal]
    usual: Usual
    travel: Travel
    campaigns: tuple[Campaign, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalRules:
    """One version of the rules, for one product."""

    version: str
    strong: frozenset[Signal]
    usual: Usual
    travel: Travel


@dataclass(frozen=True, slots=True)
class DatedRules:
    """One version, in force from the first moment of its day in UTC."""

    version: str
    valid_from: date
    strong: frozenset[Signal]
    usual: Usual
    travel: Travel
    campaigns: Mapping[str, Usual]

    def of(self, sku: str) -> SignalRules:
        """The rules for that product: its campaign's, or the usual ones."""
        usual = self.campaigns.get(sku, self.usual)
        return SignalRules(self.version, self.strong, usual, self.travel)


@cache
def published() -> RuleBook[DatedRules]:
    """The rules beside this file, read once per process."""
    return RuleBook(read_documents(Path(__file__).with_name("signal_rules"), read_rules))


def read_rules(text: str) -> DatedRules:
    """The version of the rules in a TOML document.

    Raises:
        RulesInvalidError: A field is missing, unknown or not what it must be.
        ValueError: The text is not TOML, or two campaigns have one product.
    """
    document = read(text, _Document)
    campaigns: dict[str, Any] = {}
    for campaign in document.campaigns:
        for sku in campaign.skus:
            if sku in campaigns:
                raise ValueError(f"two campaigns have the product {sku!r}")
            campaigns[sku] = structs.replace(document.usual, **campaign.changes)
    return DatedRules(
        document.version,
        document.valid_from,
        document.strong,
        document.usual,
        document.travel,
        campaigns,
    )
