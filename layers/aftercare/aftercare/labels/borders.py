"""Whether a parcel crosses a customs border, and what goes with it then: a pure function of data.

In doubt a parcel has more documents, never fewer: of an unknown lane, carrier or currency.
"""

from dataclasses import dataclass
from datetime import date

from aftercare.kernel.address import Address
from aftercare.labels.consignment import Consignment
from aftercare.labels.lanes import Form, Lane, Lanes, MovedBy

FULLEST = (Form.CN23, Form.INVOICE, Form.PACKING_LIST)
"""What nothing is missing from, anywhere; a CN 23 may stand in the place of every CN 22."""


@dataclass(frozen=True, slots=True)
class Way:
    """A parcel's way: its addresses, its carrier's name on the label, and its label's day.

    Without a carrier, the customer chooses one.
    """

    ship_from: Address
    ship_to: Address
    carrier: str
    on: date


@dataclass(frozen=True, slots=True)
class Border:
    """What goes with a parcel across a border.

    `weight` is its goods' net weight in grams. `export_code` is the provision by which nothing is
    filed for its export, `relief` what the importer may claim for goods that had left there before;
    each is empty where there is none. `language` is that of its papers beside English.
    """

    documents: tuple[Form, ...]
    weight: int
    export_code: str = ""
    relief: str = ""
    language: str = ""


def border_of(lanes: Lanes, way: Way, consignment: Consignment) -> Border | None:
    """What goes with that parcel; none if it crosses no customs border (R-BRD-01).

    A sender without a country is taken to be in the recipient's: the order was of that market.
    """
    destination = place_of(lanes, way.ship_to)
    origin = place_of(lanes, way.ship_from) or destination
    if not crosses(lanes, origin, destination):
        return None
    weight = lanes.goods.weight * consignment.units
    lane = _lane(lanes, origin, destination, moved_by(lanes, way.carrier))
    spoken = (each.language for each in lanes.languages if lanes.names(each.to, destination))
    return Border(
        documents=_documents(lanes, lane, consignment, weight),
        weight=weight,
        export_code=_export_code(lanes, origin, destination, consignment),
        relief=_relief(lanes, destination, consignment, way.on),
        language=next(spoken, ""),
    )


def place_of(lanes: Lanes, address: Address) -> str:
    """The address's country, or the part of it that is another place for customs (R-BRD-02)."""
    country = address.country.strip().upper()
    code = "".join(address.postal_code.split()).upper()
    found = [
        (len(prefix), place)
        for territory in lanes.territories
        if territory.country == country
        for place, prefixes in territory.places.items()
        for prefix in prefixes
        if code.startswith(prefix)
    ]
    return max(found, default=(0, country))[1]


def crosses(lanes: Lanes, origin: str, destination: str) -> bool:
    """Whether there is a customs border between two places."""
    both = {origin, destination}
    return len(both) > 1 and not any(both <= union.members for union in lanes.unions)


def moved_by(lanes: Lanes, carrier: str) -> MovedBy | None:
    """Whether that carrier is a post or a courier; none if we don't know it."""
    if carrier in lanes.carriers.postal:
        return MovedBy.POSTAL
    return MovedBy.COMMERCIAL if carrier in lanes.carriers.commercial else None


def _lane(lanes: Lanes, origin: str, destination: str, by: MovedBy | None) -> Lane | None:
    for lane in lanes.lanes:
        is_named = lanes.names(lane.origins, origin) and lanes.names(lane.to, destination)
        if is_named and lane.by is by:
            return lane
    return None


def _documents(
    lanes: Lanes, lane: Lane | None, consignment: Consignment, weight: int
) -> tuple[Form, ...]:
    """Those of the lane, if there is one: a small packet's only in a currency with a limit."""
    if lane is None:
        return FULLEST
    is_light = weight <= lanes.small.weight
    limit = lanes.small.value.get(consignment.currency, 0)
    is_small = is_light and consignment.value is not None and consignment.value <= limit
    return lane.small if lane.small and is_small else lane.documents


def _export_code(lanes: Lanes, origin: str, destination: str, consignment: Consignment) -> str:
    """The first provision whose limit the whole parcel is below, in the limit's own currency."""
    value = consignment.value
    for each in lanes.exports:
        is_below = (
            value is not None and each.currency == consignment.currency and value < each.below
        )
        is_named = lanes.names(each.origins, origin) and lanes.names(each.to, destination)
        if is_named and (is_below or not each.currency):
            return each.code
    return ""


def _relief(lanes: Lanes, destination: str, consignment: Consignment, on: date) -> str:
    """What may be claimed of goods whose export is known, and not too long ago."""
    shipped_on = consignment.shipped_on
    if shipped_on is None:
        return ""
    days = (on - shipped_on).days
    named = (each for each in lanes.reliefs if lanes.names(each.to, destination))
    return next((each.code for each in named if days <= each.within), "")
