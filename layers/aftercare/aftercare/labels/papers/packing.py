"""What is in a parcel, for who opens it; across a border it is the packing list (R-BRD-06)."""

from collections.abc import Sequence
from functools import partial

from aftercare.labels import lettering
from aftercare.labels.consignment import Consignment, ReturnedGoods
from aftercare.labels.drawing import QR_SIDE, Box, square, write
from aftercare.labels.model import LabelDetails
from aftercare.labels.papers.sheet import MARGIN, Captions, Column, Sheet, parts_of, printed

_MOST, _ROW = 11, 42.0


def packing(
    details: LabelDetails, consignment: Consignment, captions: Captions, name: str
) -> bytes:
    """The items with SKU and serial or lot numbers, and the ticket as a QR code on each page.

    It names neither the customer nor a price. `name` is the paper's.
    """
    parts = parts_of(consignment.goods, _MOST)

    def fill(number: int, goods: Sequence[ReturnedGoods], sheet: Sheet) -> None:
        notes = [captions.text("papers.page", number=number, pages=len(parts))]
        top = _head(sheet, details, consignment, captions, [name, *notes])
        top = sheet.table(top, _columns(captions), [_row(each, captions) for each in goods], _ROW)
        units = captions.first.number(consignment.units)
        top = sheet.fields(top, 28, [(captions.text("papers.total.units"), [units])])
        sheet.text(top - 8, 30, [captions.text("papers.put_in")])

    return printed(
        f"Packing slip of return {details.shown_ticket}",
        details.ship_from.country,
        [partial(fill, number, goods) for number, goods in enumerate(parts, 1)],
    )


def _head(
    sheet: Sheet,
    details: LabelDetails,
    consignment: Consignment,
    captions: Captions,
    names: Sequence[str],
) -> float:
    left = sheet.width - MARGIN - QR_SIDE
    square(sheet.canvas, details.square_code, left, sheet.top - QR_SIDE)
    wide = left - MARGIN - 8
    title, *notes = names
    write(sheet.canvas, [title], Box(MARGIN, sheet.top - 34, wide, 34), (20, 9), lettering.BOLD)
    write(sheet.canvas, notes, Box(MARGIN, sheet.top - 52, wide, 16), (10, 5))
    facts = {
        captions.text("papers.ticket"): details.shown_ticket,
        captions.text("papers.order"): consignment.order_number,
        captions.text("papers.issued"): details.issued_on.isoformat(),
    }
    return sheet.fields(
        sheet.top - QR_SIDE - 6, 32, [(caption, [text]) for caption, text in facts.items()]
    )


def _columns(captions: Captions) -> list[Column]:
    return [
        Column(captions.text("papers.column.description"), 0.36),
        Column(captions.text("papers.column.sku"), 0.2),
        Column(captions.text("papers.column.serials"), 0.32),
        Column(captions.text("papers.column.units"), 0.12),
    ]


def _row(goods: ReturnedGoods, captions: Captions) -> list[str]:
    units = captions.first.number(goods.units)
    return [goods.name, goods.sku, "\n".join(_marks(goods, captions)), units]


def _marks(goods: ReturnedGoods, captions: Captions) -> list[str]:
    """Its serial numbers and its lot; of a part of the line, nobody knows yet which ones come."""
    marks = []
    if goods.serials:
        serials = ", ".join(goods.serials)
        if goods.units < len(goods.serials):
            serials = captions.text(
                "papers.serials.some",
                units=captions.first.number(goods.units),
                bought=captions.first.number(len(goods.serials)),
                serials=serials,
            )
        marks.append(serials)
    if goods.batch_code:
        marks.append(captions.text("papers.serials.lot", code=goods.batch_code))
    return marks
