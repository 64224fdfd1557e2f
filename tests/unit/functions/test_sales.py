"""The sales of stores: one from a clock that was never set would stay the first for good."""

import pytest

from sales_ingest.sales import SaleEventInvalidError, sale
from tests.fakes.refusals import refused

SALE = {"code": "0GSD-7XQR-CB46-QGMK", "occurred_at": "2026-06-10T19:00:00Z"}


def test_a_sale_is_read() -> None:
    assert sale(SALE).code == SALE["code"]


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00Z", "2009-12-31T23:59:59Z"])
def test_a_sale_of_before_there_was_a_shop_is_refused(at: str) -> None:
    complaint = "occurred_at must be a time since 2010."
    with refused(SaleEventInvalidError, "sale_event_invalid", complaint) as caught:
        sale(SALE | {"occurred_at": at})
    assert caught.value.facts == {"field": "occurred_at"}
