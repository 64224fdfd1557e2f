"""A label's details with fixed defaults."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import pypdfium2
import zxingcpp
from PIL.Image import Image

from aftercare.kernel.address import Address
from aftercare.labels import sscc
from aftercare.labels.model import LabelDetails, PageForm, Pages
from infra.local.carrier import numbers, pages

CUSTOMER = Address(
    name="Jordan Ellis",
    line1="2741 Maple Hollow Rd",
    line2="Apt 5B",
    city="Portland",
    region="OR",
    postal_code="97214",
    country="US",
)
WAREHOUSE = Address(
    name="Aftercare Returns Center",
    line1="1200 Harbor Gateway Blvd",
    line2="Dock 14, Building C",
    city="Long Beach",
    region="CA",
    postal_code="90810",
    country="US",
)
CHINESE = Address(
    name="陈小明",
    line1="朝阳区建国路88号SOHO现代城3号楼1802室",
    city="北京市",
    region="北京",
    postal_code="100022",
    country="CN",
)


def label(
    *,
    serial: int = 123456789,
    ticket: str = "R-7K3M-Q9XT-4",
    ship_from: Address = CUSTOMER,
    ship_to: Address = WAREHOUSE,
    carrier_name: str = "Aftercare Demo Carrier",
    sample: bool = True,
    prepaid: bool = True,
    language: str = "en",
) -> LabelDetails:
    return LabelDetails(
        tracking_number=sscc.build(0, "0340000", serial),
        ticket=ticket,
        ship_from=ship_from,
        ship_to=ship_to,
        carrier_name=carrier_name,
        service_level="Ground Returns",
        issued_on=date(2026, 3, 4),
        sample=sample,
        prepaid=prepaid,
        language=language,
    )


SERIAL = 4711
"""Of the parcel whose page a carrier drew."""


@cache
def pages_drawn(carrier: str = "USPS", serial: int = SERIAL) -> Pages:
    """The pages of a parcel as the simulated seller has them."""
    shipment: Mapping[str, object] = {
        "selected_rate": {"carrier": carrier, "service": "Ground"},
        "tracking_code": numbers.tracking_code(carrier, serial),
        "from_address": {"name": CUSTOMER.name, "zip": CUSTOMER.postal_code},
        "to_address": {"name": WAREHOUSE.name, "zip": WAREHOUSE.postal_code},
        "options": {"print_custom_1": "R-7K3M-Q9XT-4"},
    }
    return {PageForm.PNG: pages.png(shipment), PageForm.ZPL: pages.zpl(shipment)}


def carriers_page(carrier: str = "USPS", **instead: bytes) -> LabelDetails:
    """A label whose carrier drew its page; `png` and `zpl` stand in for what it drew."""
    given = {PageForm(form): page for form, page in instead.items()}
    ours = label(sample=False, carrier_name=carrier)
    drawn = {**pages_drawn(carrier), **given}
    return replace(ours, tracking_number=numbers.tracking_code(carrier, SERIAL), pages=drawn)


def scanned(pdf: bytes) -> list[str]:
    """What a scanner reads on a printed page, whoever drew it: letters, digits and hyphens."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=203 / 72, grayscale=True).to_pil().copy()
    finally:
        document.close()
    signs = (filter(lambda sign: sign.isalnum() or sign == "-", code.text) for code in _on(page))
    return ["".join(each) for each in signs]


def _on(page: Image) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(page)
