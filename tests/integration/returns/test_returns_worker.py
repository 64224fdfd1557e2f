"""The returns worker: what it does with each event of its queue, in any order."""

import pytest

import returns_worker.app
from aftercare.kernel.actor import CUSTOMER, system
from aftercare.kernel.ids import new_id
from aftercare.kernel.timeline import Entry
from aftercare.labels.errors import LabelUnreadableError
from aftercare.orders.model import email_key_of
from aftercare.returns.model import Return, ReturnStatus
from tests.fakes.actors import SOMEBODY
from tests.fakes.events import CONTEXT, bus_event, queue_event
from tests.fakes.house import House, unreadable_page
from tests.fakes.orders import EMAIL, NOON

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
KEY = email_key_of(EMAIL)


def submitted(house: House) -> Return:
    draft = house.draft(house.delivered_order(), new_id("ret", NOON))
    house.add_good_photo(draft)
    return house.returns.submit(KEY, draft.return_id, actor=CUSTOMER)


def work(*entries: Entry) -> list[str]:
    """The messages that come again."""
    answer = returns_worker.app.handler(queue_event(*map(bus_event, entries)), CONTEXT)
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def steps(house: House, ret: Return) -> list[str]:
    kinds = [entry.entry_type for entry in house.returns.timeline(ret)]
    return [kind.removeprefix("return.") for kind in kinds]


def test_it_approves_and_attaches_under_its_own_name(house: House) -> None:
    ret = submitted(house)
    assert work(*house.returns.timeline(ret)) == []
    house.print_label(ret.return_id)
    assert work(*house.label_entries(ret.return_id)) == []
    assert house.returns.owned(KEY, ret.return_id).status is ReturnStatus.LABEL_READY
    actors = [entry.actor for entry in house.returns.timeline(ret)]
    assert actors == [CUSTOMER, system("returns_worker"), system("returns_worker")]


def test_events_of_a_label_that_arrive_newest_first_and_twice_end_the_same(house: House) -> None:
    ret = submitted(house)
    work(*house.returns.timeline(ret))
    with pytest.raises(LabelUnreadableError):
        house.print_label(ret.return_id, unreadable_page)
    house.print_label(ret.return_id)
    failed, released = house.label_entries(ret.return_id)
    assert work(released, failed, released, failed) == []
    assert steps(house, ret) == ["submitted", "approved", "label_ready"]


def test_a_failed_label_is_noted(house: House) -> None:
    ret = submitted(house)
    work(*house.returns.timeline(ret))
    with pytest.raises(LabelUnreadableError):
        house.print_label(ret.return_id, unreadable_page)
    assert work(*house.label_entries(ret.return_id)) == []
    assert steps(house, ret) == ["submitted", "approved", "label_failed"]


def test_a_label_before_its_approval_comes_again_alone(house: House) -> None:
    ret = submitted(house)
    approval = house.returns.timeline(ret)[0]
    other = submitted(house)
    work(*house.returns.timeline(other))
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
    assert house.returns.owned(KEY, other.return_id).status is ReturnStatus.LABEL_READY


def test_an_event_that_is_not_its_own_comes_again(house: House) -> None:
    ret = submitted(house)
    stray = Entry(new_id("ent", NOON), "return.lost", ret.return_id, NOON, actor=SOMEBODY)
    assert work(stray) == ["m-0"]
    assert steps(house, ret) == ["submitted"]
