"""What a seller is told of a parcel that crosses a customs border (R-BRD-07).

Each seller's adapter puts it into the seller's own terms. What customs read on paper is in
`labels.papers`; both come from the same lanes and the same goods.
"""

from dataclasses import dataclass

from aftercare.labels.borders import Way, border_of
from aftercare.labels.carriers.carrier import Shipment
from aftercare.labels.consignment import Consignment, ReturnedGoods
from aftercare.labels.errors import ContentsUnknownError
from aftercare.labels.lanes import Goods, lanes_on
from aftercare.words.formats import digits_of
from aftercare.words.model import ENGLISH
from aftercare.words.service import words


@dataclass(frozen=True, slots=True)
class DeclaredItem:
    """Units of one product. `value` and `weight`, in grams, are of all of them together."""

    description: str
    sku: str
    units: int
    value: int
    weight: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A parcel's contents, in English. `contents` is the postal union's word for their kind.

    The sender is who signs, `invoice` the number of the invoice among the papers. `export_code` is
    the provision by which nothing is filed for the export; empty where there is none. Values are in
    minor units of `currency`.
    """

    signer: str
    invoice: str
    contents: str
    explanation: str
    export_code: str
    currency: str
    hs_code: str
    origin: str
    items: tuple[DeclaredItem, ...]

    @property
    def weight(self) -> int:
        """The goods' weight in grams."""
        return sum(item.weight for item in self.items)

    def amount(self, item: DeclaredItem) -> str:
        """The item's value as customs write it: 85.00, and 8500 of a currency without cents."""
        digits = digits_of(self.currency)
        whole, part = divmod(item.value, 10**digits)
        return f"{whole}.{part:0{digits}d}" if digits else str(whole)


def weight_with(declared: Declaration | None, usual: int) -> int:
    """What a parcel is said to weigh, in grams: no less than what is declared to be in it."""
    return max(usual, declared.weight if declared else 0)


def declaration_of(shipment: Shipment) -> Declaration | None:
    """What is told of that parcel; none if it crosses no border, or nobody knows its contents.

    Raises:
        ContentsUnknownError: It crosses one, and the value of some of it is not known: no seller
        takes a declaration without it, and we don't guess.
    """
    parcel = shipment.consignment
    if parcel is None:
        return None
    lanes = lanes_on(shipment.day)
    border = border_of(lanes, Way(shipment.ship_from, shipment.ship_to, "", shipment.day), parcel)
    if border is None:
        return None
    return Declaration(
        signer=shipment.ship_from.name,
        invoice=shipment.ticket,
        contents=lanes.goods.contents,
        explanation=_explanation(parcel),
        export_code=border.export_code,
        currency=parcel.currency,
        hs_code=lanes.goods.hs_code,
        origin=lanes.goods.origin,
        items=tuple(_item(each, lanes.goods, shipment, parcel) for each in parcel.goods),
    )


def _item(
    goods: ReturnedGoods, taken_for: Goods, shipment: Shipment, parcel: Consignment
) -> DeclaredItem:
    if not (goods.value and parcel.currency):
        raise ContentsUnknownError(shipment.reference)
    figure = words(ENGLISH).text("papers.figure")
    # Posts refuse a declaration in another script; the code of the product is beside it.
    named = f"{figure}: {goods.name}" if goods.name.isascii() else figure
    weight = taken_for.weight * goods.units
    return DeclaredItem(named, goods.sku, goods.units, goods.value, weight)


def _explanation(parcel: Consignment) -> str:
    """That the goods had been sent from there before, and by which parcels."""
    sent = [
        " ".join(filter(None, (str(each.shipped_on or ""), each.carrier, each.tracking_number)))
        for each in parcel.outbound
    ]
    return "; ".join([f"Returned goods of order {parcel.order_number}", *sent])
