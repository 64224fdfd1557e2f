"""A return that was reopened after its label was voided gets another one, and never two at once."""

from collections.abc import Callable

import pytest

from aftercare.labels.events import LabelScanned
from aftercare.labels.model import LabelStatus
from aftercare.labels.wiring import LabelsConfig, label_erasing
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.environment import BUCKETS
from tests.fakes.house import House
from tests.fakes.label_desks import LabelDesk, Post, label_desk

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
# What a worker sends for the second label: it reads both, claims, buys, prints, releases.
REQUESTS = range(1, 17)


@pytest.fixture
def at(house: House) -> LabelDesk:
    return label_desk(house, Post())


def test_after_a_voided_label_the_next_one_is_bought_once(at: LabelDesk) -> None:
    first = at.issue()
    at.void()
    second = at.issue(2)
    assert at.issue(2) == second
    assert (second.status, second.number) == (LabelStatus.RELEASED, 2)
    assert at.post.live == {second.label_id: second.tracking_number}
    assert at.post.sold == [first.label_id, second.label_id]
    told = {each.number: each.label_id for each in at.released()}
    assert told == {1: first.label_id, 2: second.label_id}
    assert len(at.released()) == 2
    kept = at.house.labels.store.of_return(at.return_id)
    assert kept
    assert (kept.label_id, kept.status) == (first.label_id, LabelStatus.VOIDED)


def test_a_label_that_was_still_to_be_voided_is_voided_first(at: LabelDesk) -> None:
    first = at.issue()
    second = at.issue(2)
    assert at.void().status is LabelStatus.VOIDED
    assert at.post.live == {second.label_id: second.tracking_number}
    assert second.label_id != first.label_id


def test_a_label_that_was_never_made_is_not_made_after_the_next_one(at: LabelDesk) -> None:
    second = at.issue(2)
    assert at.issue().status is LabelStatus.VOIDED
    assert at.post.sold == [second.label_id]


def test_old_news_of_the_end_voids_no_later_label(at: LabelDesk) -> None:
    at.issue()
    at.void()
    second = at.issue(2)
    at.void()
    assert at.service.store.of_return(at.return_id, 2) == second
    assert at.void(2).status is LabelStatus.VOIDED
    assert at.post.live == {}


def test_a_label_that_its_carrier_keeps_stands_in_nobodys_way(at: LabelDesk) -> None:
    first = at.issue()
    at.post.takes_back = False
    second = at.issue(2)
    assert at.post.sold == [first.label_id, second.label_id]
    at.post.takes_back = True
    assert at.again().status is LabelStatus.VOIDED
    assert at.post.live == {second.label_id: second.tracking_number}


def test_who_has_sent_the_parcel_gets_no_other_label(at: LabelDesk) -> None:
    first = at.issue()
    at.void()
    at.scan(first)
    assert at.issue(2).label_id == first.label_id
    assert at.post.live == {}


def test_a_scan_is_noted_on_the_label_that_the_parcel_has(at: LabelDesk) -> None:
    first = at.issue()
    at.void()
    second = at.issue(2)
    for label in (second, first):
        assert at.scan(label).label_id == label.label_id
    told = [each for each in at.house.label_entries(at.return_id) if "kind" in each.data]
    read = [LabelScanned.of(each) for each in told]
    assert len(read) == 2
    assert {each.number: each.label_id for each in read} == {1: first.label_id, 2: second.label_id}


def test_each_label_of_a_person_is_erased(at: LabelDesk, tables: dict[str, str]) -> None:
    at.issue()
    at.void()
    at.issue(2)
    erasing = label_erasing(LabelsConfig(tables["LabelsTable"], BUCKETS["DocumentsBucket"]))
    held = erasing.held(at.return_id)
    assert len(held) == 2
    assert erasing.erase(at.return_id)
    after = erasing.held(at.return_id)
    assert [(each.ship_from.name, each.ship_from.city) for each in after] == [("", "")] * 2
    assert [erasing.page(label) for label in after] == [None, None]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", REQUESTS)
def test_with_a_fault_at_a_write_the_next_try_makes_the_one_second_label(
    at: LabelDesk, write: int, fault: Fault
) -> None:
    at.issue()
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        at.tried(2)
    at.house.clock.forward(seconds=61)
    second = at.issue(2)
    assert second.status is LabelStatus.RELEASED
    assert at.post.sold.count(second.label_id) == 1
    assert len(at.post.sold) == 2
    assert at.post.live == {second.label_id: second.tracking_number}
    assert sorted(each.number for each in at.released()) == [1, 2]


@pytest.mark.parametrize("request_number", REQUESTS)
@pytest.mark.parametrize("rival", ["issue the first", "void the first", "issue the second"])
def test_with_a_rival_at_any_moment_no_two_labels_are_live(
    at: LabelDesk, request_number: int, rival: str
) -> None:
    rivals: dict[str, Callable[[], object]] = {
        "issue the first": lambda: at.tried(1),
        "void the first": at.void,
        "issue the second": lambda: at.tried(2),
    }
    if rival != "issue the first":
        at.issue()
    plan = Plan(Fault.RACED, request_number, rivals[rival])
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        at.tried(2)
    at.house.clock.forward(seconds=61)
    second = at.issue(2)
    assert second.number == 2
    assert at.post.live == {second.label_id: second.tracking_number}
    assert at.post.sold.count(second.label_id) == 1
