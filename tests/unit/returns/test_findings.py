"""What the screening rules make of findings; each answer can be made again from what is stored."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aftercare.kernel.rulebook import RulesInvalidError
from aftercare.returns.findings import (
    CodeStanding,
    Copy,
    Findings,
    GrantedLine,
    ShownCode,
    screen,
    screened_again,
)
from aftercare.returns.policies import published as policies
from aftercare.returns.policy import Seller
from aftercare.returns.review_document import decode_screening, encode_screening
from aftercare.returns.screening import SignalCode
from aftercare.returns.screening_rules import published, read_screening_rules
from tests.fakes.screening import DOCUMENT, rules

NOTHING = Findings(market="US", currency="USD", value=8900)
SAME = Copy("evd_1", "ret_2", "evd_2", "same_picture")
BOTH = ("evd_1", "ret_2", "evd_2")
EVERYTHING = Findings(
    market="US",
    currency="USD",
    value=30_001,
    recent_returns=6,
    recent_days=90,
    granted=(GrantedLine("1", "R-RET-35"), GrantedLine("2", "R-RET-34")),
    copies=(SAME, Copy("evd_1", "ret_3", "evd_3", "same_moment")),
    before_delivery=("evd_1",),
    codes=(
        ShownCode("evd_4", CodeStanding.OTHER_ITEM),
        ShownCode("evd_5", CodeStanding.SUSPECT),
        ShownCode("1", CodeStanding.UNKNOWN),
        ShownCode("2", CodeStanding.FITTING),
    ),
)


def codes(findings: Findings) -> list[str]:
    return [signal.code for signal in screen(rules(), findings).signals]


def test_without_anything_to_notice_there_is_no_signal() -> None:
    screening = screen(rules(), NOTHING)
    assert (screening.score, screening.needs_review, screening.signals) == (0, False, ())


@pytest.mark.parametrize(
    ("findings", "code", "references"),
    [
        ({"copies": (SAME,)}, "reused_photo", ("evd_1", "ret_2", "evd_2")),
        (
            {"copies": (SAME._replace(likeness="same_file"),)},
            "reused_photo",
            ("evd_1", "ret_2", "evd_2"),
        ),
        (
            {"copies": (SAME._replace(likeness="same_moment"),)},
            "same_moment",
            ("evd_1", "ret_2", "evd_2"),
        ),
        ({"codes": (ShownCode("evd_1", "other_item"),)}, "serial_mismatch", ("evd_1",)),
        ({"codes": (ShownCode("1", "suspect"),)}, "suspect_code", ("1",)),
        ({"codes": (ShownCode("evd_1", "unknown"),)}, "unknown_code", ("evd_1",)),
        ({"granted": (GrantedLine("2", "R-RET-35"),)}, "policy_review", ("2",)),
        ({"recent_returns": 6}, "too_many_returns", ()),
        ({"value": 30_001}, "high_value", ()),
    ],
)
def test_each_of_these_alone_asks_for_a_person_and_says_what_it_is_about(
    findings: dict[str, Any], code: str, references: tuple[str, ...]
) -> None:
    screening = screen(rules(), replace(NOTHING, **findings))
    [signal] = screening.signals
    assert (signal.code, signal.references) == (code, references)
    assert screening.needs_review


def test_a_photo_from_before_the_delivery_is_noticed_and_asks_for_nobody_alone() -> None:
    screening = screen(rules(), replace(NOTHING, before_delivery=("evd_1",)))
    assert [signal.code for signal in screening.signals] == ["before_delivery"]
    assert not screening.needs_review


def test_weak_signals_add_up() -> None:
    weak = dict.fromkeys(SignalCode, 50)
    findings = replace(NOTHING, before_delivery=("evd_1",), recent_returns=6)
    screening = screen(rules(weights=weak), findings)
    assert (screening.score, screening.needs_review) == (100, True)


def test_a_signal_weighs_once_however_often_it_is_raised() -> None:
    copies = tuple(SAME._replace(evidence_id=f"evd_{number}") for number in range(12))
    screening = screen(rules(), replace(NOTHING, copies=copies))
    assert screening.score == 100
    assert screening.signals[0].references[:3] == ("evd_0", "ret_2", "evd_2")


def test_a_likeness_that_is_a_hint_for_people_raises_nothing() -> None:
    assert not codes(replace(NOTHING, copies=(SAME._replace(likeness="similar"),)))


@pytest.mark.parametrize(
    ("market", "currency", "value", "is_noticed"),
    [
        ("US", "USD", 30_000, False),
        ("US", "USD", 30_001, True),
        ("JP", "JPY", 45_000, False),
        ("JP", "JPY", 45_001, True),
        ("DE", "USD", 30_000, False),  # in another market's currency: that market's limit
        ("DE", "USD", 30_001, True),
        ("US", "XAU", 1, True),  # in a currency that has none, a person looks
        ("", "", 0, False),
    ],
)
def test_a_value_above_the_markets_limit_is_noticed(
    market: str, currency: str, value: int, *, is_noticed: bool
) -> None:
    findings = Findings(market=market, currency=currency, value=value)
    assert ("high_value" in codes(findings)) is is_noticed


def test_a_stored_screening_says_the_same_again() -> None:
    screening = screen(rules(), EVERYTHING)
    assert {signal.code for signal in screening.signals} == set(SignalCode)
    stored = decode_screening(json.loads(json.dumps(encode_screening(screening))))
    assert stored == screening
    assert Findings.of(stored.facts) == EVERYTHING
    assert screened_again(published().version(stored.version), stored) == stored


def test_a_stored_screening_under_other_rules_says_what_they_say() -> None:
    stored = screen(rules(), replace(NOTHING, value=30_001))
    assert not screened_again(rules(limits={"US": {"USD": 50_000}}), stored).needs_review


def test_findings_of_a_newer_version_are_read_as_far_as_they_are_known() -> None:
    facts = {**EVERYTHING.facts, "weather": "rain"}
    assert Findings.of(facts) == EVERYTHING


def test_findings_name_nobody() -> None:
    assert set(EVERYTHING.facts) == {
        "market",
        "currency",
        "value",
        "recent_returns",
        "recent_days",
        "granted",
        "copies",
        "before_delivery",
        "codes",
    }


def test_every_market_in_which_we_take_returns_has_a_limit() -> None:
    markets = {
        market
        for policy in policies().policies
        if policy.seller is Seller.OURSELVES
        for market in policy.markets
    }
    for version in published().versions:
        assert markets <= set(version.limits)


def test_the_rules_of_a_day_are_those_in_force_then() -> None:
    first = published().versions[0]
    assert published().on(first.valid_from) == first
    assert published().on(date(2025, 1, 1)) is None


@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("reused_photo = 100\n", "", "weights"),
        ("reused_photo = 100", "reused_photo = -1", "weights"),
        ("reused_photo = 100", "rain = 100", "document"),
        ("threshold = 100", "threshold = 0", "threshold"),
        ("most = 6", "most = 0", "most"),
        ("US = {USD = 30000}", "US = {USD = 0}", "limits"),
        ("threshold = 100", "threshold = 100\nmood = 1", "mood"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused_with_its_field(
    line: str, instead: str, why: str
) -> None:
    assert line in DOCUMENT
    with pytest.raises(RulesInvalidError, match=why):
        read_screening_rules(DOCUMENT.replace(line, instead))
