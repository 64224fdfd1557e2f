"""Several parcels of one return at the dock: which are before somebody, which are still to come."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from aftercare.kernel.typed import whole_number
from aftercare.returns.model import ParcelWay, Return
from aftercare.returns.waiting import is_counted, uncounted
from console import words


class Box(NamedTuple):
    """One of several parcels. Who has it before them ticks it, unless it was counted before."""

    number: int
    said: str
    is_counted: bool
    is_here: bool


def here_first(ret: Return, scanned: str) -> frozenset[int]:
    """The parcels that are ticked when a page is opened: the one whose label was scanned."""
    return frozenset({whole_number(scanned, ret.parcels) or 0} & set(_open(ret)))


def here_in(form: Mapping[str, str], ret: Return) -> frozenset[int]:
    """The parcels that are ticked in the form."""
    return frozenset(each for each in _open(ret) if f"parcel_{each}" in form)


def boxes(ret: Return, here: Collection[int]) -> list[Box]:
    """All parcels of a return in several; none of one in a single parcel."""
    if ret.parcels == 1:
        return []
    still = _open(ret)
    return [
        Box(each, words.WAYS[ret.ways.get(each)], each not in still, each in here)
        for each in range(1, ret.parcels + 1)
    ]


def may_await(ret: Return, here: Collection[int]) -> bool:
    """Whether something may be in a parcel that is not before them."""
    return bool(set(uncounted(ret)) - set(here))


def is_received(ret: Return, here: Collection[int]) -> bool:
    """Whether nothing is to be counted now: no parcel is before them, and nothing came to its end.

    Once no parcel is awaited any more, what was awaited is to be counted again.
    """
    if here or not all(line.receipt for line in ret.lines if line.inspection is None):
        return False
    return bool(uncounted(ret)) or all(map(is_counted, ret.lines))


def title(ret: Return, here: Collection[int]) -> str:
    """Which parcel of how many is on the page; empty for a return in a single one."""
    if ret.parcels == 1:
        return ""
    if not here:
        return f"{ret.parcels} parcels"
    numbers = " and ".join(map(str, sorted(here)))
    return f"Parcel{'s' if len(here) > 1 else ''} {numbers} of {ret.parcels}"


def is_unclear(ret: Return, here: Collection[int]) -> bool:
    """Whether nobody has said which of several parcels was counted."""
    return ret.parcels > 1 and not here and ParcelWay.OPENED not in ret.ways.values()


def _open(ret: Return) -> tuple[int, ...]:
    parcels = range(1, ret.parcels + 1) if ret.parcels > 1 else ()
    return tuple(each for each in parcels if ret.ways.get(each) is not ParcelWay.OPENED)
