"""From the submission to the end: everybody at once, a fault at any write, the shop in any order.

Each schedule is a walk or two through each other by the customer, workers, the carrier, two docks,
four members of staff and the shop; some acts have a fault at one of their writes, or a rival just
before one of their requests. After each act the units and the money are counted; in the end each
timeline is held against the table of moves.
"""

from collections import Counter
from functools import partial

import pytest

from aftercare.returns import events
from aftercare.returns.moves import ReturnStatus
from aftercare.returns.resolving import REQUESTS
from tests.fakes.crashes.arrival_mutants import MUTANTS, SOUND
from tests.fakes.crashes.arrival_verbs import VERBS
from tests.fakes.crashes.arrival_walks import WALKS, drawn, play
from tests.fakes.crashes.arrival_world import Crew, crew_of
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.planting import Mutant, planted
from tests.fakes.crashes.schedules import first_with, run, undisturbed
from tests.fakes.house import House

pytestmark = [pytest.mark.integration, pytest.mark.slow]
PARTS, SCHEDULES = 25, 42
# What a schedule has to meet somewhere, or it proves nothing.
STEPS = (
    *(events.SUBMITTED, events.APPROVED, events.IN_REVIEW, events.DECLINED, events.LABEL_READY),
    *(events.LABEL_EXPIRING, events.EXPIRED, events.CANCELLED, events.REOPENED),
    *(
        events.IN_TRANSIT,
        events.LOST,
        events.ARRIVED,
        events.RECEIVED,
        events.LINE_INSPECTED,
        events.INSPECTED,
    ),
    *REQUESTS.values(),
    *(events.TAKEN_UP, events.REFUND_FAILED),
    *(events.REFUNDED, events.REPLACED, events.CLOSED),
    *(events.PROMISE_AT_RISK, events.PROMISE_BROKEN),
)
REFUSALS = (
    *("move_refused", "not_permitted", "units_taken", "return_on_its_way"),
    *("inspection_invalid", "receipt_invalid", "remedy_invalid", "request_open"),
)
S = ReturnStatus
ENDS = tuple(f"ends {status}" for status in (S.CLOSED, S.CANCELLED, S.EXPIRED, S.DECLINED))


@pytest.fixture
def crew(house: House, tables: dict[str, str]) -> Crew:
    return crew_of(house, tables)


@pytest.mark.parametrize("part", range(PARTS))
def test_whatever_fails_units_and_money_are_conserved_and_every_step_is_in_the_table(
    crew: Crew, crash_seed: int, part: int
) -> None:
    met = run(partial(play, crew), drawn, SCHEDULES, crash_seed + part)
    print(f"seed {crash_seed + part}: {dict(met)}")  # noqa: T201 - shown with -s
    assert met["schedules"] >= SCHEDULES
    assert sum(met[fault.name] for fault in Fault) > SCHEDULES // 3, "faults hardly strike"


def test_the_walks_meet_every_verb_and_every_step(crew: Crew) -> None:
    """Under a substitute without a bug, so that no mutant is caught for being one."""
    met = Counter[str]()
    with planted(SOUND):
        for walk in WALKS:
            met += play(crew, undisturbed(walk))
    missing = [what for what in (*VERBS, *STEPS, *REFUSALS, *ENDS) if not met[what]]
    assert not missing


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_planted_bug_is_caught(crew: Crew, mutant: Mutant) -> None:
    with planted(mutant), pytest.raises(AssertionError):
        _play_all(crew, mutant.act)


def test_there_are_forty_two_bugs_each_of_its_own_name() -> None:
    names = {mutant.name for mutant in MUTANTS}
    assert len(names) == len(MUTANTS) == 42


def _play_all(crew: Crew, act: str) -> None:
    """Each walk undisturbed, first those with that act; the first that does not balance raises."""
    for walk in first_with(act, WALKS):
        play(crew, undisturbed(walk))
