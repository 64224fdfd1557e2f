"""Reads a product's code that was scanned at the dock: which line it belongs to, and its serial."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from aftercare.kernel.codes import code_in
from aftercare.kernel.gs1 import GTIN, SERIAL, after_symbology, elements_in
from aftercare.kernel.typed import folded
from aftercare.orders.model import Order
from aftercare.returns.model import ReturnLine

_MOST = 100
_GTIN = re.compile(r"\d{8}|\d{12,14}", re.ASCII)
_DIGITS = 14


class ProductScan(NamedTuple):
    """The lines that the code names, and the piece's own code; "" of a product's code.

    Without lines, it belongs to whichever line somebody chose, but to none of the `others`: their
    products are known to have another GTIN.
    """

    lines: tuple[str, ...]
    serial: str
    others: frozenset[str] = frozenset()


def product_scan(text: str, lines: Iterable[ReturnLine], order: Order) -> ProductScan:
    """What was scanned: a SKU, a GTIN, a serial number or a verification code, in any spelling."""
    elements, plain = elements_in(text), after_symbology(folded(text))
    gtin = _gtin(elements.get(GTIN, "") or plain)
    code = code_in(text) or elements.get(SERIAL, "").strip()
    products = {each.line_id: each for each in order.lines}

    def fits() -> Iterator[tuple[str, bool]]:
        for line in lines:
            product = products.get(line.line_id)
            is_product = _same(line.sku, plain) or bool(
                gtin and product and _gtin(product.gtin) == gtin
            )
            serials = product.serials if product else ()
            if is_product or any(_same(each, code or plain) for each in serials):
                yield line.line_id, is_product

    found = dict(fits())
    is_piece = bool(code) or not (any(found.values()) or gtin)
    known = {line_id for line_id, each in products.items() if _gtin(each.gtin) not in {"", gtin}}
    others = frozenset(known - found.keys()) if gtin else frozenset[str]()
    return ProductScan(tuple(found), (code or plain)[:_MOST] if is_piece else "", others)


def _gtin(text: str) -> str:
    return text.zfill(_DIGITS) if _GTIN.fullmatch(text) else ""


def _same(one: str, other: str) -> bool:
    return bool(one) and folded(one).upper() == folded(other).upper()
