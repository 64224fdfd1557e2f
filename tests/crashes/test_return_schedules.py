"""Choose, photograph, submit, approve, label: in any order, a fault planted at any write.

Each schedule is a list of acts, some with a fault at one of their writes. Afterwards everything
that the queues would still deliver is delivered, and the books must balance.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.world import Act, new_world
from tests.fakes.house import House

SCHEDULES = 300
VERBS = ["choose", "upload", "screen", "submit", "deliver", "smudge", "refund", "wait"]
acts = st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(1, 2))
# Most acts write once or twice, the label's six times, each after some reads.
writes = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5, 6])
requests = st.integers(1, 6)
# A return that is submitted: without it most schedules would end at the first step.
WALK = ["choose", "upload", "screen", "submit", "deliver", "deliver", "deliver"]
SMUDGED = ["choose", "upload", "screen", "submit", "deliver", "smudge", "deliver"]
REFUNDED = ["choose", "upload", "screen", "submit", "refund", "deliver", "deliver"]

type Step = tuple[Act, Fault | None, int, Act]


@st.composite
def walks(draw: st.DrawFn) -> list[Act]:
    """Two returns' walks: one after the other, through each other, or in step."""
    both = [draw(st.sampled_from([WALK, WALK, SMUDGED, REFUNDED])) for _ in range(2)]
    units = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    in_step = [0, 1] * len(WALK)
    order = draw(st.one_of(st.just(in_step), st.just(sorted(in_step)), st.permutations(in_step)))
    verbs = [iter(walk) for walk in both]
    return [(next(verbs[which]), which, units[which]) for which in order]


@st.composite
def schedules(draw: st.DrawFn) -> list[Step]:
    """Two walks with up to five faults and some stray acts strewn over them."""
    schedule: list[Step] = [(act, None, 1, act) for act in draw(walks())]
    for place in draw(st.sets(st.integers(0, len(schedule) - 1), min_size=1, max_size=5)):
        act = schedule[place][0]
        fault = draw(st.sampled_from(Fault))
        at = draw(requests if fault is Fault.RACED else writes)
        schedule[place] = (act, fault, at, draw(acts))
    for stray in draw(st.lists(acts, max_size=4)):
        schedule.insert(draw(st.integers(0, len(schedule))), (stray, None, 1, stray))
    return schedule


@st.composite
def duels(draw: st.DrawFn) -> list[Step]:
    """Two walks in step, and somewhere both do the same at the same moment."""
    units = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    at = draw(st.sampled_from([0, 1, 2, 3, 3, 3, 4, 5, 6]))  # 3: the submit
    request = draw(requests)
    schedule: list[Step] = []
    for place, verb in enumerate(WALK):
        mine, theirs = (verb, 0, units[0]), (verb, 1, units[1])
        fault = Fault.RACED if place == at else None
        schedule += [(mine, fault, request, theirs), (theirs, None, 1, mine)]
    return schedule


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_fails_wherever_the_books_balance(
    house: House, crash_seed: int, tables: dict[str, str], part: int
) -> None:
    played = Counter[str]()

    @seed(crash_seed + part)
    @settings(
        max_examples=SCHEDULES // 4,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(schedules(), duels()))
    def play(schedule: list[Step]) -> None:
        with new_world(house, tables) as world:
            for act, fault, write, rival in schedule:
                world.play(act, fault, write, rival)
        played["schedules"] += 1
        played.update(ret.status.value for ret in world.returns())
        played.update(world.struck)

    play()
    assert played["schedules"] >= SCHEDULES // 4
    assert played["label_ready"] > SCHEDULES // 32, "the schedules hardly get anywhere"
    assert sum(played[fault.name] for fault in Fault) > SCHEDULES // 16, "faults hardly strike"
    print(f"seed {crash_seed + part}: {dict(played)}")  # noqa: T201 - shown with -s
