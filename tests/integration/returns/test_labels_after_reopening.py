"""A return that is reopened after its label was voided gets another one once it is approved."""

from collections.abc import Callable

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelReleased
from aftercare.labels.model import LabelStatus, ScanKind
from aftercare.returns import events
from aftercare.returns.ending import EndingService
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.parcel_labels import WARNED_AFTER
from label_worker.app import handler
from tests.fakes.dock import Dock
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER
from tests.fakes.reviews import AGENT, LEAD, NO, Desk
from tests.integration.returns.test_cancelling import scan

pytestmark = pytest.mark.integration


def cancelled(dock: Dock) -> Return:
    ret = dock.sent()
    return dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)


def expired(dock: Dock) -> Return:
    ret = dock.sent()
    dock.house.clock.forward(days=29)
    return dock.house.returns.expire(ret.return_id, actor=WORKER)


def told(dock: Dock, ret: Return, kind: str) -> list[Entry]:
    return [entry for entry in dock.house.returns.timeline(ret) if entry.entry_type == kind]


def worked(*entries: Entry) -> None:
    """The label worker takes these entries, each twice."""
    for entry in entries * 2:
        assert handler(queue_event(bus_event(entry)), CONTEXT) == {"batchItemFailures": []}


def approved_again(desk: Desk, ends: EndingService, ret: Return) -> Return:
    ends.reopen(LEAD, ret.return_id, desk.version(ret.return_id), "It was cancelled by mistake.")
    return desk.decide(LEAD, desk.now(ret.return_id))


@pytest.mark.parametrize("end", [cancelled, expired], ids=["cancelled", "expired"])
def test_it_gets_another_label_whenever_the_first_one_is_voided(
    dock: Dock, desk: Desk, ends: EndingService, end: Callable[[Dock], Return]
) -> None:
    ret = end(dock)
    approved_again(desk, ends, ret)
    [end_entry] = told(dock, ret, desk.steps(ret)[desk.steps(ret).index(events.TAKEN_UP) - 1])
    after = dock.house.make_label(ret.return_id)
    worked(end_entry)
    assert (after.status, after.label_number) == (ReturnStatus.LABEL_READY, 2)
    assert after.label
    assert ret.label
    assert after.label.label_id != ret.label.label_id
    assert after.label_expires_at
    assert after.label_expires_at > dock.house.clock.now
    first, second = dock.house.labels.store.all_of_return(ret.return_id)
    assert (first.status, second.status) == (LabelStatus.VOIDED, LabelStatus.RELEASED)
    assert second.label_id == after.label.label_id


def test_its_first_label_told_of_again_is_not_attached(
    dock: Dock, desk: Desk, ends: EndingService
) -> None:
    ret = cancelled(dock)
    approved_again(desk, ends, ret)
    [first] = dock.house.label_entries(ret.return_id)
    dock.house.deliver_label_entry(first)
    assert LabelReleased.of(first).number == 1
    assert dock.now(ret).status is ReturnStatus.APPROVED


def test_ended_again_its_second_label_is_voided(
    dock: Dock, desk: Desk, ends: EndingService
) -> None:
    ret = cancelled(dock)
    worked(*told(dock, ret, events.CANCELLED))
    approved_again(desk, ends, ret)
    dock.house.make_label(ret.return_id)
    dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    worked(*told(dock, ret, events.CANCELLED))
    labels = dock.house.labels.store.all_of_return(ret.return_id)
    assert [label.status for label in labels] == [LabelStatus.VOIDED] * 2
    approved_again(desk, ends, ret)
    assert dock.house.make_label(ret.return_id).label_number == 3


def test_its_customer_is_told_of_the_end_of_the_second_label_too(
    dock: Dock, desk: Desk, ends: EndingService
) -> None:
    ret = dock.sent()
    for _ in range(2):
        dock.house.clock.forward(seconds=WARNED_AFTER.total_seconds())
        dock.house.returns.warn_of_expiry(ret.return_id, actor=WORKER)
        dock.house.clock.forward(days=8)
        dock.house.returns.expire(ret.return_id, actor=WORKER)
        approved_again(desk, ends, ret)
        dock.house.make_label(ret.return_id)
    assert len(told(dock, ret, events.LABEL_EXPIRING)) == 2


def test_a_return_that_was_declined_has_its_first_label_still_to_come(
    dock: Dock, desk: Desk, ends: EndingService
) -> None:
    ret = desk.decide(AGENT, desk.waiting(), NO)
    approved_again(desk, ends, ret)
    assert dock.house.make_label(ret.return_id).label_number == 1


def test_a_parcel_with_the_old_label_is_followed_with_that_one(
    dock: Dock, desk: Desk, ends: EndingService
) -> None:
    ret = cancelled(dock)
    approved_again(desk, ends, ret)
    assert scan(dock.house, ret, ScanKind.IN_TRANSIT).status is ReturnStatus.APPROVED
    dock.house.make_label(ret.return_id)
    after = scan(dock.house, ret, ScanKind.DELIVERED)
    assert after.status is ReturnStatus.ARRIVED
    assert after.label
    assert after.label.tracking_number == "5061"
