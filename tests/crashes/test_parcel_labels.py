"""The labels of a return in several parcels: asked for, made, scanned, voided, with every fault.

Each schedule is drawn from a printed seed. Afterwards everything that the queues would still
deliver is delivered, and the books of the return, of its labels and of their carrier must agree.
"""

import random
from collections import Counter
from dataclasses import replace

import pytest

from aftercare.labels.model import Label
from aftercare.returns.model import Return
from tests.fakes.crashes.faults import Saboteur
from tests.fakes.crashes.parcel_label_world import ParcelLabelWorld, check, parcel_label_world
from tests.fakes.crashes.planting import Behaviour, Mutant, planted, planter
from tests.fakes.dock import Dock, build_dock
from tests.fakes.house import House

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SCHEDULES = 12
STEPS = 8
MUTANTS: list[Mutant] = []
bug_in_labels, bug_in_returns = planter("labels", MUTANTS), planter("returns", MUTANTS)


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> Dock:
    return build_dock(house, tables)


def played(dock: Dock, seed: str) -> ParcelLabelWorld:
    dice = random.Random(seed)  # noqa: S311 - the seed is printed
    with Saboteur().planted() as saboteur:
        world = parcel_label_world(dock, saboteur)
        world.play(dice, STEPS)
        world.recover()
    check(world)
    return world


@pytest.mark.parametrize("part", range(3))
def test_no_schedule_buys_a_parcels_label_twice_or_leaves_one_after_the_end(
    dock: Dock, crash_seed: int, part: int
) -> None:
    struck, parcels = Counter[str](), Counter[int]()
    for number in range(SCHEDULES):
        world = played(dock, f"{crash_seed} {part} {number}")
        struck += world.struck
        parcels[world.now.parcels] += 1
    assert struck.total() > 0
    assert parcels[2] + parcels[3] > 0


@bug_in_labels("store._key")
def one_key_for_all_parcels(_: Behaviour) -> Behaviour:
    return lambda return_id, number, parcel: f"RETURN#{return_id}#{number}"  # noqa: ARG005


@bug_in_labels("voiding.Voiding._never_made")
def what_was_never_made_is_written_down_for_the_first_parcel(original: Behaviour) -> Behaviour:
    def first(self: object, return_id: str, ticket: str, number: int, _parcel: int) -> Label:
        label: Label = original(self, return_id, ticket, number, 1)
        return label

    return first


@bug_in_returns("service.ended")
def a_cancellation_names_one_parcel(original: Behaviour) -> Behaviour:
    return lambda number, _parcels: original(number, 1)


@bug_in_returns("labelled.ended")
def an_expiry_names_one_parcel(original: Behaviour) -> Behaviour:
    return lambda number, _parcels: original(number, 1)


@bug_in_returns("labelled.added")
def any_return_takes_another_parcel(_: Behaviour) -> Behaviour:
    def added(ret: Return, parcel: int) -> Return:
        return replace(ret, parcels=parcel)

    return added


@bug_in_returns("labelled.label_of")
def a_label_is_attached_whenever_it_is_told_of(_: Behaviour) -> Behaviour:
    return lambda _ret, _parcel: None


@bug_in_returns("labelled.numbered")
def a_step_says_nothing_of_its_parcel(_: Behaviour) -> Behaviour:
    return lambda *_: {}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_noticed(dock: Dock, mutant: Mutant) -> None:
    with planted(mutant):
        for number in range(SCHEDULES):
            try:
                played(dock, f"planted {number}")
            except (AssertionError, KeyError, ValueError, TypeError):
                return
    pytest.fail(f"nobody noticed that {mutant.name}")
