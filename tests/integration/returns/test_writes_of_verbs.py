"""What each verb of a return writes: one transaction, or one item, and no more when repeated."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import email_key_of
from aftercare.returns.model import ChosenLine, Reason, Return
from tests.fakes.crashes.faults import WRITES
from tests.fakes.house import WORKER, House
from tests.fakes.orders import EMAIL, NOON

pytestmark = pytest.mark.integration
KEY = email_key_of(EMAIL)
STAINED = {"1": ChosenLine(1, Reason.STAINED, "a stain")}
CHANGED = {"1": ChosenLine(2, Reason.STAINED, "two stains")}


@contextmanager
def written() -> Iterator[list[int]]:
    """How many items each write inside has, in the order of the requests."""
    seen: list[int] = []

    def note(model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name in WRITES:
            seen.append(params["body"].decode().count('"TableName"'))

    events = client("dynamodb").meta.events
    events.register_first("before-call", note, unique_id="written")
    try:
        yield seen
    finally:
        events.unregister("before-call", unique_id="written")


def twice(act: Callable[[], object]) -> tuple[list[int], list[int]]:
    with written() as first:
        act()
    with written() as again:
        act()
    return first, again


def begun(house: House) -> Return:
    draft = house.returns.save_draft(
        KEY,
        new_id("ret", NOON),
        house.delivered_order().order_number,
        STAINED,
        actor=CUSTOMER,
    )
    house.add_good_photo(draft)
    return draft


def labelled(house: House) -> Return:
    draft = begun(house)
    house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)
    house.returns.approve(draft.return_id, actor=WORKER)
    return house.make_label(draft.return_id)


def test_the_first_save_is_one_transaction_of_seven_items_and_a_change_one_item(
    house: House,
) -> None:
    order, of = house.delivered_order(), new_id("ret", NOON)

    def save(lines: dict[str, ChosenLine]) -> Callable[[], Return]:
        number = order.order_number
        return lambda: house.returns.save_draft(KEY, of, number, lines, actor=CUSTOMER)

    # The draft, its entry, its ticket, the order's draft, two timers, the day's drafts.
    assert twice(save(STAINED)) == ([7], [])
    assert twice(save(CHANGED)) == ([1], [])


def test_the_end_of_a_draft_is_one_transaction(house: House) -> None:
    draft, other = begun(house), begun(house)
    submit = twice(lambda: house.returns.submit(KEY, draft.return_id, actor=CUSTOMER))
    assert submit == ([3], []), "the return, its entry, one line's units"
    discard = twice(lambda: house.returns.discard(KEY, other.return_id, actor=CUSTOMER))
    assert discard == ([2], [])


def test_what_is_due_is_one_transaction_and_costs_nothing_where_it_is_too_late(
    house: House,
) -> None:
    draft, sent = begun(house), begun(house)
    house.returns.submit(KEY, sent.return_id, actor=CUSTOMER)
    house.clock.forward(hours=24)
    assert twice(lambda: house.returns.remind(draft.return_id, actor=WORKER)) == ([2], [])
    assert twice(lambda: house.returns.remind(sent.return_id, actor=WORKER)) == ([], [])
    house.clock.forward(hours=24)
    assert twice(lambda: house.returns.lapse(draft.return_id, actor=WORKER)) == ([2], [])
    assert twice(lambda: house.returns.lapse(sent.return_id, actor=WORKER)) == ([], [])


def test_a_cancel_and_a_scan_are_one_transaction_each_and_a_reopening_two(house: House) -> None:
    ret, other = labelled(house), labelled(house)

    def scanned(of: Return) -> Callable[[], Return]:
        told = LabelScanned(
            of.return_id, "lbl_1", of.ticket, "5061", "The Post", False, ScanKind.IN_TRANSIT, NOON
        )
        return lambda: house.returns.record_scan(told, actor=WORKER)

    assert twice(scanned(other)) == ([2], [])
    assert twice(lambda: house.returns.cancel(KEY, ret.return_id, actor=CUSTOMER)) == ([3], [])
    # Taken up again with its units, then on its way: each step has its entry.
    assert twice(scanned(ret)) == ([3, 2], [])


def test_photos_are_taken_over_in_one_transaction(house: House) -> None:
    old = begun(house)
    house.add_good_photo(old)
    house.clock.forward(hours=48)
    new = house.returns.save_draft(
        KEY, new_id("ret", house.clock.now), old.order_number, STAINED, actor=CUSTOMER
    )
    taken = twice(lambda: house.returns.take_over(KEY, old.return_id, new.return_id))
    assert taken == ([8], []), "two photos moved, two places that they left, two counts"


def test_a_draft_is_found_by_two_reads_however_many_there_were(house: House) -> None:
    order = house.delivered_order()
    for _ in range(5):
        house.returns.save_draft(
            KEY, new_id("ret", NOON), order.order_number, STAINED, another=True, actor=CUSTOMER
        )
    seen: list[str] = []
    events = client("dynamodb").meta.events

    def note(model: Any, **_: Any) -> None:
        seen.append(model.name)

    events.register_first("before-call", note, unique_id="read")
    assert house.returns.draft_of(KEY, order.order_number)
    events.unregister("before-call", unique_id="read")
    assert seen == ["GetItem", "GetItem"]
