"""A return is cancelled until its parcel's first scan, and a scan after that reopens it."""

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import Order, email_key_of
from aftercare.returns import events
from aftercare.returns.errors import ReturnOnItsWayError
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
TOO_LATE = "This return can't be cancelled any more."


def submitted(house: House, order: Order | None = None, units: int = 2) -> Return:
    draft = house.draft(order or house.delivered_order(), new_id("ret", NOON), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def labelled(house: House, order: Order | None = None) -> Return:
    ret = submitted(house, order)
    house.returns.approve(ret.return_id, actor=WORKER)
    return house.make_label(ret.return_id)


def cancel(house: House, ret: Return) -> Return:
    return house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)


def scan(house: House, ret: Return, kind: ScanKind) -> Return:
    """The entry of a scan, as the returns worker takes it."""
    scanned = LabelScanned(
        ret.return_id, "lbl_1", ret.ticket, "5061", "The Post", False, kind, house.clock.now
    )
    return house.returns.record_scan(scanned, actor=WORKER)


def claimed(house: House, ret: Return) -> int:
    return house.returns.store.claimed_units(ret.order_number)["1"]


def kinds(house: House, ret: Return) -> list[str]:
    known = [entry.entry_type for entry in house.returns.timeline(ret)]
    return [kind for kind in known if kind not in {events.CREATED, events.SUBMITTED}]


@pytest.mark.parametrize("step", ["submitted", "approved", "label_ready"])
def test_a_cancelled_return_frees_its_units_once(house: House, step: str) -> None:
    ret = submitted(house)
    if step != "submitted":
        house.returns.approve(ret.return_id, actor=WORKER)
    if step == "label_ready":
        house.make_label(ret.return_id)
    for _ in range(2):
        assert cancel(house, ret).status is ReturnStatus.CANCELLED
    assert claimed(house, ret) == 0
    assert kinds(house, ret)[-1:] == [events.CANCELLED]
    assert kinds(house, ret).count(events.CANCELLED) == 1
    assert submitted(house, house.orders.get(ret.order_number)).holds_units


def test_a_cancelled_return_is_neither_approved_nor_labelled(house: House) -> None:
    ret = submitted(house)
    cancel(house, ret)
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.CANCELLED
    assert house.label_request(ret.return_id) is None
    other = labelled(house)
    entries = house.label_entries(other.return_id)
    cancel(house, other)
    for entry in entries:
        house.deliver_label_entry(entry)
    assert house.returns.owned(KEY, other.return_id).status is ReturnStatus.CANCELLED


def test_after_the_first_scan_it_is_too_late_to_cancel(house: House) -> None:
    ret = labelled(house)
    assert ret.is_cancellable
    scan(house, ret, ScanKind.IN_TRANSIT)
    with refused(ReturnOnItsWayError, "return_on_its_way", TOO_LATE):
        cancel(house, ret)
    scan(house, ret, ScanKind.DELIVERED)
    with refused(ReturnOnItsWayError, "return_on_its_way", TOO_LATE):
        cancel(house, ret)
    assert claimed(house, ret) == 2


def test_a_draft_is_not_cancelled(house: House) -> None:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    with refused(ReturnOnItsWayError, "return_on_its_way", TOO_LATE):
        cancel(house, draft)


@pytest.mark.parametrize(
    ("told", "steps"),
    [
        ([ScanKind.IN_TRANSIT, ScanKind.DELIVERED], [events.IN_TRANSIT, events.ARRIVED]),
        ([ScanKind.DELIVERED, ScanKind.IN_TRANSIT], [events.ARRIVED]),
        ([ScanKind.IN_TRANSIT, ScanKind.IN_TRANSIT], [events.IN_TRANSIT]),
    ],
)
def test_scans_in_any_order_and_twice_move_it_on_and_never_back(
    house: House, told: list[ScanKind], steps: list[str]
) -> None:
    ret = labelled(house)
    for kind in told:
        scan(house, ret, kind)
        scan(house, ret, kind)
    assert kinds(house, ret) == [events.APPROVED, events.LABEL_READY, *steps]
    assert house.returns.owned(KEY, ret.return_id).status.value == steps[-1].partition(".")[2]


def test_a_scan_before_its_label_is_attached_comes_again(house: House) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    with pytest.raises(BusyError):
        scan(house, ret, ScanKind.IN_TRANSIT)


@pytest.mark.parametrize("kind", list(ScanKind))
def test_a_scan_after_a_cancel_reopens_it(house: House, kind: ScanKind) -> None:
    ret = labelled(house)
    cancel(house, ret)
    for _ in range(2):
        after = scan(house, ret, kind)
    assert (
        after.status
        is {
            ScanKind.IN_TRANSIT: ReturnStatus.IN_TRANSIT,
            ScanKind.DELIVERED: ReturnStatus.ARRIVED,
        }[kind]
    )
    assert claimed(house, ret) == 2
    assert kinds(house, ret)[2:-1] == [events.CANCELLED, events.REOPENED]
    [reopened] = [
        each for each in house.returns.timeline(ret) if each.entry_type == events.REOPENED
    ]
    assert reopened.data == {"ticket": ret.ticket, "contested": "0"}


def test_a_scan_takes_the_units_back_from_a_return_that_took_them_meanwhile(house: House) -> None:
    ret = labelled(house)
    cancel(house, ret)
    order = house.orders.get(ret.order_number)
    other = submitted(house, order, units=1)
    scan(house, ret, ScanKind.IN_TRANSIT)
    reopened = house.returns.timeline(ret)[-2]
    assert (reopened.entry_type, reopened.data["contested"]) == (events.REOPENED, "1")
    assert claimed(house, ret) == 3
    declined = house.returns.approve(other.return_id, actor=WORKER)
    assert declined.status is ReturnStatus.DECLINED
    assert claimed(house, ret) == 2


def test_a_return_that_is_reopened_has_the_label_that_it_did_not_wait_for(house: House) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    house.print_label(ret.return_id)
    cancel(house, ret)
    [released] = house.label_entries(ret.return_id)
    house.deliver_label_entry(released)
    after = scan(house, ret, ScanKind.IN_TRANSIT)
    assert after.label
    assert (after.label.tracking_number, after.label.carrier) == ("5061", "The Post")


@pytest.mark.parametrize("request_number", [1, 2])
def test_a_cancel_and_a_scan_at_the_same_moment_end_on_its_way(
    house: House, request_number: int
) -> None:
    ret = labelled(house)
    plan = Plan(Fault.RACED, request_number, lambda: scan(house, ret, ScanKind.IN_TRANSIT))
    with (
        Saboteur().planted() as saboteur,
        saboteur.during(plan),
        pytest.raises(ReturnOnItsWayError),
    ):
        cancel(house, ret)
    assert plan.struck
    assert house.returns.owned(KEY, ret.return_id).status is ReturnStatus.IN_TRANSIT
    assert claimed(house, ret) == 2


@pytest.mark.parametrize("request_number", range(1, 5))
def test_a_scan_and_a_cancel_at_the_same_moment_end_on_its_way(
    house: House, request_number: int
) -> None:
    ret = labelled(house)
    rivals = [lambda: cancel(house, ret)]

    def rival() -> None:
        try:
            rivals[0]()
        except ReturnOnItsWayError:
            return

    plan = Plan(Fault.RACED, request_number, rival)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        scan(house, ret, ScanKind.IN_TRANSIT)
    assert scan(house, ret, ScanKind.IN_TRANSIT).status is ReturnStatus.IN_TRANSIT
    assert claimed(house, ret) == 2


def test_a_label_that_nobody_used_is_warned_of_once(house: House) -> None:
    ret = labelled(house)
    house.clock.forward(days=21, seconds=-1)
    house.returns.warn_of_expiry(ret.return_id, actor=WORKER)
    assert events.LABEL_EXPIRING not in kinds(house, ret), "too early"
    house.clock.forward(seconds=1)
    for _ in range(2):
        house.returns.warn_of_expiry(ret.return_id, actor=WORKER)
    assert kinds(house, ret).count(events.LABEL_EXPIRING) == 1
    stored = house.returns.owned(KEY, ret.return_id)
    assert stored.label_expires_at
    assert (stored.label_expires_at - house.clock.now).days == 7


@pytest.mark.parametrize("then", ["cancel", "scan"])
def test_a_label_that_was_used_or_cancelled_is_not_warned_of(house: House, then: str) -> None:
    ret = labelled(house)
    if then == "cancel":
        cancel(house, ret)
    else:
        scan(house, ret, ScanKind.IN_TRANSIT)
    house.clock.forward(days=22)
    house.returns.warn_of_expiry(ret.return_id, actor=WORKER)
    assert events.LABEL_EXPIRING not in kinds(house, ret)
