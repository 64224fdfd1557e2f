"""A carrier that did not take a label back, or has not paid yet, is asked again the next day."""

from datetime import timedelta

import pytest

from aftercare.labels.events import VOID_DUE, VOID_REFUSED, VOIDED
from aftercare.labels.model import VALID, LabelStatus, VoidAnswer
from aftercare.labels.void_rules import rules_on
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.label_desks import FAILURES, LabelDesk, Post, label_desk
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
DAY = timedelta(days=1)
FAULTS = [fault for fault in Fault if fault is not Fault.RACED]


@pytest.fixture
def at(house: House) -> LabelDesk:
    """The desk of a carrier that takes nothing back, yet."""
    desk = label_desk(house, Post(takes_back=False))
    desk.issue()
    return desk


def test_a_label_that_was_refused_too_early_is_taken_back_the_next_day(at: LabelDesk) -> None:
    label = at.void()
    assert (label.status, label.void_answer) == (LabelStatus.RELEASED, VoidAnswer.REFUSED)
    assert (label.void_due_at, label.void_refused_at) == (NOON + DAY, None)
    assert [(each.event, each.due_at) for each in at.timers()] == [(VOID_DUE, NOON + DAY)]
    assert at.void() == label, "nothing is asked before that"
    assert (at.post.voids, at.kinds()) == (1, ["label.released"])
    at.post.takes_back = True
    label = at.again()
    assert (label.status, label.void_answer) == (LabelStatus.VOIDED, VoidAnswer.TAKEN_BACK)
    assert (label.void_due_at, at.post.live) == (None, {})
    assert at.kinds() == ["label.released", VOIDED]


def test_what_comes_too_early_or_twice_asks_nobody(at: LabelDesk) -> None:
    at.void()
    assert at.service.void_again(at.return_id, NOON, actor=WORKER) == ()
    at.again()
    timer = at.timers()[0]
    assert at.service.void_again(at.return_id, timer.due_at, actor=WORKER) == ()
    assert at.post.voids == 2


def test_a_carrier_is_asked_until_the_label_has_ended_and_some_days_more(at: LabelDesk) -> None:
    label = at.void()
    while label.void_due_at:
        last = label.void_due_at
        label = at.again()
    assert last == NOON + VALID + rules_on(NOON.date()).asked_after_expiry
    assert (label.void_refused_at, label.void_answer) == (last, VoidAnswer.REFUSED)
    assert (label.status, label.was_sold) == (LabelStatus.RELEASED, True)
    assert at.void() == label
    assert at.kinds() == ["label.released", VOID_REFUSED]


def test_a_label_that_is_used_meanwhile_is_refused_for_good(at: LabelDesk) -> None:
    label = at.void()
    at.scan(label)
    label = at.again()
    assert (label.status, label.void_due_at) == (LabelStatus.RELEASED, None)
    assert at.kinds() == ["label.released", "label.scanned", VOID_REFUSED]


def test_money_that_is_under_way_is_asked_for_until_it_is_there(at: LabelDesk) -> None:
    at.post.takes_back = at.post.pays_later = True
    label = at.void()
    assert (label.status, label.void_answer) == (LabelStatus.VOIDED, VoidAnswer.TAKEN_BACK)
    assert label.void_due_at == NOON + DAY
    assert at.again().void_due_at == NOON + 2 * DAY
    at.post.pays_later = False
    assert at.again().void_due_at is None
    assert at.kinds() == ["label.released", VOIDED]


def test_a_refund_that_the_seller_rejects_later_is_noticed(at: LabelDesk) -> None:
    at.post.takes_back = at.post.pays_later = True
    at.void()
    at.post.takes_back = False
    label = at.again()
    assert (label.status, label.void_answer) == (LabelStatus.VOIDED, VoidAnswer.REFUSED)
    while label.void_due_at:
        label = at.again()
    assert (label.status, label.was_sold) == (LabelStatus.VOIDED, True)
    assert label.void_refused_at
    assert at.kinds() == ["label.released", VOIDED, VOID_REFUSED]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_retry_that_crashes_or_loses_its_answer_is_done_by_the_next_try(
    at: LabelDesk, fault: Fault, *, is_last: bool
) -> None:
    at.void()
    at.post.takes_back = is_last
    due_at = at.timers()[0].due_at
    at.house.clock.now = due_at
    for write in (1, 2):
        with Saboteur().planted() as saboteur:
            plan = Plan(fault, write, lambda: None)
            try:
                with saboteur.during(plan):
                    at.service.void_again(at.return_id, due_at, actor=WORKER)
            except FAILURES:
                pass
    at.service.void_again(at.return_id, due_at, actor=WORKER)
    label = at.service.store.of_return(at.return_id)
    assert label
    if is_last:
        assert at.kinds() == ["label.released", VOIDED]
    else:
        assert label.void_due_at == due_at + DAY
        assert at.timers()[-1].due_at == due_at + DAY


def test_two_workers_that_ask_at_once_write_one_answer(at: LabelDesk) -> None:
    at.void()
    at.post.takes_back = True
    due_at = at.timers()[0].due_at
    at.house.clock.now = due_at

    def rival() -> None:
        at.service.void_again(at.return_id, due_at, actor=WORKER)

    with Saboteur().planted() as saboteur, saboteur.during(Plan(Fault.RACED, 1, rival)):
        rival()
    assert at.kinds() == ["label.released", VOIDED]
