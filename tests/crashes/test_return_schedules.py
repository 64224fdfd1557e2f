"""Choose, photograph, submit, approve, label, or change one's mind: a fault at any write.

Each schedule is a list of acts, some with a fault at one of their writes. Afterwards everything
that the queues would still deliver is delivered, and the books must balance.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fakes.crashes.books import checked_world
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.world import Act
from tests.fakes.house import House

SCHEDULES = 280
CHANGES = 240
VERBS = ["choose", "upload", "screen", "submit", "deliver", "smudge", "refund", "wait"]
acts = st.tuples(st.sampled_from(VERBS), st.integers(0, 2), st.integers(1, 2))
# Most acts write once or twice, the label's six times, each after some reads.
writes = st.sampled_from([1, 1, 1, 2, 2, 3, 4, 5, 6])
requests = st.integers(1, 6)
# A return that is submitted: without it most schedules would end at the first step.
WALK = ["choose", "upload", "screen", "submit", "deliver", "deliver", "deliver"]
SMUDGED = ["choose", "upload", "screen", "submit", "deliver", "smudge", "deliver"]
REFUNDED = ["choose", "upload", "screen", "submit", "refund", "deliver", "deliver"]

# Minds that change: what is edited, discarded, cancelled, scanned after that, lapsed, taken over.
SENT = ["choose", "upload", "screen", "submit"]
MINDS = [
    [*SENT, "deliver", "deliver", "deliver", "cancel", "deliver", "transit", "deliver"],
    [*SENT, "deliver", "deliver", "cancel", "arrive", "deliver"],
    [*SENT, "deliver", "deliver", "deliver", "transit", "cancel", "arrive", "deliver"],
    [*SENT, "cancel", "deliver", "edit", "upload", "deliver"],
    [*SENT, "deliver", "cancel", "deliver", "edit"],
    ["edit", "upload", "screen", "day", "sweep", "deliver", "day", "sweep", "deliver"],
    ["edit", "upload", "screen", "remove", "upload", "screen", "edit", "submit", "deliver"],
    ["edit", "upload", "screen", "day", "day", "edit", "take", "submit", "deliver"],
    ["choose", "upload", "screen", "edit", "discard", "deliver", "sweep", "deliver", "choose"],
]
ANY = [*VERBS, "edit", "discard", "cancel", "remove", "take", "transit", "arrive", "sweep", "day"]

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


def with_faults(draw: st.DrawFn, walked: list[Act], stray: st.SearchStrategy[Act]) -> list[Step]:
    """The walks, with up to five faults and some stray acts strewn over them."""
    schedule: list[Step] = [(act, None, 1, act) for act in walked]
    for place in draw(st.sets(st.integers(0, len(schedule) - 1), min_size=1, max_size=5)):
        act = schedule[place][0]
        fault = draw(st.sampled_from(Fault))
        at = draw(requests if fault is Fault.RACED else writes)
        schedule[place] = (act, fault, at, draw(stray))
    for each in draw(st.lists(stray, max_size=4)):
        schedule.insert(draw(st.integers(0, len(schedule))), (each, None, 1, each))
    return schedule


@st.composite
def schedules(draw: st.DrawFn) -> list[Step]:
    """Two walks to a label."""
    return with_faults(draw, draw(walks()), acts)


@st.composite
def changes(draw: st.DrawFn) -> list[Step]:
    """Two walks of people who change their minds, through each other, with rivals of every kind."""
    both = [draw(st.sampled_from(MINDS)) for _ in range(2)]
    units = draw(st.tuples(st.integers(1, 2), st.integers(1, 2)))
    in_turn = [0] * len(both[0]) + [1] * len(both[1])
    order = draw(st.one_of(st.just(in_turn), st.permutations(in_turn)))
    minds = [iter(mind) for mind in both]
    walked = [(next(minds[which]), which, units[which]) for which in order]
    stray = st.tuples(st.sampled_from(ANY), st.integers(0, 2), st.integers(1, 2))
    return with_faults(draw, walked, stray)


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


def played(
    house: House,
    tables: dict[str, str],
    drawn: st.SearchStrategy[list[Step]],
    of: int,
    seeded: int,
) -> Counter[str]:
    """Plays so many schedules; what became of their returns, and how often each fault struck."""
    found = Counter[str]()

    @seed(seeded)
    @settings(
        max_examples=of,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def play(schedule: list[Step]) -> None:
        with checked_world(house, tables) as world:
            for act, fault, write, rival in schedule:
                world.play(act, fault, write, rival)
        found["schedules"] += 1
        found.update(ret.status.value for ret in world.returns())
        found.update(step for ret in world.returns() for step in world.entries(ret.return_id))
        found.update(world.struck)

    play()
    assert found["schedules"] >= of
    assert sum(found[fault.name] for fault in Fault) > of // 4, "faults hardly strike"
    print(f"seed {seeded}: {dict(found)}")  # noqa: T201 - shown with -s
    return found


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_fails_wherever_the_books_balance(
    house: House, crash_seed: int, tables: dict[str, str], part: int
) -> None:
    drawn = st.one_of(schedules(), duels())
    found = played(house, tables, drawn, SCHEDULES // 4, crash_seed + part)
    assert found["label_ready"] > SCHEDULES // 32, "the schedules hardly get anywhere"
    assert found["in_review"] > SCHEDULES // 32, "hardly a return waits for a person"


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whoever_changes_their_mind_whenever_the_books_balance(
    house: House, crash_seed: int, tables: dict[str, str], part: int
) -> None:
    found = played(house, tables, changes(), CHANGES // 4, crash_seed + part)
    for step in (
        "cancelled",
        "discarded",
        "lapsed",
        "reopened",
        "in_transit",
        "submitted",
    ):
        assert found[f"return.{step}"] > 0, f"no schedule has a return {step}"
