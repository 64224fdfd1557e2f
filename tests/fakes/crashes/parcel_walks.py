"""Ways of returns in two and three parcels, drawn through each other with faults."""

import random
from collections import Counter
from collections.abc import Sequence

from tests.fakes.crashes import parcel_acts
from tests.fakes.crashes.arrival_verbs import VERBS, Verb
from tests.fakes.crashes.arrival_world import Act, ArrivalWorld, Crew, arrival_world
from tests.fakes.crashes.parcel_books import check_end, check_parcels, look_closely
from tests.fakes.crashes.schedules import Step, disturbed, walk_of

_ACTS: tuple[Verb, ...] = (
    parcel_acts.add,
    parcel_acts.work,
    parcel_acts.move,
    parcel_acts.bring,
    parcel_acts.unpack,
    parcel_acts.check,
    parcel_acts.drop,
)
PARCEL_VERBS: dict[str, Verb] = VERBS | {each.__name__: each for each in _ACTS}
_ONE = "begin1 submit work work work"
_TWO = f"{_ONE} add work work"
_THREE = f"{_TWO} add work work"
# Most schedules are made of these, so that they get somewhere; each is walked undisturbed, too.
WALKS: tuple[list[Act], ...] = tuple(
    map(
        walk_of,
        (
            f"{_TWO} move bring unpack check move1 bring1 unpack1 check work pay work",
            f"{_TWO} bring1 bring unpack1 unpack check work pay work1 bring bring1 move",
            f"{_TWO} move1 move1 bring1 move bring unpack unpack6 unpack1 check work2 pay work",
            f"{_TWO} move unpack check check3 wait3 sweep work work unpack3 check work pay work",
            f"{_TWO} move move1 bring unpack look1 drop1 work unpack3 check work pay work",
            f"{_TWO} move look drop wait3 sweep work work1 bring1 work unpack1 check work pay",
            f"{_TWO} wait3 sweep work work2 other:begin1 other:submit bring1 work unpack1",
            f"{_TWO} cancel work move1 bring1 work unpack1 unpack4 check work pay bring unpack",
            f"{_THREE} bring2 bring unpack unpack2 move1 bring1 unpack1 check work pay work",
            f"{_THREE} bring1 move2 look drop2 work look1 drop3 work unpack1 unpack4 check work "
            "look resolve pay work",
            f"{_THREE} unpack1 unpack2 look drop3 work unpack4 check work look resolve pay work",
            f"{_TWO} unpack3 check work pay bring1 wait3 sweep work work",
            f"{_ONE} add move work work bring bring1 unpack unpack1 check work pay work",
            f"{_ONE} add add bring work work wait3 sweep work work unpack3 check",
            f"{_TWO} move look unreceived pay work bring bring1 unpack",
            f"{_TWO} move move1 look1 drop3 work bring1 work unpack1 work look reopen",
            f"{_TWO} move move1 look1 drop3 work look reopen look decide work work bring unpack "
            "unpack1 check work pay",
            f"{_TWO} move move1 look1 drop3 work look reopen look decide work work",
            f"{_TWO} cancel work look reopen look decide work work add work work move bring unpack "
            "bring1 unpack1 check work pay",
            f"{_TWO} bring bring1 unpack unpack1 check work pay work look reopen look decide work "
            "work unpack unpack1 check work work",
            f"{_TWO} bring unpack look4 close bring1 work",
            f"{_TWO} move add unpack unpack7 unpack1 check work pay",
            f"{_TWO} wait3 sweep work work",
            f"{_TWO} move unpack wait3 sweep work work",
            f"{_TWO} move unpack look1 drop3 work unpack6 unpack3 check work pay work",
            f"{_THREE} move unpack check bring1 bring2 unpack1 check3 unpack2 check work pay work",
            f"{_TWO} move look drop wait3 sweep work work",
            f"{_TWO} move wait2 sweep work sweep work bring1 bring unpack unpack1 check work pay",
            f"{_TWO} wait2 sweep work move wait1 sweep work bring unpack3 check work pay work",
        ),
    )
)
MANY = 8
_LOOSE = [
    *(each.__name__ for each in _ACTS),
    *("cancel", "wait", "sweep", "pay", "resolve", "look", "unreceived", "reopen", "decide"),
]


def drawn(dice: random.Random) -> list[Step]:
    """A walk, with strays strewn over it, and with faults."""
    return disturbed(dice, list(dice.choice(WALKS)), _stray, lambda dice, _: _stray(dice))


def _stray(dice: random.Random) -> Act:
    return dice.choice(_LOOSE), 0, dice.randrange(MANY)


def play(crew: Crew, steps: Sequence[Step]) -> Counter[str]:
    """Plays one schedule and checks its books, then lets two months pass; returns what it met."""
    with arrival_world(crew, PARCEL_VERBS) as world:
        for act, fault, write, rival in steps:
            world.play(act, fault, write, rival)
            look_closely(world)
        world.recover()
        check_parcels(world)
        _wait(world)
        for ret in world.returns():
            check_end(ret)
        return world.met + check_parcels(world)


def _wait(world: ArrivalWorld) -> None:
    """Two months without anybody, but for our own timers."""
    world.house.clock.forward(days=62)
    world.recover()
