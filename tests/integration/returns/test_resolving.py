"""From the inspection to the money: asked of the shop once, settled by what it answers."""

from copy import replace

import pytest

import returns_worker.app
from aftercare.labels.model import ScanKind
from aftercare.orders.model import Order, OrderPaid, OrderRefunded, Refund
from aftercare.returns import events
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import Verb
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import OtherItem, Request
from aftercare.returns.resolving_errors import RemedyInvalidError, RequestOpenError
from aftercare.returns.review_errors import JudgementInvalidError, StaleCaseError
from aftercare.returns.settlement import Attention, AttentionCode, SettlementState
from aftercare.staff.errors import NotPermittedError
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, FIGURE, NOON, ORDERS_INGEST
from tests.fakes.resolved import AGENT, LEAD, Shop, shop_of
from tests.integration.returns.test_writes_of_verbs import written

pytestmark = pytest.mark.integration
REFUND = Remedy.REFUND


@pytest.fixture
def shop(house: House, tables: dict[str, str]) -> Shop:
    return shop_of(house, tables)


@pytest.fixture
def order(house: House) -> Order:
    """Two figures at 89.00 and six boxes at 16.00."""
    return house.delivered_order(FIGURE, BLIND_BOX)


def seen(shop: Shop, ret: Return) -> int:
    version = shop.now(ret).version
    assert version
    return version


def test_an_inspected_return_asks_for_its_refund_and_is_closed_by_it(
    shop: Shop, order: Order
) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    [asked] = shop.entries(ret, events.REFUND_REQUESTED)
    assert asked.data == {
        "ticket": ret.ticket,
        "settlement_id": f"{ret.ticket}#1",
        "remedy": "refund",
        "lines": '[{"line_id":"1","units":1,"net":8900,"tax":0}]',
        "shipping": "0",
        "deduction": "0",
        "amount": "8900",
        "due": "0",
        "item": "",
        "currency": "USD",
    }
    assert ret.status is ReturnStatus.RESOLVING
    after = shop.refund(ret, units={"1": 1})
    assert (after.status, after.settlements[0].state) == (
        ReturnStatus.CLOSED,
        SettlementState.SETTLED,
    )
    assert shop.steps(ret)[-2:] == [events.REFUND_REQUESTED, events.REFUNDED]
    assert after.lines[0].kept == 1


def test_a_request_is_made_once_whoever_retries(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    for _ in range(3):
        shop.follow(ret)
    assert len(shop.entries(ret, events.REFUND_REQUESTED)) == 1


def test_each_remedy_is_a_request_of_its_own_and_all_are_waited_for(
    shop: Shop, order: Order
) -> None:
    mine = {"1": Remedy.REFUND, "2": Remedy.REPLACEMENT}
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1, "2": 2}, remedies=mine)))
    assert shop.steps(ret)[-2:] == [events.REFUND_REQUESTED, events.REPLACEMENT_REQUESTED]
    assert [each.number for each in ret.settlements] == [1, 2]
    assert shop.refund(ret, units={"1": 1}).status is ReturnStatus.RESOLVING
    after = shop.send(ret, {"2": 2})
    assert after.status is ReturnStatus.CLOSED
    assert shop.steps(ret)[-2:] == [events.REFUNDED, events.REPLACED]


def test_where_the_shop_decides_a_person_chooses(shop: Shop, order: Order) -> None:
    ret = shop.returned(order, {"1": 1})
    undecided = tuple(replace(line, remedy=None) for line in ret.lines)
    shop.resolving.store.save_claim(replace(ret, lines=undecided))
    after = shop.follow(shop.inspected(ret))
    assert (after.status, after.settlements) == (ReturnStatus.INSPECTED, ())
    assert after.attention
    assert after.attention.code is AttentionCode.NEEDS_REMEDY


@pytest.mark.parametrize("code", [AttentionCode.PROMISE_AT_RISK, AttentionCode.PROMISE_BROKEN])
def test_a_late_return_is_settled_like_any_other_and_stays_late_until_it_is(
    shop: Shop, order: Order, code: AttentionCode
) -> None:
    ret = shop.returned(order, {"1": 1})
    shop.resolving.store.save_claim(replace(ret, attention=Attention(code, NOON)))
    after = shop.follow(shop.inspected(ret))
    assert (after.status, after.attention) == (ReturnStatus.RESOLVING, Attention(code, NOON))
    assert shop.refund(ret, units={"1": 1}).attention is None


def test_a_request_that_failed_is_not_repeated_by_the_worker(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    failed = shop.fail(ret)
    late = Attention(AttentionCode.PROMISE_BROKEN, NOON)
    shop.resolving.store.save_claim(replace(failed, attention=late))
    after = shop.follow(ret)
    assert len(after.settlements) == 1
    assert after.attention
    assert after.attention.code is AttentionCode.NEEDS_REMEDY


def test_all_lines_rejected_closes_the_return_and_frees_its_units(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1}), {"1": 0}))
    assert (ret.status, ret.settlements) == (ReturnStatus.CLOSED, ())
    assert shop.resolving.store.claimed_units(order.order_number) == {"1": 0}
    assert shop.returned(order, {"1": 2})


def test_units_that_were_refunded_never_come_back(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 2}), {"1": 1}))
    assert ret.attention
    assert ret.attention.code is AttentionCode.NEEDS_REMEDY
    shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), Request(REFUND, {"1": 1}))
    after = shop.refund(ret, units={"1": 1})
    assert (after.status, after.lines[0].kept) == (ReturnStatus.CLOSED, 1)
    outlook = {each.line_id: each for each in shop.house.returns.outlook(shop_order(shop, order))}
    assert outlook["1"].available == 1


def shop_order(shop: Shop, order: Order) -> Order:
    return shop.house.orders.get(order.order_number)


# What the shop answers.


def test_partial_refunds_add_up_and_a_person_looks_in_between(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    after = shop.refund(ret, "rf-1", amount=5_000)
    assert after.status is ReturnStatus.RESOLVING
    assert after.attention
    assert after.attention.code is AttentionCode.REFUND_DIFFERS
    after = shop.refund(ret, "rf-2", amount=3_900)
    assert (after.status, after.attention) == (ReturnStatus.CLOSED, None)
    told = [entry.data for entry in shop.entries(ret, events.REFUNDED)]
    assert [(each["amount"], each["requested"]) for each in told] == [
        ("5000", "8900"),
        ("8900", "8900"),
    ]


@pytest.mark.parametrize("total", [0, 100, 3_000])
def test_an_order_that_costs_less_than_was_asked_for_waits_for_a_person_who_lets_the_rest_go(
    shop: Shop, order: Order, total: int
) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert order.purchase
    changed = replace(order.purchase, total=total)
    at = shop.house.clock()
    shop.house.orders.record(OrderPaid(order.order_number, at, changed), actor=ORDERS_INGEST)
    after = shop.refund(ret, units={"1": 1}, amount=8_900)
    assert after.repayment
    assert after.repayment.amount == total
    assert after.status is ReturnStatus.RESOLVING
    assert after.attention
    assert after.attention.code is AttentionCode.REFUND_DIFFERS
    done = shop.resolving.close(LEAD, ret.return_id, seen(shop, ret), "It was made cheaper.")
    assert (done.status, done.attention, done.lines[0].kept) == (ReturnStatus.CLOSED, None, 1)


@pytest.mark.parametrize(("quantity", "left"), [(1, 0), (2, 1), (3, 2)])
def test_units_of_an_order_that_the_shop_changes_come_back_once(
    shop: Shop, order: Order, quantity: int, left: int
) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert order.purchase
    lines = (replace(FIGURE, quantity=quantity), BLIND_BOX)
    changed = replace(order.purchase, lines=lines)
    at = shop.house.clock()
    shop.house.orders.record(OrderPaid(order.order_number, at, changed), actor=ORDERS_INGEST)
    for _ in range(2):
        now = shop_order(shop, order)
        outlook = {each.line_id: each for each in shop.house.returns.outlook(now)}
        assert max(0, outlook["1"].available) == left
        shop.refund(ret, units={"1": 1})


def test_a_failed_refund_waits_for_a_person_who_asks_again(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    after = shop.fail(ret)
    assert after.settlements[0].state is SettlementState.FAILED
    assert after.settlements[0].failure == "card_closed"
    assert after.attention
    assert after.attention.code is AttentionCode.REFUND_FAILED
    again = shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), Request(REFUND, {"1": 1}))
    assert again.settlements[1].settlement_id == f"{ret.ticket}#2"
    assert (again.settlements[1].amount, again.attention) == (8900, None)
    assert shop.refund(ret, units={"1": 1}).status is ReturnStatus.CLOSED


def test_a_failure_that_is_told_again_fails_no_later_request(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    shop.fail(ret)
    shop.house.clock.forward(hours=1)
    shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), Request(REFUND, {"1": 1}))
    after = shop.note(ret)
    assert [each.state for each in after.settlements] == [
        SettlementState.FAILED,
        SettlementState.REQUESTED,
    ]


def test_money_that_comes_after_all_settles_a_request_that_failed(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    shop.fail(ret, f"{ret.ticket}#1")
    after = shop.refund(ret, units={"1": 1})
    assert (after.status, after.settlements[0].state) == (
        ReturnStatus.CLOSED,
        SettlementState.SETTLED,
    )


def test_money_for_what_was_replaced_meanwhile_settles_no_unit_twice_and_a_person_looks(
    shop: Shop, order: Order
) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    shop.fail(ret)
    instead = Request(Remedy.REPLACEMENT, {"1": 1})
    shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), instead)
    after = shop.refund(ret, units={"1": 1})
    assert [each.state for each in after.settlements] == [
        SettlementState.FAILED,
        SettlementState.REQUESTED,
    ]
    assert after.repayment
    assert after.repayment.amount == 8_900
    assert after.attention
    assert after.attention.code is AttentionCode.REFUND_DIFFERS
    assert shop.send(ret).status is ReturnStatus.CLOSED


def test_a_unit_in_a_parcel_answers_one_request_for_it(shop: Shop, order: Order) -> None:
    ret = shop.inspected(shop.returned(order, {"2": 2}))
    for _ in range(2):
        instead = Request(Remedy.REPLACEMENT, {"2": 1})
        shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), instead)
    after = shop.send(ret, {"2": 1})
    assert [each.state for each in after.settlements] == [
        SettlementState.SETTLED,
        SettlementState.REQUESTED,
    ]
    assert shop.send(ret, {"2": 1}, parcel="P-10").status is ReturnStatus.CLOSED


def test_what_the_shop_paid_before_is_not_asked_for_again(shop: Shop, order: Order) -> None:
    ret = shop.returned(order, {"1": 1})
    shop.refund(ret, units={"1": 1})
    after = shop.follow(shop.inspected(ret))
    assert after.status is ReturnStatus.CLOSED
    [asked] = shop.entries(ret, events.REFUND_REQUESTED)
    assert asked.data["amount"] == "0"
    other = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert other.settlements[0].amount == 8900


def test_of_what_was_paid_in_part_before_only_the_rest_is_asked_for(
    shop: Shop, order: Order
) -> None:
    ret = shop.returned(order, {"1": 1})
    shop.refund(ret, amount=2_000)
    after = shop.follow(shop.inspected(ret))
    assert (after.settlements[0].amount, after.settlements[0].paid_before) == (6_900, 2_000)
    assert shop.refund(ret, "rf-2", amount=6_900).status is ReturnStatus.CLOSED


def test_two_returns_of_one_order_never_ask_for_the_same_money(shop: Shop, order: Order) -> None:
    gift = OrderRefunded(order.order_number, NOON, "gift", Refund({}, amounts={"1": 500}))
    shop.house.orders.record(gift, actor=ORDERS_INGEST)
    one = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    other = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert [ret.settlements[0].amount for ret in (one, other)] == [8_900, 8_400]


# Replacements.


def test_a_replacement_may_come_back_with_a_window_of_its_own(shop: Shop, house: House) -> None:
    order = house.delivered_order(replace(FIGURE, quantity=1), days_ago=14)
    mine = {"1": Remedy.REPLACEMENT}
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1}, remedies=mine)))
    [asked] = shop.entries(ret, events.REPLACEMENT_REQUESTED)
    assert (asked.data["amount"], ret.settlements[0].amount) == ("0", 0)
    assert shop.send(ret).status is ReturnStatus.CLOSED
    house.clock.forward(days=10)
    [line] = house.returns.outlook(shop_order(shop, order))
    assert line.available == 0
    shop.hand_over(ret)
    house.clock.forward(days=14)
    [line] = house.returns.outlook(shop_order(shop, order))
    assert (line.available, line.returnable) == (1, 1)
    second = shop.follow(shop.inspected(shop.returned(order, {"1": 1}, remedies=mine)))
    shop.send(second, parcel="P-10")
    shop.hand_over(second, parcel="P-10")
    third = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert third.settlements[0].amount == 8_900
    assert shop.refund(third, units={"1": 1}).status is ReturnStatus.CLOSED
    [line] = house.returns.outlook(shop_order(shop, order))
    assert line.available == 0


# What staff choose.


def test_staff_lower_an_amount_with_a_reason(shop: Shop, order: Order) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    lowered = Request(REFUND, {"1": 1}, {"1": 4_000})
    with pytest.raises(JudgementInvalidError):
        shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), lowered)
    with written() as writes:
        after = shop.resolving.resolve(
            AGENT, ret.return_id, seen(shop, ret), lowered, "The box is missing."
        )
    assert after.settlements[0].amount == 4_000
    assert writes == [4], "the return, its entry, the order's requests, the note"


def test_an_exchange_gives_back_the_difference_or_says_what_is_due(
    shop: Shop, order: Order
) -> None:
    cheaper = Request(Remedy.EXCHANGE, {"1": 1}, item=OtherItem("FIG-2", 6_000, 500))
    ret = shop.inspected(shop.returned(order, {"1": 1}, remedies={"1": Remedy.EXCHANGE}))
    assert shop.follow(ret).attention
    after = shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), cheaper)
    assert (after.settlements[0].amount, after.settlements[0].due) == (2_400, 0)
    assert shop.send(ret, {"1": 1}).status is ReturnStatus.RESOLVING
    assert shop.refund(ret, amount=2_400).status is ReturnStatus.CLOSED
    other = shop.inspected(shop.returned(order, {"1": 1}))
    dearer = replace(cheaper, item=OtherItem("FIG-3", 9_000, 720))
    after = shop.resolving.resolve(AGENT, other.return_id, seen(shop, other), dearer)
    assert (after.settlements[0].amount, after.settlements[0].due) == (0, 820)
    assert shop.send(other, parcel="P-10").status is ReturnStatus.CLOSED


def test_units_that_are_not_open_are_refused(shop: Shop, order: Order) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    for request in (
        Request(REFUND, {"1": 2}),
        Request(REFUND, {"2": 1}),
        Request(REFUND, {}),
        Request(Remedy.EXCHANGE, {"1": 1}),
        Request(REFUND, {"1": 1}, item=OtherItem("FIG-2", 1, 0)),
    ):
        with pytest.raises(RemedyInvalidError):
            shop.resolving.resolve(AGENT, ret.return_id, seen(shop, ret), request)


def test_the_second_of_two_colleagues_is_told_and_a_repeated_form_changes_nothing(
    shop: Shop, order: Order
) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    version, request = seen(shop, ret), Request(REFUND, {"1": 1})
    one = shop.resolving.resolve(AGENT, ret.return_id, version, request)
    again = shop.resolving.resolve(AGENT, ret.return_id, version, request)
    assert again.settlements == one.settlements
    with pytest.raises(StaleCaseError):
        shop.resolving.resolve(LEAD, ret.return_id, version, request)


def test_a_lead_refunds_what_never_came(shop: Shop, order: Order) -> None:
    ret = shop.returned(order, {"1": 1})
    with pytest.raises(NotPermittedError):
        shop.resolving.refund_unreceived(AGENT, ret.return_id, seen(shop, ret), "Lost.")
    after = shop.resolving.refund_unreceived(LEAD, ret.return_id, seen(shop, ret), "Lost.")
    assert (after.status, after.settlements[0].amount) == (ReturnStatus.RESOLVING, 8_900)
    assert shop.refund(ret, units={"1": 1}).lines[0].kept == 1


def lost(shop: Shop, order: Order, units: int = 1) -> Return:
    """A return whose parcel was declared lost; its units are free."""
    ret = shop.returned(order, {"1": units}, to=ScanKind.IN_TRANSIT)
    after = ret.moved(Verb.DECLARE_LOST, ReturnStatus.LOST)
    entry = shop.house.returns._entry(after, events.LOST, LEAD.actor)
    shop.house.returns.store.release(after, entry, after.lines)
    return shop.now(ret)


def test_a_lost_return_that_is_refunded_has_its_units_again(shop: Shop, order: Order) -> None:
    ret = lost(shop, order)
    assert shop.resolving.store.claimed_units(order.order_number) == {"1": 0}
    with written() as writes:
        after = shop.resolving.refund_unreceived(LEAD, ret.return_id, seen(shop, ret), "Lost.")
    assert after.status is ReturnStatus.RESOLVING
    assert writes == [5], "the return, its entry, its units, the note, the order's requests"
    assert shop.resolving.store.claimed_units(order.order_number) == {"1": 1}


def test_a_lost_return_whose_units_another_one_has_is_not_refunded(
    shop: Shop, order: Order
) -> None:
    ret = lost(shop, order, units=2)
    shop.returned(order, {"1": 1})
    with pytest.raises(UnitsTakenError) as caught:
        shop.resolving.refund_unreceived(LEAD, ret.return_id, seen(shop, ret), "Lost.")
    assert caught.value.left == {"1": 1}
    assert shop.now(ret).status is ReturnStatus.LOST


def test_staff_close_a_return_without_a_refund(shop: Shop, order: Order) -> None:
    ret = shop.inspected(shop.returned(order, {"1": 1}))
    with written() as writes:
        after = shop.resolving.close(AGENT, ret.return_id, seen(shop, ret), "The customer agrees.")
    assert (after.status, after.lines[0].kept) == (ReturnStatus.CLOSED, 0)
    assert writes == [4], "the return, its entry, its units, the note"
    assert shop.resolving.store.claimed_units(order.order_number) == {"1": 0}


def test_a_return_whose_request_is_open_is_not_closed(shop: Shop, order: Order) -> None:
    ret = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    with pytest.raises(RequestOpenError):
        shop.resolving.close(AGENT, ret.return_id, seen(shop, ret), "Enough.")
    shop.refund(ret, amount=5_000)
    after = shop.resolving.close(AGENT, ret.return_id, seen(shop, ret), "They agreed to 50.")
    assert (after.status, after.lines[0].kept) == (ReturnStatus.CLOSED, 1)


# Shipping, both ways.


def test_shipping_is_given_back_when_all_of_the_order_comes_back_for_the_sellers_fault(
    shop: Shop, house: House
) -> None:
    order = paid_with_shipping(house)
    one = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert (one.settlements[0].shipping, one.settlements[0].amount) == (0, 8_900)
    other = shop.follow(shop.inspected(shop.returned(order, {"1": 1})))
    assert (other.settlements[0].shipping, other.settlements[0].amount) == (1_250, 10_150)


def paid_with_shipping(house: House) -> Order:
    from tests.fakes.orders import paid  # noqa: PLC0415

    order = house.delivered_order(FIGURE)
    again = paid(FIGURE, number=order.order_number, at=house.clock())
    again = replace(again, purchase=replace(again.purchase, shipping=1_250))
    return house.orders.record(again, actor=ORDERS_INGEST)


# The worker.


@pytest.mark.usefixtures("functions")
def test_the_worker_asks_for_each_remedy_as_the_entries_reach_it(shop: Shop, order: Order) -> None:
    mine = {"1": Remedy.REFUND, "2": Remedy.REPLACEMENT}
    ret = shop.inspected(shop.returned(order, {"1": 1, "2": 1}, remedies=mine))
    for step in (events.INSPECTED, events.REFUND_REQUESTED, events.REPLACEMENT_REQUESTED):
        [entry] = shop.entries(ret, step)
        for _ in range(2):
            answer = returns_worker.app.handler(queue_event(bus_event(entry)), CONTEXT)
            assert answer["batchItemFailures"] == []
    assert [each.remedy for each in shop.now(ret).settlements] == [
        Remedy.REFUND,
        Remedy.REPLACEMENT,
    ]
