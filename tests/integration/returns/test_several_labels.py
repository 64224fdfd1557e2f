"""A return that does not fit into one parcel gets a label for each, and each is voided in time."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from botocore.exceptions import BotoCoreError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.timeline import Entry
from aftercare.labels.events import LabelReleased
from aftercare.labels.model import Label, LabelFormat, LabelStatus, Paper, ScanKind
from aftercare.orders.model import email_key_of
from aftercare.returns import events
from aftercare.returns.ending import EndingService
from aftercare.returns.errors import ReturnNotFoundError
from aftercare.returns.model import ParcelWay, Return, ReturnStatus
from aftercare.returns.parcel_labels import ParcelRefusedError, next_parcel
from aftercare.returns.policy import Payer
from aftercare.staff.errors import NotPermittedError
from label_worker.app import handler
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.dock import Dock
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import WORKER
from tests.fakes.orders import FIGURE
from tests.fakes.refusals import refused
from tests.fakes.reviews import AGENT, AUDITOR, LEAD
from tests.integration.returns.test_cancelling import scan

pytestmark = pytest.mark.integration
SENTENCE = "This return can't have another label now."
UNNAMED = "No label was asked for: the form doesn't say which parcel it is for."
ENDED = (CrashError, PynamoDBException, BotoCoreError, AftercareError)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


def asked(dock: Dock, ret: Return, parcel: int = 2) -> Return:
    return dock.house.returns.add_parcel(ret.email_key, ret.return_id, parcel, actor=CUSTOMER)


def worked(dock: Dock, ret: Return, kind: str) -> Return:
    """The label worker takes each entry of that kind twice, and the returns worker what it says."""
    for entry in told(dock, ret, kind) * 2:
        assert handler(queue_event(bus_event(entry)), CONTEXT) == {"batchItemFailures": []}
    for each in dock.house.label_entries(ret.return_id) * 2:
        dock.house.deliver_label_entry(each)
    return dock.now(ret)


def labelled(dock: Dock, parcels: int = 2) -> Return:
    """A return in so many parcels, each with its label."""
    ret = dock.sent(dock.house.delivered_order(replace(FIGURE, quantity=9)), {"1": 9})
    for parcel in range(2, parcels + 1):
        asked(dock, ret, parcel)
    return worked(dock, ret, events.PARCEL_ADDED)


def told(dock: Dock, ret: Return, kind: str) -> list[Entry]:
    return [entry for entry in dock.house.returns.timeline(ret) if entry.entry_type == kind]


def labels(dock: Dock, ret: Return) -> dict[int, Label]:
    return {each.parcel: each for each in dock.house.labels.store.all_of_return(ret.return_id)}


def statuses(dock: Dock, ret: Return) -> dict[int, LabelStatus]:
    return {parcel: label.status for parcel, label in labels(dock, ret).items()}


def test_who_needs_another_label_gets_it_once(dock: Dock) -> None:
    ret = dock.sent()
    for _ in range(2):
        assert asked(dock, ret).parcels == 2
    after = worked(dock, ret, events.PARCEL_ADDED)
    [second] = after.more_labels
    assert (after.status, after.label) == (ReturnStatus.LABEL_READY, ret.label)
    assert second.label.label_id == labels(dock, ret)[2].label_id
    assert second.expires_at == dock.house.clock.now + timedelta(days=28)
    [entry] = told(dock, ret, events.PARCEL_ADDED)
    assert (entry.data["parcel"], entry.actor) == ("2", CUSTOMER)
    assert len(told(dock, ret, events.PARCEL_LABELLED)) == 1


def test_there_are_no_more_parcels_than_units_and_never_more_than_five(dock: Dock) -> None:
    ret = dock.sent()
    asked(dock, ret)
    with refused(ParcelRefusedError, "parcel_refused", SENTENCE):
        asked(dock, ret, 3)
    many = labelled(dock, 5)
    assert [each.parcel for each in many.more_labels] == [2, 3, 4, 5]
    with refused(ParcelRefusedError, "parcel_refused", SENTENCE):
        asked(dock, many, 6)


@pytest.mark.parametrize("parcel", [3, 999999])
def test_a_parcel_that_is_not_the_next_one_is_refused(dock: Dock, parcel: int) -> None:
    ret = labelled(dock, 1)
    with refused(ParcelRefusedError, "parcel_refused", SENTENCE):
        asked(dock, ret, parcel)


@pytest.mark.parametrize("parcel", [-1, 0, 1])
def test_a_parcel_that_nobody_adds_is_refused(dock: Dock, ends: EndingService, parcel: int) -> None:
    ret = dock.sent()
    with refused(ParcelRefusedError, "parcel_refused", UNNAMED):
        asked(dock, ret, parcel)
    with refused(ParcelRefusedError, "parcel_refused", UNNAMED):
        ends.add_parcel(AGENT, ret.return_id, parcel)
    assert dock.now(ret) == ret


def test_nobody_asks_for_anothers_return_or_without_the_role(
    dock: Dock, ends: EndingService
) -> None:
    ret = dock.sent()
    with pytest.raises(ReturnNotFoundError):
        dock.house.returns.add_parcel(
            email_key_of("x@example.com"), ret.return_id, 2, actor=CUSTOMER
        )
    with pytest.raises(NotPermittedError):
        ends.add_parcel(AUDITOR, ret.return_id, 2)
    assert dock.now(ret) == ret


def test_staff_ask_for_a_customer_and_both_together_ask_once(
    dock: Dock, ends: EndingService
) -> None:
    ret = dock.sent()
    assert ends.add_parcel(AGENT, ret.return_id, 2).parcels == 2
    assert ends.add_parcel(LEAD, ret.return_id, 2).parcels == 2
    assert asked(dock, ret).parcels == 2
    [entry] = told(dock, ret, events.PARCEL_ADDED)
    assert entry.actor == AGENT.actor


def test_once_a_parcel_was_scanned_there_is_no_other_label(dock: Dock) -> None:
    ret = dock.sent()
    scan(dock.house, ret, ScanKind.IN_TRANSIT)
    with refused(ParcelRefusedError, "parcel_refused", SENTENCE):
        asked(dock, ret)


def test_there_is_one_label_across_a_customs_border_and_where_the_customer_pays(
    dock: Dock,
) -> None:
    ret = dock.sent()
    assert next_parcel(ret) == 2
    assert ret.label
    abroad = replace(ret.label, formats=(LabelFormat.PDF, Paper.DECLARATION))
    assert next_parcel(replace(ret, label=abroad)) is None
    line = ret.lines[0]
    assert line.decision
    unpaid = replace(line, decision=replace(line.decision, payer=Payer.BUYER))
    assert next_parcel(replace(ret, lines=(unpaid,))) is None


def test_a_label_that_was_asked_for_is_made_though_the_first_parcel_is_on_its_way(
    dock: Dock,
) -> None:
    ret = dock.sent()
    asked(dock, ret)
    scan(dock.house, ret, ScanKind.IN_TRANSIT)
    after = worked(dock, ret, events.PARCEL_ADDED)
    assert [each.parcel for each in after.more_labels] == [2]
    assert after.status is ReturnStatus.IN_TRANSIT


@pytest.mark.parametrize("fault", FAULTS)
def test_with_a_fault_at_its_write_it_is_asked_for_once(dock: Dock, fault: Fault) -> None:
    ret = dock.sent()
    plan = Plan(fault, 1, lambda: None)
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        asked(dock, ret)
    assert plan.struck
    assert asked(dock, ret).parcels == 2
    assert len(told(dock, ret, events.PARCEL_ADDED)) == 1


@pytest.mark.parametrize("request_number", range(1, 5))
@pytest.mark.parametrize("rival", ["another tab", "a scan", "the end"])
def test_with_a_rival_at_any_moment_it_is_asked_for_once_or_refused(
    dock: Dock, request_number: int, rival: str
) -> None:
    ret = dock.sent()
    returns = dock.house.returns
    rivals: dict[str, Callable[[], object]] = {
        "another tab": lambda: asked(dock, ret),
        "a scan": lambda: scan(dock.house, ret, ScanKind.IN_TRANSIT),
        "the end": lambda: returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER),
    }
    plan = Plan(Fault.RACED, request_number, rivals[rival])
    with Saboteur().planted() as saboteur, suppress(*ENDED), saboteur.during(plan):
        asked(dock, ret)
    after = worked(dock, ret, events.PARCEL_ADDED)
    worked(dock, ret, events.CANCELLED)
    added = len(told(dock, ret, events.PARCEL_ADDED))
    assert (after.parcels, added) in {(1, 0), (2, 1)}
    if after.status is ReturnStatus.CANCELLED:
        assert set(statuses(dock, ret).values()) == {LabelStatus.VOIDED}
    else:
        assert set(statuses(dock, ret)) == set(range(1, after.parcels + 1))


def cancelled(dock: Dock, ret: Return) -> str:
    dock.house.returns.cancel(ret.email_key, ret.return_id, actor=CUSTOMER)
    return events.CANCELLED


def expired(dock: Dock, ret: Return) -> str:
    dock.house.clock.forward(days=28)
    dock.house.returns.expire(ret.return_id, actor=WORKER)
    return events.EXPIRED


@pytest.mark.parametrize("end", [cancelled, expired])
def test_the_end_of_a_return_voids_each_label_and_a_late_request_makes_none(
    dock: Dock, end: Callable[[Dock, Return], str]
) -> None:
    ret = labelled(dock)
    asked(dock, ret, 3)
    [*_, late] = told(dock, ret, events.PARCEL_ADDED)
    worked(dock, ret, end(dock, ret))
    assert handler(queue_event(bus_event(late)), CONTEXT) == {"batchItemFailures": []}
    assert statuses(dock, ret) == dict.fromkeys((1, 2, 3), LabelStatus.VOIDED)


def test_a_label_that_is_told_of_after_the_end_is_not_attached(dock: Dock) -> None:
    ret = dock.sent()
    asked(dock, ret)
    [entry] = told(dock, ret, events.PARCEL_ADDED)
    handler(queue_event(bus_event(entry)), CONTEXT)
    kind = cancelled(dock, ret)
    assert worked(dock, ret, kind).more_labels == ()
    assert statuses(dock, ret) == dict.fromkeys((1, 2), LabelStatus.VOIDED)


def test_a_return_that_a_scan_takes_up_again_gets_no_label_that_was_given_up(dock: Dock) -> None:
    ret = dock.sent()
    asked(dock, ret)
    cancelled(dock, ret)
    after = scan(dock.house, ret, ScanKind.IN_TRANSIT)
    assert (after.status, after.ways[2]) == (ReturnStatus.IN_TRANSIT, ParcelWay.VOIDED)
    assert dock.house.label_request(ret.return_id, 2) is None


def test_each_label_ends_28_days_after_its_own_release(dock: Dock) -> None:
    ret = labelled(dock, 1)
    dock.house.clock.forward(days=10)
    asked(dock, ret)
    worked(dock, ret, events.PARCEL_ADDED)
    dock.house.clock.forward(days=18)
    for _ in range(2):
        after = dock.house.returns.expire(ret.return_id, actor=WORKER)
    assert (after.status, after.ways) == (ReturnStatus.LABEL_READY, {1: ParcelWay.VOIDED})
    worked(dock, ret, events.PARCEL_EXPIRED)
    assert statuses(dock, ret) == {1: LabelStatus.VOIDED, 2: LabelStatus.RELEASED}
    assert len(told(dock, ret, events.PARCEL_EXPIRED)) == 1
    dock.house.clock.forward(days=10)
    after = dock.house.returns.expire(ret.return_id, actor=WORKER)
    assert after.status is ReturnStatus.EXPIRED
    worked(dock, ret, events.EXPIRED)
    assert statuses(dock, ret) == dict.fromkeys((1, 2), LabelStatus.VOIDED)


def test_a_label_that_its_return_has_lost_is_attached_once_more_and_not_bought(
    dock: Dock,
) -> None:
    """An earlier version that writes a return drops what it does not know."""
    ret = labelled(dock)
    before = labels(dock, ret)[2]
    store = dock.house.returns.store
    store.save_claim(replace(ret, parcels=1, more_labels=(), ways={}))
    ret = asked(dock, dock.now(ret))
    after = worked(dock, ret, events.PARCEL_ADDED)
    assert [each.label.label_id for each in after.more_labels] == [before.label_id]
    assert labels(dock, ret)[2].tracking_number == before.tracking_number


def test_a_return_that_is_taken_up_again_starts_with_one_label(
    dock: Dock, ends: EndingService
) -> None:
    ret = labelled(dock, 3)
    worked(dock, ret, cancelled(dock, ret))
    version = dock.now(ret).version or 0
    after = ends.reopen(LEAD, ret.return_id, version, "It was cancelled by mistake.")
    assert (after.label_number, after.parcels, after.more_labels) == (2, 1, ())
    for each in dock.house.label_entries(ret.return_id):
        dock.house.deliver_label_entry(each)
    assert dock.now(ret).more_labels == ()


def test_news_of_a_label_of_before_the_reopening_is_not_attached(dock: Dock) -> None:
    ret = labelled(dock)
    second, *_ = [
        each
        for each in dock.house.label_entries(ret.return_id)
        if LabelReleased.of(each).parcel == 2
    ]
    store = dock.house.returns.store
    store.save_claim(replace(ret, label_number=2, parcels=1, more_labels=()))
    dock.house.deliver_label_entry(second)
    assert dock.now(ret).more_labels == ()
