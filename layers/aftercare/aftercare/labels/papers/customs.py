"""What customs read of a parcel: a declaration (CN 22 or CN 23) and a commercial invoice."""

from collections.abc import Iterator, Sequence
from functools import partial

from aftercare.addresses.service import label_lines
from aftercare.labels import sscc
from aftercare.labels.borders import Border
from aftercare.labels.consignment import Consignment, ReturnedGoods
from aftercare.labels.drawing import Box
from aftercare.labels.lanes import Form, Goods
from aftercare.labels.model import LabelDetails
from aftercare.labels.papers.sheet import (
    MARGIN,
    Captions,
    Column,
    Sheet,
    amount,
    kilograms,
    parts_of,
    printed,
)

_MOST, _ROW, _ADDRESS = 9, 27.0, 92.0
CATEGORIES = ("documents", "gift", "merchandise", "sample", "returned_goods", "other")
"""What the postal union's forms can be ticked as."""
_NAMES = {Form.CN22: "CN 22", Form.CN23: "CN 23"}
_SQUARE = 8.0


class CustomsPapers:
    """The papers of one parcel across a border. The same parcel gives the same bytes (R-BRD-05)."""

    def __init__(
        self, details: LabelDetails, consignment: Consignment, border: Border, goods: Goods
    ) -> None:
        self._details = details
        self._consignment = consignment
        self._border = border
        self._goods = goods
        self._captions = Captions("en", border.language)
        self._parts = parts_of(consignment.goods, _MOST)

    def declaration(self, form: Form) -> bytes:
        """The declaration that the customer signs, by the name of the postal union's form."""
        return printed(
            f"Customs declaration for return {self._details.shown_ticket}",
            self._details.ship_from.country,
            [
                partial(self._declare, form, number, part)
                for number, part in enumerate(self._parts, 1)
            ],
        )

    def invoice(self, copies: int) -> bytes:
        """So many copies of the invoice, one after the other."""
        return printed(
            f"Commercial invoice for return {self._details.shown_ticket}",
            self._details.ship_from.country,
            [
                partial(self._bill, self._copy(copy, copies), number, part)
                for copy in range(1, copies + 1)
                for number, part in enumerate(self._parts, 1)
            ],
        )

    def _copy(self, number: int, copies: int) -> str:
        return self._captions.text("papers.copy", number=number, copies=copies)

    def _declare(
        self, form: Form, number: int, part: Sequence[ReturnedGoods], sheet: Sheet
    ) -> None:
        captions = self._captions
        name = f"{_NAMES[form]}  {captions.text('papers.declaration')}"
        top = sheet.title(name, [captions.text("papers.may_be_opened"), self._page(number)])
        top = self._addresses(sheet, top)
        top = self._numbers(sheet, top, captions.text("papers.ticket"))
        top = self._table(sheet, top, part, is_weighed=True)
        top = sheet.fields(top, 30, [*self._totals(), (captions.text("papers.total.gross"), [])])
        top = self._categories(sheet, top)
        top = self._proof(sheet, top)
        top = sheet.text(top - 6, 40, [captions.text("papers.sign.certify")])
        sheet.fields(top, 44, [(captions.text("papers.sign.here"), [])])

    def _bill(self, copy: str, number: int, part: Sequence[ReturnedGoods], sheet: Sheet) -> None:
        captions = self._captions
        top = sheet.title(captions.text("papers.invoice"), [copy, self._page(number)])
        top = self._addresses(sheet, top)
        top = self._numbers(sheet, top, captions.text("papers.invoice_number"))
        top = self._table(sheet, top, part, is_weighed=False)
        top = sheet.fields(top, 30, self._totals())
        top = sheet.text(top - 8, 34, [captions.text("papers.no_sale")])
        top = self._proof(sheet, top)
        top = sheet.text(top - 6, 26, [captions.text("papers.sign.invoice")])
        sheet.fields(top, 44, [(captions.text("papers.sign.here"), [])])

    def _page(self, number: int) -> str:
        return self._captions.text("papers.page", number=number, pages=len(self._parts))

    def _addresses(self, sheet: Sheet, top: float) -> float:
        return sheet.fields(
            top,
            _ADDRESS,
            [
                (self._captions.text("papers.sender"), label_lines(self._details.ship_from)),
                (self._captions.text("papers.recipient"), label_lines(self._details.ship_to)),
            ],
        )

    def _numbers(self, sheet: Sheet, top: float, caption: str) -> float:
        captions, details = self._captions, self._details
        return sheet.fields(
            top,
            30,
            [
                (caption, [details.shown_ticket]),
                (captions.text("papers.tracking"), [sscc.shown(details.tracking_number)]),
                (captions.text("papers.order"), [self._consignment.order_number]),
                (captions.text("papers.issued"), [details.issued_on.isoformat()]),
            ],
        )

    def _table(
        self, sheet: Sheet, top: float, part: Sequence[ReturnedGoods], *, is_weighed: bool
    ) -> float:
        captions, currency = self._captions, self._consignment.currency
        second = "weight" if is_weighed else "sku"
        columns = [
            Column(captions.text("papers.column.description"), 0.36),
            Column(captions.text("papers.column.units"), 0.1),
            Column(
                captions.text("papers.column.weight")
                if is_weighed
                else captions.text("papers.column.sku"),
                0.15,
            ),
            Column(captions.text("papers.column.value", currency=currency), 0.15),
            Column(captions.text("papers.column.hs_code"), 0.14),
            Column(captions.text("papers.column.origin"), 0.1),
        ]
        return sheet.table(top, columns, [self._row(each, second) for each in part], _ROW)

    def _row(self, goods: ReturnedGoods, second: str) -> list[str]:
        weight = kilograms(self._goods.weight * goods.units)
        return [
            f"{self._captions.text('papers.figure')}\n{goods.name}",
            self._captions.first.number(goods.units),
            weight if second == "weight" else goods.sku,
            amount(goods.value, self._consignment.currency),
            self._goods.hs_code,
            self._goods.origin,
        ]

    def _totals(self) -> list[tuple[str, list[str]]]:
        consignment, captions = self._consignment, self._captions
        value = amount(consignment.value, consignment.currency)
        return [
            (captions.text("papers.total.units"), [self._captions.first.number(consignment.units)]),
            (captions.text("papers.total.value"), [f"{consignment.currency} {value}".strip()]),
        ]

    def _categories(self, sheet: Sheet, top: float) -> float:
        """All categories of the form, of which one is ticked."""
        captions, canvas = self._captions, sheet.canvas
        sheet.field(captions.text("papers.categories"), [], Box(MARGIN, top - 54, sheet.wide, 54))
        wide = sheet.wide / 3
        for place, category in enumerate(CATEGORIES):
            left, bottom = MARGIN + 5 + place % 3 * wide, top - 30 - place // 3 * 18
            canvas.rect(left, bottom, _SQUARE, _SQUARE)
            if category == self._goods.contents:
                canvas.setLineWidth(1.5)
                canvas.line(left, bottom, left + _SQUARE, bottom + _SQUARE)
                canvas.line(left, bottom + _SQUARE, left + _SQUARE, bottom)
                canvas.setLineWidth(0.5)
            sheet.caption(
                captions.text(f"papers.category.{category}"),
                Box(left + _SQUARE + 4, bottom - 3, wide - 24, 14),
            )
        return top - 54

    def _proof(self, sheet: Sheet, top: float) -> float:
        box = Box(MARGIN, top - 76, sheet.wide, 76)
        sheet.field(self._captions.text("papers.proof.name"), [*self._proofs()], box, (9, 5))
        return top - 76

    def _proofs(self) -> Iterator[str]:
        captions = self._captions
        if self._border.relief:
            yield captions.text("papers.proof.relief", code=self._border.relief)
        if self._border.export_code:
            yield captions.text("papers.proof.export", code=self._border.export_code)
        for each in self._consignment.outbound:
            sent = captions.text("papers.proof.undated")
            if each.shipped_on:
                sent = captions.text("papers.proof.parcel", day=each.shipped_on.isoformat())
            yield ", ".join(filter(None, (sent, each.carrier, each.tracking_number)))
