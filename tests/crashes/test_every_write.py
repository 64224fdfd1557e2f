"""Each write of the walk, one by one: it fails, it crashes before or after, its answer is lost."""

import pytest

from aftercare.returns.model import ReturnStatus
from tests.fakes.crashes.books import checked_world
from tests.fakes.crashes.faults import Fault
from tests.fakes.crashes.world import Act, World
from tests.fakes.house import House

pytestmark = pytest.mark.integration

type Walk = dict[str, int]

# Every verb with the number of its writes, S3's and DynamoDB's together: see `test_these_are_all`.
_SENT_IN = {"choose": 1, "upload": 1, "screen": 5, "submit": 1, "approve": 1}
STRAIGHT: Walk = _SENT_IN | {"label": 7, "attach": 1}
# The first label does not scan: it is bought and its failure announced, then noted; a second
# attempt only prints, two formats here, and releases.
SMUDGED: Walk = _SENT_IN | {"smudge": 5, "note": 1, "label": 3, "attach": 1}
# Cancelled with its label, which is voided at its carrier and by us; its parcel is scanned all the
# same: the return is reopened and on its way, and a person is asked about that label.
REOPENED: Walk = STRAIGHT | {"cancel": 1, "void": 3, "transit": 1, "reopen": 3}
# Two units: a person is asked to look, and the customer takes the return back before that.
REVIEWED: Walk = {
    "choose two": 1,
    "upload": 1,
    "screen": 5,
    "submit": 1,
    "review": 1,
    "take back": 1,
}
# Photos that are removed or go with a discarded draft: noted, two files, the slot.
DISCARDED: Walk = {"edit": 1, "upload": 1, "screen": 5, "discard": 1, "clear": 3}
CHANGED: Walk = {"edit": 1, "upload": 1, "screen": 5, "remove": 4}
LAPSED: Walk = {"edit": 1, "day": 0, "sweep": 1, "remind": 1, "later": 0, "clean": 1, "lapse": 1}
ENDS = [
    (STRAIGHT, ReturnStatus.LABEL_READY),
    (SMUDGED, ReturnStatus.LABEL_READY),
    (REOPENED, ReturnStatus.IN_TRANSIT),
    (REVIEWED, ReturnStatus.CANCELLED),
    (DISCARDED, ReturnStatus.DISCARDED),
    (CHANGED, ReturnStatus.DRAFT),
    (LAPSED, ReturnStatus.LAPSED),
]
VERBS = [(STRAIGHT, verb) for verb in STRAIGHT]
VERBS += [(SMUDGED, verb) for verb in SMUDGED if verb not in _SENT_IN]
VERBS += [(REOPENED, verb) for verb in ("cancel", "void", "transit", "reopen")]
VERBS += [(REVIEWED, "review"), (REVIEWED, "take back")]
VERBS += [(DISCARDED, "edit"), (DISCARDED, "discard"), (DISCARDED, "clear"), (CHANGED, "remove")]
VERBS += [(LAPSED, verb) for verb in ("sweep", "remind", "clean", "lapse")]
SITES = [(*site, write) for site in VERBS for write in range(1, site[0][site[1]] + 1)]
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


# What the queues do, and what another name stands for.
_ACTS = dict.fromkeys(("approve", "label", "attach", "void", "reopen", "clear"), "deliver")
_ACTS |= dict.fromkeys(("remind", "lapse"), "deliver")
_ACTS |= {"choose two": "choose", "review": "deliver", "take back": "cancel"}
_ACTS |= {"note": "smudge", "later": "day", "clean": "sweep"}


def act_of(verb: str) -> Act:
    return (_ACTS.get(verb, verb), 0, 2 if verb.endswith("two") else 1)


def walked(
    world: World, walk: Walk, at: str = "", fault: Fault | None = None, write: int = 1
) -> None:
    """The whole walk, with a fault at one write, and that step again, as people and queues do."""
    for verb in walk:
        act = act_of(verb)
        if verb == at:
            world.play(act, fault, write, act)
            world.house.clock.forward(seconds=90)
        world.play(act, None, 1, act)


@pytest.mark.parametrize("site", SITES, ids=lambda site: f"{site[1]}-{site[2]}")
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_at_any_one_write_costs_nothing_but_a_second_try(
    house: House, tables: dict[str, str], site: tuple[Walk, str, int], fault: Fault
) -> None:
    walk, verb, write = site
    with checked_world(house, tables) as world:
        walked(world, walk, verb, fault, write)
    assert world.struck[fault.name] == 1, f"{verb} has no write {write}"
    [end] = [end for each, end in ENDS if each is walk]
    assert end in {ret.status for ret in world.returns()}


@pytest.mark.parametrize(("walk", "verb"), VERBS)
def test_these_are_all(house: House, tables: dict[str, str], walk: Walk, verb: str) -> None:
    with checked_world(house, tables) as world:
        walked(world, walk, verb, Fault.UNSENT, walk[verb] + 1)
    assert world.struck[Fault.UNSENT.name] == 0, f"{verb} has more writes than are tried"
