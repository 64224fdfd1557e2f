"""The rules: what an amount earns, which version is in force, how markers are spread."""

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.kernel.rulebook import RulesInvalidError
from aftercare.points.errors import NoRulesError, PointsInvalidError
from aftercare.points.rules import RuleBook, published, read_rules
from aftercare.words.formats import digits_of
from tests.fakes.points import ZONES, book, rules
from tests.fakes.refusals import refused

DOCUMENT = """
version = "1"
valid_from = "2025-01-06"
source = "FAQ"
time_zone = "Europe/London"
lifetime_days = 365
review_bonus = 20
reminder_days = [30, 7, 1]
[minor_units]
GBP = 100
[expiry]
peak_writes_per_second = 10
units_per_marker = 2
"""


@pytest.mark.parametrize(
    ("net", "currency", "points"),
    [(0, "USD", 0), (99, "USD", 0), (100, "USD", 1), (17_899, "USD", 178), (8_900, "JPY", 8_900)],
)
def test_a_whole_unit_of_the_net_amount_is_a_point(net: int, currency: str, points: int) -> None:
    assert rules().points_for(net, currency) == points


@pytest.mark.parametrize("net", [-1, 1.0, "100", None, True])
def test_an_amount_is_whole_and_not_below_zero(net: Any) -> None:
    sentence = "amount must be in whole minor units, zero or more."
    with refused(PointsInvalidError, "points_invalid", sentence):
        rules().points_for(net, "USD")


def test_nothing_is_earned_in_a_currency_that_the_rules_do_not_name() -> None:
    sentence = "That currency earns no points."
    with refused(PointsInvalidError, "points_invalid", sentence):
        rules().points_for(100, "XXX")


def test_a_version_is_in_force_from_the_first_moment_of_its_local_day() -> None:
    old = rules(version="old", valid_from=date(2025, 1, 6))
    new = rules(version="new", valid_from=date(2026, 3, 8))
    both = book(old, new)
    begins = datetime(2026, 3, 8, 8, 0, tzinfo=UTC)  # midnight in Los Angeles
    assert both.at(begins).version == "new"
    assert both.at(begins - timedelta(microseconds=1)).version == "old"
    assert both.version("old") is old
    with refused(NoRulesError, "no_rules", "No rules of points were in force at that time."):
        both.at(datetime(2025, 1, 6, 7, 59, tzinfo=UTC))


def test_a_book_keeps_its_zone_and_its_versions_apart() -> None:
    with pytest.raises(ValueError, match="time zone"):
        book(rules(), rules(ZONES[1], version="2", valid_from=date(2026, 1, 1)))
    with pytest.raises(ValueError, match="a day of its own"):
        book(rules(), rules(version="2"))
    with pytest.raises(ValueError, match="a day of its own"):
        RuleBook([])


def test_the_published_rules_are_those_of_the_faq() -> None:
    faq = published().at(datetime(2025, 1, 6, 8, 0, tzinfo=UTC))
    assert (faq.lifetime_days, faq.zone.key) == (365, "America/Los_Angeles")
    assert (faq.per_point["USD"], faq.per_point["JPY"]) == (100, 1)
    assert faq.source == "FAQ §1"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ('version = "1"', "version = 1"),
        ("lifetime_days = 365", "lifetime_days = 0"),
        ("lifetime_days = 365", "lifetime_days = 1.5"),
        ("GBP = 100", "GBP = true"),
        ('"Europe/London"', '"Europe/Atlantis"'),
        ('valid_from = "2025-01-06"', 'valid_from = "soon"'),
        ("review_bonus = 20", ""),
        ("[minor_units]", "[per_pint]"),
        ("GBP = 100", ""),
        ("[minor_units]", "[per_point]\nGBP = 74\n[minor_units]"),
    ],
)
def test_a_document_that_is_no_set_of_rules_is_refused(line: str, instead: str) -> None:
    assert read_rules(DOCUMENT).version == "1"
    with pytest.raises((RulesInvalidError, KeyError, ValueError)):
        read_rules(DOCUMENT.replace(line, instead))


# What a dollar is worth, as the document's comment says.
DOLLARS = {
    "AUD": "1.4236",
    "CAD": "1.3969",
    "CNY": "6.6529",
    "EUR": "0.8951",
    "GBP": "0.7463",
    "HKD": "7.8457",
    "JPY": "157.25",
    "KRW": "1335.27",
    "MXN": "18.9077",
    "MYR": "4.0570",
    "NZD": "1.7743",
    "SGD": "1.2784",
    "THB": "33.7299",
    "TWD": "31.8525",
    "USD": "1",
    "VND": "25947.77",
}


def test_a_point_costs_what_a_dollar_is_worth_rounded_down_to_two_digits() -> None:
    with localcontext(prec=2, rounding=ROUND_DOWN):
        rounded = {currency: +Decimal(worth) for currency, worth in DOLLARS.items()}
    minor = {currency: amount.scaleb(digits_of(currency)) for currency, amount in rounded.items()}
    assert published().version("2026-11-30").per_point == minor


@pytest.mark.parametrize("currency", sorted(DOLLARS))
def test_nobody_pays_more_than_a_dollar_for_a_point(currency: str) -> None:
    today = published().version("2026-11-30")
    dollars = Decimal(today.per_point[currency]).scaleb(-digits_of(currency))
    assert dollars <= Decimal(DOLLARS[currency])


@pytest.mark.parametrize(
    ("net", "currency", "points"),
    [(1_540, "JPY", 10), (12_500_000, "VND", 500), (1_299, "USD", 12), (149, "JPY", 0)],
)
def test_a_yen_no_longer_counts_like_a_dollar(net: int, currency: str, points: int) -> None:
    assert published().version("2026-11-30").points_for(net, currency) == points


def test_what_was_earned_before_keeps_the_rules_of_its_day() -> None:
    eve = datetime(2026, 11, 30, 7, 59, tzinfo=UTC)
    assert published().at(eve).points_for(1_540, "JPY") == 1_540
    assert published().at(eve + timedelta(minutes=1)).points_for(1_540, "JPY") == 10


@given(st.integers(1, 100_000), st.integers(1, 10))
def test_no_partition_takes_more_than_a_thousand_units_a_second(peak: int, units: int) -> None:
    shards = rules(peak_writes_per_second=peak, units_per_marker=units).shards
    assert peak * units / shards <= 1000
    assert shards == 1 or peak * units / (shards - 1) > 1000
