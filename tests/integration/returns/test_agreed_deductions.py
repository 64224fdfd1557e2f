"""Return shipping that is taken off a refund: shown first, agreed to, and never more than that."""

import dataclasses
from copy import replace
from datetime import date

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.rulebook import RuleBook
from aftercare.orders.model import Order, OrderLine
from aftercare.returns.errors import DeductionNotShownError
from aftercare.returns.labelling import LabellingService
from aftercare.returns.model import AgreedDeduction, ChosenLine, IssuedLabel, Reason, Return
from aftercare.returns.policy import Remedy
from aftercare.returns.remedy_rules import RemedyRules, published
from aftercare.returns.requests import OtherItem, Request
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, FIGURE, ORDERS_INGEST, paid
from tests.fakes.refusals import refused
from tests.fakes.resolved import LEAD, Shop, shop_of

pytestmark = pytest.mark.integration
MIND = Reason.CHANGED_MIND
YEN = AgreedDeduction(800, "JPY")
SENTENCE = "The return shipping that is taken off your refund has changed. Please look again."


def adopted() -> RuleBook[RemedyRules]:
    """The rules of a shop whose buyers pay for labels (R-RET-28); ours has not adopted that."""
    rules = replace(published().versions[0], kept_back=frozenset({"R-RET-28"}))
    return RuleBook([replace(rules, valid_from=date(2025, 1, 6))])


@pytest.fixture
def shop(house: House, tables: dict[str, str]) -> Shop:
    book = adopted()
    returns = dataclasses.replace(house.returns, remedies=book)
    return shop_of(dataclasses.replace(house, returns=returns), tables, book)


def in_japan(house: House, *lines: OrderLine, currency: str = "JPY") -> Order:
    order = house.delivered_order(*lines)
    again = paid(*lines, number=order.order_number, at=house.clock())
    purchase = replace(again.purchase, market="JP", currency=currency)
    return house.orders.record(replace(again, purchase=purchase), actor=ORDERS_INGEST)


def drafted(shop: Shop, order: Order, reason: Reason = MIND) -> Return:
    draft = shop.drafted(order, {"1": 1}, reason)
    shop.house.add_good_photo(draft)
    return draft


def labelled(shop: Shop, ret: Return, amount: int, currency: str) -> Return:
    """The return with a label that costs so much."""
    label = IssuedLabel("lbl_1", "5061", "The Post", False, amount=amount, currency=currency)
    shop.house.returns.store.save_claim(replace(shop.now(ret), label=label))
    return shop.now(ret)


def settled(shop: Shop, order: Order, amount: int, currency: str, reason: Reason = MIND) -> Return:
    """A return whose label costs so much, as far as its refund is asked for."""
    ret = labelled(shop, shop.returned(order, {"1": 1}, reason=reason), amount, currency)
    return shop.follow(shop.inspected(ret))


# Shown first.


def test_a_return_that_was_not_shown_its_deduction_is_not_submitted(
    shop: Shop, house: House
) -> None:
    returns, order = shop.house.returns, in_japan(house, FIGURE)
    draft = drafted(shop, order)
    for shown in (None, AgreedDeduction(799, "JPY"), AgreedDeduction(800, "USD")):
        with refused(DeductionNotShownError, "deduction_not_shown", SENTENCE):
            returns.submit(draft.email_key, draft.return_id, shown=shown, actor=CUSTOMER)
    assert shop.now(draft).is_draft
    shown = returns.decided_now(draft, order).agreed_deduction
    assert shown == YEN
    ret = returns.submit(draft.email_key, draft.return_id, shown=shown, actor=CUSTOMER)
    assert ret.agreed_deduction == shop.now(ret).agreed_deduction == YEN


def test_who_was_shown_more_agrees_to_what_it_is_now(shop: Shop, house: House) -> None:
    draft, dear = drafted(shop, in_japan(house, FIGURE)), AgreedDeduction(900, "JPY")
    returns = shop.house.returns
    ret = returns.submit(draft.email_key, draft.return_id, shown=dear, actor=CUSTOMER)
    assert ret.agreed_deduction == YEN


def test_by_the_published_rules_nobody_agrees_to_anything(
    house: House, tables: dict[str, str]
) -> None:
    order = in_japan(house, FIGURE)
    draft = shop_of(house, tables).drafted(order, {"1": 1}, MIND)
    house.add_good_photo(draft)
    assert house.returns.decided_now(draft, order).agreed_deduction is None
    ret = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    assert (ret.agreed_deduction, ret.is_prepaid) == (None, False)


def test_a_label_whose_buyer_pays_out_of_the_refund_is_prepaid(shop: Shop, house: House) -> None:
    draft = drafted(shop, in_japan(house, FIGURE))
    returns = shop.house.returns
    returns.submit(draft.email_key, draft.return_id, shown=YEN, actor=CUSTOMER)
    returns.approve(draft.return_id, actor=WORKER)
    request = LabellingService(returns.store, house.orders).label_request(draft.return_id)
    assert request
    assert request.prepaid


# Never more than shown.


def test_what_was_shown_is_taken_off_and_never_more_than_the_refund(
    shop: Shop, house: House
) -> None:
    ret = settled(shop, in_japan(house, replace(FIGURE, unit_price=8_900)), 1_000, "JPY")
    assert (ret.settlements[0].deduction, ret.settlements[0].amount) == (800, 8_100)
    ret = settled(shop, in_japan(house, replace(FIGURE, unit_price=500)), 1_000, "JPY")
    assert (ret.settlements[0].deduction, ret.settlements[0].amount) == (500, 0)


@pytest.mark.parametrize(
    ("amount", "currency", "taken_off"),
    [(640, "JPY", 640), (9_000, "JPY", 800), (640, "USD", 800), (0, "", 0)],
    ids=["cheaper", "dearer", "in another currency", "unknown"],
)
def test_a_cheaper_label_takes_off_less_and_a_dearer_one_no_more(
    shop: Shop, house: House, amount: int, currency: str, taken_off: int
) -> None:
    ret = settled(shop, in_japan(house, FIGURE), amount, currency)
    assert ret.settlements[0].deduction == taken_off


@pytest.mark.parametrize("price", [640, 9_000])
def test_an_order_in_a_currency_that_no_rule_names_loses_nothing(
    shop: Shop, house: House, price: int
) -> None:
    order = in_japan(house, FIGURE, currency="TWD")
    ret = shop.returned(order, {"1": 1}, reason=MIND)
    assert (ret.agreed_deduction, ret.is_prepaid) == (None, False)
    ret = shop.follow(shop.inspected(labelled(shop, ret, price, "TWD")))
    assert ret.settlements[0].deduction == 0


def test_what_was_agreed_to_in_another_currency_takes_off_nothing(shop: Shop, house: House) -> None:
    order = in_japan(house, FIGURE)
    ret = labelled(shop, shop.returned(order, {"1": 1}, reason=MIND), 640, "JPY")
    agreed = AgreedDeduction(800, "USD")
    shop.house.returns.store.save_claim(replace(shop.now(ret), agreed_deduction=agreed))
    assert shop.follow(shop.inspected(ret)).settlements[0].deduction == 0


def test_it_is_taken_off_once_for_a_return(shop: Shop, house: House) -> None:
    order = in_japan(house, replace(FIGURE, quantity=2))
    ret = labelled(shop, shop.returned(order, {"1": 2}, reason=MIND), 640, "JPY")
    ret = shop.inspected(ret)
    for _ in range(2):
        one = Request(Remedy.REFUND, {"1": 1})
        ret = shop.resolving.resolve(LEAD, ret.return_id, shop.now(ret).version or 0, one)
    assert [each.deduction for each in shop.now(ret).settlements] == [640, 0]


# Who pays nothing.


def test_a_damaged_item_takes_off_nothing(shop: Shop, house: House) -> None:
    order = in_japan(house, FIGURE)
    draft = drafted(shop, order, Reason.ARRIVED_DAMAGED)
    assert shop.house.returns.decided_now(draft, order).agreed_deduction is None
    ret = settled(shop, order, 640, "JPY", Reason.ARRIVED_DAMAGED)
    assert (ret.agreed_deduction, ret.settlements[0].deduction) == (None, 0)


def test_a_damaged_item_pays_for_the_others_in_its_parcel(shop: Shop, house: House) -> None:
    order = in_japan(house, FIGURE, BLIND_BOX)
    draft = drafted(shop, order)
    both = shop.house.returns.save_draft(
        draft.email_key,
        draft.return_id,
        order.order_number,
        {"2": ChosenLine(1, Reason.ARRIVED_DAMAGED)},
        actor=CUSTOMER,
    )
    assert shop.house.returns.decided_now(both, order).agreed_deduction is None


def test_what_staff_find_to_be_our_fault_takes_off_nothing(shop: Shop, house: House) -> None:
    ret = labelled(shop, shop.returned(in_japan(house, FIGURE), {"1": 1}, reason=MIND), 640, "JPY")
    lines = tuple(replace(line, reason=Reason.ARRIVED_DAMAGED) for line in ret.lines)
    shop.house.returns.store.save_claim(replace(shop.now(ret), lines=lines))
    assert shop.follow(shop.inspected(ret)).settlements[0].deduction == 0


def test_an_exchange_takes_off_nothing(shop: Shop, house: House) -> None:
    order = in_japan(house, replace(FIGURE, unit_price=8_900))
    ret = labelled(shop, shop.returned(order, {"1": 1}, reason=MIND), 640, "JPY")
    ret = shop.inspected(ret)
    cheaper = OtherItem("SKU-9", 5_000, 0)
    request = Request(Remedy.EXCHANGE, {"1": 1}, item=cheaper)
    ret = shop.resolving.resolve(LEAD, ret.return_id, ret.version or 0, request)
    [settlement] = ret.settlements
    assert (settlement.deduction, settlement.amount) == (0, 3_900)
