"""Schedules of acts on returns: walks, alone or strewn with strays, with faults and rivals."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from tests.fakes.crashes.arrival_world import Act
from tests.fakes.crashes.faults import Fault

type Step = tuple[Act, Fault | None, int, Act]
"""An act, the fault at one of its writes, which one, and what a rival does just before it."""


def walk_of(text: str, which: int = 0) -> list[Act]:
    """`receive3` is that verb, in its third way; `other:` before a verb is of the other return."""
    acts: list[Act] = []
    for word in text.split():
        other, _, name = word.rpartition(":")
        verb = name.rstrip("0123456789")
        of = 1 - which if other else which
        acts.append((verb, of, int(name[len(verb) :] or 0)))
    return acts


def undisturbed(acts: Iterable[Act]) -> list[Step]:
    """The acts without any fault."""
    return [(act, None, 1, act) for act in acts]


def first_with(act: str, walks: Iterable[Sequence[Act]]) -> list[Sequence[Act]]:
    """The walks, those with that act first."""
    return sorted(
        walks, key=lambda walk: act not in {f"{verb}{how or ''}" for verb, _, how in walk}
    )


def disturbed(
    dice: random.Random,
    acts: list[Act],
    stray: Callable[[random.Random], Act],
    rival: Callable[[random.Random, Act], Act],
) -> list[Step]:
    """The acts with strays strewn over them, and with faults; some rivals do the same act."""
    for _ in range(dice.randrange(5)):
        acts.insert(dice.randrange(len(acts) + 1), stray(dice))
    steps = undisturbed(acts)
    for _ in range(dice.randint(1, 5)):
        place, fault = dice.randrange(len(steps)), dice.choice([*Fault, Fault.RACED, Fault.RACED])
        act = steps[place][0]
        theirs = act if dice.random() < 0.3 else rival(dice, act)
        steps[place] = (act, fault, dice.randint(1, 8 if fault is Fault.RACED else 3), theirs)
    return steps


def run(
    play: Callable[[list[Step]], Counter[str]],
    draw: Callable[[random.Random], list[Step]],
    schedules: int,
    start: int,
) -> Counter[str]:
    """That many drawn schedules; returns what they met."""
    dice, met = random.Random(start), Counter[str]()  # noqa: S311 - the same start, the same run
    for steps in [draw(dice) for _ in range(schedules)]:
        try:
            met += play(steps)
        except Exception as error:
            error.add_note(f"in this schedule: {steps}")
            raise
        met["schedules"] += 1
    return met
