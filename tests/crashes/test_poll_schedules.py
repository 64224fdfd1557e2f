"""Drawn schedules over asking a seller for a parcel: seldom, for ever on, and nothing is lost."""

import random
from datetime import timedelta
from itertools import count, pairwise

import pytest

from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.polls import EVERY
from tests.fakes.crashes.faults import Saboteur
from tests.fakes.crashes.poll_world import FAULTS, PollWorld
from tests.fakes.house import House

pytestmark = [pytest.mark.integration, pytest.mark.slow]
SCHEDULES, PARTS = 30, 2
_NAMES = count(1)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_schedule_asks_too_often_or_misses_what_the_carrier_said(
    house: House, tables: dict[str, str], crash_seed: int, part: int
) -> None:
    dice = random.Random(f"{crash_seed} polls {part}")  # noqa: S311 - the seed is printed
    struck = 0
    for _ in range(SCHEDULES):
        with Saboteur().planted() as saboteur:
            world = PollWorld(house, tables, saboteur, f"{next(_NAMES)}")
            world.play(dice)
            world.recover()
        check(world)
        struck += world.struck.total()
    assert struck > SCHEDULES


def check(world: PollWorld) -> None:
    """What holds of every schedule, once it is over."""
    gaps = [later - earlier for earlier, later in pairwise(world.asked_at)]
    assert min(gaps, default=EVERY) >= EVERY
    parcel = world.parcel
    assert parcel
    assert parcel.standing.status is ParcelStatus.DELIVERED
    assert {scan.scanned_at for scan in parcel.scans} == world.scanned_at
    asked = len(world.asked_at)
    world.house.clock.forward(seconds=timedelta(days=2).total_seconds())
    world.work()
    assert len(world.asked_at) == asked


def test_each_fault_of_the_seller_costs_six_hours_at_most(
    house: House, tables: dict[str, str]
) -> None:
    for fault in FAULTS:
        world = PollWorld(house, tables, Saboteur(), f"{next(_NAMES)}")
        world.scan("TRANSIT")
        world.work()
        house.clock.forward(hours=6)
        world.books.faults.append(fault)
        world.work()
        assert not world.books.faults
        world.recover()
        check(world)
