"""The state machine: every verb, the clock and the expiry, with a fault planted at any request."""

import random
from collections import Counter as Tally
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.points_acts import Act
from tests.fakes.crashes.points_world import World

VERBS = (
    *("earn", "earn", "order", "order", "review", "spend", "spend", "hold", "capture", "release"),
    *("extend", "end"),
    *("reverse", "restore", "refund", "refund", "adjust", "adjust", "expire", "expire", "change"),
    *("edit", "edit"),
)
# Closing an account ends most schedules early.
acts = st.tuples(
    st.sampled_from([*VERBS, *VERBS, *VERBS, "deliver", "close"]),
    st.integers(0, 1),
    st.integers(0, 3),
)
# One write for most acts, three for an order with two refunds; up to seven requests for a commit.
writes = st.sampled_from([1, 1, 1, 2, 3])
requests = st.sampled_from([4, 5, 6, 4, 5, 6, 3, 7, 2, 8, 1])
rivals = st.one_of(st.sampled_from(["twin", "other", "same key"]), acts)
faults = st.one_of(st.none(), st.sampled_from(Fault))
# Net amount in cents, and days ago.
purchases = st.tuples(
    st.sampled_from([2599, 7000, 12000, 99, 100]),
    st.sampled_from([0, 0, 0, 0, 1, 30, 300, 365, 366, 420]),
)
waits = st.sampled_from([7, 17, 24, 24 * 30, 24 * 182, 24 * 364, 24 * 365, 24 * 366, 24 * 800])

# Stories of accounts; random schedules rarely get that far.
YEAR, MONTH = 24 * 366, 24 * 30
STORIES: tuple[tuple[tuple[str, int], ...], ...] = (
    (("earn", 0), ("wait", 24), ("earn", 1), ("spend", 2), ("reverse", 2), ("restore", 2)),
    (("earn", 0), ("wait", 24), ("earn", 1), ("spend", 3), ("reverse", 3), ("restore", 3)),
    (("earn", 0), ("spend", 1), ("wait", YEAR), ("earn", 1), ("restore", 1), ("expire", 0)),
    (("earn", 0), ("hold", 1), ("wait", YEAR), ("release", 1), ("expire", 0), ("refund", 0)),
    (("earn", 0), ("earn", 1), ("hold", 3), ("capture", 3), ("refund", 0), ("undo", 3)),
    (("earn", 0), ("spend", 2), ("refund", 0), ("refund", 2), ("earn", 1), ("restore", 2)),
    (("earn", 0), ("wait", YEAR), ("expire", 0), ("earn", 1), ("refund", 0), ("refund", 2)),
    (("earn", 0), ("refund", 0), ("refund", 2), ("spend", 0), ("refund_rest", 0), ("adjust", 0)),
    (("earn", 0), ("hold", 0), ("deliver", 0), ("spend", 0), ("close", 0), ("refund", 0)),
    (("order", 1), ("order", 0), ("order", 3), ("order", 2), ("deliver", 0), ("close", 0)),
    (("order", 0), ("spend", 1), ("wait", YEAR), ("order", 1), ("order", 2), ("review", 0)),
    (("order", 0), ("hold", 2), ("close", 0), ("review", 0), ("wait", YEAR), ("order", 3)),
    (("earn", 0), ("hold", 1), ("wait", MONTH), ("extend", 1), ("end", 1), ("release", 1)),
    (("earn", 0), ("hold", 1), ("extend", 1), ("wait", MONTH), ("end", 1), ("capture", 1)),
    (("earn", 0), ("hold", 1), ("wait", 24 * 182), ("extend", 1), ("end", 1), ("capture", 1)),
    (("earn", 0), ("hold", 2), ("wait", MONTH + 1), ("end", 2), ("spend", 0), ("release", 2)),
    (("order", 0), ("edit", 0), ("spend", 2), ("edit", 1), ("order", 1), ("edit", 2)),
    (("edit", 2), ("order", 0), ("edit", 1), ("order", 3), ("deliver", 0), ("close", 0)),
    (("order", 0), ("spend", 3), ("edit", 0), ("wait", YEAR), ("edit", 1), ("order", 2)),
)
_BATCH = 10

# Each of these commits in its fifth or sixth request.
DUELS = (("earn", 1), ("spend", 0), ("hold", 0), ("refund", 0), ("spend", 1))

type NewWorld = Callable[[tuple[tuple[int, int], ...]], World]


class PointsMachine(RuleBasedStateMachine):
    """A world of two members; after each step the books are checked."""

    new_world: NewWorld
    played: Tally[str]

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None

    @initialize(
        of=st.tuples(purchases, purchases, purchases, purchases),
        first=st.sampled_from(DUELS),
        request=requests,
        rival=rivals,
    )
    def open(
        self,
        of: tuple[tuple[int, int], ...],
        first: tuple[str, int],
        request: int,
        rival: Act | str,
    ) -> None:
        """One member has points; then both, or two processes, do the same simultaneously."""
        self.world = type(self).new_world(of)
        self.world.play_calmly(("earn", 0, 0))
        act = (first[0], 0, first[1])
        self.world.play(act, Fault.RACED, request, self._rival(act, rival))
        self.world.play_calmly(("order", 1, 0))

    @rule(act=acts)
    def calmly(self, act: Act) -> None:
        assert self.world
        self.world.play_calmly(act)

    @rule(act=acts, fault=st.sampled_from(Fault), at=writes)
    def struck(self, act: Act, fault: Fault, at: int) -> None:
        assert self.world
        self.world.play(act, fault, at, act)

    @rule(act=acts, request=requests, rival=rivals)
    def raced(self, act: Act, request: int, rival: Act | str) -> None:
        assert self.world
        self.world.play(act, Fault.RACED, request, self._rival(act, rival))

    @rule(
        pick=st.integers(0, 999),
        fault=faults,
        at=writes,
        request=requests,
        rival=st.integers(0, 999),
    )
    def go_on(self, pick: int, fault: Fault | None, at: int, request: int, rival: int) -> None:
        """An act that earlier acts make possible, perhaps with another such act meanwhile."""
        assert self.world
        possible = self.world.possible()
        act, other = possible[pick % len(possible)], possible[rival % len(possible)]
        if fault is None:
            self.world.play_calmly(act)
        else:
            self.world.play(act, fault, request if fault is Fault.RACED else at, other)

    @rule(
        story=st.sampled_from(STORIES),
        who=st.integers(0, 1),
        struck=st.integers(0, 5),
        fault=st.one_of(st.just(Fault.RACED), st.sampled_from(Fault)),
        at=st.tuples(writes, requests),
        rival=rivals,
    )
    def tell(
        self,
        *,
        story: tuple[tuple[str, int], ...],
        who: int,
        struck: int,
        fault: Fault,
        at: tuple[int, int],
        rival: Act | str,
    ) -> None:
        """A story in which one act has a rival or fails."""
        assert self.world
        for place, (verb, which) in enumerate(story):
            act = (verb, who, which)
            if verb == "wait":
                self.world.counter.clock.forward(hours=which)
            elif place == struck:
                self.world.play(act, fault, at[fault is Fault.RACED], self._rival(act, rival))
            else:
                self.world.play_calmly(act)
            self.world.check()

    @rule(hours=waits)
    def wait(self, hours: int) -> None:
        assert self.world
        self.world.counter.clock.forward(hours=hours)

    def _rival(self, act: Act, rival: Act | str) -> Act:
        """A rival: the same act, the other member's act, or another act with the same key."""
        verb, who, which = act
        twins = {
            "twin": act,
            "other": (verb, 1 - who, which),
            "same key": ("spend_by_key", who, which),
        }
        return twins[rival] if isinstance(rival, str) else rival

    @invariant()
    def books_balance(self) -> None:
        if self.world:
            self.world.check()

    def teardown(self) -> None:
        if self.world:
            self.world.recover()
            type(self).played["schedules"] += 1
            type(self).played.update(self.world.played)


def run(new_world: NewWorld, schedules: int, steps: int, start: int) -> Tally[str]:
    """Runs that many schedules; returns what was played. Raises any difference in the books.

    In batches, because after ten examples Hypothesis mostly varies those.
    """
    seeds = random.Random(start)  # noqa: S311 - so that the same start repeats the same schedules
    played = Tally[str]()
    while played["schedules"] < schedules:
        played += _batch(new_world, steps, seeds.getrandbits(64))
    return played


def _batch(new_world: NewWorld, steps: int, batch_seed: int) -> Tally[str]:
    @seed(batch_seed)
    class Machine(PointsMachine):
        pass

    Machine.new_world = staticmethod(new_world)
    Machine.played = Tally()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=_BATCH,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Machine.played
