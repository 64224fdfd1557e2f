"""What a return's papers declare: what was paid for the units that come back, and their way out."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from aftercare.labels.consignment import Consignment, Outbound
from aftercare.orders.model import Order, OrderLine, Parcel
from aftercare.returns.consigning import consignment_of
from aftercare.returns.model import Return, ReturnLine
from tests.fakes.orders import BLIND_BOX, FIGURE, NOON, NUMBER, purchase

LEFT = datetime(2026, 2, 3, 8, tzinfo=UTC)


def order(
    *lines: OrderLine, parcels: dict[str, Parcel] | None = None, total: int | None = None
) -> Order:
    bought = replace(purchase(*lines), total=total)
    return Order(NUMBER, purchase=bought, parcels=parcels or {})


def returning(**units: int) -> Return:
    lines = tuple(
        ReturnLine(name.removeprefix("line_"), "SKU", "Item", count)
        for name, count in units.items()
    )
    return Return("ret_1", "key", NUMBER, lines, NOON)


def values(found: Consignment) -> list[int | None]:
    return [each.value for each in found.goods]


def test_the_value_is_what_was_paid_for_the_units_after_discounts_and_with_added_tax() -> None:
    figure = replace(FIGURE, discount=1800, tax=1600)  # 17,800 - 1,800 + 1,600
    found = consignment_of(returning(line_1=1, line_2=6), order(figure, BLIND_BOX))
    assert values(found) == [8800, 9600]
    assert (found.value, found.units, found.currency) == (18_400, 7, "USD")


def test_a_discount_on_the_whole_order_lowers_each_line() -> None:
    found = consignment_of(returning(line_1=2), order(FIGURE, BLIND_BOX, total=13_700))
    assert values(found) == [8900]


def test_what_cost_nothing_is_declared_at_its_list_price() -> None:
    found = consignment_of(returning(line_1=1), order(replace(FIGURE, discount=17_800)))
    assert values(found) == [8900]


@pytest.mark.parametrize("line", [replace(FIGURE, unit_price=0), replace(FIGURE, line_id="7")])
def test_what_has_no_price_or_is_gone_from_the_order_has_no_value(line: OrderLine) -> None:
    found = consignment_of(returning(line_1=1), order(line))
    assert values(found) == [None]
    assert found.value is None
    assert found.goods[0].units == 1


def test_an_order_that_is_not_known_yet_gives_what_the_return_says() -> None:
    found = consignment_of(returning(line_1=2), Order(NUMBER))
    assert (found.currency, found.value, found.goods[0].name) == ("", None, "Item")


def test_its_papers_name_the_lines_serials_and_lot() -> None:
    line = replace(FIGURE, serials=("A", "B"), batch_code="B1")
    [goods] = consignment_of(returning(line_1=1), order(line)).goods
    assert (goods.sku, goods.serials, goods.batch_code, goods.bought) == (
        "FIG-1",
        ("A", "B"),
        "B1",
        2,
    )


def test_the_proof_is_every_parcel_that_may_have_taken_the_lines_out_oldest_first() -> None:
    parcels = {
        "b": Parcel("b", "UPS", "1Z2", {"1": 1}, shipped_at=LEFT.replace(day=5)),
        "a": Parcel("a", "YunExpress", "YT1", None, shipped_at=LEFT),
        "other": Parcel("other", "UPS", "1Z3", {"2": 6}, shipped_at=LEFT),
        "nothing": Parcel("nothing"),
        "replacing": Parcel("replacing", "UPS", "1Z4", {"1": 1}, ticket="R-1", shipped_at=LEFT),
    }
    found = consignment_of(returning(line_1=2), order(FIGURE, BLIND_BOX, parcels=parcels))
    assert found.outbound == (
        Outbound("YunExpress", "YT1", date(2026, 2, 3)),
        Outbound("UPS", "1Z2", date(2026, 2, 5)),
    )
    assert found.shipped_on == date(2026, 2, 3)
