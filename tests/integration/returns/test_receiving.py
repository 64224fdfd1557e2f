"""What came back is written down, and inspected; the refund's clock begins with the arrival."""

from dataclasses import replace
from datetime import date

import pytest

from aftercare.kernel.actor import CUSTOMER, client
from aftercare.kernel.ids import new_id
from aftercare.kernel.requests import KeyReusedError, RequestKey
from aftercare.labels.model import ScanKind
from aftercare.orders.model import email_key_of
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade, Outcome
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.moves import MoveRefusedError
from aftercare.returns.queueing import place_of
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.receiving_errors import InspectionInvalidError, ReceiptInvalidError
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.wiring import (
    ReceivingConfig,
    ReturnNoticesConfig,
    ending_service,
    receiving_service,
)
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON
from tests.fakes.reviews import LEAD
from tests.integration.returns.test_cancelling import cancel, claimed, labelled, scan, submitted

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
DOCK = client("dock-7")
ALL = {"1": Came({Condition.RECEIVED: 2}, ("PMAA-1",))}
GOOD = {"1": Found(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)}


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> ReceivingService:
    config = ReceivingConfig(
        *(tables[each] for each in ("ReturnsTable", "OrdersTable", "DueTable"))
    )
    return receiving_service(config, clock=house.clock)


def received(dock: ReceivingService, ret: Return, came: dict[str, Came] = ALL) -> Return:
    return dock.receive(ret.return_id, came, "Dock 7", actor=DOCK).ret


def inspected(dock: ReceivingService, ret: Return, found: dict[str, Found] = GOOD) -> Return:
    return dock.inspect(ret.return_id, found, actor=DOCK).ret


def test_a_parcel_is_received_inspected_and_each_step_has_its_entry(
    house: House, dock: ReceivingService
) -> None:
    ret = labelled(house)
    here = received(dock, dock.find(ret.ticket))
    assert here.status is ReturnStatus.ARRIVED
    assert here.arrived_at == house.clock.now
    assert here.lines[0].receipt
    assert here.lines[0].receipt[:3] == ({Condition.RECEIVED: 2}, ("PMAA-1",), "Dock 7")
    done = inspected(dock, here)
    assert done.status is ReturnStatus.INSPECTED
    assert done.lines[0].inspection
    assert done.lines[0].inspection.outcome(2) is Outcome.ACCEPTED
    entries = house.returns.timeline(ret)[-2:]
    assert [entry.entry_type for entry in entries] == [events.RECEIVED, events.INSPECTED]
    assert [entry.actor for entry in entries] == [DOCK, DOCK]
    assert entries[0].data["received"] == "2"
    assert house.returns.store.get(ret.return_id) == done


def test_a_key_is_used_for_one_request_and_a_repeat_gets_the_same_answer(
    house: House, dock: ReceivingService
) -> None:
    ret, key = labelled(house), RequestKey("ac_1", "k-1", "what came")
    first = dock.receive(ret.return_id, ALL, "Dock 7", actor=DOCK, key=key)
    inspected(dock, ret)
    again = dock.receive(ret.return_id, ALL, "Dock 7", actor=DOCK, key=key)
    assert (first.status, first.replayed) == (ReturnStatus.ARRIVED, False)
    assert (again.status, again.replayed) == (ReturnStatus.ARRIVED, True)
    other = RequestKey("ac_1", "k-1", "something else")
    with pytest.raises(KeyReusedError):
        dock.inspect(ret.return_id, GOOD, actor=DOCK, key=other)
    with pytest.raises(KeyReusedError):
        dock.receive(ret.return_id, ALL, "Dock 7", actor=DOCK, key=other)


def test_a_key_that_says_what_is_known_is_kept(house: House, dock: ReceivingService) -> None:
    ret, key = labelled(house), RequestKey("ac_1", "k-2", "what came")
    received(dock, ret)
    assert not dock.receive(ret.return_id, ALL, "Dock 7", actor=DOCK, key=key).replayed
    assert dock.receive(ret.return_id, ALL, "Dock 7", actor=DOCK, key=key).replayed


def test_what_is_told_twice_is_written_once(house: House, dock: ReceivingService) -> None:
    ret = labelled(house)
    first, again = received(dock, ret), received(dock, ret)
    assert again == first
    done, repeated = inspected(dock, ret), inspected(dock, ret)
    assert repeated == done
    assert received(dock, ret) == done
    told = [entry.entry_type for entry in house.returns.timeline(ret)]
    assert told.count(events.RECEIVED) == told.count(events.INSPECTED) == 1


def of_two_lines(house: House) -> Return:
    """An approved return of one unit of each of two lines."""
    order = house.delivered_order(FIGURE, replace(FIGURE, line_id="2"))
    draft = house.draft(order, new_id("ret", NOON), {"1": 1, "2": 1})
    house.add_good_photo(draft)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return draft


def test_who_first_said_something_of_a_line_has_said_it(
    house: House, dock: ReceivingService
) -> None:
    """A second person who says it again, and something new of another line, says only that."""
    draft = of_two_lines(house)
    one, both = Came({Condition.RECEIVED: 1}), ["1", "2"]
    good = Found(1, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)
    dock.receive(draft.return_id, {"1": one}, "Dock 7", actor=DOCK)
    dock.inspect(draft.return_id, {"1": good}, actor=DOCK)
    other = client("dock-8")
    dock.receive(draft.return_id, dict.fromkeys(both, one), "Dock 8", actor=other)
    done = dock.inspect(draft.return_id, dict.fromkeys(both, good), actor=other).ret
    first, second = done.lines
    assert first.receipt
    assert first.inspection
    assert second.receipt
    assert second.inspection
    assert (first.receipt.by, first.inspection.by) == (DOCK, DOCK)
    assert (second.receipt.by, second.inspection.by) == (other, other)
    assert done.status is ReturnStatus.INSPECTED


def waits(house: House, ret: Return) -> bool:
    """Whether the return stands in the queue of what waits for a person."""
    stored = house.returns.store.get(ret.return_id)
    return bool(stored and place_of(stored))


@pytest.mark.parametrize("absent", [Condition.SHORT, Condition.LOST, Condition.WRONG_ITEM])
def test_where_nothing_came_a_person_is_asked_at_once(
    house: House, dock: ReceivingService, absent: Condition
) -> None:
    ret = labelled(house)
    nothing = {"1": Came({absent: 2})}
    after = received(dock, ret, nothing)
    assert received(dock, ret, nothing) == after
    assert after.attention == Attention(AttentionCode.NOTHING_CAME, house.clock.now)
    assert waits(house, ret)


def test_found_after_all_it_waits_for_nobody(house: House, dock: ReceivingService) -> None:
    ret = labelled(house)
    received(dock, ret, {"1": Came({Condition.SHORT: 2})})
    assert received(dock, ret).attention is None
    assert not waits(house, ret)


def test_while_some_lines_are_not_counted_nobody_is_asked(
    house: House, dock: ReceivingService
) -> None:
    draft = of_two_lines(house)
    gone = Came({Condition.LOST: 1})
    assert received(dock, draft, {"1": gone}).attention is None
    after = received(dock, draft, {"2": gone})
    assert after.attention
    assert after.attention.code is AttentionCode.NOTHING_CAME


def test_what_did_not_come_is_refunded_by_a_person_or_let_go(
    house: House, dock: ReceivingService, tables: dict[str, str]
) -> None:
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    ends = ending_service(config, clock=house.clock, entropy=house.returns.entropy)
    for act in (ends.refund_unreceived, ends.close):
        ret = received(dock, labelled(house), {"1": Came({Condition.LOST: 2})})
        stored = house.returns.store.get(ret.return_id)
        assert stored
        after = act(LEAD, ret.return_id, stored.version or 0, "The carrier lost it.")
        assert after.attention is None
        assert not waits(house, ret)


def test_a_receipt_is_corrected_until_the_inspection(house: House, dock: ReceivingService) -> None:
    ret = labelled(house)
    received(dock, ret)
    short = {"1": Came({Condition.RECEIVED: 1, Condition.SHORT: 1})}
    after = received(dock, ret, short)
    assert after.lines[0].receipt
    assert after.lines[0].receipt.units == {Condition.RECEIVED: 1, Condition.SHORT: 1}
    one = {"1": Found(1, Grade.B, Disposition.REFURBISH, JudgementCode.NOT_SHOWN)}
    assert inspected(dock, ret, one).status is ReturnStatus.INSPECTED
    with pytest.raises(MoveRefusedError):
        received(dock, ret, ALL)


def test_the_promise_counts_business_days_from_the_first_news_of_the_arrival(
    house: House, dock: ReceivingService
) -> None:
    ret = labelled(house)
    scanned = scan(house, ret, ScanKind.DELIVERED)
    assert scanned.promise
    house.clock.forward(days=2)
    after = received(dock, ret)
    assert after.promise == scanned.promise
    assert after.promise
    assert scanned.promise.first < scanned.promise.last
    assert (scanned.promise.last - date.fromisoformat(str(house.clock.now.date()))).days > 7


@pytest.mark.parametrize(
    ("came", "field"),
    [
        ({}, "lines"),
        ({"2": Came({Condition.RECEIVED: 1})}, "line_id"),
        ({"1": Came({Condition.RECEIVED: 1})}, "units"),
        ({"1": Came({Condition.RECEIVED: 3, Condition.SHORT: -1})}, "units"),
        ({"1": Came({Condition.RECEIVED: 2}, tuple(map(str, range(51))))}, "serials"),
    ],
)
def test_what_cannot_have_come_is_refused(
    house: House, dock: ReceivingService, came: dict[str, Came], field: str
) -> None:
    ret = labelled(house)
    with pytest.raises(ReceiptInvalidError) as refused:
        received(dock, ret, came)
    assert refused.value.facts["field"] == field
    assert house.returns.store.get(ret.return_id) == ret


@pytest.mark.parametrize(
    ("found", "field"),
    [
        ({"2": GOOD["1"]}, "line_id"),
        ({"1": GOOD["1"]._replace(accepted=3)}, "accepted"),
        ({"1": GOOD["1"]._replace(accepted=1)}, "code"),
        ({"1": GOOD["1"]._replace(code=JudgementCode.NOT_GENUINE)}, "code"),
    ],
)
def test_what_cannot_have_been_found_is_refused(
    house: House, dock: ReceivingService, found: dict[str, Found], field: str
) -> None:
    ret = labelled(house)
    here = received(dock, ret)
    with pytest.raises(InspectionInvalidError) as refused:
        inspected(dock, ret, found)
    assert refused.value.facts["field"] == field
    assert house.returns.store.get(ret.return_id) == here


def test_a_finding_is_not_replaced_by_another(house: House, dock: ReceivingService) -> None:
    ret = labelled(house)
    received(dock, ret)
    inspected(dock, ret)
    worse = {"1": Found(0, Grade.D, Disposition.DESTROY, JudgementCode.NOT_GENUINE)}
    with pytest.raises(InspectionInvalidError):
        inspected(dock, ret, worse)


def test_a_parcel_of_a_cancelled_return_is_taken_up_again(
    house: House, dock: ReceivingService
) -> None:
    ret = labelled(house)
    cancel(house, ret)
    assert claimed(house, ret) == 0
    after = received(dock, ret)
    assert (after.status, after.attention) == (ReturnStatus.ARRIVED, None)
    assert claimed(house, ret) == 2


def test_units_that_another_return_has_taken_since_need_a_person(
    house: House, dock: ReceivingService
) -> None:
    ret = labelled(house)
    cancel(house, ret)
    order = house.orders.get(ret.order_number)
    submitted(house, order)
    after = received(dock, ret)
    assert after.attention
    assert after.attention.code is AttentionCode.CONTESTED_UNITS


def test_nothing_is_received_for_a_return_that_expects_nothing(
    house: House, dock: ReceivingService
) -> None:
    ret = submitted(house)
    with pytest.raises(MoveRefusedError) as refused:
        received(dock, ret)
    assert refused.value.facts == {"return_status": "submitted", "verb": "receive"}
    with pytest.raises(ReturnNotFoundError):
        dock.find("R-7K2M-9QXA-4")
    assert house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)
