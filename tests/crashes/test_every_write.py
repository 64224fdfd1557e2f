"""Each write of the walk, one by one: it fails, it crashes before or after, its answer is lost."""

import pytest

from aftercare.returns.model import ReturnStatus
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.world import Act, World, new_world
from tests.fakes.house import House

pytestmark = pytest.mark.integration

# Every verb with the number of its writes, S3's and DynamoDB's together: see `test_these_are_all`.
WALK = {"choose": 2, "upload": 1, "screen": 4, "submit": 1, "approve": 1, "label": 7}
SITES = [(verb, write) for verb, writes in WALK.items() for write in range(1, writes + 1)]
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


def act_of(verb: str) -> Act:
    return ("deliver" if verb in {"approve", "label"} else verb, 0, 1)


def walk(world: World, at: str = "", fault: Fault | None = None, write: int = 1) -> None:
    """The whole walk, with a fault at one write, and that step again, as people and queues do."""
    for verb in WALK:
        act = act_of(verb)
        if verb == at:
            world.play(act, fault, write, act)
        world.play(act, None, 1, act)


@pytest.mark.parametrize(("verb", "write"), SITES)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_any_one_write_costs_nothing_but_a_second_try(
    house: House, tables: dict[str, str], verb: str, write: int, fault: Fault
) -> None:
    with new_world(house, tables) as world:
        walk(world, verb, fault, write)
    assert world.struck[fault.name] == 1, f"{verb} has no write {write}"
    assert ReturnStatus.LABEL_READY in {ret.status for ret in world.returns()}


@pytest.mark.parametrize("verb", WALK)
def test_these_are_all(house: House, tables: dict[str, str], verb: str) -> None:
    with new_world(house, tables) as world:
        walk(world, verb, Fault.UNSENT, WALK[verb] + 1)
    assert world.struck[Fault.UNSENT.name] == 0, f"{verb} has more writes than are tried"
