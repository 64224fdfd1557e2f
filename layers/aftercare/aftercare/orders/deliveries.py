"""When the units of an order were handed over, from its parcels (R-ORD-03)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from aftercare.orders.facts import REST, OrderLine, Parcel, earlier


class Delivery(NamedTuple):
    """Units of one line that were handed over at one time."""

    delivered_at: datetime
    units: int


type Deliveries = Mapping[str, tuple[Delivery, ...]]


def deliveries_of(
    lines: Sequence[OrderLine], parcels: Mapping[str, Parcel], kept: Deliveries
) -> Deliveries:
    """Line id → its deliveries, newest first; never more units than were bought.

    Parcels that name units of a line have those units. What is left of the line is in the parcels
    that name no units: of several, we can't tell which one has it, and the latest delivery counts,
    in the customer's favour. No delivery is earlier than in `kept`. A parcel for a return brings
    none of the units that were bought.
    """
    apart = [parcel for parcel in distinct(parcels) if not parcel.ticket]
    named: dict[str, list[tuple[datetime | None, int]]] = {}
    for parcel in apart:
        for line_id, units in (parcel.lines or {}).items():
            named.setdefault(line_id, []).append((parcel.delivered_at, units))
    unnamed = [parcel.delivered_at for parcel in apart if parcel.lines is None]
    if (bare := _about_the_only_other(apart)) and not _anything_left(lines, named):
        named = {
            line_id: [(delivered_at or bare.delivered_at, units)]
            for line_id, [(delivered_at, units)] in named.items()
        }
    return {
        line.line_id: later(
            _of_line(line.quantity, named.get(line.line_id, ()), unnamed),
            kept.get(line.line_id, ()),
            most=line.quantity,
        )
        for line in lines
    }


def replacing(parcels: Mapping[str, Parcel]) -> tuple[Parcel, ...]:
    """The parcels that bring other units for a return."""
    return tuple(parcel for parcel in distinct(parcels) if parcel.ticket)


def later(
    one: Iterable[Delivery], other: Iterable[Delivery], *, most: int | None = None
) -> tuple[Delivery, ...]:
    """The later delivery of each unit, if the units of both are paired, newest first."""
    delivered = sorted({delivery.delivered_at for delivery in (*one, *other)}, reverse=True)
    merged, counted = [], 0
    for moment in delivered:
        since = max(_units_since(moment, one), _units_since(moment, other))
        units = (since if most is None else min(since, most)) - counted
        if units > 0:
            merged.append(Delivery(moment, units))
            counted += units
    return tuple(merged)


def _units_since(moment: datetime, deliveries: Iterable[Delivery]) -> int:
    return sum(each.units for each in deliveries if each.delivered_at >= moment)


def _of_line(
    quantity: int,
    named: Sequence[tuple[datetime | None, int]],
    unnamed: Sequence[datetime | None],
) -> list[Delivery]:
    exact = [(delivered_at, units) for delivered_at, units in named if units != REST]
    rest = [delivered_at for delivered_at, units in named if units == REST] or unnamed
    found = [Delivery(delivered_at, units) for delivered_at, units in exact if delivered_at]
    left = quantity - sum(units for _, units in exact)
    latest = max(filter(None, rest), default=None)
    if left > 0 and latest:
        found.append(Delivery(latest, left))
    return found


def _about_the_only_other(apart: Sequence[Parcel]) -> Parcel | None:
    """The one of two parcels that can only be the other one: it has neither an id nor lines.

    A number of the carrier's own tells them apart only if both have one.
    """
    bare = [parcel for parcel in apart if not parcel.parcel_id and parcel.lines is None]
    both_numbered = all(parcel.tracking_number for parcel in apart)
    if len(apart) != 2 or len(bare) != 1 or both_numbered:  # noqa: PLR2004
        return None
    return bare[0]


def _anything_left(
    lines: Sequence[OrderLine], named: Mapping[str, Sequence[tuple[datetime | None, int]]]
) -> bool:
    return any(
        all(units != REST for _, units in named.get(line.line_id, ()))
        and line.quantity > sum(units for _, units in named.get(line.line_id, ()))
        for line in lines
    )


def distinct(parcels: Mapping[str, Parcel]) -> list[Parcel]:
    """The parcels, without those that are known by the tracking number of another one.

    A carrier's scan knows the tracking number, but not the shop's id of the parcel.
    """
    scans = {
        parcel.tracking_number: parcel
        for parcel in parcels.values()
        if parcel.tracking_number and not parcel.parcel_id
    }
    of_shop = [parcel for parcel in parcels.values() if parcel.parcel_id]
    known = {parcel.tracking_number for parcel in of_shop}
    return [
        *(
            _scanned(parcel, scans[parcel.tracking_number])
            if parcel.tracking_number in scans
            else parcel
            for parcel in of_shop
        ),
        *(
            parcel
            for parcel in parcels.values()
            if not parcel.parcel_id and parcel.tracking_number not in known - {""}
        ),
    ]


def _scanned(parcel: Parcel, scan: Parcel) -> Parcel:
    return replace(
        parcel,
        lines=scan.lines if parcel.lines is None else parcel.lines,
        shipped_at=earlier(parcel.shipped_at, scan.shipped_at),
        delivered_at=earlier(parcel.delivered_at, scan.delivered_at),
    )
