"""What was promised is kept in view: the refund's last day, the label's last day."""

from datetime import timedelta

import pytest

from aftercare.labels.model import ScanKind
from aftercare.returns import events
from aftercare.returns.keeping import KeepingService
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.promising import ends_at, warned_at
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.settlement import AttentionCode, Promise
from aftercare.returns.wiring import ReceivingConfig, keeping_service
from tests.fakes.house import WORKER, House
from tests.fakes.reviews import AGENT, Desk
from tests.integration.returns.test_cancelling import claimed, kinds, labelled, scan

pytestmark = pytest.mark.integration


@pytest.fixture
def keeping(house: House, tables: dict[str, str]) -> KeepingService:
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    return keeping_service(ReceivingConfig(*(tables[each] for each in names)), clock=house.clock)


def arrived(house: House) -> tuple[Return, Promise]:
    ret = scan(house, labelled(house), ScanKind.DELIVERED)
    assert ret.promise
    return ret, ret.promise


def warned(house: House, keeping: KeepingService, ret: Return, promise: Promise) -> Return:
    house.clock.now = max(house.clock.now, warned_at(promise, house.orders.get(ret.order_number)))
    return keeping.warn(ret.return_id, actor=WORKER)


def ended(house: House, keeping: KeepingService, ret: Return, promise: Promise) -> Return:
    house.clock.now = ends_at(promise)
    return keeping.end(ret.return_id, actor=WORKER)


def test_a_promise_that_is_near_asks_a_person_once(house: House, keeping: KeepingService) -> None:
    ret, promise = arrived(house)
    first, again = (warned(house, keeping, ret, promise) for _ in range(2))
    assert first == again
    assert first.attention
    assert first.attention.code is AttentionCode.PROMISE_AT_RISK
    assert kinds(house, ret).count(events.PROMISE_AT_RISK) == 1


def test_an_early_timer_asks_nobody(house: House, keeping: KeepingService) -> None:
    ret, promise = arrived(house)
    due_at = warned_at(promise, house.orders.get(ret.order_number))
    assert keeping.warn(ret.return_id, due_at - timedelta(seconds=1), actor=WORKER) == ret
    assert keeping.end(ret.return_id, due_at, actor=WORKER) == ret


def test_a_promise_that_was_not_kept_is_written_down_once(
    house: House, keeping: KeepingService
) -> None:
    ret, promise = arrived(house)
    first = ended(house, keeping, ret, promise)
    assert ended(house, keeping, ret, promise) == first
    assert first.promise
    assert first.promise.broken
    assert warned(house, keeping, ret, promise) == first
    assert kinds(house, ret).count(events.PROMISE_BROKEN) == 1


def test_what_needs_somebody_is_in_the_queue_of_staff(
    house: House, keeping: KeepingService, desk: Desk
) -> None:
    ret, promise = arrived(house)
    warned(house, keeping, ret, promise)
    [case] = [
        case
        for case in desk.reviews.queue(AGENT, QueueOrder.AGE).cases
        if case.return_id == ret.return_id
    ]
    assert (case.status, case.attention) == ("arrived", AttentionCode.PROMISE_AT_RISK)


def test_a_label_that_nobody_used_ends_its_return_on_day_28(house: House) -> None:
    ret = labelled(house)
    assert ret.label_expires_at
    house.clock.now = ret.label_expires_at - timedelta(seconds=1)
    assert house.returns.expire(ret.return_id, actor=WORKER) == ret
    house.clock.forward(seconds=1)
    after = house.returns.expire(ret.return_id, actor=WORKER)
    assert house.returns.expire(ret.return_id, actor=WORKER) == after
    assert after.status is ReturnStatus.EXPIRED
    assert claimed(house, ret) == 0
    assert kinds(house, ret).count(events.EXPIRED) == 1


def test_a_scan_takes_an_expired_return_up_again(house: House) -> None:
    ret = labelled(house)
    assert ret.label_expires_at
    house.clock.now = ret.label_expires_at
    assert house.returns.expire(ret.return_id, actor=WORKER).status is ReturnStatus.EXPIRED
    after = scan(house, ret, ScanKind.DELIVERED)
    assert after.status is ReturnStatus.ARRIVED
    assert claimed(house, ret) == 2
