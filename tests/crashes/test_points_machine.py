"""Points under crashes, lost replies, races and the calendar: in memory by the thousand, on moto.

The stores in memory stand for DynamoDB; `test_points_stores.py` holds both to the same conditions.
"""

from collections import Counter as Tally

import pytest

from aftercare.kernel.due.store import DueStore
from aftercare.members.store import MemberStore
from aftercare.points.store import PointsStore
from tests.fakes.crashes.faults import Fault, Saboteur
from tests.fakes.crashes.planting import Mutant, planted
from tests.fakes.crashes.points_machine import NewWorld, run
from tests.fakes.crashes.points_mutants import MUTANTS, SOUND
from tests.fakes.crashes.points_world import World
from tests.fakes.crashes.world import empty_tables
from tests.fakes.points_memory import MemoryOrders
from tests.fakes.points_room import counter_in_memory, counter_on

PARTS, SCHEDULES, STEPS = 4, 300, 25
ON_MOTO, STEPS_ON_MOTO = 30, 6
# A planted bug takes some thirty schedules; the slowest, or a missed condition, four hundred.
MOST_SCHEDULES = 4000
# Schedules that never reach these prove nothing.
SEEN = (
    *("in debt", "lapsed", "restore", "undo", "release", "capture", "close", "refund", "expire"),
    *("extend", "time over"),
)


def in_memory(*loose: str) -> NewWorld:
    def new_world(purchases: tuple[tuple[int, int], ...]) -> World:
        counter = counter_in_memory(*loose)
        return World(counter, counter.store.wire, purchases)

    return new_world


def on_moto(tables: dict[str, str], saboteur: Saboteur) -> NewWorld:
    ours = {name: tables[name] for name in ("PointsTable", "MembersTable", "DueTable")}

    def new_world(purchases: tuple[tuple[int, int], ...]) -> World:
        empty_tables(ours)
        store = PointsStore(ours["PointsTable"], DueStore(ours["DueTable"]))
        members = MemberStore(ours["MembersTable"])
        counter = counter_on(store, members, MemoryOrders())
        return World(counter, saboteur, purchases, thorough=False)

    return new_world


def check_reach(played: Tally[str], schedules: int, start: int) -> None:
    assert played["schedules"] >= schedules
    assert all(played[what] for what in SEEN), f"nothing of some of {SEEN}"
    assert sum(played[fault.name] for fault in Fault) > schedules // 2, "faults hardly strike"
    print(f"seed {start}: {dict(played)}")  # noqa: T201 - shown with -s


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_fails_and_whoever_comes_between_the_books_balance(
    crash_seed: int, part: int
) -> None:
    played = run(in_memory(), SCHEDULES, STEPS, crash_seed + part)
    check_reach(played, SCHEDULES, crash_seed + part)


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_the_books_balance_on_tables_too(
    crash_seed: int, tables: dict[str, str], part: int
) -> None:
    start = crash_seed + PARTS + part
    with Saboteur().planted() as saboteur:
        played = run(on_moto(tables, saboteur), ON_MOTO, STEPS_ON_MOTO, start)
    assert played["schedules"] >= ON_MOTO
    assert sum(played[fault.name] for fault in Fault) > ON_MOTO // 8, "faults hardly strike"


@pytest.mark.integration
@pytest.mark.slow
def test_a_substitute_without_a_bug_is_sound(crash_seed: int) -> None:
    with planted(SOUND):
        assert run(in_memory(), SCHEDULES, STEPS, crash_seed)["schedules"] >= SCHEDULES


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_planted_bug_is_caught(crash_seed: int, mutant: Mutant) -> None:
    with planted(mutant), pytest.raises(AssertionError):
        run(in_memory(), MOST_SCHEDULES, STEPS, crash_seed)


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("condition", ["version", "entry", "claim", "key"])
def test_no_condition_of_the_store_can_be_missed(crash_seed: int, condition: str) -> None:
    with pytest.raises(AssertionError):
        run(in_memory(condition), MOST_SCHEDULES, STEPS, crash_seed)


def test_there_are_forty_one_bugs_each_of_its_own_name() -> None:
    names = {mutant.name for mutant in MUTANTS}
    assert len(names) == len(MUTANTS) == 41
