"""Drafts that meet something else: an edited order, another phone, another draft, a lapsed one."""

from dataclasses import replace

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.ids import new_id
from aftercare.orders.model import Order, OrderLine, OrderRefunded, Refund, email_key_of
from aftercare.returns import events
from aftercare.returns.errors import ChoiceInvalidError, ReturnNotFoundError, UnitsTakenError
from aftercare.returns.model import ChosenLine, Reason, Return
from aftercare.returns.policy import Rule
from aftercare.returns.wiring import ReturnNoticesConfig, settling_service
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, FIGURE, NOON, ORDERS_INGEST, POP_NOW, paid

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
BOX = replace(POP_NOW, opened_online=False)
BROKEN = ChosenLine(1, Reason.BROKEN_OR_SCRATCHED, "The ear is off.")
NONE = ChosenLine(0, None)


def save(
    house: House, order: Order, of: str = "", *, another: bool = False, **lines: ChosenLine
) -> Return:
    """`line_1=BROKEN`: what is said of line 1."""
    return house.returns.save_draft(
        KEY,
        of or new_id("ret", NOON),
        order.order_number,
        {name.removeprefix("line_"): said for name, said in lines.items()},
        another=another,
        actor=CUSTOMER,
    )


def again(house: House, lapsed: Return) -> Return:
    fresh = new_id("ret", NOON)
    return house.returns.begin_again(KEY, lapsed.return_id, fresh, language="en", actor=CUSTOMER)


def edited(house: House, order: Order, *lines: OrderLine) -> None:
    """The shop tells of the order again, with other lines."""
    house.clock.forward(minutes=1)
    event = paid(*lines, number=order.order_number, at=house.clock())
    house.orders.record(event, actor=ORDERS_INGEST)


# ---------------------------------------------------------------- an edited order


def test_an_item_that_an_edit_removed_stays_until_it_is_taken_out_and_is_not_submitted(
    house: House,
) -> None:
    order = house.delivered_order(FIGURE, BOX)
    draft = save(house, order, line_1=BROKEN, line_3=BROKEN)
    edited(house, order, FIGURE)
    changed = save(house, order, draft.return_id, line_1=BROKEN._replace(note="Both ears."))
    assert changed.choice == {"1": BROKEN._replace(note="Both ears."), "3": BROKEN}
    assert [verdict.rule for verdict in changed.refusals] == [Rule.UNITS_AVAILABLE]
    house.add_good_photo(changed)
    with pytest.raises(UnitsTakenError) as taken:
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    assert taken.value.left == {"3": 0}
    assert set(save(house, order, draft.return_id, line_3=NONE).choice) == {"1"}
    assert house.returns.submit(KEY, draft.return_id, actor=CUSTOMER).passed


def test_units_that_an_edit_removed_may_be_kept_or_lessened_but_not_asked_for_again(
    house: House,
) -> None:
    order = house.delivered_order(FIGURE, BOX)
    draft = save(house, order, line_1=BROKEN._replace(units=2))
    edited(house, order, replace(FIGURE, quantity=1), BOX)
    kept = save(house, order, draft.return_id, line_3=BROKEN)
    assert kept.choice["1"].units == 2
    assert save(house, order, draft.return_id, line_1=BROKEN).refusals == ()
    with pytest.raises(ChoiceInvalidError):
        save(house, order, draft.return_id, line_1=BROKEN._replace(units=2))


# ---------------------------------------------------------------- another phone, another draft


def test_a_phone_that_does_not_know_an_item_of_the_draft_leaves_it_there(house: House) -> None:
    order = house.delivered_order(FIGURE, BOX)
    draft = save(house, order, line_1=BROKEN)
    save(house, order, draft.return_id, line_3=BROKEN)  # from another phone
    after = save(house, order, draft.return_id, line_1=BROKEN._replace(note="Both ears."))
    assert set(after.choice) == {"1", "3"}


def test_the_other_draft_of_an_order_goes_on_when_the_newest_has_ended(house: House) -> None:
    order = house.delivered_order()
    first = save(house, order, line_1=BROKEN)
    second = save(house, order, another=True, line_1=BROKEN)
    house.returns.discard(KEY, second.return_id, actor=CUSTOMER)
    assert house.returns.draft_of(KEY, order.order_number) == first
    same = save(house, order, line_1=BROKEN._replace(note="Both ears."))
    assert same.return_id == first.return_id
    house.clock.forward(hours=48)
    assert house.returns.draft_of(KEY, order.order_number) is None


# ---------------------------------------------------------------- a refund


def test_a_draft_whose_refund_the_shop_has_paid_is_not_reminded_of(
    house: House, tables: dict[str, str]
) -> None:
    order = house.delivered_order()
    draft = save(house, order, line_1=BROKEN)
    refund = Refund({"1": 2}, ticket=draft.ticket)
    house.clock.forward(hours=24)
    event = OrderRefunded(order.order_number, house.clock(), "rf-1", refund)
    house.orders.record(event, actor=ORDERS_INGEST)
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    settling = settling_service(config, clock=house.clock)
    settling.record_answers(order.order_number, actor=WORKER)
    house.returns.remind(draft.return_id, actor=WORKER)
    steps = [entry.entry_type for entry in house.returns.timeline(draft)]
    assert steps == [events.CREATED, events.REFUNDED]
    house.add_good_photo(draft)
    with pytest.raises(UnitsTakenError):
        house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


# ---------------------------------------------------------------- a lapsed one


def test_what_lapsed_begins_again_as_often_as_one_taps(house: House) -> None:
    order = house.delivered_order()
    lapsed = save(house, order, line_1=BROKEN)
    house.clock.forward(hours=48)
    draft = again(house, lapsed)
    assert (draft.choice, draft.is_draft) == (lapsed.choice, True)
    assert again(house, lapsed) == draft


def test_beginning_again_leaves_what_the_orders_draft_says_already(house: House) -> None:
    order = house.delivered_order(FIGURE, BOX)
    lapsed = save(house, order, line_1=BROKEN, line_3=BROKEN)
    house.clock.forward(hours=48)
    newer = ChosenLine(2, Reason.STAINED, "Typed later.")
    draft = save(house, order, line_1=newer)
    assert again(house, lapsed).choice == {"1": newer, "3": BROKEN}
    assert house.returns.owned(KEY, draft.return_id).choice == {"1": newer, "3": BROKEN}


def test_beginning_again_takes_what_the_order_still_has(house: House) -> None:
    order = house.delivered_order(FIGURE, BOX)
    lapsed = save(house, order, line_1=BROKEN._replace(units=2), line_3=BROKEN)
    house.clock.forward(hours=48)
    edited(house, order, replace(FIGURE, quantity=1))
    assert again(house, lapsed).choice == {"1": BROKEN}


def test_only_what_lapsed_begins_again(house: House) -> None:
    draft = save(house, house.delivered_order(), line_1=BROKEN)
    with pytest.raises(ReturnNotFoundError):
        again(house, draft)
