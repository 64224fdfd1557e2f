"""A carrier's scan reaches its label by its number, once for each kind, in any order."""

from datetime import timedelta

import pytest

from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.errors import ScanInvalidError, TrackingUnknownError
from aftercare.labels.events import RELEASED, SCANNED, VOIDED, LabelScanned
from aftercare.labels.model import HOUSE_CARRIER, Label, LabelRequest, Scan, ScanKind
from aftercare.labels.scans import scan
from aftercare.returns.events import CANCELLED
from label_worker.app import handler
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.orders import HOME, NOON
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration


def released(house: House, *, prepaid: bool = True) -> Label:
    request = LabelRequest(new_id("ret", NOON), "R-AAAA-BBBB-C", "US", HOME, prepaid)
    return house.labels.issue(request, plain_page, actor=WORKER)


def scanned(label: Label, kind: ScanKind, hours: float = 0) -> Scan:
    return Scan(HOUSE_CARRIER, label.tracking_number, kind, NOON + timedelta(hours=hours))


def scans_told(house: House, label: Label) -> list[LabelScanned]:
    entries = house.label_entries(label.return_id)
    return [LabelScanned.of(entry) for entry in entries if entry.entry_type == SCANNED]


def test_the_first_scan_of_each_kind_is_noted_and_told(house: House) -> None:
    label = released(house)
    for kind, hours in [("in_transit", 1), ("in_transit", 2), ("delivered", 3), ("delivered", 4)]:
        house.labels.record_scan(scanned(label, ScanKind(kind), hours), actor=WORKER)
    kept = house.labels.store.of_return(label.return_id)
    assert kept
    assert kept.scans == {
        ScanKind.IN_TRANSIT: NOON + timedelta(hours=1),
        ScanKind.DELIVERED: NOON + timedelta(hours=3),
    }
    told = [(each.kind, each.scanned_at, each.tracking_number) for each in scans_told(house, label)]
    assert told == [(kind, at, label.tracking_number) for kind, at in kept.scans.items()]


def test_a_delivery_may_be_told_before_the_way_there(house: House) -> None:
    label = released(house)
    for kind in (ScanKind.DELIVERED, ScanKind.IN_TRANSIT):
        house.labels.record_scan(scanned(label, kind), actor=WORKER)
    assert [each.kind for each in scans_told(house, label)] == ["delivered", "in_transit"]


def test_a_voided_label_may_be_scanned(house: House) -> None:
    label = released(house)
    house.labels.void(label.return_id, label.ticket, actor=WORKER)
    house.labels.record_scan(scanned(label, ScanKind.IN_TRANSIT), actor=WORKER)
    assert len(scans_told(house, label)) == 1


def test_a_number_that_no_label_has_is_refused(house: House) -> None:
    unknown = Scan(HOUSE_CARRIER, "000000000000000000", ScanKind.IN_TRANSIT, NOON)
    with refused(TrackingUnknownError, "tracking_unknown", "No label has that tracking number."):
        house.labels.record_scan(unknown, actor=WORKER)


def test_another_carriers_same_number_is_another_parcel(house: House) -> None:
    label = released(house)
    other = Scan("post", label.tracking_number, ScanKind.IN_TRANSIT, NOON)
    with pytest.raises(TrackingUnknownError):
        house.labels.record_scan(other, actor=WORKER)


def test_two_scans_at_once_are_both_noted(house: House) -> None:
    label = released(house)
    for request in (1, 2, 3):
        plan = Plan(
            Fault.RACED,
            request,
            lambda: house.labels.record_scan(scanned(label, ScanKind.DELIVERED), actor=WORKER),
        )
        with Saboteur().planted() as saboteur, saboteur.during(plan):
            house.labels.record_scan(scanned(label, ScanKind.IN_TRANSIT), actor=WORKER)
    assert sorted(each.kind for each in scans_told(house, label)) == ["delivered", "in_transit"]


def test_a_slip_has_a_number_of_its_own_and_is_found_by_it(house: House) -> None:
    label = released(house, prepaid=False)
    assert not label.prepaid
    house.labels.record_scan(scanned(label, ScanKind.DELIVERED), actor=WORKER)
    assert len(scans_told(house, label)) == 1


@pytest.mark.usefixtures("functions")
def test_the_worker_takes_a_carriers_event(house: House) -> None:
    label = released(house)
    event = {
        "source": "carriers",
        "detail-type": "parcel.scanned",
        "detail": {
            "tracking_number": label.tracking_number,
            "kind": "in_transit",
            "occurred_at": "2026-06-10T21:00:00+02:00",
        },
    }
    assert handler(queue_event(event, event), CONTEXT) == {"batchItemFailures": []}
    assert [each.scanned_at for each in scans_told(house, label)] == [NOON]


@pytest.mark.usefixtures("functions")
def test_the_worker_voids_the_label_of_a_cancelled_return_once(house: House) -> None:
    label = released(house)
    entry = Entry(
        new_id("ent", NOON),
        CANCELLED,
        label.return_id,
        NOON,
        {"ticket": label.ticket},
        actor=WORKER,
    )
    for _ in range(2):
        assert handler(queue_event(bus_event(entry)), CONTEXT) == {"batchItemFailures": []}
    told = [each.entry_type for each in house.label_entries(label.return_id)]
    assert told == [RELEASED, VOIDED]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", "lost"),
        ("tracking_number", ""),
        ("occurred_at", "yesterday"),
        ("occurred_at", "1970-01-01T00:00:00Z"),
    ],
)
def test_a_scan_that_cannot_be_read_names_its_field(field: str, value: str) -> None:
    good = {"tracking_number": "1", "kind": "delivered", "occurred_at": "2026-06-10T19:00:00Z"}
    assert scan(good).carrier == HOUSE_CARRIER
    with pytest.raises(ScanInvalidError) as refusal:
        scan(good | {field: value})
    assert refusal.value.facts["field"] == field
