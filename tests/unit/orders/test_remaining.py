"""What returns may still ask for: in any order of refunds exactly what was paid, never more."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercare.orders.model import Cancellation, Order, Refund
from aftercare.orders.money import OrderMoney, money_of
from aftercare.orders.refunds import basis_of, refunded_of
from aftercare.orders.remaining import Claim, Remaining, Worth, paid_beyond, remaining_of
from aftercare.returns.remedies import lowered
from tests.fakes.orders import NOON
from tests.unit.orders.test_money import ORDERS, one, order

TICKETS = [f"R-{n}" for n in range(8)]
ADDED = order(one(quantity=3, tax=1_000), shipping=900, price_includes_tax=False)
INCLUDED = order(one(quantity=3, unit_price=3_333, tax=1_000), price_includes_tax=True)


def claim(left: Remaining, ticket: str, units: dict[str, int], rest: int = 0) -> Claim:
    return Claim(ticket, {line_id: left.worth(line_id, n) for line_id, n in units.items()}, rest)


def answer(asked: Claim, **of: Any) -> Refund:
    """The refund with which the shop pays exactly what was asked for."""
    units = {line_id: worth.units for line_id, worth in asked.lines.items()}
    amounts = {line_id: worth.amount for line_id, worth in asked.lines.items()}
    return Refund(units, asked.ticket, amounts=amounts, shipping=asked.rest or None, **of)


def naive_piles(money: OrderMoney) -> dict[str, list[int]]:
    """Line id → what a person counts out for each unit, one minor unit after the other."""
    piles: dict[str, list[int]] = {}
    for line in money.lines:
        piles[line.line_id] = [0] * line.quantity
        for amount in (line.net.amount, line.added_tax):
            for coin in range(amount):
                piles[line.line_id][coin % line.quantity] += 1
    return piles


@dataclass
class Till:
    """A shop that refunds what returns ask for, sometimes more, and sometimes on its own."""

    order: Order
    claims: list[Claim] = field(default_factory=list)
    refunds: int = 0

    def refund(self, refund: Refund) -> None:
        self.refunds += 1
        told = replace(refund, refunded_at=NOON + timedelta(minutes=self.refunds))
        self.order = replace(self.order, refunds={**self.order.refunds, f"rf-{self.refunds}": told})

    def ask(self, ticket: str, units: dict[str, int], rest: int = 0) -> Claim:
        asked = claim(remaining_of(self.order, self.claims, ticket), ticket, units, rest)
        self.claims.append(asked)
        return asked


def smaller(bought: Order) -> Order:
    """The order with a hundredth of its prices, which a person can count out."""
    lines = [
        replace(
            line, unit_price=line.unit_price // 100, net=line.net // 100 if line.net else line.net
        )
        for line in bought.lines
    ]
    return order(*lines, price_includes_tax=bool(len(lines) % 2))


SMALL = ORDERS.map(smaller)


@settings(max_examples=80, deadline=None)
@given(SMALL, st.data())
def test_returns_in_any_order_ask_for_what_a_person_counts_out(
    bought: Order, data: st.DataObject
) -> None:
    till, piles = Till(bought), naive_piles(money_of(bought))
    units = [line.line_id for line in bought.lines for _ in range(line.quantity)]
    for n, line_id in enumerate(data.draw(st.permutations(units))):
        asked = till.ask(f"R-{n}", {line_id: 1})
        assert asked.amount == piles[line_id].pop(0)
        if data.draw(st.booleans()):
            till.refund(answer(asked))
    paid = sum(line.paid for line in money_of(bought).lines)
    assert sum(asked.amount for asked in till.claims) == paid


# Refunded and cancelled units of one line are not added up (R-ORD-04): a line has one of them.
REFUNDED = ("ask", "ask and pay", "refund")
CANCELLED = ("ask", "ask and pay", "cancel and refund")
ONLY_CANCELLED = ("ask", "ask and pay", "cancel")


@st.composite
def acts(draw: st.DrawFn, bought: Order) -> list[tuple[str, str, int]]:
    """Everything that may happen to each unit, and amounts that the shop pays beside it."""
    # A gift may be what pays for cancelled units that no refund names (R-ORD-09).
    has_gifts = draw(st.booleans())
    kinds = [REFUNDED, CANCELLED] if has_gifts else [REFUNDED, CANCELLED, ONLY_CANCELLED]
    of_line = {line.line_id: draw(st.sampled_from(kinds)) for line in bought.lines}
    units = [line.line_id for line in bought.lines for _ in range(line.quantity)]
    mine = [(draw(st.sampled_from(of_line[line_id])), line_id, 0) for line_id in units]
    ids = st.sampled_from(units)
    gifts = st.tuples(st.sampled_from(["gift", "gift of a line"]), ids, st.integers(1, 9_000))
    given_away = draw(st.lists(gifts, max_size=3)) if has_gifts else []
    return draw(st.permutations([*mine, *given_away]))


def do(till: Till, kind: str, line_id: str, amount: int, n: int) -> None:
    if kind.startswith("ask"):
        asked = till.ask(f"R-{n}", {line_id: 1})
        if kind == "ask and pay":
            till.refund(answer(asked))
    if kind in {"refund", "cancel and refund"}:
        worth = remaining_of(till.order, till.claims).worth(line_id, 1)
        till.refund(Refund({line_id: 1}, amount=worth.amount))
    if kind.startswith("cancel"):
        cancelled = {**till.order.cancellations, f"c-{n}": Cancellation({line_id: 1}, NOON)}
        till.order = replace(till.order, cancellations=cancelled)
    left = remaining_of(till.order, till.claims)
    if kind == "gift":
        till.refund(Refund({}, amount=min(amount, left.total)))
    if kind == "gift of a line":
        of_line = min(left.of_lines[line_id], left.total)
        till.refund(Refund({}, amounts={line_id: min(amount, of_line)}))


@settings(max_examples=120, deadline=None)
@given(ORDERS.flatmap(lambda bought: st.tuples(st.just(bought), acts(bought))))
def test_whatever_happens_to_its_units_an_order_gives_back_exactly_what_was_paid(
    case: tuple[Order, list[tuple[str, str, int]]],
) -> None:
    bought, acts_in_order = case
    till = Till(bought)
    for n, (kind, line_id, amount) in enumerate(acts_in_order):
        do(till, kind, line_id, amount, n)
        left = remaining_of(till.order, till.claims)
        assert all(amount >= 0 for amount in (*left.of_lines.values(), left.total, left.rest))
        assert all(min(worth) >= 0 for asked in till.claims for worth in asked.lines.values())
    last = remaining_of(till.order, till.claims)
    assert last.is_last({})
    assert last.total == 0


@settings(max_examples=80, deadline=None)
@given(ORDERS, st.data())
def test_the_tax_of_all_units_is_the_tax_of_the_line(bought: Order, data: st.DataObject) -> None:
    till = Till(bought)
    money = money_of(bought)
    for line in money.lines:
        left = line.quantity
        while left:
            units = data.draw(st.integers(1, left))
            till.ask(data.draw(st.sampled_from(TICKETS)), {line.line_id: units})
            left -= units
        worths = [each.lines[line.line_id] for each in till.claims if line.line_id in each.lines]
        tax = min(line.tax.amount, line.net.amount) if money.includes_tax else line.added_tax
        assert sum(worth.tax for worth in worths) == tax
        assert sum(worth.amount for worth in worths) == line.paid


def test_added_tax_and_net_are_shared_apart_by_largest_remainder() -> None:
    bought = order(one(quantity=3, unit_price=3_333, discount=9, tax=1_000))
    till = Till(bought)
    asked = [till.ask(f"R-{n}", {"1": 1}).lines["1"] for n in range(3)]
    assert asked == [Worth(1, 3_330, 334), Worth(1, 3_330, 333), Worth(1, 3_330, 333)]


def test_included_tax_is_told_apart_and_adds_up() -> None:
    till = Till(INCLUDED)
    asked = [till.ask(f"R-{n}", {"1": 1}).lines["1"] for n in range(3)]
    assert [worth.amount for worth in asked] == [3_333, 3_333, 3_333]
    assert sum(worth.tax for worth in asked) == 1_000


@pytest.mark.parametrize("paid", [980, 1_250_000, 1])
def test_yen_and_dinars_are_counted_in_their_minor_units(paid: int) -> None:
    till = Till(order(one(quantity=3, unit_price=0, net=paid)))
    assert sum(till.ask(f"R-{n}", {"1": 1}).amount for n in range(3)) == paid


def test_what_a_free_line_is_worth_is_nothing() -> None:
    till = Till(order(one(quantity=2, unit_price=0), total=0))
    assert till.ask("R-1", {"1": 2}).amount == 0


def test_a_gift_beforehand_is_taken_out_of_what_is_left_at_the_end() -> None:
    till = Till(order(one()))  # two units of 100.00
    till.refund(Refund({}, amount=500))
    assert till.ask("R-1", {"1": 1}).amount == 10_000
    assert till.ask("R-2", {"1": 1}).amount == 9_500


def test_units_that_are_gone_are_worth_nothing() -> None:
    till = Till(order(one()))
    till.refund(Refund({"1": 1}))
    assert till.ask("R-1", {"1": 2}).lines["1"] == Worth(1, 10_000, 0)
    assert till.ask("R-2", {"1": 1, "9": 1}).amount == 0


def test_an_answer_counts_once_and_what_it_pays_beyond_counts_as_well() -> None:
    till = Till(order(one()))
    asked = till.ask("R-1", {"1": 1})
    till.refund(replace(answer(asked), amount=10_300))
    assert paid_beyond(till.order, "R-1", till.claims) == 300
    assert till.ask("R-2", {"1": 1}).amount == 9_700


def test_what_was_paid_for_a_return_before_it_asked_is_left_for_it() -> None:
    till = Till(order(one()))
    till.refund(Refund({"1": 1}, "R-1"))
    assert remaining_of(till.order, [], "R-1").worth("1", 1) == Worth(1, 10_000, 0)
    assert paid_beyond(till.order, "R-1", []) == 10_000
    assert remaining_of(till.order, []).worth("1", 2).units == 1


def test_shipping_is_left_until_somebody_gives_it_back() -> None:
    till = Till(ADDED)
    assert remaining_of(till.order, []).rest == 900
    till.ask("R-1", {"1": 3}, rest=900)
    assert remaining_of(till.order, till.claims).rest == 0
    assert remaining_of(till.order, till.claims).total == 0


# Points follow what is really refunded (R-PTS-07).


@pytest.mark.parametrize(
    ("refunds", "returned"),
    [
        pytest.param([], 0, id="asked for, and not paid: a replacement, or a failed refund"),
        pytest.param([Refund({"1": 1}, "R-1", amounts={"1": 4_000})], 4_000, id="a part"),
        pytest.param([Refund({"1": 1}, "R-1")], 10_000, id="the whole"),
    ],
)
def test_points_are_clawed_back_by_what_is_really_refunded(
    refunds: list[Refund], returned: int
) -> None:
    till = Till(order(one()))
    till.ask("R-1", {"1": 1})
    for refund in refunds:
        till.refund(refund)
    assert basis_of(till.order).returned == refunded_of(till.order).net == returned


PIECES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=8)


@given(st.sampled_from([ADDED, INCLUDED]), PIECES)
def test_of_neither_net_nor_tax_is_more_asked_for_than_was_paid(
    bought: Order, pieces: list[tuple[int, int]]
) -> None:
    """Also in small pieces of units that stay, as of exchanges for something cheaper."""
    claims: list[Claim] = []
    for counted, most in [*pieces, (3, 1_000_000)]:
        left = remaining_of(bought, claims).worth("1", max(1, counted))
        piece = lowered(left, most)._replace(units=counted)
        claims.append(Claim("", {"1": piece}))
    [line] = money_of(bought).lines
    taxes = line.added_tax or line.tax.amount
    asked = [each.lines["1"] for each in claims]
    assert sum(each.tax for each in asked) <= taxes
    assert sum(each.net for each in asked) <= line.paid - taxes
