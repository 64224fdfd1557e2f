"""Returns in two and three parcels, with a fault at any write and everybody at once.

Whatever comes, in whatever order, or never: money is asked for what came or was decided, once; a
return waits for no parcel that nobody may send any more, and does not wait for ever.
"""

from collections import Counter
from functools import partial

import pytest

from aftercare.returns import events
from aftercare.returns.moves import ReturnStatus
from tests.fakes.crashes.arrival_mutants import SOUND
from tests.fakes.crashes.arrival_world import Crew, crew_of
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.parcel_mutants import MUTANTS
from tests.fakes.crashes.parcel_walks import WALKS, drawn, play
from tests.fakes.crashes.planting import Mutant, planted
from tests.fakes.crashes.schedules import first_with, run, undisturbed, walk_of
from tests.fakes.house import House

pytestmark = [pytest.mark.integration, pytest.mark.slow]
PARTS, SCHEDULES, REQUESTS = 10, 20, 24
S = ReturnStatus
# What a schedule has to meet somewhere, or it proves nothing.
STEPS = (
    *(events.PARCEL_ADDED, events.PARCEL_LABELLED, events.PARCEL_EXPIRED, events.PARCEL_LOST),
    *(events.PARCEL_EXPIRING, events.IN_TRANSIT, events.PARCEL_IN_TRANSIT),
    *(events.PARCEL_ARRIVED, events.ARRIVED),
    *(events.RECEIVED, events.LINE_INSPECTED, events.INSPECTED, events.LOST, events.EXPIRED),
    *(events.REOPENED, events.TAKEN_UP, events.REFUND_REQUESTED, events.REFUNDED, events.CLOSED),
)
REFUSALS = ("receipt_invalid", "inspection_invalid", "parcel_refused")
ENDS = tuple(f"ends {status}" for status in (S.CLOSED, S.EXPIRED, S.LOST))


@pytest.fixture
def crew(house: House, tables: dict[str, str]) -> Crew:
    return crew_of(house, tables)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_comes_or_never_does_money_and_parcels_are_accounted_for(
    crew: Crew, crash_seed: int, part: int
) -> None:
    met = run(partial(play, crew), drawn, SCHEDULES, crash_seed + part)
    print(f"seed {crash_seed + part}: {dict(met)}")  # noqa: T201 - shown with -s
    assert met["schedules"] >= SCHEDULES
    assert sum(met[fault.name] for fault in Fault) > SCHEDULES // 3, "faults hardly strike"


def test_the_walks_meet_every_step_of_several_parcels(crew: Crew) -> None:
    met = Counter[str]()
    with planted(SOUND):
        for walk in WALKS:
            met += play(crew, undisturbed(walk))
    missing = [what for what in (*STEPS, *REFUSALS, *ENDS) if not met[what]]
    assert not missing
    assert met["2 parcels"] > met["3 parcels"] > 1


def test_a_parcel_may_come_at_any_request_of_the_work_that_makes_anothers_label(
    crew: Crew,
) -> None:
    steps = undisturbed(walk_of("begin1 submit work work work add work"))
    work, bring = steps[-1][0], walk_of("bring")[0]
    raced = 0
    for request in range(1, REQUESTS + 1):
        raced += play(crew, [*steps[:-1], (work, Fault.RACED, request, bring)])[Fault.RACED.name]
    assert raced > REQUESTS // 2


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_planted_bug_is_caught(crew: Crew, mutant: Mutant) -> None:
    # A step that the table of moves does not have is a ValueError.
    with planted(mutant), pytest.raises((AssertionError, ValueError)):
        _play_all(crew, mutant.act)


def _play_all(crew: Crew, act: str) -> None:
    """Each walk undisturbed, first those with that act; the first that does not balance raises."""
    for walk in first_with(act, WALKS):
        play(crew, undisturbed(walk))
