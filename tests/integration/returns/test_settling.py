"""A refund by the shop is noted on the return that it settles."""

import pytest

import returns_worker.app
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, OrderRefunded, Refund
from aftercare.returns.model import Repayment, Return, ReturnStatus
from tests.fakes.browser import Browser
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House
from tests.fakes.orders import NOON, ORDERS_INGEST
from tests.fakes.strangers import ATTACKER

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


def labelled(house: House, email: str = ATTACKER) -> Return:
    draft = house.draft(house.delivered_order(email=email), new_id("ret", NOON))
    house.add_good_photo(draft)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return house.make_label(draft.return_id)


def refund(house: House, ret: Return, refund_id: str, **facts: int) -> Order:
    """A refund of one unit in the name of the return, at the house's time."""
    paid_back = Refund({"1": 1}, ret.ticket, amount=facts.get("amount"), refunded_at=house.clock())
    event = OrderRefunded(ret.order_number, house.clock(), refund_id, paid_back)
    return house.orders.record(event, actor=ORDERS_INGEST)


def work(house: House, order_number: str) -> None:
    entry = house.orders.timeline(order_number)[-1]
    answer = returns_worker.app.handler(queue_event(bus_event(entry)), CONTEXT)
    assert answer["batchItemFailures"] == []


def steps(house: House, ret: Return) -> list[str]:
    return [entry.entry_type for entry in house.returns.timeline(ret)]


def test_a_refund_that_settles_a_return_is_noted_once_with_its_amount(house: House) -> None:
    ret = labelled(house)
    refund(house, ret, "rf-1")
    for _ in range(3):
        work(house, ret.order_number)
    after = house.returns.owned(ret.email_key, ret.return_id)
    assert after.repayment == Repayment(8900, "USD", house.clock())
    assert after.status is ReturnStatus.LABEL_READY
    assert steps(house, ret).count("return.refunded") == 1
    [told] = [e for e in house.returns.timeline(ret) if e.entry_type == "return.refunded"]
    assert told.data == {
        "ticket": ret.ticket,
        "amount": "8900",
        "currency": "USD",
        "requested": "0",
    }


def test_a_second_refund_adds_up_and_a_corrected_one_replaces(house: House) -> None:
    ret = labelled(house)
    refund(house, ret, "rf-1", amount=4000)
    work(house, ret.order_number)
    house.clock.forward(days=1)
    refund(house, ret, "rf-2", amount=1000)
    work(house, ret.order_number)
    house.clock.forward(days=1)
    refund(house, ret, "rf-1", amount=3000)
    work(house, ret.order_number)
    after = house.returns.owned(ret.email_key, ret.return_id)
    assert after.repayment == Repayment(4000, "USD", house.clock())
    amounts = [e.data["amount"] for e in house.returns.timeline(ret) if "amount" in e.data]
    assert amounts == ["4000", "5000", "4000"]


def test_a_refund_for_another_orders_return_is_not_noted_on_it(house: House) -> None:
    ret, other = labelled(house), house.delivered_order()
    stranger = OrderRefunded(
        other.order_number, house.clock(), "rf-1", Refund({"1": 1}, ret.ticket)
    )
    house.orders.record(stranger, actor=ORDERS_INGEST)
    work(house, other.order_number)
    assert house.returns.owned(ret.email_key, ret.return_id).repayment is None


def test_the_page_tells_of_the_refund_and_no_longer_asks_for_the_label(
    house: House, attacker: Browser
) -> None:
    ret = labelled(house)
    assert "Your label is ready" in attacker.get(f"/returns/{ret.return_id}").text
    refund(house, ret, "rf-1")
    work(house, ret.order_number)
    page = attacker.get(f"/returns/{ret.return_id}").text
    assert "$89.00 refunded" in page
    assert "We refunded $89.00." in page
    assert "Print it, stick it on the parcel" not in page
    assert "Refunded" in attacker.get("/orders").text
