"""A recalled item comes back at any time; the code that was checked travels with the return."""

from dataclasses import replace

import pytest

import returns_worker.app
from aftercare.authenticity.model import Audience
from aftercare.authenticity.wiring import AuthenticityConfig, authenticity_service
from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.store import BatchStore
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.orders.model import Order, OrderLine, email_key_of
from aftercare.returns.errors import ReturnRefusedError
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.policy import Recall, Remedy, Rule
from aftercare.returns.recalls import CheckedBatch, Recalls
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import Browser
from tests.fakes.codes import batch, book, code
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.orders import FIGURE, NOON, POP_NOW
from tests.fakes.strangers import ATTACKER

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
RECALLED, ACTIVE = BatchStatus.RECALLED, BatchStatus.ACTIVE
BAD = batch(0, RECALLED, sku=FIGURE.sku, batch_code="MH-1")
GOOD = batch(1, ACTIVE, sku=FIGURE.sku, batch_code="MH-2")
REFERENCE = "V-7K4M-2P9D-XW3R-B6TN"


def with_batches(house: House, *batches: Batch, checked: CheckedBatch | None = None) -> House:
    """The house where those batches were issued."""
    recalls = Recalls(book(house.clock, *batches), checked)
    return replace(house, returns=replace(house.returns, recalls=recalls))


def choose(house: House, order: Order, reference: str = "") -> Return:
    return house.choose(
        email_key_of(order.purchase.email if order.purchase else ""),
        new_id("ret", NOON),
        order.order_number,
        units={order.lines[0].line_id: 1},
        reason=Reason.RECALLED,
        note="",
        check_reference=reference,
    )


@pytest.mark.parametrize("line", [FIGURE, replace(POP_NOW, sku=FIGURE.sku)], ids=["figure", "box"])
def test_a_recalled_product_comes_back_long_after_its_window_without_photos(
    house: House, line: OrderLine
) -> None:
    house = with_batches(house, BAD)
    order = house.delivered_order(line, email=ATTACKER, days_ago=400)
    [outlook] = house.returns.outlook(order)
    assert (outlook.recall, outlook.returnable) == (Recall.RECALLED, line.quantity)
    draft = choose(house, order)
    ret = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    approved = house.returns.approve(ret.return_id, actor=SOMEBODY)
    assert approved.status is ReturnStatus.APPROVED
    assert [line.decision and line.decision.remedies for line in approved.lines] == [
        (Remedy.REPLACEMENT,)
    ]


@pytest.mark.parametrize(
    ("batch_code", "recall"),
    [
        ("MH-1", Recall.RECALLED),
        ("MH-2", Recall.NONE),
        ("", Recall.AFFECTED),
        ("mh 1", Recall.AFFECTED),  # none of the product's batches: it says nothing
    ],
)
def test_the_batch_that_the_shop_names_settles_it(
    house: House, batch_code: str, recall: Recall
) -> None:
    house = with_batches(house, BAD, GOOD)
    order = house.delivered_order(replace(FIGURE, batch_code=batch_code), days_ago=400)
    [outlook] = house.returns.outlook(order)
    assert outlook.recall is recall
    assert (Reason.RECALLED in outlook.decisions) is (recall is not Recall.NONE)


def test_an_affected_product_needs_the_reference_of_a_check(house: House) -> None:
    house = with_batches(house, BAD, GOOD)
    order = house.delivered_order(days_ago=400)
    with pytest.raises(ReturnRefusedError) as refusal:
        choose(house, order)
    assert refusal.value.decision.refusals[0].rule is Rule.RECALLED
    assert choose(house, order, REFERENCE).lines[0].check_reference == REFERENCE


def test_a_checked_code_says_more_than_the_batch_that_the_shop_names(house: House) -> None:
    house = with_batches(house, BAD, GOOD, checked=lambda _reference: BAD)
    order = house.delivered_order(replace(FIGURE, batch_code="MH-2"), days_ago=400)
    [outlook] = house.returns.outlook(order, REFERENCE)
    assert outlook.recall is Recall.AFFECTED
    assert Reason.RECALLED in outlook.decisions
    assert choose(house, order, REFERENCE).lines[0].check_reference == REFERENCE
    house = with_batches(house, BAD, GOOD, checked=lambda _reference: GOOD)
    with pytest.raises(ReturnRefusedError):
        choose(house, order, REFERENCE)


def test_a_product_that_nobody_recalled_does_not_come_back_for_a_recall(house: House) -> None:
    house = with_batches(house, GOOD)
    with pytest.raises(ReturnRefusedError):
        choose(house, house.delivered_order(), REFERENCE)


@pytest.mark.parametrize(
    ("found", "status"),
    [(BAD, ReturnStatus.APPROVED), (GOOD, ReturnStatus.DECLINED), (None, ReturnStatus.DECLINED)],
    ids=["of the recalled batch", "of another batch", "of no check"],
)
def test_approval_looks_the_reference_up(
    house: House, found: Batch | None, status: ReturnStatus
) -> None:
    house = with_batches(house, BAD, GOOD)
    draft = choose(house, house.delivered_order(days_ago=400), REFERENCE)
    house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house = with_batches(house, BAD, GOOD, checked=lambda _reference: found)
    after = house.returns.approve(draft.return_id, actor=SOMEBODY)
    assert after.status is status
    assert after.lines[0].check_reference == REFERENCE


@pytest.mark.parametrize("batch_code", ["", GOOD.batch_code])
def test_from_the_check_of_the_code_to_the_approved_return(
    house: House, tables: dict[str, str], attacker: Browser, batch_code: str
) -> None:
    store = BatchStore(tables["BatchesTable"])
    for each in (BAD, GOOD):
        data = {"batch_id": each.batch_id, "count": str(each.count)}
        entry = Entry(
            f"ent_{each.batch_id}",
            "batch.export_requested",
            each.batch_id,
            NOON,
            data,
            actor=SOMEBODY,
        )
        store.add(each, entry)
    answer = authenticity_service(read(AuthenticityConfig)).check(
        code(7), visitor="somebody", audience=Audience.CUSTOMER, actor=CUSTOMER
    )
    line = replace(FIGURE, batch_code=batch_code)
    order = house.delivered_order(line, email=ATTACKER, days_ago=400)
    path = f"/orders/{order.order_number}/item?line=1&check={answer.reference}"
    page = attacker.get(f"/orders/{order.order_number}?check={answer.reference}")
    assert path.replace("&", "&amp;") in page.body
    page = attacker.get(path)
    assert "Some of these are recalled." in page.text
    assert 'value="recalled" checked' in page.body
    form = {
        "units": "1",
        "reason": "recalled",
        "check_reference": f" {answer.reference.lower()} ",
    }
    chosen = attacker.post(path, return_id=new_id("ret", NOON), **form)
    assert chosen.status == 303
    return_id = chosen.location.rpartition("/")[2]
    assert answer.reference in attacker.get(chosen.location).text
    attacker.post(f"{chosen.location}/submit")
    ret = house.returns.owned(email_key_of(ATTACKER), return_id)
    _, submitted = house.returns.timeline(ret)
    returns_worker.app.handler(queue_event(bus_event(submitted)), CONTEXT)
    after = house.returns.owned(email_key_of(ATTACKER), return_id)
    assert after.status is ReturnStatus.APPROVED
