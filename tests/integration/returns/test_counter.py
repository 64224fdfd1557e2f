"""What a customer hands in at a store: one return, received at once, exchanged or sent in."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.kernel.requests import KeyReusedError
from aftercare.orders.model import Order, Parcel, email_key_of
from aftercare.returns import events
from aftercare.returns.arrivals import Condition, Disposition, Found, Grade
from aftercare.returns.counter import CounterService, HandedIn, What
from aftercare.returns.counter_errors import (
    HandInInvalidError,
    HandInRefusedError,
    PurchaseNotFoundError,
)
from aftercare.returns.errors import NoPolicyError
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Reason, ReturnStatus
from aftercare.returns.policy import Remedy
from aftercare.returns.settlement import SettlementState
from aftercare.returns.wiring import ReceivingConfig, receiving_service
from tests.fakes.house import House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, NOON, ORDERS_INGEST, delivered
from tests.fakes.stores import (
    COUNTER,
    ONE_FIGURE,
    TWO_FIGURES,
    bought,
    counter_of,
    handed_in,
    stored,
)

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


@pytest.fixture
def counter(house: House, tables: dict[str, str]) -> CounterService:
    return counter_of(house, tables)


def test_what_is_sent_in_has_arrived_and_its_refund_is_promised(
    house: House, counter: CounterService
) -> None:
    order = bought(house)
    done = handed_in(counter, order)
    ret = stored(house, done.ret)
    assert (ret, ret.status) == (done.ret, ReturnStatus.ARRIVED)
    assert ret.promise
    assert ret.promise.first > NOON.date()
    assert (ret.email_key, ret.chosen_by, ret.arrived_at) == (KEY, COUNTER.actor, NOON)
    [line] = ret.lines
    assert line.receipt
    assert line.receipt[:3] == ({Condition.RECEIVED: 2}, (), "S-0412")
    [entry] = house.returns.timeline(ret)
    assert (entry.entry_type, entry.actor) == (events.HANDED_IN, COUNTER.actor)
    assert house.returns.store.by_tickets([ret.ticket]) == (ret,)
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}


def test_what_is_sent_in_is_inspected_as_any_other(
    house: House, counter: CounterService, tables: dict[str, str]
) -> None:
    ret = handed_in(counter, bought(house)).ret
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    dock = receiving_service(ReceivingConfig(*(tables[name] for name in names)), clock=house.clock)
    good = Found(2, Grade.B, Disposition.REFURBISH, JudgementCode.AS_ASKED)
    done = dock.inspect(ret.return_id, {"1": good}, actor=COUNTER.actor)
    assert done.status == ReturnStatus.INSPECTED


def test_the_policy_of_the_day_decides_and_the_stores_eyes_stand_for_photos_alone(
    house: House, counter: CounterService
) -> None:
    [line] = handed_in(counter, bought(house)).ret.lines
    assert line.decision
    assert line.decision.passed
    assert (line.decision.policy_id, line.decision.rule) == ("na_store", "R-RET-21")
    assert (line.decision.evidence, line.decision.payer) == ((), None)
    assert line.decision.facts
    assert line.decision.facts.seen_in_store


def test_an_exchange_is_settled_and_closed_and_the_shop_is_told_that_it_was_handed_over(
    house: House, counter: CounterService
) -> None:
    order = bought(house)
    ret = stored(house, handed_in(counter, order, What.EXCHANGE).ret)
    assert (ret.status, ret.promise) == (ReturnStatus.CLOSED, None)
    [settlement] = ret.settlements
    assert (settlement.state, settlement.remedy) == (SettlementState.SETTLED, Remedy.REPLACEMENT)
    assert (settlement.handed_over, settlement.amount) == (True, 0)
    assert [line.kept for line in ret.lines] == [2]
    [entry] = house.returns.timeline(ret)
    assert entry.entry_type == events.REPLACEMENT_REQUESTED
    assert entry.data["handed_over"] == "true"
    assert entry.data["settlement_id"] == f"{ret.ticket}#1"
    assert json.loads(entry.data["lines"]) == [{"line_id": "1", "units": 2, "net": 0, "tax": 0}]


def test_what_was_handed_over_may_come_back_within_a_window_of_its_own(
    house: House, counter: CounterService
) -> None:
    order = bought(house, days_ago=14)
    first = handed_in(counter, order, What.EXCHANGE).ret
    house.clock.forward(days=10)
    again = handed_in(counter, order, What.SEND_IN, key="again").ret
    assert again.ticket != first.ticket
    [line] = again.lines
    assert line.decision
    assert line.decision.last_day == (NOON + timedelta(days=15)).date()
    with pytest.raises(HandInRefusedError) as none_left:
        handed_in(counter, order, items=ONE_FIGURE, key="third")
    assert none_left.value.facts["rule"] == "units_available"


def test_a_purchase_that_was_not_exchanged_has_no_window_but_its_own(
    house: House, counter: CounterService
) -> None:
    order = bought(house, days_ago=10)
    handed_in(counter, order, What.EXCHANGE, ONE_FIGURE)
    house.clock.forward(days=6)
    with pytest.raises(HandInRefusedError) as late:
        handed_in(counter, order, key="both")
    assert late.value.facts["last_day"] == (NOON + timedelta(days=5)).date().isoformat()
    assert handed_in(counter, order, items=ONE_FIGURE, key="one").status == ReturnStatus.ARRIVED


def test_a_key_makes_one_return_and_a_repeat_gets_the_same_answer(
    house: House, counter: CounterService
) -> None:
    order = bought(house)
    first, again = handed_in(counter, order), handed_in(counter, order)
    assert (first.replayed, again.replayed) == (False, True)
    assert (again.ret, again.status) == (first.ret, first.status)
    with pytest.raises(KeyReusedError):
        handed_in(counter, order, What.EXCHANGE)
    assert house.returns.store.claimed_units(order.order_number) == {"1": 2}


def test_too_late_says_which_line_and_until_when(house: House, counter: CounterService) -> None:
    order = bought(house, days_ago=16)
    with pytest.raises(HandInRefusedError) as refused:
        handed_in(counter, order)
    last_day = (NOON - timedelta(days=1)).date().isoformat()
    assert refused.value.facts == {"line_id": "1", "rule": "within_window", "last_day": last_day}
    assert str(refused.value) == (
        f"It is too late for “{FIGURE.name}”: it could come back until {last_day}."
    )
    assert house.returns.store.claimed_units(order.order_number) == {}


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ((HandedIn("9", "", 1, Reason.STAINED),), "lines"),
        ((HandedIn("", "NOT-SOLD", 1, Reason.STAINED),), "lines"),
        ((HandedIn("1", "", 3, Reason.STAINED),), "units"),
        ((*ONE_FIGURE, HandedIn("", FIGURE.sku, 1, Reason.UNSTABLE)), "lines"),
        (ONE_FIGURE * 3, "lines"),
        ((), "lines"),
    ],
)
def test_what_was_not_bought_is_not_handed_in(
    house: House, counter: CounterService, items: tuple[HandedIn, ...], field: str
) -> None:
    with pytest.raises(HandInInvalidError) as refused:
        handed_in(counter, bought(house), items=items)
    assert refused.value.facts["field"] == field


def test_a_sku_names_its_line_unless_several_lines_have_it(
    house: House, counter: CounterService
) -> None:
    by_sku = (HandedIn("", FIGURE.sku, 2, Reason.STAINED),)
    assert [line.line_id for line in handed_in(counter, bought(house), items=by_sku).ret.lines] == [
        "1"
    ]
    twice = bought(house, FIGURE, replace(FIGURE, line_id="8"))
    with pytest.raises(HandInInvalidError, match="several lines"):
        handed_in(counter, twice, items=by_sku)


def test_an_unknown_receipt_is_not_found(house: House, counter: CounterService) -> None:
    nobody = Order(house.new_number())
    with pytest.raises(PurchaseNotFoundError):
        handed_in(counter, nobody)


@pytest.mark.parametrize("channel", ["marketplace", "distributor", "flea-market"])
def test_what_others_sold_is_theirs_to_take_back(
    house: House, counter: CounterService, channel: str
) -> None:
    with pytest.raises(NoPolicyError):
        handed_in(counter, bought(house, channel=channel))


def test_a_vending_machine_is_a_store_without_staff(house: House, counter: CounterService) -> None:
    order = bought(house, channel="vending")
    assert handed_in(counter, order, What.EXCHANGE).status == ReturnStatus.CLOSED


def test_what_was_bought_online_comes_back_as_its_policy_says(
    house: House, counter: CounterService
) -> None:
    with pytest.raises(HandInRefusedError) as refused:
        handed_in(counter, house.delivered_order())
    assert refused.value.facts["rule"] == "in_store"


def test_a_store_outside_of_north_america_takes_back_what_stores_sold(
    house: House, counter: CounterService
) -> None:
    order = bought(house, market="JP")
    assert handed_in(counter, order, What.EXCHANGE).status == ReturnStatus.CLOSED


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (Reason.CHANGED_MIND, "not_personal_for_blind_box"),
        (Reason.ARRIVED_DAMAGED, "cause_covered"),
        (Reason.RECALLED, "recalled"),
        (Reason.DUPLICATE_IN_SET, ""),
    ],
)
def test_a_reason_that_the_policy_does_not_allow_is_named(
    house: House, counter: CounterService, reason: Reason, rule: str
) -> None:
    order, items = bought(house, BLIND_BOX), (HandedIn("2", "", 1, reason),)
    if not rule:
        assert handed_in(counter, order, items=items).status == ReturnStatus.ARRIVED
        return
    with pytest.raises(HandInRefusedError) as refused:
        handed_in(counter, order, items=items)
    assert refused.value.facts["rule"] == rule


def test_units_that_are_on_their_way_already_are_not_handed_in(
    house: House, counter: CounterService
) -> None:
    order = bought(house)
    draft = house.draft(order, new_id("ret", NOON), {"1": 2})
    for _ in range(5):
        house.add_good_photo(draft)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    with pytest.raises(HandInRefusedError) as refused:
        handed_in(counter, order, items=ONE_FIGURE)
    assert refused.value.facts["rule"] == "units_available"


def test_a_buyer_whom_nobody_knows_gets_the_item_exchanged_too(
    house: House, counter: CounterService
) -> None:
    order = bought(house, email="")
    ret = handed_in(counter, order, What.EXCHANGE).ret
    assert stored(house, ret).email_key == f"order:{order.order_number}"


def test_a_shop_that_also_tells_of_a_parcel_adds_no_unit(
    house: House, counter: CounterService
) -> None:
    order = bought(house)
    ret = handed_in(counter, order, What.EXCHANGE, ONE_FIGURE).ret
    parcel = Parcel(ticket=ret.ticket)
    house.orders.record(delivered(order.order_number, house.clock(), parcel), actor=ORDERS_INGEST)
    handed_in(counter, order, items=TWO_FIGURES, key="both")
    with pytest.raises(HandInRefusedError):
        handed_in(counter, order, items=ONE_FIGURE, key="one more")
