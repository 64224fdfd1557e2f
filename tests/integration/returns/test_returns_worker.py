"""The returns worker: what it does with each event of its queue, in any order."""

import pytest

import returns_worker.app
from aftercare.kernel.actor import CUSTOMER, system
from aftercare.kernel.due.model import Timer
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.errors import LabelUnreadableError
from aftercare.labels.model import Scan, ScanKind
from aftercare.orders.model import email_key_of
from aftercare.returns import events
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.actors import SOMEBODY
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House, unreadable_page
from tests.fakes.orders import EMAIL, NOON

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
KEY = email_key_of(EMAIL)


def submitted(house: House) -> Return:
    """A return of a customer who has no other: the worker counts them."""
    return_id = new_id("ret", NOON)
    order = house.delivered_order(email=f"{return_id.lower()}@example.com")
    draft = house.draft(order, return_id)
    house.add_good_photo(draft)
    return house.returns.submit(draft.email_key, return_id, actor=CUSTOMER)


def as_it_is(house: House, ret: Return) -> Return:
    return house.returns.owned(ret.email_key, ret.return_id)


def work(*entries: Entry) -> list[str]:
    """The messages that come again."""
    answer = returns_worker.app.handler(queue_event(*map(bus_event, entries)), CONTEXT)
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def told(house: House, ret: Return) -> list[Entry]:
    """The return's entries, as its queue has them: without the beginning, which is not for it."""
    return list(house.returns.timeline(ret))[1:]


def steps(house: House, ret: Return) -> list[str]:
    kinds = [entry.entry_type for entry in told(house, ret)]
    return [kind.removeprefix("return.") for kind in kinds]


def test_it_approves_and_attaches_under_its_own_name(house: House) -> None:
    ret = submitted(house)
    assert work(*told(house, ret)) == []
    house.print_label(ret.return_id)
    assert work(*house.label_entries(ret.return_id)) == []
    assert as_it_is(house, ret).status is ReturnStatus.LABEL_READY
    actors = [entry.actor for entry in told(house, ret)]
    assert actors == [CUSTOMER, system("returns_worker"), system("returns_worker")]


def test_events_of_a_label_that_arrive_newest_first_and_twice_end_the_same(house: House) -> None:
    ret = submitted(house)
    work(*told(house, ret))
    with pytest.raises(LabelUnreadableError):
        house.print_label(ret.return_id, unreadable_page)
    house.print_label(ret.return_id)
    failed, released = house.label_entries(ret.return_id)
    assert work(released, failed, released, failed) == []
    assert steps(house, ret) == ["submitted", "approved", "label_ready"]


def test_a_failed_label_is_noted(house: House) -> None:
    ret = submitted(house)
    work(*told(house, ret))
    with pytest.raises(LabelUnreadableError):
        house.print_label(ret.return_id, unreadable_page)
    assert work(*house.label_entries(ret.return_id)) == []
    assert steps(house, ret) == ["submitted", "approved", "label_failed"]


def test_a_label_before_its_approval_comes_again_alone(house: House) -> None:
    ret = submitted(house)
    approval = told(house, ret)[0]
    other = submitted(house)
    work(*told(house, other))
    house.print_label(other.return_id)
    [released] = house.label_entries(other.return_id)
    early = Entry(
        new_id("ent", NOON),
        "label.released",
        released.subject,
        NOON,
        {**released.data, "return_id": ret.return_id},
        actor=SOMEBODY,
    )
    assert work(early, released, approval) == ["m-0"]
    assert as_it_is(house, other).status is ReturnStatus.LABEL_READY


def test_an_event_that_is_not_its_own_comes_again(house: House) -> None:
    ret = submitted(house)
    stray = Entry(new_id("ent", NOON), "return.lost", ret.return_id, NOON, actor=SOMEBODY)
    assert work(stray) == ["m-0"]
    assert steps(house, ret) == ["submitted"]


def due(house: House, ret: Return, entry_type: str) -> Entry:
    return Timer(entry_type, ret.return_id, house.clock.now).entry()


def test_it_reminds_lapses_and_clears_what_is_due(house: House) -> None:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    early = due(house, draft, events.EVIDENCE_LAPSE_DUE)
    assert work(early, due(house, draft, events.EVIDENCE_REMINDER_DUE)) == []
    # The worker's clock is the machine's, on which this draft has lapsed long ago.
    assert [entry.entry_type for entry in house.returns.timeline(draft)][1:] == [events.LAPSED]


def test_a_timer_of_a_return_that_was_deleted_is_no_dead_letter(house: House) -> None:
    nobody = house.draft(house.delivered_order(), new_id("ret", NOON))
    for entry_type in (
        events.EVIDENCE_REMINDER_DUE,
        events.EVIDENCE_LAPSE_DUE,
        events.LABEL_EXPIRING_DUE,
    ):
        timer = Timer(entry_type, f"{nobody.return_id[:-1]}0", NOON)
        assert work(timer.entry()) == []


def test_the_photos_of_a_discarded_return_are_removed(house: House) -> None:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(draft)
    house.returns.discard(KEY, draft.return_id, actor=CUSTOMER)
    assert work(house.returns.timeline(draft)[-1]) == []
    assert house.evidence.of_return(draft.return_id) == ()


def test_a_scan_moves_the_return_on(house: House) -> None:
    ret = submitted(house)
    work(*told(house, ret))
    house.print_label(ret.return_id)
    label = house.labels.store.of_return(ret.return_id)
    assert label
    scan = Scan(label.carrier, label.tracking_number, ScanKind.IN_TRANSIT, house.clock.now)
    house.labels.record_scan(scan, actor=SOMEBODY)
    released, scanned = house.label_entries(ret.return_id)
    assert work(scanned, released) == ["m-0"]
    assert work(scanned) == []
    assert as_it_is(house, ret).status is ReturnStatus.IN_TRANSIT
