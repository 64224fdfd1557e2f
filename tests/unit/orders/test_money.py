"""What an order cost: the parts add up to what was paid, and each figure keeps its source."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.orders.model import Order, OrderLine, ProductKind
from aftercare.orders.money import Figure, Source, money_of
from tests.fakes.orders import FIGURE, NUMBER, purchase

TOLD, DERIVED = Source.TOLD, Source.DERIVED
AMOUNTS = st.integers(0, 30_000)
OPTIONAL = st.none() | AMOUNTS


def order(*lines: OrderLine, **figures: Any) -> Order:
    return Order(NUMBER, purchase=replace(purchase(*lines), **figures))


def one(quantity: int = 2, unit_price: int = 10_000, **figures: Any) -> OrderLine:
    return replace(FIGURE, quantity=quantity, unit_price=unit_price, **figures)


LINES = st.lists(
    st.builds(
        OrderLine,
        line_id=st.uuids().map(str),
        sku=st.just("FIG-1"),
        name=st.just("Moon Hare"),
        kind=st.just(ProductKind.FIGURE),
        quantity=st.integers(1, 5),
        unit_price=AMOUNTS,
        discount=OPTIONAL,
        tax=OPTIONAL,
        net=OPTIONAL,
    ),
    min_size=1,
    max_size=4,
)
ORDERS = st.builds(
    lambda lines, shipping, tax, total, includes: order(
        *lines, shipping=shipping, shipping_tax=tax, total=total, price_includes_tax=includes
    ),
    LINES,
    OPTIONAL,
    OPTIONAL,
    st.none() | st.integers(0, 400_000),
    st.sampled_from([None, True, False]),
)


@given(ORDERS)
def test_the_parts_add_up_to_what_was_paid(bought: Order) -> None:
    money = money_of(bought)
    lines = sum(line.paid for line in money.lines)
    assert bought.purchase
    assert lines + money.shipping.amount + money.added_shipping_tax + money.other == (
        money.total.amount
    )
    assert bought.purchase.total in {None, money.total.amount}
    assert all(line.gross - line.discount.amount == line.net.amount for line in money.lines)
    assert all(line.net.amount >= 0 and line.added_tax >= 0 for line in money.lines)


def test_an_order_without_a_payment_cost_nothing_yet() -> None:
    money = money_of(Order(NUMBER))
    assert (money.net, money.total) == (0, Figure(0, DERIVED))


def test_a_coupon_lowers_the_net_amount() -> None:
    money = money_of(order(one(quantity=1, discount=3_000)))
    assert money.lines[0].net == Figure(7_000, DERIVED)
    assert money.lines[0].discount == Figure(3_000, TOLD)


def test_the_net_amount_that_the_shop_tells_wins_and_explains_the_discount() -> None:
    line = money_of(order(one(net=18_500))).lines[0]
    assert line.net == Figure(18_500, TOLD)
    assert line.discount == Figure(1_500, DERIVED)


def test_no_discount_makes_a_line_cost_less_than_nothing() -> None:
    line = money_of(order(one(quantity=1, discount=25_000))).lines[0]
    assert (line.net.amount, line.discount) == (0, Figure(10_000, DERIVED))


@pytest.mark.parametrize(
    ("includes_tax", "total", "paid"),
    [
        pytest.param(True, None, 10_000, id="in the price"),
        pytest.param(False, None, 11_000, id="added"),
        pytest.param(None, None, 11_000, id="not told, no total: added"),
        pytest.param(None, 10_500, 10_000, id="not told, the total shows it is in the price"),
        pytest.param(None, 11_500, 11_000, id="not told, the total shows it is added"),
    ],
)
def test_tax_is_in_the_price_or_added_to_it(
    includes_tax: bool | None, total: int | None, paid: int
) -> None:
    bought = order(
        one(quantity=1, tax=1_000), shipping=500, total=total, price_includes_tax=includes_tax
    )
    money = money_of(bought)
    assert money.lines[0].paid == paid
    assert money.net == 10_000
    assert money.other == 0


def test_a_total_below_the_parts_is_a_discount_spread_over_the_lines() -> None:
    money = money_of(
        order(one(), replace(one(quantity=1), line_id="2"), shipping=500, total=29_500)
    )
    assert [line.net.amount for line in money.lines] == [19_333, 9_667]
    assert [line.discount for line in money.lines] == [Figure(667, DERIVED), Figure(333, DERIVED)]
    assert money.shipping == Figure(500, TOLD)


def test_a_free_order_has_no_parts_left() -> None:
    money = money_of(
        order(one(tax=900), shipping=500, shipping_tax=40, total=0, price_includes_tax=False)
    )
    assert (money.net, money.shipping.amount, money.added_shipping_tax, money.lines[0].paid) == (
        0,
        0,
        0,
        0,
    )


def test_a_total_above_the_parts_has_another_part_that_earns_nothing() -> None:
    money = money_of(order(one(), total=20_700))
    assert (money.other, money.net, money.total) == (700, 20_000, Figure(20_700, TOLD))
