"""A return and its label: what the labels room announces, late, twice, out of order."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.labels.errors import LabelFault, LabelUnreadableError
from aftercare.labels.events import LabelFailed, LabelReleased
from aftercare.orders.model import OrderRefunded, Refund, email_key_of
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import IssuedLabel, Return, ReturnStatus
from tests.fakes.house import WORKER, House, unreadable_page
from tests.fakes.orders import EMAIL, NOON, ORDERS_INGEST
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


def submitted(house: House, units: int = 1) -> Return:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def approved(house: House) -> Return:
    return house.returns.approve(submitted(house).return_id, actor=WORKER)


def steps(house: House, ret: Return) -> list[str]:
    kinds = [entry.entry_type for entry in house.returns.timeline(ret)]
    return [kind.removeprefix("return.") for kind in kinds]


def released(ret: Return) -> LabelReleased:
    return LabelReleased(
        return_id=ret.return_id,
        label_id=new_id("lbl", NOON),
        ticket=ret.ticket,
        tracking_number="506141415115257387",
        carrier="post",
        carrier_name="The Post",
        sample=False,
    )


def test_a_released_label_is_attached_as_its_event_describes_it(house: House) -> None:
    ret = approved(house)
    event = released(ret)
    after = house.returns.attach_label(event, actor=WORKER)
    assert after.status is ReturnStatus.LABEL_READY
    assert after.label == IssuedLabel(event.label_id, event.tracking_number, "The Post", False)
    assert house.returns.owned(KEY, ret.return_id) == after


def test_who_read_the_return_before_its_label_reads_of_no_label(house: House) -> None:
    ret = approved(house)
    read = house.returns.owned(KEY, ret.return_id)
    house.returns.attach_label(released(ret), actor=WORKER)
    told = [entry.entry_type for entry in house.returns.timeline_as_read(read)]
    assert told == ["return.created", "return.submitted", "return.approved"]
    now = house.returns.owned(KEY, ret.return_id)
    assert house.returns.timeline_as_read(now) == house.returns.timeline(now)


def test_a_label_that_is_announced_twice_is_attached_once(house: House) -> None:
    ret = approved(house)
    event = released(ret)
    first = house.returns.attach_label(event, actor=WORKER)
    assert house.returns.attach_label(event, actor=WORKER) == first
    assert steps(house, ret) == ["created", "submitted", "approved", "label_ready"]


def test_a_label_that_is_announced_before_the_approval_comes_again_later(house: House) -> None:
    ret = submitted(house)
    event = released(ret)
    with refused(BusyError, "busy", "This return is not approved yet."):
        house.returns.attach_label(event, actor=WORKER)
    house.returns.approve(ret.return_id, actor=WORKER)
    assert house.returns.attach_label(event, actor=WORKER).status is ReturnStatus.LABEL_READY


def test_a_label_of_a_declined_return_changes_nothing(house: House) -> None:
    ret = submitted(house, units=2)
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": 1}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    declined = house.returns.approve(ret.return_id, actor=WORKER)
    assert house.returns.attach_label(released(ret), actor=WORKER) == declined
    assert house.label_request(ret.return_id) is None


def test_a_label_of_nobodys_return_is_refused(house: House) -> None:
    event = LabelFailed(new_id("ret", NOON), new_id("lbl", NOON), "R-AAAA-BBBB-C", "ticket_missing")
    with pytest.raises(ReturnNotFoundError):
        house.returns.record_label_failure(event, actor=WORKER)
    with pytest.raises(ReturnNotFoundError):
        house.label_request(event.return_id)


def test_a_label_that_does_not_scan_is_noted_once_and_the_next_one_is_attached(
    house: House,
) -> None:
    ret = approved(house)
    for _ in range(2):
        with pytest.raises(LabelUnreadableError):
            house.print_label(ret.return_id, unreadable_page)
    [failed] = house.label_entries(ret.return_id)
    for _ in range(2):
        house.deliver_label_entry(failed)
    waiting = house.returns.owned(KEY, ret.return_id)
    assert (waiting.status, waiting.label) == (ReturnStatus.APPROVED, None)
    assert waiting.label_fault == LabelFault.TRACKING_MISSING
    assert house.returns.timeline(ret)[-1].data == {
        "ticket": ret.ticket,
        "fault": "tracking_missing",
    }
    done = house.make_label(ret.return_id)
    assert (done.status, done.label_fault) == (ReturnStatus.LABEL_READY, "")
    assert steps(house, ret) == ["created", "submitted", "approved", "label_failed", "label_ready"]


def test_a_failure_that_arrives_after_its_label_changes_nothing(house: House) -> None:
    ret = approved(house)
    with pytest.raises(LabelUnreadableError):
        house.print_label(ret.return_id, unreadable_page)
    house.print_label(ret.return_id)
    failed, announced = house.label_entries(ret.return_id)
    house.deliver_label_entry(announced)
    house.deliver_label_entry(failed)
    assert steps(house, ret) == ["created", "submitted", "approved", "label_ready"]
    assert house.returns.owned(KEY, ret.return_id).status is ReturnStatus.LABEL_READY


def test_a_repeated_request_for_a_label_that_is_attached_makes_none(house: House) -> None:
    ret = approved(house)
    house.make_label(ret.return_id)
    assert house.label_request(ret.return_id) is None
    house.print_label(ret.return_id, unreadable_page)
    assert len(house.label_entries(ret.return_id)) == 1
