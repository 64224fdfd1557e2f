"""From a carrier's webhook to the order's delivery and to the return's move."""

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest

from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import RELEASED, SCANNED
from aftercare.labels.model import Label, LabelRequest, ScanKind
from aftercare.orders.model import Order, Parcel
from aftercare.orders.service import CHANGED
from aftercare.parcels.model import ParcelStatus
from aftercare.parcels.webhooks import Webhook
from label_worker.app import handler as label_worker
from orders_ingest.app import handler as orders_ingest
from parcel_worker.app import handler as parcel_worker
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER, House, plain_page
from tests.fakes.logs import logged
from tests.fakes.orders import HOME, NOON, ORDERS_INGEST, paid, shipped
from tests.fakes.outbox import committed_entries
from tests.fakes.parcels import (
    detail,
    shippo_webhook,
    track_event,
    track_status,
    tracker_event,
    webhook,
)

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
S = ParcelStatus
DONE: dict[str, list[object]] = {"batchItemFailures": []}
ARRIVED = NOON + timedelta(hours=30)


type Sender = Callable[..., Webhook]


def tell(*events: object, by: Sender = webhook, **how: Any) -> list[dict[str, Any]]:
    """Has the worker work those webhooks off; returns what it logged of them."""
    messages = [by(each, **how).to_message() for each in events]
    with logged() as log:
        assert parcel_worker(queue_event(*messages), CONTEXT) == DONE
    return [each for each in log.lines if each["message"] in {"parcel news", "webhook refused"}]


def delivery(number: str) -> dict[str, Any]:
    said = detail("delivered", "arrived_at_destination", at=ARRIVED)
    return tracker_event(detail("in_transit"), said, number=number)


def moved(tables: dict[str, str], number: str) -> list[Entry]:
    return [each for each in committed_entries(tables["ParcelsTable"]) if each.subject == number]


def pass_on(entries: Iterable[Entry], *workers: Any) -> None:
    """Has the workers take those entries, twice: the bus may repeat them."""
    messages = [bus_event(entry) for entry in entries for _ in "ab"]
    for worker in workers:
        if messages:
            assert worker(queue_event(*messages), CONTEXT) == DONE


def sent_order(house: House, number: str, tracked: str) -> Order:
    """An order on its way, in a parcel whose number the shop spells so."""
    house.orders.record(paid(number=number), actor=ORDERS_INGEST)
    parcel = Parcel(parcel_id=f"P-{number}", carrier="USPS", tracking_number=tracked)
    return house.orders.record(shipped(number, parcel=parcel), actor=ORDERS_INGEST)


def changed(number: str) -> Entry:
    return Entry(new_id("ent", NOON), CHANGED, number, NOON, {}, actor=WORKER)


@pytest.mark.parametrize("first", ["webhook", "order"])
def test_a_webhook_of_an_orders_parcel_begins_the_window(
    house: House, tables: dict[str, str], first: str
) -> None:
    number, tracked = house.new_number(), f"94{first}"
    sent_order(house, number, f"94_{first}")
    if first == "order":
        pass_on([changed(number)], parcel_worker)
    tell(delivery(tracked))
    if first == "webhook":
        pass_on([changed(number)], parcel_worker)
    pass_on(moved(tables, tracked.upper()), orders_ingest, label_worker)
    house.clock.forward(days=2)
    order = house.orders.get(number)
    assert order.status == "delivered"
    deliveries = order.parcel_deliveries[order.lines[0].line_id]
    assert [(each.delivered_at, each.units) for each in deliveries] == [
        (ARRIVED, order.lines[0].quantity)
    ]


def test_a_number_that_the_shop_has_mended_since_delivers_nothing(
    house: House, tables: dict[str, str]
) -> None:
    number = house.new_number()
    sent_order(house, number, "WRONG1")
    pass_on([changed(number)], parcel_worker)
    mended = Parcel(parcel_id=f"P-{number}", carrier="USPS", tracking_number="RIGHT1")
    house.orders.record(
        shipped(number, NOON + timedelta(hours=2), parcel=mended), actor=ORDERS_INGEST
    )
    tell(delivery("WRONG1"))
    pass_on(moved(tables, "WRONG1"), orders_ingest)
    house.clock.forward(days=2)
    assert house.orders.get(number).delivered_at is None


def released(house: House) -> Label:
    request = LabelRequest(new_id("ret", NOON), "R-AAAA-BBBB-C", "US", HOME)
    return house.labels.issue(request, plain_page, actor=WORKER)


def entries_of(house: House, label: Label, kind: str) -> list[Entry]:
    return [each for each in house.label_entries(label.return_id) if each.entry_type == kind]


def test_a_webhook_of_a_returns_parcel_is_a_scan_of_its_label(
    house: House, tables: dict[str, str]
) -> None:
    label = released(house)
    pass_on(entries_of(house, label, RELEASED), parcel_worker)
    tell(delivery(f"(00) {label.tracking_number}"))
    pass_on(moved(tables, label.tracking_number), label_worker, orders_ingest)
    kept = house.labels.store.of_return(label.return_id)
    assert kept
    assert kept.scans == {ScanKind.DELIVERED: ARRIVED}
    pass_on(entries_of(house, label, SCANNED), parcel_worker)
    [move] = moved(tables, label.tracking_number)
    assert move.data["status"] == S.DELIVERED


def test_a_scan_from_the_bus_is_news_of_its_parcel(house: House, tables: dict[str, str]) -> None:
    label = released(house)
    pass_on(entries_of(house, label, RELEASED), parcel_worker)
    scan = {"tracking_number": label.tracking_number, "kind": "in_transit"}
    event = {
        "source": "carriers",
        "detail-type": "parcel.scanned",
        "detail": scan | {"occurred_at": "2026-06-10T21:00:00+02:00"},
    }
    assert label_worker(queue_event(event), CONTEXT) == DONE
    pass_on(entries_of(house, label, SCANNED), parcel_worker)
    [move] = moved(tables, label.tracking_number)
    assert (move.data["status"], move.data["direction"]) == (S.IN_TRANSIT, "inbound")


@pytest.mark.parametrize("status", ["return_to_sender", "failure", "pre_transit"])
def test_a_parcel_that_does_not_come_to_us_moves_no_return(
    house: House, tables: dict[str, str], status: str
) -> None:
    label = released(house)
    pass_on(entries_of(house, label, RELEASED), parcel_worker)
    tell(tracker_event(detail(status), number=label.tracking_number))
    pass_on(moved(tables, label.tracking_number), label_worker)
    kept = house.labels.store.of_return(label.return_id)
    assert kept
    assert not kept.scans


def delivery_by_shippo(number: str) -> dict[str, Any]:
    said = track_status("DELIVERED", "delivered", at=ARRIVED)
    return track_event(track_status("TRANSIT"), said, number=number)


BY_EACH = pytest.mark.parametrize(
    ("by", "event"),
    [(webhook, delivery), (shippo_webhook, delivery_by_shippo)],
    ids=["easypost", "shippo"],
)


@BY_EACH
def test_fifty_deliveries_of_one_webhook_are_one(
    tables: dict[str, str], by: Sender, event: Callable[[str], object]
) -> None:
    number = f"{by.__name__}50".upper().replace("_", "")
    lines = [line for _ in range(5) for line in tell(*[event(number)] * 10, by=by)]
    assert [line["outcome"] for line in lines] == ["unknown", *["repeated"] * 49]
    assert moved(tables, number) == []


@BY_EACH
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"secret": "a guess"}, "forged"),
        ({"came_at": NOON + timedelta(days=3)}, "late"),
    ],
)
def test_a_webhook_without_effect_is_counted_and_done_with(
    tables: dict[str, str],
    by: Sender,
    event: Callable[[str], object],
    how: dict[str, Any],
    reason: str,
) -> None:
    [line] = tell(event("EZNO"), by=by, **how)
    assert (line["message"], line["reason"], line["carrier"]) == (
        "webhook refused",
        reason,
        by(b"").source,
    )
    assert "EZNO" not in json.dumps(line)
    assert moved(tables, "EZNO") == []


def test_a_webhook_of_shippo_moves_a_return(house: House, tables: dict[str, str]) -> None:
    label = released(house)
    pass_on(entries_of(house, label, RELEASED), parcel_worker)
    tell(delivery_by_shippo(label.tracking_number), by=shippo_webhook)
    pass_on(moved(tables, label.tracking_number), label_worker)
    kept = house.labels.store.of_return(label.return_id)
    assert kept
    assert kept.scans == {ScanKind.DELIVERED: ARRIVED}


def test_a_replayed_webhook_takes_nothing_back(tables: dict[str, str]) -> None:
    early = tracker_event(detail("in_transit"), number="EZREPLAY")
    [one, two, three] = tell(early, delivery("EZREPLAY"), early)
    assert [each["outcome"] for each in (one, two, three)] == ["unknown", "unknown", "repeated"]
    assert moved(tables, "EZREPLAY") == []
