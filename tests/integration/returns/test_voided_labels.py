"""A parcel that is sent with a voided label: its return moves on, and a person is asked once."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.labels.events import VOID_REFUSED, LabelScanned
from aftercare.labels.model import HOUSE_CARRIER, Label, Scan, ScanKind, VoidAnswer
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from aftercare.returns.queueing import QueueOrder
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.settlement import Attention, AttentionCode
from aftercare.returns.wiring import ReceivingConfig, receiving_service
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.label_desks import FAILURES
from tests.fakes.reviews import AGENT, Desk
from tests.integration.returns.test_cancelling import KEY, cancel, claimed, kinds, labelled
from tests.integration.returns.test_receiving import received

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


@pytest.fixture
def dock(house: House, tables: dict[str, str]) -> ReceivingService:
    names = ("ReturnsTable", "OrdersTable", "DueTable")
    config = ReceivingConfig(*(tables[each] for each in names))
    return receiving_service(config, clock=house.clock)


def voided(house: House) -> Return:
    """A cancelled return whose label was taken back."""
    ret = labelled(house)
    cancel(house, ret)
    house.labels.void(ret.return_id, ret.ticket, actor=WORKER)
    return ret


def label_of(house: House, ret: Return) -> Label:
    label = house.labels.store.of_return(ret.return_id)
    assert label
    return label


def scanned(house: House, ret: Return, kind: ScanKind = ScanKind.IN_TRANSIT) -> Return:
    """The carrier scans the parcel; the returns worker takes every entry of it, again, too."""
    number = label_of(house, ret).tracking_number
    scan = Scan(HOUSE_CARRIER, number, kind, house.clock.now)
    house.labels.record_scan(scan, actor=WORKER)
    for entry in house.label_entries(ret.return_id):
        house.deliver_label_entry(entry)
    after = house.returns.store.get(ret.return_id)
    assert after
    return after


def told(house: House, ret: Return) -> list[LabelScanned]:
    entries = house.label_entries(ret.return_id)
    return [LabelScanned.of(each) for each in entries if each.entry_type == "label.scanned"]


def test_the_first_scan_of_a_voided_label_asks_a_person_once(house: House, desk: Desk) -> None:
    ret = voided(house)
    after = scanned(house, ret)
    assert after.status is ReturnStatus.IN_TRANSIT
    assert after.attention == Attention(AttentionCode.VOIDED_LABEL, house.clock.now)
    assert claimed(house, ret) == 2, "its units are its own: the parcel is not lost"
    assert scanned(house, ret, ScanKind.DELIVERED).status is ReturnStatus.ARRIVED
    assert kinds(house, ret).count(events.VOIDED_LABEL_SCANNED) == 1
    assert [each.voided for each in told(house, ret)] == [True, False]
    queue = desk.reviews.queue(AGENT, QueueOrder.AGE)
    [case] = [each for each in queue.cases if each.return_id == ret.return_id]
    assert (case.status, case.attention) == ("arrived", AttentionCode.VOIDED_LABEL)


def test_the_receipt_of_the_parcel_answers_it(house: House, dock: ReceivingService) -> None:
    ret = scanned(house, voided(house))
    assert received(dock, ret).attention is None
    assert scanned(house, ret, ScanKind.DELIVERED).attention is None


def test_nobody_is_asked_about_a_parcel_that_is_here(house: House, dock: ReceivingService) -> None:
    ret = voided(house)
    received(dock, ret)
    assert scanned(house, ret).attention is None


@pytest.mark.parametrize("takes_back", [None, VoidAnswer.REFUSED])
def test_the_scan_of_a_label_that_is_live_asks_nobody(
    house: House, takes_back: VoidAnswer | None
) -> None:
    ret = labelled(house)
    if takes_back:
        label = label_of(house, ret)
        scan = Scan(HOUSE_CARRIER, label.tracking_number, ScanKind.IN_TRANSIT, house.clock.now)
        house.labels.record_scan(scan, actor=WORKER)
        house.labels.void(ret.return_id, ret.ticket, actor=WORKER)
        assert VOID_REFUSED in [each.entry_type for each in house.label_entries(ret.return_id)]
    after = scanned(house, ret, ScanKind.DELIVERED)
    assert after.attention is None
    assert [each.voided for each in told(house, ret)] == [False] * len(told(house, ret))


def test_where_nobody_knows_what_the_carrier_said_a_person_is_asked(house: House) -> None:
    ret = labelled(house)
    cancel(house, ret)
    plan = Plan(Fault.CRASH_BEFORE, 3, list)  # asked, and not written down what was answered
    with Saboteur().planted() as saboteur:
        try:
            with saboteur.during(plan):
                house.labels.void(ret.return_id, ret.ticket, actor=WORKER)
        except FAILURES:
            pass
    label = label_of(house, ret)
    assert (label.void_asked_at is not None, label.void_answer) == (True, None)
    assert scanned(house, ret).attention


def test_a_return_that_was_cancelled_again_is_asked_about_once_for_its_label(house: House) -> None:
    ret = voided(house)
    scanned(house, ret)
    with pytest.raises(Exception, match="cancelled any more"):
        house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)
    assert kinds(house, scanned(house, ret)).count(events.VOIDED_LABEL_SCANNED) == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", range(1, 9))
def test_with_a_fault_at_a_write_the_next_try_asks_once(
    house: House, write: int, fault: Fault
) -> None:
    ret = voided(house)
    with Saboteur().planted() as saboteur:
        try:
            with saboteur.during(Plan(fault, write, lambda: None)):
                scanned(house, ret)
        except FAILURES:
            pass
    after = scanned(house, ret)
    assert after.status is ReturnStatus.IN_TRANSIT
    assert after.attention
    assert kinds(house, ret).count(events.VOIDED_LABEL_SCANNED) == 1
    assert claimed(house, ret) == 2
