"""A return from choice to label, and everything that may stand in its way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.labels.model import LabelStatus
from aftercare.orders.errors import OrderNotFoundError
from aftercare.orders.model import OrderLine, OrderRefunded, Refund, email_key_of
from aftercare.returns.errors import (
    ChoiceInvalidError,
    EvidenceMissingError,
    NoPolicyError,
    ReturnLapsedError,
    ReturnNotFoundError,
    ReturnRefusedError,
    TooManyDraftsError,
    UnitsTakenError,
)
from aftercare.returns.model import Reason, Return, ReturnStatus
from aftercare.returns.policies import PolicyBook
from aftercare.returns.policy import Grant, GrantWindow, Outcome, Payer, Rule, Start
from aftercare.returns.store import MOST_DRAFTS
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, NOON, ORDERS_INGEST, POP_NOW, paid
from tests.fakes.policies import na_online

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)


def return_id() -> str:
    return new_id("ret", NOON)


def submitted(house: House, units: int = 1) -> Return:
    order = house.delivered_order()
    draft = house.draft(order, return_id(), {"1": units})
    house.add_good_photo(draft)
    return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def test_a_return_walks_from_choice_to_label(house: House) -> None:
    ret = submitted(house)
    assert ret.status is ReturnStatus.SUBMITTED
    assert ret.ticket.startswith("R-")
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.APPROVED
    done = house.make_label(ret.return_id)
    assert done.status is ReturnStatus.LABEL_READY
    assert done.label
    assert len(done.label.tracking_number) == 18
    kinds = [entry.entry_type for entry in house.returns.timeline(done)]
    assert kinds == [
        "return.created",
        "return.submitted",
        "return.approved",
        "return.label_ready",
    ]


def test_the_decision_is_stored_with_policy_version_verdicts_and_deadline(house: House) -> None:
    [line] = house.returns.owned(KEY, submitted(house).return_id).lines
    stored = line.decision
    assert stored
    assert (stored.policy_id, stored.policy_version) == ("na_online", "2025-01-06")
    assert {verdict.outcome for verdict in stored.verdicts} == {Outcome.PASSED}
    assert {verdict.rule for verdict in stored.verdicts} == set(Rule) - {Rule.RECALLED, Rule.SEALED}
    assert str(stored.last_day) == "2026-06-22"


def test_submitting_twice_gives_the_same_ticket(house: House) -> None:
    ret = submitted(house)
    again = house.returns.submit(KEY, ret.return_id, actor=CUSTOMER)
    assert again.ticket == ret.ticket
    assert len(house.returns.timeline(again)) == 2


def test_a_unit_in_a_live_return_is_refused_to_another(house: House) -> None:
    order = house.delivered_order()
    first, second = (house.draft(order, return_id(), {"1": 2}) for _ in range(2))
    house.add_good_photo(first)
    house.add_good_photo(second)
    house.returns.submit(KEY, first.return_id, actor=CUSTOMER)
    with pytest.raises(
        UnitsTakenError, match="Those items are in another return already"
    ) as refusal:
        house.returns.submit(KEY, second.return_id, actor=CUSTOMER)
    assert refusal.value.code == "units_taken"
    assert house.returns.owned(KEY, second.return_id).is_draft


def test_without_an_accepted_photo_nothing_is_submitted(house: House) -> None:
    draft = house.draft(house.delivered_order(), return_id())
    with pytest.raises(EvidenceMissingError) as refusal:
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert refusal.value.code == "evidence_missing"


def test_a_draft_holds_no_units_and_can_be_changed(house: House) -> None:
    order = house.delivered_order()
    chosen = return_id()
    house.draft(order, chosen, {"1": 2})
    changed = house.draft(order, chosen, {"1": 1})
    assert house.returns.owned(KEY, chosen).lines == changed.lines
    assert [line.available for line in house.returns.outlook(order)] == [2]


@pytest.mark.parametrize(
    ("line", "reason", "rule"),
    [
        (BLIND_BOX, Reason.UNWANTED_CHARACTER, Rule.NOT_PERSONAL_FOR_BLIND_BOX),
        (POP_NOW, Reason.ARRIVED_DAMAGED, Rule.POP_NOW_UNOPENED),
        (FIGURE, Reason.CHANGED_MIND, Rule.CAUSE_COVERED),
    ],
)
def test_what_the_policy_excludes_is_refused_with_its_rule(
    house: House, line: OrderLine, reason: Reason, rule: Rule
) -> None:
    order = house.delivered_order(line)
    with pytest.raises(ReturnRefusedError) as refusal:
        house.choose(
            KEY,
            return_id(),
            order.order_number,
            units={line.line_id: 1},
            reason=reason,
            note="",
        )
    assert refusal.value.code == "return_refused"
    assert refusal.value.decision.refusals[0].rule is rule


def test_a_draft_outlives_its_window_by_the_time_that_we_give_and_no_more(house: House) -> None:
    draft = house.draft(house.delivered_order(days_ago=14), return_id())
    house.add_good_photo(draft)
    house.clock.forward(hours=47)
    assert house.returns.submit(KEY, draft.return_id, actor=CUSTOMER).passed
    late = house.draft(house.delivered_order(days_ago=14), return_id())
    house.add_good_photo(late)
    house.clock.forward(hours=48)
    with pytest.raises(ReturnLapsedError):
        house.returns.submit(KEY, late.return_id, actor=CUSTOMER)


def test_approval_after_the_window_counts_the_day_of_asking(house: House) -> None:
    ret = submitted(house)
    house.clock.forward(days=30)
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.APPROVED


def test_approval_uses_the_policy_of_the_day_of_asking(house: House) -> None:
    old = na_online()
    harsher = replace(
        old,
        version="next",
        valid_from=(NOON + timedelta(days=1)).date(),
        grants=(Grant("R-RET-01", frozenset(Reason), Payer.BUYER, GrantWindow(Start.DELIVERY, 1)),),
    )
    returns = replace(house.returns, policies=PolicyBook([old, harsher]))
    ret = submitted(house)
    house.clock.forward(days=30)
    approved = returns.approve(ret.return_id, actor=WORKER)
    assert approved.status is ReturnStatus.APPROVED
    [line] = approved.lines
    assert line.decision
    assert line.decision.policy_version == old.version
    assert approved.payer is Payer.SELLER
    order = house.orders.get(ret.order_number)
    [outlook] = returns.outlook(order)
    assert outlook.decisions[Reason.STAINED].policy_version == "next"


def test_an_order_is_not_handled_before_its_policy_begins(house: House) -> None:
    begun = replace(na_online(), valid_from=(NOON + timedelta(days=1)).date())
    returns = replace(house.returns, policies=PolicyBook([begun]))
    order = house.delivered_order()
    with pytest.raises(NoPolicyError) as refusal:
        returns.outlook(order)
    assert refusal.value.code == "no_policy"


def test_units_refunded_meanwhile_decline_the_return_and_are_free_again(house: House) -> None:
    ret = submitted(house, units=2)
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": 1}))
    order = house.orders.record(refund, actor=ORDERS_INGEST)
    assert house.returns.approve(ret.return_id, actor=WORKER).status is ReturnStatus.DECLINED
    assert [line.available for line in house.returns.outlook(order)] == [1]
    kinds = [entry.entry_type for entry in house.returns.timeline(ret)]
    assert kinds == ["return.created", "return.submitted", "return.declined"]


def test_another_customer_sees_neither_the_order_nor_the_return(house: House) -> None:
    ret = submitted(house)
    stranger = email_key_of("someone@else.example")
    with pytest.raises(ReturnNotFoundError):
        house.returns.owned(stranger, ret.return_id)
    with pytest.raises(ReturnNotFoundError):
        house.returns.submit(stranger, ret.return_id, actor=CUSTOMER)
    with pytest.raises(OrderNotFoundError):
        house.choose(
            stranger,
            return_id(),
            ret.order_number,
            units={"1": 1},
            reason=Reason.STAINED,
            note="",
        )


def test_a_draft_can_not_take_over_another_customers_return_id(house: House) -> None:
    theirs = submitted(house)
    mine = house.delivered_order(email="someone@else.example")
    with pytest.raises(ReturnNotFoundError):
        house.draft(mine, theirs.return_id)


@pytest.mark.parametrize("units", [{}, {"1": 0}, {"1": 3}, {"9": 1}, {"1": -1}])
def test_a_choice_outside_the_order_is_refused(house: House, units: dict[str, int]) -> None:
    order = house.delivered_order()
    with pytest.raises(ChoiceInvalidError) as refusal:
        house.choose(
            KEY,
            return_id(),
            order.order_number,
            units=units,
            reason=Reason.STAINED,
            note="",
        )
    assert refusal.value.field == "units"


def test_a_note_of_501_characters_is_refused(house: House) -> None:
    order = house.delivered_order()
    with pytest.raises(ChoiceInvalidError) as refusal:
        house.choose(
            KEY,
            return_id(),
            order.order_number,
            units={"1": 1},
            reason=Reason.STAINED,
            note="x" * 501,
        )
    assert refusal.value.field == "note"


def test_a_label_is_bought_once_however_often_it_is_asked_for(house: House) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    first = house.make_label(ret.return_id)
    again = house.make_label(ret.return_id)
    assert first.label == again.label
    label = house.labels.store.of_return(ret.return_id)
    assert label
    assert label.status is LabelStatus.RELEASED


def test_a_return_that_is_not_approved_gets_no_label(house: House) -> None:
    ret = submitted(house)
    assert house.make_label(ret.return_id).label is None
    assert house.labels.store.of_return(ret.return_id) is None


def test_a_line_that_the_shop_takes_back_meanwhile_declines_the_return(house: House) -> None:
    ret = submitted(house)
    later = house.clock()
    house.orders.record(paid(BLIND_BOX, number=ret.order_number, at=later), actor=ORDERS_INGEST)
    after = house.returns.approve(ret.return_id, actor=WORKER)
    assert after.status is ReturnStatus.DECLINED
    assert {verdict.rule for verdict in after.refusals} == {Rule.UNITS_AVAILABLE}
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0}


def test_a_line_refunded_meanwhile_is_left_out_and_the_others_come_back(house: House) -> None:
    order = house.delivered_order(FIGURE, BLIND_BOX)
    draft = house.draft(order, return_id(), {"1": 1, "2": 1})
    house.add_good_photo(draft)
    ret = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    refund = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": FIGURE.quantity}))
    house.orders.record(refund, actor=ORDERS_INGEST)
    after = house.returns.approve(ret.return_id, actor=WORKER)
    assert after.status is ReturnStatus.APPROVED
    assert [line.line_id for line in after.lines] == ["2"]
    assert [line.line_id for line in after.left_out] == ["1"]
    assert [verdict.rule for verdict in after.left_out[0].refusals] == [Rule.UNITS_AVAILABLE]
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0, "2": 1}
    assert house.returns.approve(ret.return_id, actor=WORKER) == after
    house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)
    assert house.returns.store.claimed_units(ret.order_number) == {"1": 0, "2": 0}


def test_a_draft_of_a_line_that_the_shop_took_back_cannot_be_submitted(house: House) -> None:
    draft = house.draft(house.delivered_order(), return_id())
    house.add_good_photo(draft)
    house.orders.record(
        paid(BLIND_BOX, number=draft.order_number, at=house.clock()), actor=ORDERS_INGEST
    )
    with pytest.raises(UnitsTakenError) as refusal:
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert refusal.value.code == "units_taken"


def test_a_refund_of_the_returned_unit_leaves_the_other_returnable(house: House) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    house.make_label(ret.return_id)
    settled = OrderRefunded(ret.order_number, house.clock(), "rf-1", Refund({"1": 1}, ret.ticket))
    order = house.orders.record(settled, actor=ORDERS_INGEST)
    assert [line.available for line in house.returns.outlook(order)] == [1]
    second = house.draft(order, return_id())
    house.add_good_photo(second)
    assert (
        house.returns.submit(KEY, second.return_id, actor=CUSTOMER).status is ReturnStatus.SUBMITTED
    )


def test_a_hundred_and_first_return_begun_on_one_day_is_refused(house: House) -> None:
    order = house.delivered_order(email="collector@example.com")
    for _ in range(MOST_DRAFTS):
        house.draft(order, return_id())
    last = return_id()
    with pytest.raises(TooManyDraftsError, match="a lot of returns for one day") as refusal:
        house.draft(order, last)
    assert refusal.value.code == "too_many_drafts"
    house.clock.forward(days=1)
    assert house.draft(order, last).is_draft


def test_each_step_names_who_caused_it(house: House) -> None:
    ret = submitted(house)
    house.returns.approve(ret.return_id, actor=WORKER)
    house.make_label(ret.return_id)
    actors = [entry.actor for entry in house.returns.timeline(ret)]
    assert actors == ["customer", "customer", "system:test", "system:test"]
    assert house.returns.owned(KEY, ret.return_id).chosen_by == CUSTOMER
    [photo] = house.evidence.of_return(ret.return_id)
    assert (photo.opened_by, photo.screened_by) == (CUSTOMER, WORKER)
