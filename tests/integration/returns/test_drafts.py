"""Drafts: a ticket with the first save, one for each order, and nothing typed is lost."""

from datetime import timedelta

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import is_ticket, new_id
from aftercare.orders.model import Order, OrderLine, email_key_of
from aftercare.returns import events
from aftercare.returns.errors import (
    ChoiceInvalidError,
    ReturnClosedError,
    ReturnEndedError,
    ReturnLapsedError,
    ReturnNotFoundError,
    ReturnRefusedError,
    UnitsTakenError,
)
from aftercare.returns.model import ChosenLine, Reason, Return, ReturnStatus
from tests.fakes.crashes.faults import Fault, Plan, Saboteur
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON, POP_NOW
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
BROKEN = ChosenLine(1, Reason.BROKEN_OR_SCRATCHED, "The ear is off.")
TWO = (FIGURE, POP_NOW)


def return_id() -> str:
    return new_id("ret", NOON)


def save(
    house: House,
    order: Order,
    lines: dict[str, ChosenLine],
    of: str = "",
    *,
    another: bool = False,
    language: str = "en",
) -> Return:
    return house.returns.save_draft(
        KEY,
        of or return_id(),
        order.order_number,
        lines,
        language=language,
        another=another,
        actor=CUSTOMER,
    )


def kinds(house: House, ret: Return) -> list[str]:
    return [entry.entry_type for entry in house.returns.timeline(ret)]


def timers(tables: dict[str, str], ret: Return) -> list[tuple[str, str]]:
    """The moments and events that the due index has for that return."""
    rows = client("dynamodb").scan(TableName=tables["DueTable"])["Items"]
    keys = [row["sk"]["S"].split("#") for row in rows if row["sk"]["S"].endswith(ret.return_id)]
    return sorted((moment, event) for moment, event, _ in keys)


# ---------------------------------------------------------------- saving


def test_the_first_save_gives_a_ticket_and_says_when_evidence_is_due(
    house: House, tables: dict[str, str]
) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN}, language="fr")
    assert is_ticket(draft.ticket)
    assert draft.evidence_due_at == NOON + timedelta(hours=48)
    assert house.returns.owned(KEY, draft.return_id) == draft
    [created] = house.returns.timeline(draft)
    assert (created.entry_type, created.actor) == (events.CREATED, CUSTOMER)
    assert created.data == {
        "ticket": draft.ticket,
        "evidence_due_at": "2026-06-12T19:00:00.000000+00:00",
    }
    assert timers(tables, draft) == [
        ("2026-06-11T19:00:00.000000+00:00", events.EVIDENCE_REMINDER_DUE),
        ("2026-06-12T19:00:00.000000+00:00", events.EVIDENCE_LAPSE_DUE),
    ]
    assert draft.language == "fr"


def test_a_changed_draft_keeps_its_ticket_its_time_and_when_a_line_was_asked_for(
    house: House, tables: dict[str, str]
) -> None:
    order = house.delivered_order(*TWO)
    draft = save(house, order, {"1": BROKEN})
    house.clock.forward(hours=30)
    line = POP_NOW.line_id
    changed = save(house, order, {"1": BROKEN, line: BROKEN}, draft.return_id)
    assert (changed.ticket, changed.evidence_due_at) == (draft.ticket, draft.evidence_due_at)
    asked = {line.line_id: line.asked_at for line in changed.lines}
    assert asked == {"1": NOON, line: NOON + timedelta(hours=30)}
    assert len(timers(tables, draft)) == 2
    assert kinds(house, draft) == [events.CREATED]


def test_what_the_policy_refuses_is_saved_with_its_decision_and_refused_by_the_submission(
    house: House,
) -> None:
    order = house.delivered_order(days_ago=40)
    draft = save(house, order, {"1": BROKEN})
    kept = house.returns.owned(KEY, draft.return_id)
    assert kept.choice == {"1": BROKEN}
    assert kept.refusals
    with pytest.raises(ReturnRefusedError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert house.returns.owned(KEY, draft.return_id).is_draft


def test_a_line_without_a_reason_is_kept_until_there_is_one(house: House) -> None:
    order = house.delivered_order()
    draft = save(house, order, {"1": ChosenLine(1, None, "hm")})
    assert [line.decision for line in draft.lines] == [None]
    assert house.returns.owned(KEY, draft.return_id).choice == {"1": ChosenLine(1, None, "hm")}
    assert save(house, order, {"1": BROKEN}, draft.return_id).lines[0].decision


def test_the_same_form_sent_twice_makes_one_draft_and_counts_once(house: House) -> None:
    order, of = house.delivered_order(), return_id()
    assert save(house, order, {"1": BROKEN}, of) == save(house, order, {"1": BROKEN}, of)
    assert kinds(house, house.returns.owned(KEY, of)) == [events.CREATED]


def test_a_draft_without_a_line_is_refused(house: House) -> None:
    with pytest.raises(ChoiceInvalidError):
        save(house, house.delivered_order(), {})


# ---------------------------------------------------------------- one draft of an order


def test_another_device_goes_on_with_the_draft_and_loses_nothing(house: House) -> None:
    order = house.delivered_order(*TWO)
    draft = save(house, order, {"1": BROKEN})
    assert house.returns.draft_of(KEY, order.order_number) == draft
    line = POP_NOW.line_id
    other = ChosenLine(1, Reason.ARRIVED_DAMAGED, "crushed")
    same = save(house, order, {line: other})  # a form that was opened before the draft was begun
    assert same.return_id == draft.return_id
    assert same.choice == {"1": BROKEN, line: other}


def test_another_draft_is_begun_if_that_is_asked_for(house: House) -> None:
    order = house.delivered_order()
    first = save(house, order, {"1": BROKEN})
    second = save(house, order, {"1": BROKEN}, another=True)
    assert second.return_id != first.return_id
    assert house.returns.owned(KEY, first.return_id).is_draft
    assert house.returns.draft_of(KEY, order.order_number) == second


@pytest.mark.parametrize("end", ["submit", "discard", "lapse"])
def test_a_draft_that_came_to_its_end_stands_in_nobodys_way(house: House, end: str) -> None:
    order = house.delivered_order()
    first = save(house, order, {"1": BROKEN})
    if end == "submit":
        house.add_good_photo(first)
        house.returns.submit(KEY, first.return_id, actor=CUSTOMER)
    elif end == "discard":
        house.returns.discard(KEY, first.return_id, actor=CUSTOMER)
    else:
        house.clock.forward(hours=48)
    assert house.returns.draft_of(KEY, order.order_number) is None
    second = save(house, order, {"1": BROKEN})
    assert second.return_id != first.return_id
    assert second.ticket != first.ticket


def test_another_customers_draft_is_not_found(house: House) -> None:
    order = house.delivered_order()
    draft = save(house, order, {"1": BROKEN})
    assert house.returns.draft_of(email_key_of("li@example.com"), order.order_number) is None
    with pytest.raises(ReturnNotFoundError):
        house.returns.discard(email_key_of("li@example.com"), draft.return_id, actor=CUSTOMER)


@pytest.mark.parametrize("request_number", range(1, 6))
def test_two_devices_that_begin_at_the_same_moment_have_one_draft(
    house: House, request_number: int
) -> None:
    order = house.delivered_order(*TWO)
    line = POP_NOW.line_id
    plan = Plan(Fault.RACED, request_number, lambda: save(house, order, {line: BROKEN}))
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        save(house, order, {"1": BROKEN})
    assert plan.struck
    draft = house.returns.draft_of(KEY, order.order_number)
    assert draft
    assert set(draft.choice) == {"1", line}
    assert kinds(house, draft) == [events.CREATED]


# ---------------------------------------------------------------- its end


def test_a_draft_has_lapsed_after_48_hours_whatever_was_swept(house: House) -> None:
    order = house.delivered_order()
    draft = save(house, order, {"1": BROKEN})
    house.add_good_photo(draft)
    house.clock.forward(hours=48, microseconds=-1)
    assert house.returns.owned(KEY, draft.return_id).is_draft
    house.clock.forward(microseconds=1)
    assert house.returns.owned(KEY, draft.return_id).status is ReturnStatus.LAPSED
    assert {ret.status for ret in house.returns.of_customer(KEY) if ret == draft} <= {
        ReturnStatus.LAPSED
    }
    for act in (
        lambda: save(house, order, {"1": BROKEN}, draft.return_id),
        lambda: house.returns.submit(KEY, draft.return_id, actor=CUSTOMER),
        lambda: house.returns.add_photo(KEY, draft.return_id, "image/jpeg", actor=CUSTOMER),
        lambda: house.returns.reorder_photos(KEY, draft.return_id, []),
    ):
        with pytest.raises(ReturnLapsedError):
            act()


def test_a_lapse_is_written_down_once_and_never_early(house: House) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    assert house.returns.lapse(draft.return_id, actor=WORKER).is_draft
    house.clock.forward(hours=50)
    for _ in range(2):
        lapsed = house.returns.lapse(draft.return_id, actor=WORKER)
        assert lapsed.status is ReturnStatus.LAPSED
    assert kinds(house, draft) == [events.CREATED, events.LAPSED]


def test_a_worker_whose_clock_is_behind_the_sweepers_acts_all_the_same(house: House) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    for verb in (house.returns.remind, house.returns.lapse):
        house.clock.forward(hours=24, seconds=-1)
        verb(draft.return_id, house.clock.now + timedelta(seconds=1), actor=WORKER)
        house.clock.forward(seconds=1)
    steps = [events.CREATED, events.EVIDENCE_REMINDED, events.LAPSED]
    assert kinds(house, draft) == steps


def test_a_moment_that_no_clock_can_have_seen_lapses_nothing(house: House) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    assert house.returns.lapse(draft.return_id, draft.evidence_due_at, actor=WORKER).is_draft


@pytest.mark.parametrize("end", ["submit", "discard"])
def test_what_is_no_draft_any_more_neither_lapses_nor_is_reminded_of(
    house: House, end: str
) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    house.add_good_photo(draft)
    verb = {"submit": house.returns.submit, "discard": house.returns.discard}[end]
    ended = verb(KEY, draft.return_id, actor=CUSTOMER)
    before = kinds(house, draft)
    for hours in (24, 24):
        house.clock.forward(hours=hours)
        house.returns.remind(draft.return_id, actor=WORKER)
        house.returns.lapse(draft.return_id, actor=WORKER)
    assert house.returns.owned(KEY, draft.return_id) == ended
    assert kinds(house, draft) == before


def test_a_draft_is_reminded_of_once_after_a_day_until_it_lapses(house: House) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    house.returns.remind(draft.return_id, actor=WORKER)
    assert kinds(house, draft) == [events.CREATED], "too early"
    house.clock.forward(hours=24)
    for _ in range(2):
        assert house.returns.remind(draft.return_id, actor=WORKER).is_draft
    assert kinds(house, draft) == [events.CREATED, events.EVIDENCE_REMINDED]
    late = save(house, house.delivered_order(), {"1": BROKEN})
    house.clock.forward(hours=49)
    house.returns.remind(late.return_id, actor=WORKER)
    assert kinds(house, late) == [events.CREATED], "a reminder that comes after the lapse"


def test_a_discarded_draft_and_its_photos_are_gone_for_the_customer(house: House) -> None:
    order = house.delivered_order()
    draft = save(house, order, {"1": BROKEN})
    house.add_good_photo(draft)
    for _ in range(2):
        gone = house.returns.discard(KEY, draft.return_id, actor=CUSTOMER)
        assert gone.status is ReturnStatus.DISCARDED
    assert kinds(house, draft) == [events.CREATED, events.DISCARDED]
    assert draft.return_id not in {ret.return_id for ret in house.returns.of_customer(KEY)}
    house.returns.clear_photos(draft.return_id)
    assert house.evidence.of_return(draft.return_id) == ()
    with pytest.raises(ReturnEndedError):
        save(house, order, {"1": BROKEN}, draft.return_id)


def test_a_submitted_return_is_not_discarded_and_keeps_its_photos(house: House) -> None:
    draft = save(house, house.delivered_order(), {"1": BROKEN})
    house.add_good_photo(draft)
    submitted = house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    sentence = "This return was submitted; its photos are settled."
    with refused(ReturnClosedError, "return_closed", sentence):
        house.returns.discard(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.clear_photos(draft.return_id)
    assert len(house.returns.photos(submitted)) == 1


def test_a_draft_from_before_tickets_gets_one_when_it_is_submitted_or_saved(house: House) -> None:
    order = house.delivered_order()
    for then in ("submit", "save"):
        old = Return(
            return_id(), KEY, order.order_number, save(house, order, {"1": BROKEN}).lines, NOON
        )
        house.returns.store.save_draft(old)
        house.add_good_photo(old)
        if then == "save":
            saved = save(house, order, {"1": BROKEN._replace(note="now")}, old.return_id)
            assert saved.evidence_due_at == NOON + timedelta(hours=48)
            assert is_ticket(saved.ticket)
        done = house.returns.submit(KEY, old.return_id, actor=CUSTOMER)
        assert is_ticket(done.ticket)
        assert house.returns.store.by_tickets([done.ticket]) == (done,)
        house.returns.cancel(KEY, old.return_id, actor=CUSTOMER)


def test_what_another_return_took_is_named_with_what_is_left(house: House) -> None:
    order = house.delivered_order(OrderLine("1", "F", "Figure", FIGURE.kind, 3, 8900), *TWO[1:])
    mine = save(house, order, {"1": BROKEN._replace(units=3)})
    theirs = save(house, order, {"1": BROKEN._replace(units=2)}, another=True)
    for draft in (mine, theirs):
        house.add_good_photo(draft)
    house.returns.submit(KEY, theirs.return_id, actor=CUSTOMER)
    with pytest.raises(UnitsTakenError) as taken:
        house.returns.submit(KEY, mine.return_id, actor=CUSTOMER)
    assert taken.value.left == {"1": 1}
    changed = save(house, order, {"1": BROKEN._replace(units=1)}, mine.return_id)
    assert house.returns.submit(KEY, changed.return_id, actor=CUSTOMER).passed


def test_units_that_are_taken_at_the_last_moment_are_named_too(house: House) -> None:
    order = house.delivered_order()
    drafts = [save(house, order, {"1": BROKEN._replace(units=2)}, another=True) for _ in range(2)]
    for draft in drafts:
        house.add_good_photo(draft)
    mine, theirs = drafts
    for request in range(1, 7):
        plan = Plan(
            Fault.RACED,
            request,
            lambda: house.returns.submit(KEY, theirs.return_id, actor=CUSTOMER),
        )
        with (
            Saboteur().planted() as saboteur,
            pytest.raises(UnitsTakenError) as taken,
            saboteur.during(plan),
        ):
            house.returns.submit(KEY, mine.return_id, actor=CUSTOMER)
        assert taken.value.left == {"1": 0}
