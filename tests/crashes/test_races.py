"""Two at once, at the worst moment: the rival acts between the decision and its write."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.errors import BusyError
from aftercare.kernel.ids import new_id
from aftercare.labels.model import HOUSE_CARRIER
from aftercare.orders.model import email_key_of
from aftercare.returns.errors import UnitsTakenError
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
# Submitting and approving each read the return, its order, its photos and the units, then write.
EVERY_REQUEST = pytest.mark.parametrize("request_number", range(1, 6))


def ready_drafts(house: House, count: int, units: int) -> list[Return]:
    order = house.delivered_order(FIGURE)
    drafts = [house.draft(order, new_id("ret", NOON), {"1": units}) for _ in range(count)]
    for draft in drafts:
        house.add_good_photo(draft)
    return drafts


def raced[T](act: Callable[[], T], rival: Callable[[], object], request: int) -> T:
    """The act, with the rival's done just before the act's n-th request."""
    plan = Plan(Fault.RACED, request, rival)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        answer = act()
    assert plan.struck
    return answer


@EVERY_REQUEST
def test_two_phones_submitting_the_last_unit_one_wins_and_the_other_is_told(
    house: House, request_number: int
) -> None:
    mine, theirs = ready_drafts(house, 2, units=2)

    def submit(draft: Return) -> Return:
        return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)

    with pytest.raises(UnitsTakenError, match="in another return already") as refusal:
        raced(lambda: submit(mine), lambda: submit(theirs), request_number)
    assert refusal.value.code == "units_taken"
    assert house.returns.owned(KEY, theirs.return_id).status is ReturnStatus.SUBMITTED
    assert house.returns.owned(KEY, mine.return_id).is_draft
    assert house.returns.store.claimed_units(mine.order_number) == {"1": 2}


@EVERY_REQUEST
def test_two_taps_on_one_submit_get_one_ticket(house: House, request_number: int) -> None:
    (draft,) = ready_drafts(house, 1, units=2)
    tickets: list[str] = []

    def submit() -> Return:
        ret = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
        tickets.append(ret.ticket)
        return ret

    raced(submit, submit, request_number)
    assert len(set(tickets)) == 1
    assert house.returns.store.claimed_units(draft.order_number) == {"1": 2}


@EVERY_REQUEST
def test_a_draft_changed_while_it_is_submitted_is_submitted_as_changed(
    house: House, request_number: int
) -> None:
    (draft,) = ready_drafts(house, 1, units=2)
    order = house.orders.get(draft.order_number)
    ret = raced(
        lambda: house.returns.submit(KEY, draft.return_id, actor=CUSTOMER),
        lambda: house.draft(order, draft.return_id, {"1": 1}),
        request_number,
    )
    assert [line.units for line in ret.lines] == [1]
    assert house.returns.store.claimed_units(draft.order_number) == {"1": 1}


@EVERY_REQUEST
def test_two_approvers_at_once_approve_once(house: House, request_number: int) -> None:
    (draft,) = ready_drafts(house, 1, units=1)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)

    def approve() -> Return:
        return house.returns.approve(draft.return_id, actor=WORKER)

    assert raced(approve, approve, request_number).status is ReturnStatus.APPROVED
    kinds = [entry.entry_type for entry in house.returns.timeline(draft)]
    assert kinds == ["return.created", "return.submitted", "return.approved"]


@pytest.mark.parametrize("request_number", range(1, 12))
def test_two_label_workers_at_once_buy_one_label(house: House, request_number: int) -> None:
    (draft,) = ready_drafts(house, 1, units=1)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)

    def issue() -> Return:
        return house.make_label(draft.return_id)

    def rival() -> None:
        with suppress(BusyError):
            issue()

    plan = Plan(Fault.RACED, request_number, rival)
    with Saboteur().planted() as saboteur, suppress(BusyError), saboteur.during(plan):
        issue()
    house.clock.forward(seconds=90)
    done = issue()
    assert done.status is ReturnStatus.LABEL_READY
    assert done.label
    booking = house.labels.carriers[HOUSE_CARRIER].find(done.label.label_id, None)
    assert booking
    assert booking.tracking_number == done.label.tracking_number
