"""What each remedy comes to, in any currency: never less than nothing, never more than was paid."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.orders.model import Order, Refund
from aftercare.orders.money import money_of
from aftercare.orders.remaining import Claim, Worth
from aftercare.returns.arrival_document import decode_settlement, encode_settlement
from aftercare.returns.model import Reason, Return, ReturnLine
from aftercare.returns.policy import Remedy
from aftercare.returns.remedies import Books, claim_of, lowered, settlement_of
from aftercare.returns.remedy_rules import published
from aftercare.returns.requests import OtherItem, Request
from aftercare.returns.settlement import Settlement
from tests.fakes.house import WORKER
from tests.fakes.orders import NOON, NUMBER
from tests.unit.orders.test_money import AMOUNTS, ORDERS, one, order

RULES = published().versions[0]
TICKET = "R-9R7J-C49S-F"


def returned(bought: Order) -> Return:
    """A return of every unit of the order, for damage."""
    lines = tuple(
        ReturnLine(line.line_id, line.sku, line.name, line.quantity, Reason.ARRIVED_DAMAGED)
        for line in bought.lines
    )
    return Return("ret_1", "key", NUMBER, lines, NOON, ticket=TICKET)


def asked(bought: Order, request: Request) -> Settlement:
    return settlement_of(returned(bought), request, Books(bought, (), RULES), WORKER, NOON)


def everything(bought: Order) -> dict[str, int]:
    return {line.line_id: line.quantity for line in bought.lines}


@given(ORDERS)
def test_a_whole_order_that_comes_back_is_paid_back_to_the_last_minor_unit(bought: Order) -> None:
    settlement = asked(bought, Request(Remedy.REFUND, everything(bought)))
    assert settlement.amount == money_of(bought).total.amount


@given(ORDERS, ORDERS, st.data())
def test_an_order_that_the_shop_changes_after_a_request_gives_back_no_more_than_it_costs_now(
    bought: Order, changed: Order, data: st.DataObject
) -> None:
    """Whether the shop has answered the request by then, and whoever asks for the rest."""
    units = {
        line_id: data.draw(st.integers(0, count), f"units of {line_id}")
        for line_id, count in everything(bought).items()
    }
    first = asked(bought, Request(Remedy.REFUND, {key: n for key, n in units.items() if n}))
    claim = claim_of(first, returned(bought), RULES)
    refund = Refund({}, TICKET, amount=first.amount, refunded_at=NOON)
    refunds = {"rf-1": refund} if data.draw(st.booleans(), "answered") else {}
    now = replace(changed, refunds=refunds)
    ticket = data.draw(st.sampled_from([TICKET, "R-7K2M-9QXA-4"]), "asking")
    mine = (first,) if ticket == TICKET else ()
    ret = replace(returned(now), ticket=ticket, settlements=mine)
    books = Books(now, [claim] if claim else [], RULES)
    second = settlement_of(ret, Request(Remedy.REFUND, everything(now)), books, WORKER, NOON)
    assert 0 <= second.amount <= max(0, money_of(now).total.amount - first.amount)


@given(ORDERS, AMOUNTS, AMOUNTS)
def test_an_exchange_pays_the_one_item_with_the_other(bought: Order, net: int, tax: int) -> None:
    item = OtherItem("FIG-2", net, tax)
    settlement = asked(bought, Request(Remedy.EXCHANGE, everything(bought), item=item))
    paid = sum(line.paid for line in money_of(bought).lines)
    assert settlement.amount - settlement.due == paid - net - tax
    assert min(settlement.amount, settlement.due) == 0
    claim = claim_of(settlement, returned(bought), RULES)
    assert claim is None or all(worth.units == 0 for worth in claim.lines.values())


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_lowered_amount_is_at_most_what_was_said(net: int, tax: int, most: int) -> None:
    worth = lowered(Worth(1, net, tax), most)
    assert worth.amount == min(net + tax, most)
    assert 0 <= worth.net <= net
    assert 0 <= worth.tax <= tax


@pytest.mark.parametrize("remedy", [Remedy.REPLACEMENT, Remedy.REPAIR])
def test_what_is_replaced_or_repaired_asks_for_no_money(remedy: Remedy) -> None:
    bought = order(one())
    settlement = asked(bought, Request(remedy, {"1": 2}))
    assert (settlement.amount, settlement.is_open) == (0, True)
    assert claim_of(settlement, returned(bought), RULES) is None


@pytest.mark.parametrize(
    ("currency", "paid", "amounts"),
    [("JPY", 980, [327, 327, 326]), ("KWD", 1_250, [417, 417, 416]), ("USD", 2, [1, 1, 0])],
)
def test_units_one_by_one_in_any_currency(currency: str, paid: int, amounts: list[int]) -> None:
    bought = order(one(quantity=3, unit_price=0, net=paid), currency=currency)
    ret, claims, seen = returned(bought), list[Claim](), list[int]()
    for _ in range(3):
        books = Books(bought, claims, RULES)
        settlement = settlement_of(ret, Request(Remedy.REFUND, {"1": 1}), books, WORKER, NOON)
        ret = replace(ret, settlements=(*ret.settlements, settlement))
        claim = claim_of(settlement, ret, RULES)
        assert claim
        claims.append(claim)
        seen.append(settlement.amount)
        assert settlement.currency == currency
    assert seen == amounts


def test_a_free_item_needs_no_answer() -> None:
    settlement = asked(order(one(unit_price=0), total=0), Request(Remedy.REFUND, {"1": 2}))
    assert (settlement.amount, settlement.is_open) == (0, False)


def test_a_request_is_stored_and_read_again() -> None:
    item = OtherItem("FIG-2", 4_000, 320)
    settlement = asked(order(one()), Request(Remedy.EXCHANGE, {"1": 1}, item=item))
    settlement = settlement._replace(paid_before=7, due=3)
    stored = json.loads(json.dumps(encode_settlement(settlement)))
    assert decode_settlement(stored) == settlement
    for name in ("paid_before", "item", "due", "failure"):
        del stored[name]
    assert decode_settlement(stored) == settlement._replace(paid_before=0, item="", due=0)
