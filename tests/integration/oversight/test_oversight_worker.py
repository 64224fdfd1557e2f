"""What `oversight_worker` does with the events that it gets."""

import pytest

import oversight_worker.app
from aftercare.erasure.model import ErasureState, Why
from aftercare.kernel.actor import staff
from aftercare.kernel.clock import utc_now
from aftercare.kernel.due.model import Timer
from aftercare.kernel.timeline import Entry
from aftercare.staff.sample_store import SampleStore
from aftercare.staff.sampling import week_of
from tests.fakes.actors import LI
from tests.fakes.erasures import erasing, somebody
from tests.fakes.events import bus_event, queue_event
from tests.fakes.house import House
from tests.fakes.logs import logged

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]


class Context:
    """An invocation with all of its time left, or with none."""

    def __init__(self, left: int) -> None:
        self._left = left

    def get_remaining_time_in_millis(self) -> int:
        return self._left


def take(entry: Entry, left: int = 150_000) -> list[object]:
    answer = oversight_worker.app.handler(queue_event(bus_event(entry)), Context(left))  # type: ignore[arg-type]
    failed: list[object] = [*answer["batchItemFailures"]]
    return failed


def test_a_confirmed_erasure_is_taken_on_by_its_timer_and_named_by_its_id_alone(
    house: House, tables: dict[str, str]
) -> None:
    house.clock.now = utc_now()
    person, (desk, _) = somebody(house, tables), erasing(house)
    person.buys()
    erasure = desk.begin(person.email, Why.CUSTOMER, actor=LI)
    due = Timer("due.erasure", erasure.erasure_id, utc_now()).entry()
    with logged() as log:
        assert take(due, left=1_000) == []
        assert desk.get(erasure.erasure_id).state is ErasureState.CONFIRMED
        assert take(due) == []
    assert desk.get(erasure.erasure_id).state is ErasureState.SWEPT
    assert person.email not in log.getvalue()
    assert any(line.get("state") == "swept" for line in log.lines)


def test_decisions_are_drawn_once_and_nothing_else_is(tables: dict[str, str]) -> None:
    now, store = utc_now(), SampleStore(tables["StaffTable"])
    for number in range(60):
        for step in ("return.declined", "return.approved"):
            entry = Entry(f"ent_{step}-{number}", step, "ret_1", now, actor=staff("ana"))
            assert take(entry) == []
            assert take(entry) == []
    drawn = store.of_week(week_of(now))
    assert 1 <= len(drawn) <= 40
    assert {each.step for each in drawn} <= {"return.declined", "return.approved"}
