"""No honest owner is ever strongly suspect, whatever the simulation's owners do."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.authenticity import policy
from aftercare.authenticity import rules as rules_module
from aftercare.authenticity.model import Signal, Strength
from aftercare.authenticity.rules import published, read_rules
from aftercare.kernel.rulebook import RulesInvalidError
from tests.fakes.codes import RULES
from tests.fakes.owners import Assumptions, Life, World, histories

SHARES = st.sampled_from([0.0, 0.3, 1.0])
SINGLE_OWNERS = st.builds(
    Assumptions,
    owners_who_check=st.just(1.0),
    further_checks=st.sampled_from([0.0, 0.5, 0.9]),
    owners_with_two_devices=SHARES,
    gifts=SHARES,
    givers_who_check=SHARES,
    families_who_check=SHARES,
    checks_from_elsewhere=SHARES,
    people_behind_vpns=SHARES,
    holidays=SHARES,
    resales=st.just(0.0),
    returns=st.just(0.0),
    videos=SHARES,
    viewers_on_average=st.sampled_from([6.0, 40.0]),
)


def signals_in(life: Life) -> set[Signal]:
    """All signals that the code ever had."""
    found = set[Signal]()
    for _, history in histories(life, random.Random(1)):  # noqa: S311 - sampling
        found |= policy.signals(history, RULES)
    return found


@given(SINGLE_OWNERS, st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_no_history_of_a_single_owner_is_ever_strongly_suspect(
    assume: Assumptions, seed: int
) -> None:
    found = signals_in(World(seed, assume).honest())
    assert policy.strength(found, RULES) is not Strength.STRONG


@pytest.mark.parametrize("copies", [1_000, 10_000])
def test_a_code_with_many_copies_becomes_strongly_suspect(copies: int) -> None:
    assert Signal.PEOPLE_OVER_WEEKS in signals_in(World(7).copies(copies))


def test_the_rules_are_published_with_a_day_and_a_campaign_changes_them_for_its_products() -> None:
    assert published().versions[0].valid_from == date(2026, 11, 29)
    text = (Path(rules_module.__file__).parent / "signal_rules" / "2026-11-29.toml").read_text()
    campaign = '[[campaigns]]\nname = "Launch"\nskus = ["BB-9"]\npeople_in_a_day = 30\n'
    rules = read_rules(text + campaign)
    assert rules.of("BB-9").usual.people_in_a_day == 30
    assert rules.of("BB-9").usual.weeks == rules.of("BB-1").usual.weeks == RULES.usual.weeks
    with pytest.raises(ValueError, match="two campaigns have the product 'BB-9'"):
        read_rules(text + campaign + campaign)
    with pytest.raises(RulesInvalidError):
        read_rules(text.replace("countries = 3", "countries = 0"))
