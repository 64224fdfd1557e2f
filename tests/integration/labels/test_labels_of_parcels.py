"""A return in several parcels: each has its own label, bought once and voided once."""

from collections.abc import Callable

import pytest

from aftercare.labels.events import LabelReleased, LabelScanned
from aftercare.labels.model import LabelDetails, LabelFormat, LabelStatus, Printed
from aftercare.labels.wiring import LabelsConfig, label_erasing
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.environment import BUCKETS
from tests.fakes.house import WORKER, House
from tests.fakes.label_desks import FAILURES, TICKET, LabelDesk, Post, label_desk

pytestmark = pytest.mark.integration
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]
# What a worker sends for a later parcel's label, or for the voids of two.
REQUESTS = range(1, 11)


@pytest.fixture
def at(house: House) -> LabelDesk:
    return label_desk(house, Post(most=3))


def stored(at: LabelDesk) -> dict[tuple[int, int], LabelStatus]:
    labels = at.service.store.all_of_return(at.return_id)
    return {(each.number, each.parcel): each.status for each in labels}


def test_each_parcel_has_a_label_that_is_bought_once(at: LabelDesk) -> None:
    labels = [at.issue(parcel=parcel) for parcel in (1, 3, 2)]
    assert [at.issue(parcel=each.parcel).label_id for each in labels] == at.post.sold
    assert at.post.sold == [each.label_id for each in labels]
    assert at.post.live == {each.label_id: each.tracking_number for each in labels}
    assert stored(at) == dict.fromkeys([(1, 1), (1, 2), (1, 3)], LabelStatus.RELEASED)


def test_its_release_says_which_parcel_it_is_for_and_the_first_one_as_before(
    at: LabelDesk,
) -> None:
    first, second = at.issue(), at.issue(parcel=2)
    told = {each.label_id: each.parcel for each in at.released()}
    assert told == {first.label_id: 1, second.label_id: 2}
    entries = {each.subject: each for each in at.house.label_entries(at.return_id)}
    assert "parcel" not in entries[first.label_id].data
    assert LabelReleased.of(entries[second.label_id]).parcel == 2


def test_the_label_says_which_parcel_it_is_for(at: LabelDesk) -> None:
    printed = list[LabelDetails]()

    def page(details: LabelDetails) -> Printed:
        printed.append(details)
        return {LabelFormat.PDF: b"page"}

    for parcel in (1, 2):
        request = at.request(parcel=parcel)
        at.service.issue(request, page, actor=WORKER)
    assert [each.shown_ticket for each in printed] == [TICKET, f"{TICKET} · 2"]
    assert [each.square_code for each in printed] == [TICKET, f"{TICKET}#2"]


def test_a_scan_is_noted_on_the_label_of_its_parcel(at: LabelDesk) -> None:
    at.issue()
    second = at.issue(parcel=2)
    assert at.scan(second).label_id == second.label_id
    [entry] = [each for each in at.house.label_entries(at.return_id) if "kind" in each.data]
    assert LabelScanned.of(entry).parcel == 2
    first = at.service.store.of_return(at.return_id)
    assert first
    assert not first.scans


def test_a_label_that_its_return_has_lost_is_released_once_more_and_not_bought(
    at: LabelDesk,
) -> None:
    at.issue()
    second = at.issue(parcel=2)
    again = at.issue(parcel=2)
    assert (again.label_id, again.released_at) == (second.label_id, second.released_at)
    told = [each for each in at.released() if each.parcel == 2]
    assert [each.formats for each in told] == [(LabelFormat.PDF, LabelFormat.LETTER)] * 2
    assert at.post.sold.count(second.label_id) == 1


def test_a_label_that_was_asked_for_and_not_made_when_the_return_ended_is_never_made(
    at: LabelDesk,
) -> None:
    at.issue()
    for parcel in (1, 2):
        at.void(parcel=parcel)
    assert at.issue(parcel=2).status is LabelStatus.VOIDED
    assert len(at.post.sold) == 1
    assert at.post.live == {}


def test_before_the_next_label_each_parcels_earlier_one_is_voided(at: LabelDesk) -> None:
    for parcel in (1, 2, 3):
        at.issue(parcel=parcel)
    second = at.issue(2)
    assert at.post.live == {second.label_id: second.tracking_number}
    void = dict.fromkeys([(1, 1), (1, 2), (1, 3)], LabelStatus.VOIDED)
    assert stored(at) == {**void, (2, 1): LabelStatus.RELEASED}


def test_who_has_sent_a_later_parcel_gets_no_other_label(at: LabelDesk) -> None:
    at.issue()
    second = at.issue(parcel=2)
    at.scan(second)
    assert at.issue(2).label_id == second.label_id
    assert at.post.sold.count(second.label_id) == 1
    assert len(at.post.sold) == 2


def test_each_parcels_label_that_was_refused_is_asked_about_again(at: LabelDesk) -> None:
    at.post.takes_back = False
    for parcel in (1, 2):
        at.issue(parcel=parcel)
        at.void(parcel=parcel)
    at.post.takes_back = True
    at.again()
    assert set(stored(at).values()) == {LabelStatus.VOIDED}
    assert at.post.live == {}


def test_each_parcels_label_is_erased(at: LabelDesk, tables: dict[str, str]) -> None:
    for parcel in (1, 3):
        at.issue(parcel=parcel)
    erasing = label_erasing(LabelsConfig(tables["LabelsTable"], BUCKETS["DocumentsBucket"]))
    held = erasing.held(at.return_id)
    assert [each.parcel for each in held] == [1, 3]
    assert all(erasing.page(label) for label in held)
    assert erasing.erase(at.return_id)
    after = erasing.held(at.return_id)
    assert [(each.ship_from.name, each.ship_from.city) for each in after] == [("", "")] * 2
    assert [erasing.page(label) for label in after] == [None, None]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", REQUESTS)
def test_with_a_fault_at_any_request_a_later_parcels_label_is_bought_once(
    at: LabelDesk, write: int, fault: Fault
) -> None:
    first = at.issue()
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        at.tried(1, 2)
    at.house.clock.forward(seconds=61)
    second = at.issue(parcel=2)
    assert second.status is LabelStatus.RELEASED
    assert at.post.sold == [first.label_id, second.label_id]
    assert set(at.post.live) == {first.label_id, second.label_id}


@pytest.mark.parametrize("request_number", REQUESTS)
@pytest.mark.parametrize("rival", ["end", "issue it", "issue another"])
def test_with_a_rival_at_any_moment_nothing_is_bought_twice_or_left_after_the_end(
    at: LabelDesk, request_number: int, rival: str
) -> None:
    at.issue()
    rivals: dict[str, Callable[[], object]] = {
        "end": lambda: ended(at, 3),
        "issue it": lambda: at.tried(1, 2),
        "issue another": lambda: at.tried(1, 3),
    }
    plan = Plan(Fault.RACED, request_number, rivals[rival])
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        at.tried(1, 2)
    at.house.clock.forward(seconds=61)
    assert len(at.post.sold) == len(set(at.post.sold))
    ended(at, 3)
    assert at.post.live == {}
    at.tried(1, 3)
    assert at.post.live == {}
    assert stored(at) == dict.fromkeys([(1, 1), (1, 2), (1, 3)], LabelStatus.VOIDED)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", REQUESTS)
def test_with_a_fault_while_they_are_voided_none_is_left(
    at: LabelDesk, write: int, fault: Fault
) -> None:
    for parcel in (1, 2):
        at.issue(parcel=parcel)
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        ended(at, 3)
    ended(at, 3)
    assert at.post.live == {}
    assert stored(at) == dict.fromkeys([(1, 1), (1, 2), (1, 3)], LabelStatus.VOIDED)
    kinds = at.kinds()
    assert kinds.count("label.voided") == 3


def ended(at: LabelDesk, parcels: int) -> None:
    """What the label worker does at the end of a return in so many parcels; its message comes again
    if it fails.
    """
    try:
        for parcel in range(1, parcels + 1):
            at.void(parcel=parcel)
    except FAILURES:
        return
