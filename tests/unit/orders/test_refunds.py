"""What went back of an order's money: in any order of refunds the same, and never too much."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.orders.model import Order, Refund
from aftercare.orders.money import money_of
from aftercare.orders.refunds import basis_of, refunded_of
from tests.fakes.orders import NOON
from tests.unit.orders.test_money import AMOUNTS, ORDERS, one, order

TWO = order(one())  # 2 units of 100.00
DAYS = st.integers(0, 3).map(lambda days: NOON + timedelta(days=days))


def refund(
    at: datetime = NOON,
    *,
    amounts: dict[str, int] | None = None,
    shipping: int | None = None,
    fee: int = 0,
    amount: int | None = None,
    **units: int,
) -> Refund:
    """A refund of units of lines: `refund(line_1=2)`."""
    return Refund(
        units={line.removeprefix("line_"): count for line, count in units.items()},
        amounts=amounts or {},
        shipping=shipping,
        fee=fee,
        amount=amount,
        refunded_at=at,
    )


def refunded(bought: Order, *refunds: Refund) -> Order:
    return replace(bought, refunds={f"rf-{n}": refund for n, refund in enumerate(refunds)})


@st.composite
def refunded_orders(draw: st.DrawFn) -> Order:
    bought = draw(ORDERS)
    ids = [line.line_id for line in bought.lines]
    one_refund = st.builds(
        Refund,
        units=st.dictionaries(st.sampled_from([*ids, "none"]), st.integers(1, 6), max_size=3),
        amounts=st.dictionaries(st.sampled_from(ids), AMOUNTS, max_size=2),
        shipping=st.none() | AMOUNTS,
        fee=st.just(0) | AMOUNTS,
        amount=st.none() | AMOUNTS,
        refunded_at=DAYS,
    )
    return refunded(bought, *draw(st.lists(one_refund, max_size=4)))


@given(refunded_orders())
def test_no_part_gives_back_more_than_was_paid_for_it(bought: Order) -> None:
    money, back = money_of(bought), refunded_of(bought)
    assert 0 <= back.total <= money.total.amount
    assert back.total == sum(back.by_refund.values())
    assert 0 <= back.net <= money.net
    assert all(amount >= 0 for amount in back.parts.values())
    quantities = {line.line_id: line.quantity for line in bought.lines}
    assert all(units <= quantities[line_id] for line_id, units in back.units.items())


@given(refunded_orders(), st.data())
def test_the_order_in_which_refunds_reach_us_makes_no_difference(
    bought: Order, data: st.DataObject
) -> None:
    others = dict(data.draw(st.permutations(list(bought.refunds.items()))))
    assert refunded_of(replace(bought, refunds=others)) == refunded_of(bought)


@given(refunded_orders())
def test_once_everything_is_refunded_exactly_what_was_paid_went_back(bought: Order) -> None:
    last = Refund(units={}, amount=money_of(bought).total.amount, refunded_at=NOON)
    after = replace(bought, refunds={**bought.refunds, "rf-last": last})
    assert refunded_of(after).total == money_of(bought).total.amount
    assert basis_of(after).returned == basis_of(after).net


@given(ORDERS, st.data())
def test_units_refunded_one_by_one_are_worth_what_they_are_worth_at_once(
    bought: Order, data: st.DataObject
) -> None:
    single = [
        Refund({line.line_id: 1}, refunded_at=NOON)
        for line in bought.lines
        for _ in range(line.quantity)
    ]
    shuffled = data.draw(st.permutations(single))
    back = refunded_of(refunded(bought, *shuffled))
    assert back.total == sum(line.paid for line in money_of(bought).lines)


@pytest.mark.parametrize(
    ("refunds", "left"),
    [
        pytest.param([refund(amount=5_000)], 15_000, id="an amount alone"),
        pytest.param([refund(line_1=1)], 10_000, id="units"),
        pytest.param([refund(line_1=1, amounts={"1": 8_000})], 12_000, id="units for less"),
        pytest.param([refund(line_1=1, fee=1_500)], 11_500, id="a fee kept back"),
        pytest.param([refund(line_1=1, amount=8_500)], 11_500, id="units and the whole amount"),
        pytest.param([refund(amount=5_000), refund(line_1=2)], 0, id="an amount, then all units"),
        pytest.param([refund(line_1=2), refund(amount=5_000)], 0, id="all units, then an amount"),
        pytest.param([refund(amount=50_000)], 0, id="more than was paid"),
        pytest.param([refund(line_1=1_000)], 20_000, id="more units than there are: no effect"),
        pytest.param([refund(line_9=1)], 20_000, id="a line that there is not: no effect"),
        pytest.param([refund(line_1=1), refund(line_1=2)], 0, id="the same units again"),
        pytest.param([refund(amount=700, line_9=1)], 19_300, id="an unknown line with an amount"),
    ],
)
def test_points_count_what_was_paid_in_the_end(refunds: list[Refund], left: int) -> None:
    basis = basis_of(refunded(TWO, *refunds))
    assert basis.net - basis.returned == left


def test_shipping_that_goes_back_costs_no_points() -> None:
    bought = order(one(), shipping=900, shipping_tax=90, price_includes_tax=False)
    after = refunded(bought, refund(shipping=990))
    assert refunded_of(after).total == 990
    assert basis_of(after).returned == 0


def test_an_amount_comes_from_goods_and_their_tax_in_proportion() -> None:
    bought = order(one(tax=2_000), price_includes_tax=False)
    back = refunded_of(refunded(bought, refund(amount=5_500)))
    assert (back.total, back.net) == (5_500, 5_000)
