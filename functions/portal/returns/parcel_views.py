"""View models of a return in several parcels: which has come, and which one we wait for."""

from typing import NamedTuple

from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.waiting import labelled
from aftercare.words.service import Words

_TONES = {
    ParcelWay.ARRIVED: "good",
    ParcelWay.OPENED: "good",
    ParcelWay.VOIDED: "info",
    ParcelWay.LOST: "bad",
}
_SHOWN = {ReturnStatus.IN_TRANSIT, ReturnStatus.ARRIVED}


class ParcelRow(NamedTuple):
    """One of several parcels, and how far it is."""

    name: str
    words: str
    tone: str


def parcel_rows(w: Words, ret: Return) -> list[ParcelRow]:
    """Each parcel of several; none before the first is on its way, or once all were inspected."""
    if ret.parcels == 1 or ret.status not in _SHOWN:
        return []
    return [_row(w, ret, parcel) for parcel in labelled(ret)]


def _row(w: Words, ret: Return, parcel: int) -> ParcelRow:
    way = ret.ways.get(parcel)
    said = ParcelWay.ARRIVED if way is ParcelWay.OPENED else way or "unused"
    name = w.text("outcome.parcels.name", number=w.number(parcel))
    tone = _TONES.get(way, "info") if way else "info"
    return ParcelRow(name, w.text(f"outcome.parcels.way.{said}"), tone)
