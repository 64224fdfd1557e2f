"""A return in several parcels: what its scans, its docks and its staff make of it."""

import itertools
from collections.abc import Mapping
from datetime import timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER, client
from aftercare.kernel.ids import new_id
from aftercare.labels.events import parcel_in
from aftercare.labels.model import ScanKind
from aftercare.orders.model import OrderLine, email_key_of
from aftercare.returns import events
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.ending import EndingService
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.moves import MoveRefusedError
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.receiving_errors import InspectionInvalidError, ReceiptInvalidError
from aftercare.returns.settlement import AttentionCode
from aftercare.returns.wiring import (
    ReceivingConfig,
    ReturnNoticesConfig,
    ending_service,
    receiving_service,
)
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON
from tests.fakes.reviews import AGENT, LEAD
from tests.fakes.several import in_parcels, make_label, now, scan

pytestmark = pytest.mark.integration
S = ReturnStatus
DOCK = client("dock-7")
WHY = "The carrier can't find it."
MOVES, HERE = ScanKind.IN_TRANSIT, ScanKind.DELIVERED
OTHER = OrderLine("2", "FIG-2", "Sun Hare", FIGURE.kind, 2, 1_900)
ALL = {"1": Came({Condition.RECEIVED: 2}), "2": Came({Condition.RECEIVED: 1})}
PART = {"1": Came({Condition.RECEIVED: 2}), "2": Came({Condition.AWAITED: 1})}
GOOD = Found(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> ReceivingService:
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    config = ReceivingConfig(*(tables[each] for each in names))
    return receiving_service(config, clock=house.clock)


@pytest.fixture
def ends(house: House, tables: dict[str, str]) -> EndingService:
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    return ending_service(config, clock=house.clock)


def sent(house: House, parcels: int = 2) -> Return:
    """Two units of the first line and one of the second, with a label for each parcel."""
    order = house.delivered_order(FIGURE, OTHER)
    draft = house.draft(order, new_id("ret", NOON), {"1": 2, "2": 1})
    house.add_good_photo(draft)
    house.returns.submit(email_key_of(EMAIL), draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return in_parcels(house, house.make_label(draft.return_id), parcels)


def receive(dock: ReceivingService, ret: Return, came: Mapping[str, Came], *parcels: int) -> Return:
    return dock.receive(ret.return_id, came, "Dock 7", actor=DOCK, parcels=parcels or (1,)).ret


def steps(house: House, ret: Return) -> list[str]:
    """What happened after its last label was ready."""
    told = [entry.entry_type for entry in house.returns.timeline(ret)]
    ready = {events.LABEL_READY, events.PARCEL_ADDED, events.PARCEL_LABELLED}
    last = max(place for place, kind in enumerate(told) if kind in ready)
    return told[last + 1 :]


def lose(ends: EndingService, house: House, ret: Return, parcel: int | None = None) -> Return:
    """As staff say it, and as the worker acts on their entry."""
    version = now(house, ret).version or 0
    ends.declare_lost(AGENT, ret.return_id, version, WHY, parcel)
    return house.returns.arrive_if_all(ret.return_id, actor=WORKER)


def expire(house: House, ret: Return) -> Return:
    """The timers of its labels, and the entries that come of them."""
    house.returns.expire(ret.return_id, actor=WORKER)
    return house.returns.arrive_if_all(ret.return_id, actor=WORKER)


def warn(house: House, ret: Return) -> Return:
    return house.returns.warn_of_expiry(ret.return_id, actor=WORKER)


# Scans.


def test_it_moves_with_the_first_parcel_and_arrives_with_the_last(house: House) -> None:
    ret = sent(house)
    assert scan(house, ret, 2, MOVES).status is S.IN_TRANSIT
    waits = scan(house, ret, 2, HERE)
    assert (waits.status, waits.arrived_at, waits.promise) == (S.IN_TRANSIT, None, None)
    house.clock.forward(days=2)
    assert scan(house, ret, 1, MOVES).status is S.IN_TRANSIT
    here = scan(house, ret, 1, HERE)
    assert (here.status, here.arrived_at) == (S.ARRIVED, house.clock.now)
    assert here.promise
    assert here.promise.since == house.clock.now
    assert steps(house, ret) == [
        *(events.IN_TRANSIT, events.PARCEL_ARRIVED),
        *(events.PARCEL_IN_TRANSIT, events.ARRIVED),
    ]


def test_in_any_order_and_twice_its_scans_come_to_the_same(house: House) -> None:
    scans = [(1, MOVES), (1, HERE), (2, MOVES), (2, HERE)]
    for told in itertools.permutations(scans):
        ret = sent(house)
        for parcel, kind in (*told, *told):
            scan(house, ret, parcel, kind)
        after = now(house, ret)
        assert after.status is S.ARRIVED, told
        assert after.ways == {1: ParcelWay.ARRIVED, 2: ParcelWay.ARRIVED}, told
        assert steps(house, ret).count(events.ARRIVED) == 1, told


def test_it_does_not_arrive_before_the_last_parcel_has(house: House) -> None:
    ret = sent(house, 3)
    for parcel in (3, 1, 1, 3):
        assert scan(house, ret, parcel, HERE).status is S.IN_TRANSIT
    assert scan(house, ret, 2, HERE).status is S.ARRIVED


def test_one_in_a_single_parcel_has_no_ways(house: House) -> None:
    ret = sent(house, 1)
    assert scan(house, ret, 1, MOVES).ways == {}
    here = scan(house, ret, 1, HERE)
    assert (here.status, here.ways) == (S.ARRIVED, {})
    assert steps(house, ret) == [events.IN_TRANSIT, events.ARRIVED]


def test_of_one_that_was_cancelled_only_what_comes_is_awaited(house: House) -> None:
    ret = sent(house, 3)
    house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    assert scan(house, ret, 2, MOVES, voided=True).status is S.IN_TRANSIT
    assert scan(house, ret, 2, HERE).status is S.ARRIVED
    again = scan(house, ret, 3, MOVES, voided=True)
    assert (again.status, again.ways[3]) == (S.ARRIVED, ParcelWay.ON_ITS_WAY)
    assert again.attention
    assert again.attention.code is AttentionCode.VOIDED_LABEL


def test_a_scan_before_its_label_is_attached_is_not_lost(house: House) -> None:
    ret = sent(house, 1)
    house.returns.add_parcel(ret.email_key, ret.return_id, 2, actor=CUSTOMER)
    scan(house, ret, 2, MOVES)
    assert scan(house, ret, 1, HERE).status is S.IN_TRANSIT
    make_label(house, ret, 2)
    assert scan(house, ret, 2, HERE).status is S.ARRIVED


def test_a_parcel_that_never_got_its_label_is_not_awaited(house: House) -> None:
    ret = sent(house, 1)
    house.returns.add_parcel(ret.email_key, ret.return_id, 2, actor=CUSTOMER)
    assert scan(house, ret, 1, MOVES).status is S.IN_TRANSIT
    assert scan(house, ret, 1, HERE).status is S.ARRIVED


# Labels that nobody used.


def test_an_unused_label_is_awaited_for_28_days_and_then_the_return_arrives(house: House) -> None:
    ret = sent(house, 1)
    house.clock.forward(days=5)
    in_parcels(house, ret)
    scan(house, ret, 1, HERE)
    house.clock.forward(days=27)
    assert expire(house, ret).status is S.IN_TRANSIT
    house.clock.forward(days=1)
    here = expire(house, ret)
    assert (here.status, here.arrived_at) == (S.ARRIVED, house.clock.now)
    assert here.ways == {1: ParcelWay.ARRIVED, 2: ParcelWay.VOIDED}
    assert expire(house, ret) == here
    assert steps(house, ret)[-2:] == [events.PARCEL_EXPIRED, events.ARRIVED]


def test_who_has_sent_one_parcel_is_told_once_of_each_label_that_soon_ends(house: House) -> None:
    ret = sent(house, 3)
    scan(house, ret, 2, HERE)
    house.clock.forward(days=20)
    warn(house, ret)
    assert events.PARCEL_EXPIRING not in steps(house, ret)
    house.clock.forward(days=1)
    for _ in range(2):
        warn(house, ret)
    expiring = [
        each for each in house.returns.timeline(ret) if each.entry_type == events.PARCEL_EXPIRING
    ]
    assert [parcel_in(each) for each in expiring] == [1, 3]
    assert events.LABEL_EXPIRING not in steps(house, ret)


def test_who_has_sent_nothing_is_told_of_all_labels_at_once(house: House) -> None:
    ret = sent(house)
    house.clock.forward(days=21)
    warn(house, ret)
    assert steps(house, ret)[-1] == events.LABEL_EXPIRING
    scan(house, ret, 1, MOVES)
    warn(house, ret)
    assert steps(house, ret)[-1] == events.PARCEL_EXPIRING, "the other's week goes on"


def test_of_a_label_that_is_over_or_of_a_parcel_that_came_nobody_is_told(house: House) -> None:
    ret, late = sent(house), sent(house)
    for each in (ret, late):
        scan(house, each, 1, MOVES)
    scan(house, ret, 2, MOVES)
    house.clock.forward(days=21)
    warn(house, ret)
    house.clock.forward(days=7)
    warn(house, late)
    for each in (ret, late):
        assert events.PARCEL_EXPIRING not in steps(house, each)


def test_where_the_other_parcel_was_lost_an_unused_label_ends_the_return(
    house: House, ends: EndingService
) -> None:
    ret = sent(house)
    scan(house, ret, 1, MOVES)
    lose(ends, house, ret, 1)
    house.clock.forward(days=28)
    assert expire(house, ret).status is S.LOST
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0, "2": 0}
    assert steps(house, ret)[-2:] == [events.PARCEL_EXPIRED, events.LOST]


def test_a_parcel_that_is_on_its_way_outlives_its_label(house: House) -> None:
    ret = sent(house)
    scan(house, ret, 2, MOVES)
    scan(house, ret, 1, HERE)
    house.clock.forward(days=40)
    assert expire(house, ret).status is S.IN_TRANSIT
    assert scan(house, ret, 2, HERE).status is S.ARRIVED


def test_what_was_awaited_is_counted_by_a_person_once_the_label_is_over(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    receive(dock, ret, PART)
    house.clock.forward(days=28)
    here = expire(house, ret)
    assert here.status is S.ARRIVED
    assert here.attention
    assert here.attention.code is AttentionCode.COUNT_AGAIN


def test_a_lost_return_that_is_taken_up_awaits_its_parcels_again(
    house: House, ends: EndingService
) -> None:
    ret = sent(house)
    for parcel in (1, 2):
        scan(house, ret, parcel, MOVES)
    lost = lose(ends, house, ret)
    assert lost.status is S.LOST
    again = ends.reopen(LEAD, ret.return_id, lost.version or 0, WHY)
    assert (again.parcels, again.ways) == (2, {})


# Staff.


def test_a_lost_parcel_is_not_awaited_and_the_others_are(house: House, ends: EndingService) -> None:
    ret = sent(house, 3)
    for parcel in (1, 2):
        scan(house, ret, parcel, MOVES)
    assert lose(ends, house, ret, 2).status is S.IN_TRANSIT
    assert scan(house, ret, 1, HERE).status is S.IN_TRANSIT
    after = lose(ends, house, ret, 3)
    assert (after.status, after.arrived_at) == (S.ARRIVED, house.clock.now)
    assert house.returns.arrive_if_all(ret.return_id, actor=WORKER) == after
    assert steps(house, ret).count(events.ARRIVED) == 1


def test_where_no_parcel_is_here_and_none_may_come_its_units_are_free(
    house: House, ends: EndingService
) -> None:
    ret = sent(house)
    scan(house, ret, 1, MOVES)
    assert lose(ends, house, ret, 1).status is S.IN_TRANSIT
    assert lose(ends, house, ret).status is S.LOST
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0, "2": 0}
    found = scan(house, ret, 2, HERE)
    assert found.status is S.ARRIVED
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 2, "2": 1}


def test_a_parcel_that_is_here_is_not_declared_lost(house: House, ends: EndingService) -> None:
    ret = sent(house)
    scan(house, ret, 1, HERE)
    with pytest.raises(MoveRefusedError):
        lose(ends, house, ret, 1)
    one = sent(house, 1)
    scan(house, one, 1, HERE)
    with pytest.raises(MoveRefusedError):
        lose(ends, house, one)


# Docks.


def test_what_may_be_in_another_parcel_is_awaited_and_then_counted_again(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    waits = receive(dock, ret, PART)
    assert (waits.status, waits.arrived_at, waits.promise) == (S.IN_TRANSIT, None, None)
    with pytest.raises(InspectionInvalidError, match="awaited"):
        dock.inspect(ret.return_id, {"2": GOOD._replace(accepted=0)}, actor=DOCK)
    seen = dock.inspect(ret.return_id, {"1": GOOD}, actor=DOCK).ret
    assert seen.status is S.IN_TRANSIT
    with pytest.raises(ReceiptInvalidError, match="No other parcel"):
        receive(dock, ret, {"2": PART["2"]}, 2)
    here = receive(dock, ret, {"2": ALL["2"]}, 2)
    assert (here.status, here.arrived_at) == (S.ARRIVED, house.clock.now)
    done = dock.inspect(ret.return_id, {"2": GOOD._replace(accepted=1)}, actor=DOCK).ret
    assert done.status is S.INSPECTED


def test_what_nobody_found_in_the_last_parcel_needs_no_inspection(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    receive(dock, ret, PART)
    dock.inspect(ret.return_id, {"1": GOOD}, actor=DOCK)
    done = receive(dock, ret, {"2": Came({Condition.SHORT: 1})}, 2)
    assert (done.status, done.arrived_at) == (S.INSPECTED, house.clock.now)
    assert steps(house, ret)[-1] == events.INSPECTED


def test_a_dock_that_has_everything_waits_for_no_carrier(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    here = receive(dock, ret, ALL)
    assert (here.status, here.arrived_at) == (S.ARRIVED, house.clock.now)
    later = scan(house, ret, 2, HERE)
    assert (later.status, later.arrived_at) == (S.ARRIVED, here.arrived_at)


def test_a_receipt_of_some_lines_does_not_begin_the_clock_while_another_parcel_may_come(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    assert receive(dock, ret, {"1": ALL["1"]}).status is S.IN_TRANSIT
    assert receive(dock, ret, {"2": ALL["2"]}).status is S.ARRIVED


def test_of_three_parcels_units_are_awaited_until_the_last(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house, 3)
    for parcel in (2, 1):
        assert receive(dock, ret, PART, parcel).status is S.IN_TRANSIT
    with pytest.raises(ReceiptInvalidError):
        receive(dock, ret, PART, 3)
    assert receive(dock, ret, ALL, 3).status is S.ARRIVED


def test_both_boxes_at_once_await_nothing(house: House, dock: ReceivingService) -> None:
    ret = sent(house)
    with pytest.raises(ReceiptInvalidError):
        receive(dock, ret, PART, 1, 2)
    assert receive(dock, ret, ALL, 1, 2).status is S.ARRIVED


def test_a_single_parcel_awaits_nothing(house: House, dock: ReceivingService) -> None:
    with pytest.raises(ReceiptInvalidError, match="No other parcel"):
        receive(dock, sent(house, 1), PART)


def test_a_receipt_that_is_told_twice_is_written_once(house: House, dock: ReceivingService) -> None:
    ret = sent(house)
    first = receive(dock, ret, PART)
    assert receive(dock, ret, PART) == first
    assert steps(house, ret) == [events.RECEIVED]


def test_what_was_awaited_is_counted_by_a_person_once_nothing_may_come(
    house: House, dock: ReceivingService, ends: EndingService
) -> None:
    ret = sent(house)
    receive(dock, ret, PART)
    scan(house, ret, 2, MOVES)
    after = lose(ends, house, ret)
    assert after.status is S.ARRIVED
    assert after.attention
    assert after.attention.code is AttentionCode.COUNT_AGAIN
    with pytest.raises(InspectionInvalidError, match="awaited"):
        dock.inspect(ret.return_id, {"2": GOOD._replace(accepted=0)}, actor=DOCK)
    counted = receive(dock, ret, {"2": Came({Condition.LOST: 1})})
    assert (counted.status, counted.attention) == (S.ARRIVED, None)


def test_what_is_found_after_all_is_no_longer_asked_about(
    house: House, dock: ReceivingService, ends: EndingService
) -> None:
    ret = sent(house)
    receive(dock, ret, PART)
    scan(house, ret, 2, MOVES)
    lose(ends, house, ret)
    found = scan(house, ret, 2, HERE)
    assert (found.status, found.attention) == (S.ARRIVED, None)
    assert receive(dock, ret, {"2": ALL["2"]}, 2).lines[1].present == 1


def test_the_day_of_the_promise_is_counted_from_the_last_parcel(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    receive(dock, ret, PART)
    house.clock.forward(days=3)
    here = scan(house, ret, 2, HERE)
    assert here.promise
    assert here.promise.since - timedelta(days=3) == NOON
    assert receive(dock, ret, ALL, 2).promise == here.promise


def test_a_parcel_of_a_cancelled_return_takes_it_up_and_awaits_nothing(
    house: House, dock: ReceivingService
) -> None:
    ret = sent(house)
    house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    with pytest.raises(ReceiptInvalidError):
        receive(dock, ret, PART)
    here = receive(dock, ret, {"1": ALL["1"], "2": Came({Condition.SHORT: 1})})
    assert here.status is S.ARRIVED
