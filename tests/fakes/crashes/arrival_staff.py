"""What members of staff do to returns in a schedule, each on a page that may be old."""

from collections.abc import Mapping

from aftercare.returns.ending import EndingService
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import OtherItem, Request, open_units
from tests.fakes.crashes.arrival_world import PEOPLE, ArrivalWorld
from tests.fakes.reviews import NO, YES

_AGREED, _LOST = "As agreed.", "The carrier lost it."
# Of a unit of the first line, the first is cheaper, the second dearer, the third costs the same.
ITEMS = (OtherItem("FIG-8", 4_000, 90), OtherItem("FIG-9", 50_000, 4_001), OtherItem("F", 8_900, 0))


def look(world: ArrivalWorld, return_id: str, how: int) -> None:
    ret = world.now(return_id)
    world.pages[PEOPLE[how % 4], return_id] = (ret.version if ret else 0) or 0


def page_of(world: ArrivalWorld, return_id: str, how: int) -> int:
    """The page that this person has, or opens now."""
    who = PEOPLE[how % 4]
    if (who, return_id) not in world.pages:
        look(world, return_id, how)
    return world.pages[who, return_id]


def decide(world: ArrivalWorld, return_id: str, how: int) -> None:
    ret, page = world.now(return_id), page_of(world, return_id, how)
    said = dict.fromkeys(
        (line.line_id for line in ret.lines) if ret else (), NO if how > 3 else YES
    )
    world.desk.reviews.decide(PEOPLE[how % 4], return_id, page, said)


def resolve(world: ArrivalWorld, return_id: str, how: int) -> None:
    """All that is open, or one unit of each line of it, is refunded or replaced."""
    units = _units(world, return_id, one=bool(how % 3))
    remedy = Remedy.REPLACEMENT if how > 3 else Remedy.REFUND
    _ask(world, return_id, how, Request(remedy, units))


def exchange(world: ArrivalWorld, return_id: str, how: int) -> None:
    """All that is open, or one unit of each line of it, for an item of another price."""
    units = _units(world, return_id, one=how > 3)
    _ask(world, return_id, how, Request(Remedy.EXCHANGE, units, item=ITEMS[how % len(ITEMS)]))


def repair(world: ArrivalWorld, return_id: str, how: int) -> None:
    _ask(world, return_id, how, Request(Remedy.REPAIR, _units(world, return_id, one=how > 3)))


def credit(world: ArrivalWorld, return_id: str, how: int) -> None:
    units = _units(world, return_id, one=how > 3)
    _ask(world, return_id, how, Request(Remedy.STORE_CREDIT, units))


def _units(world: ArrivalWorld, return_id: str, *, one: bool) -> Mapping[str, int]:
    ret = world.now(return_id)
    units = open_units(ret) if ret else {}
    return dict.fromkeys(units, 1) if one else units


def _ask(world: ArrivalWorld, return_id: str, how: int, request: Request) -> None:
    page = page_of(world, return_id, how)
    world.shop.resolving.resolve(PEOPLE[how % 4], return_id, page, request, _AGREED)


def unreceived(world: ArrivalWorld, return_id: str, how: int) -> None:
    page = page_of(world, return_id, how)
    world.shop.resolving.refund_unreceived(PEOPLE[how % 4], return_id, page, _LOST)


def lose(world: ArrivalWorld, return_id: str, how: int) -> None:
    page = page_of(world, return_id, how)
    _ending(world).declare_lost(PEOPLE[how % 4], return_id, page, _LOST)


def close(world: ArrivalWorld, return_id: str, how: int) -> None:
    page = page_of(world, return_id, how)
    world.shop.resolving.close(PEOPLE[how % 4], return_id, page, _AGREED)


def reopen(world: ArrivalWorld, return_id: str, how: int) -> None:
    page = page_of(world, return_id, how)
    _ending(world).reopen(PEOPLE[how % 4], return_id, page, "It ended by mistake.")


def _ending(world: ArrivalWorld) -> EndingService:
    base = world.shop.resolving
    return EndingService(base.store, base.orders, base.rules, base.clock, base.entropy)
