"""What a return in several parcels still waits for; of one in a single parcel, nothing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from aftercare.returns.model import Return, ReturnLine, ReturnStatus
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.several import ParcelWay

# Later news of a parcel has a higher rank, whenever we hear of it: one that was declared lost is
# found where it arrives, and not by an old scan on its way.
_RANKS = {
    ParcelWay.VOIDED: 1,
    ParcelWay.ON_ITS_WAY: 2,
    ParcelWay.LOST: 3,
    ParcelWay.ARRIVED: 4,
    ParcelWay.OPENED: 5,
}
_TO_COME = {None, ParcelWay.ON_ITS_WAY}
_HERE = {ParcelWay.ARRIVED, ParcelWay.OPENED}


def noted(ret: Return, way: ParcelWay, parcels: Iterable[int]) -> Return:
    """The return with that news of some of its parcels; the same return if nothing is new."""
    if ret.parcels == 1:
        return ret
    news = {each: way for each in parcels if _RANKS[way] > _rank(ret, each)}
    return replace(ret, ways={**ret.ways, **news}) if news else ret


def given_up(ret: Return) -> Return:
    """A return that had ended: the labels that nobody had used were to be voided, or not made."""
    return noted(ret, ParcelWay.VOIDED, range(1, ret.parcels + 1))


def labelled(ret: Return) -> tuple[int, ...]:
    """The parcels that may be sent, or were: one that never got its label is not waited for."""
    later = {each.parcel for each in ret.more_labels}
    return tuple(sorted({1} | later | ret.ways.keys()))


def outstanding(ret: Return) -> tuple[int, ...]:
    """The parcels of several that may still come, as far as their carriers say."""
    return _with(ret, _TO_COME)


def uncounted(ret: Return) -> tuple[int, ...]:
    """The parcels of several that nobody has counted and that may still be counted."""
    return _with(ret, {*_TO_COME, ParcelWay.ARRIVED})


def is_any_here(ret: Return) -> bool:
    """Whether at least one of several parcels is here."""
    return not _HERE.isdisjoint(ret.ways.values())


def all_have_come(ret: Return) -> bool:
    """Whether all of several parcels are here that will ever come, at least one of them."""
    return ret.parcels > 1 and is_any_here(ret) and not outstanding(ret)


def is_lost(ret: Return) -> bool:
    """Whether none of several parcels is here, and none may come."""
    return ret.parcels > 1 and not is_any_here(ret) and not outstanding(ret)


def is_counted(line: ReturnLine) -> bool:
    """Whether somebody has said of each unit of the line what became of it."""
    return line.receipt is not None and not line.awaited


def not_lost(ret: Return) -> Return:
    """A return that is taken up again: what was lost may come as well as not."""
    ways = {each: way for each, way in ret.ways.items() if way is not ParcelWay.LOST}
    return replace(ret, ways=ways)


def asked_to_count(ret: Return, now: datetime) -> Return:
    """Asks a person to count again what was awaited, once nothing can come any more (R-RCV-07)."""
    before = ret.attention
    if _must_be_counted(ret):
        return ret if before else replace(ret, attention=Attention(AttentionCode.COUNT_AGAIN, now))
    is_done = before is not None and before.code is AttentionCode.COUNT_AGAIN
    return replace(ret, attention=None) if is_done else ret


def _must_be_counted(ret: Return) -> bool:
    if ret.status is not ReturnStatus.ARRIVED or ret.parcels == 1 or uncounted(ret):
        return False
    return any(each.receipt for each in ret.lines) and not all(map(is_counted, ret.lines))


def _with(ret: Return, ways: set[ParcelWay | None]) -> tuple[int, ...]:
    if ret.parcels == 1:
        return ()
    return tuple(each for each in labelled(ret) if ret.ways.get(each) in ways)


def _rank(ret: Return, parcel: int) -> int:
    way = ret.ways.get(parcel)
    return _RANKS[way] if way else 0
