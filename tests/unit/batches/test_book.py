"""The list of batches in memory: how old it may be, what it reads again, what a failure does."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from aftercare.batches.model import Batch, BatchStatus, Changes
from aftercare.batches.service import BatchBook
from aftercare.kernel.errors import UnavailableError
from tests.fakes.codes import NOON, batch
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

DETAIL = "The batches can't be read right now."


@dataclass
class Shelf:
    """What the table holds; notes since when it was asked, and can be in trouble."""

    changes: Changes
    loads: list[datetime | None] = field(default_factory=list)
    trouble: Exception | None = None

    def __call__(self, since: datetime | None) -> Changes:
        self.loads.append(since)
        if self.trouble:
            raise self.trouble
        return self.changes


@dataclass
class Reader:
    """A book on a shelf, and its clock."""

    shelf: Shelf
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    def __post_init__(self) -> None:
        self.book = BatchBook(self.shelf, self.clock)

    def status(self, serial: int = 0, key_id: int = 0) -> BatchStatus | None:
        issued = self.book.find(key_id, serial)
        return issued.status if issued else None


def reader(*batches: Batch, leaked: tuple[int, ...] = ()) -> Reader:
    return Reader(Shelf(Changes(batches, frozenset(leaked))))


def test_each_serial_leads_to_its_batch_and_the_others_to_none() -> None:
    gap = replace(batch(3), count=10)
    read = reader(batch(1), gap, replace(batch(0), key_id=1))
    issued = {
        serial: read.book.find(0, serial) for serial in (0, 999, 1000, 1999, 2000, 3009, 3010)
    }
    assert {serial: b.first_serial for serial, b in issued.items() if b} == {
        1000: 1000,
        1999: 1000,
        3009: 3000,
    }
    assert read.book.find(1, 5) == replace(batch(0), key_id=1)
    assert read.book.find(2, 5) is None


def test_nothing_is_read_before_the_first_serial_is_asked_for() -> None:
    assert reader(batch()).shelf.loads == []


def test_for_thirty_seconds_nothing_is_read_again() -> None:
    read = reader(batch())
    for _ in range(30):
        read.status()
        read.clock.forward(seconds=1)
    assert read.shelf.loads == [None]


def test_a_recall_is_seen_at_the_latest_after_thirty_seconds() -> None:
    read = reader(batch())
    assert read.status() is BatchStatus.ACTIVE
    read.shelf.changes = Changes((batch(0, BatchStatus.RECALLED),))
    read.clock.forward(seconds=29.999)
    assert read.status() is BatchStatus.ACTIVE
    read.clock.forward(seconds=0.001)
    assert read.status() is BatchStatus.RECALLED


def test_a_refresh_asks_for_what_changed_since_the_last_and_five_minutes_more() -> None:
    read = reader(batch())
    read.status()
    read.clock.forward(seconds=45)
    read.shelf.changes = Changes()
    assert read.status() is BatchStatus.ACTIVE
    assert read.shelf.loads == [None, NOON - timedelta(minutes=5)]


def test_a_change_that_a_slow_clock_stamped_is_known_after_ten_minutes() -> None:
    read = reader(batch())
    read.status()
    for _ in range(20):
        read.clock.forward(seconds=30)
        read.shelf.changes = Changes()
        read.status()
    assert read.shelf.loads.count(None) == 2
    assert read.shelf.loads[-1] is None


def test_a_batch_that_was_added_is_found_between_the_others() -> None:
    read = reader(batch(0), batch(2))
    assert read.status(1500) is None
    read.shelf.changes = Changes((batch(1),))
    read.clock.forward(seconds=30)
    assert [read.status(serial) for serial in (500, 1500, 2500)] == [BatchStatus.ACTIVE] * 3


def test_a_leaked_key_restricts_all_its_batches_also_later_ones() -> None:
    read = reader(batch(0), batch(1, BatchStatus.BLOCKED), leaked=(0,))
    assert [read.status(serial) for serial in (0, 1000)] == [
        BatchStatus.RESTRICTED,
        BatchStatus.BLOCKED,
    ]
    read.shelf.changes = Changes((batch(2),))
    read.clock.forward(seconds=30)
    assert read.status(2000) is BatchStatus.RESTRICTED


def test_a_products_batches_are_those_issued_as_checks_read_them() -> None:
    of_key_1 = replace(batch(2), key_id=1)
    another = replace(batch(3), sku="BB-2")
    issued = (batch(0), batch(1, BatchStatus.BLOCKED), of_key_1, another)
    read = reader(*issued, batch(4, BatchStatus.DRAFT), leaked=(0,))
    assert read.book.of_product(batch(0).sku) == (
        replace(batch(0), status=BatchStatus.RESTRICTED),
        batch(1, BatchStatus.BLOCKED),
        of_key_1,
    )
    assert read.book.of_product("BB-2") == (replace(another, status=BatchStatus.RESTRICTED),)


def test_a_leak_is_seen_at_the_next_refresh() -> None:
    read = reader(batch())
    assert read.status() is BatchStatus.ACTIVE
    read.shelf.changes = Changes(leaked=frozenset({0}))
    read.clock.forward(seconds=30)
    assert read.status() is BatchStatus.RESTRICTED


def test_a_failed_refresh_keeps_what_is_known_until_it_is_a_minute_old() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    for seconds in (30, 40, 59.9):
        read.clock.now = NOON + timedelta(seconds=seconds)
        assert read.status() is BatchStatus.ACTIVE
    read.clock.now = NOON + timedelta(seconds=60)
    with refused(UnavailableError, "unavailable", DETAIL):
        read.status()


def test_a_shelf_out_of_reach_is_asked_every_five_seconds_only() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    for tenth in range(300, 400):
        read.clock.now = NOON + timedelta(seconds=tenth / 10)
        read.status()
    assert len(read.shelf.loads) == 1 + 2


def test_once_it_answers_again_all_that_changed_meanwhile_is_known() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    read.clock.forward(minutes=9)
    with refused(UnavailableError, "unavailable", DETAIL):
        read.status()
    read.shelf.trouble = None
    read.shelf.changes = Changes((batch(0, BatchStatus.RECALLED),))
    assert read.status() is BatchStatus.RECALLED
    assert read.shelf.loads[-1] == NOON - timedelta(minutes=5)


def test_with_nothing_known_a_failure_is_told_at_once() -> None:
    read = reader()
    read.shelf.trouble = UnavailableError(DETAIL)
    with refused(UnavailableError, "unavailable", DETAIL):
        read.status()


def test_a_fault_that_waiting_does_not_mend_is_told_at_once() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = PermissionError()
    read.clock.forward(seconds=30)
    with pytest.raises(PermissionError):
        read.status()
