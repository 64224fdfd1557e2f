"""Staff at once with staff, with the customer and with the clock: a fault at any write.

Each schedule is a list of acts by people whose pages may be old, some with a fault at one of their
writes, or with a rival just before one of their requests. Whoever's page failed sends it again.
"""

from collections import Counter
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, example, given, seed, settings
from hypothesis import strategies as st

from aftercare.returns import events
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.review_books import check_review
from tests.fakes.crashes.review_world import TABLES_OF_A_WORLD, Act, review_world
from tests.fakes.crashes.world import empty_tables
from tests.fakes.house import House

SCHEDULES = 560
FORMS = [
    "approve",
    "decline",
    "confirm",
    "hand_back",
    "ask",
    "withdraw",
    "claim",
    "release",
    "note",
]
OTHERS = ["look", "look", "show", "answer", "screen", "cancel", "timer", "fortnight", "minutes"]
people = st.integers(0, 3)
acts = st.tuples(st.sampled_from([*FORMS, *OTHERS]), people)
# Walks of which most schedules are made, so that they get somewhere.
WALKS: list[list[Act]] = [
    [("claim", 0), ("approve", 0), ("approve", 1)],
    [("decline", 0), ("look", 2), ("confirm", 2), ("look", 3), ("confirm", 3)],
    [("ask", 0), ("answer", 0), ("look", 0), ("decline", 0), ("look", 2), ("confirm", 2)],
    [("ask", 1), ("fortnight", 0), ("timer", 0), ("look", 1), ("approve", 1), ("cancel", 0)],
    [("ask", 0), ("show", 0), ("answer", 0), ("screen", 0), ("look", 1), ("approve", 1)],
    [("ask", 0), ("show", 0), ("answer", 0), ("look", 1), ("decline", 1), ("screen", 0)],
    [("ask", 0), ("show", 0), ("look", 1), ("withdraw", 1), ("screen", 0), ("answer", 0)],
    [("ask", 0), ("show", 0), ("fortnight", 0), ("timer", 0), ("screen", 0), ("screen", 0)],
    [("approve", 2), ("look", 3), ("hand_back", 3), ("look", 2), ("decline", 2), ("look", 3)],
    [("approve", 0), ("look", 1), ("decline", 1), ("look", 2), ("confirm", 2), ("note", 0)],
    [("ask", 0), ("cancel", 0), ("look", 1), ("approve", 1), ("answer", 0)],
]

type Step = tuple[Act, Fault | None, int, Act]


@st.composite
def schedules(draw: st.DrawFn) -> list[Step]:
    """A walk or two through each other, with faults, and with strays strewn over them."""
    mine, theirs = draw(st.sampled_from(WALKS)), draw(st.sampled_from([[], *WALKS]))
    turns = draw(st.permutations([0] * len(mine) + [1] * len(theirs)))
    walks = [iter(mine), iter(theirs)]
    walked: list[Act] = [next(walks[turn]) for turn in turns]
    for stray in draw(st.lists(acts, max_size=3)):
        walked.insert(draw(st.integers(0, len(walked))), stray)
    schedule: list[Step] = [(act, None, 1, act) for act in walked]
    for place in draw(st.sets(st.integers(0, len(schedule) - 1), min_size=1, max_size=4)):
        fault = draw(st.sampled_from([*Fault, Fault.RACED, Fault.RACED]))
        at = draw(st.integers(1, 8)) if fault is Fault.RACED else 1
        schedule[place] = (schedule[place][0], fault, at, draw(acts))
    return schedule


def each_walk[Play: Callable[..., None]](play: Play) -> Play:
    """Adds the walks to what is played, of a return that needs a second person and of one not."""
    for walk, is_high in product(WALKS, (True, False)):
        play = example([(act, None, 1, act) for act in walk], is_high)(play)
    return play


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whoever_comes_second_overwrites_nothing_and_nothing_is_decided_twice(
    house: House, crash_seed: int, tables: dict[str, str], part: int
) -> None:
    found = Counter[str]()
    empty_tables({name: tables[name] for name in TABLES_OF_A_WORLD})

    # Each part walks each way once undisturbed, whatever its seed draws.
    @each_walk
    @seed(crash_seed + part)
    @settings(
        max_examples=SCHEDULES // 4,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(schedules(), st.booleans())
    def play(schedule: list[Step], is_high: bool) -> None:
        with review_world(house, tables, is_high=is_high) as world:
            for act, fault, write, rival in schedule:
                world.play(act, fault, write, rival)
        found.update(check_review(world))
        found.update(world.struck)
        found.update(world.refused)
        found["schedules"] += 1

    play()
    print(f"seed {crash_seed + part}: {dict(found)}")  # noqa: T201 - shown with -s
    assert found["schedules"] >= SCHEDULES // 4
    # How much of it a part meets is up to its seed; rarer refusals have tests of their own.
    assert sum(found[fault.name] for fault in Fault) > SCHEDULES // 16, "faults hardly strike"
    for step in (events.APPROVED, events.DECLINED, events.PROPOSED, events.HANDED_BACK):
        assert found[step] > 0, step
    for step in (events.EVIDENCE_WANTED, events.EVIDENCE_ANSWERED, events.CANCELLED):
        assert found[step] > 0, step
    for step in (events.SCREENED_FURTHER, events.REQUEST_WITHDRAWN):
        assert found[step] > 0, step
    for code in ("stale_case", "not_in_review"):
        assert found[code] > 0, code
