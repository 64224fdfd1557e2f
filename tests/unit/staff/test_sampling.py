"""Chance draws decisions: keyed, by week, the same again, at the rate for who decided."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from aftercare.kernel.actor import Actor, staff, system
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.staff.sampling import Draw, week_of
from aftercare.staff.sampling_rules import SamplingRules, published, rules_on

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
RULES = SamplingRules("test", date(2026, 1, 1), "a test", one_of_people=10, one_of_system=200)
ANA = staff("ana")
DICE = random.Random(13)  # noqa: S311 - ids only


def decision(actor: Actor = ANA, at: datetime = MONDAY) -> Entry:
    return Entry(new_id("ent", at, DICE.getrandbits), "return.declined", "ret_1", at, actor=actor)


def draw(key: bytes = b"a key") -> Draw:
    return Draw(lambda: key)


@pytest.mark.parametrize(("actor", "one_of"), [(staff("ana"), 10), (system("returns_worker"), 200)])
def test_as_many_are_drawn_as_the_rules_say(actor: Actor, one_of: int) -> None:
    drawn = sum(draw().takes(decision(actor), RULES) for _ in range(20_000))
    assert drawn == pytest.approx(20_000 / one_of, rel=0.3)


def test_the_same_are_drawn_again_and_others_with_another_key() -> None:
    decisions = [decision() for _ in range(2_000)]
    first, again, other = (
        [each.entry_id for each in decisions if draw(key).takes(each, RULES)]
        for key in (b"a key", b"a key", b"another")
    )
    assert first == again
    by_both = len(set(first) & set(other)) / len(first)
    assert by_both == pytest.approx(0.1, abs=0.1)


def test_whoever_decides_often_is_drawn_no_more_often() -> None:
    shares = []
    for who in ("ana", "ben"):
        of_theirs = [decision(staff(who)) for _ in range(5_000)]
        shares.append(sum(draw().takes(each, RULES) for each in of_theirs) / 5_000)
    assert shares[0] == pytest.approx(shares[1], abs=0.03)


def test_a_decision_has_one_week_and_one_place_in_it() -> None:
    each = decision()
    assert draw().place(each) == draw().place(each)
    assert draw().place(each).endswith(each.entry_id)
    assert week_of(MONDAY - timedelta(seconds=1)) == "2026-W47"
    assert week_of(MONDAY) == "2026-W48"
    assert week_of(datetime(2027, 1, 1, tzinfo=UTC)) == "2026-W53"


def test_a_day_before_the_first_rules_has_those() -> None:
    assert rules_on(date(2020, 1, 1)) == published().versions[0]
