"""Parcels that come back, with fixed defaults, and what is written on their papers."""

from datetime import date

import pypdfium2

from aftercare.labels.consignment import Consignment, Outbound, ReturnedGoods

HARE = ReturnedGoods("FIG-1", "Moon Hare", 1, 2, 8900, "B2026-04", ("PM-0001-AAAA", "PM-0002-BBBB"))
TIDE = ReturnedGoods("BB-1", "小潮汐 盲盒", 2, 2, 3200)
SENT = Outbound("YunExpress", "YT1234567890123456", date(2026, 2, 3))


def consignment(
    *goods: ReturnedGoods, currency: str = "USD", outbound: tuple[Outbound, ...] = (SENT,)
) -> Consignment:
    return Consignment("PM-2026-0001", currency, goods or (HARE, TIDE), outbound)


def texts_of(pdf: bytes) -> list[str]:
    """The text of each page, without its spaces and line breaks."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [str(page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()
    return ["".join(text.split()) for text in pages]
