"""The batches in memory: how old they may be, what is read again, what a failure does."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from aftercare.batches.model import Batch, BatchStatus
from aftercare.batches.recent import MOST
from aftercare.kernel.errors import UnavailableError
from tests.fakes.codes import NOON, Shelf, batch, book_on
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

DETAIL = "The batches can't be read right now."


@dataclass
class Reader:
    """A book on a shelf, and its clock."""

    shelf: Shelf
    clock: SetClock = field(default_factory=lambda: SetClock(NOON))

    def __post_init__(self) -> None:
        self.book = book_on(self.shelf, self.clock)

    def status(self, serial: int = 0, key_id: int = 0) -> BatchStatus | None:
        issued = self.book.find(key_id, serial)
        return issued.status if issued else None

    def recalled(self, sku: str) -> list[str]:
        return [each.batch_id for each in self.book.recall_of(sku)]


def reader(*batches: Batch, leaked: tuple[int, ...] = ()) -> Reader:
    return Reader(Shelf(batches, frozenset(leaked)))


def test_each_serial_leads_to_its_batch_and_the_others_to_none() -> None:
    gap = replace(batch(3), count=10)
    read = reader(batch(1), gap, replace(batch(0), key_id=1))
    for _ in range(2):  # from the table, and from memory
        issued = {
            serial: read.book.find(0, serial) for serial in (0, 999, 1000, 1999, 2000, 3009, 3010)
        }
        assert {serial: b.first_serial for serial, b in issued.items() if b} == {
            1000: 1000,
            1999: 1000,
            3009: 3000,
        }
        assert read.book.find(1, 5) == replace(batch(0), key_id=1)
        assert read.book.find(1, 1000) is None
        assert read.book.find(2, 5) is None


def test_nothing_is_read_before_the_first_serial_is_asked_for() -> None:
    assert reader(batch()).shelf.reads == []


def test_for_thirty_seconds_nothing_is_read_again() -> None:
    read = reader(batch())
    for serial in range(30):
        read.status(serial)
        read.clock.forward(seconds=1)
    assert read.shelf.reads == ["batch", "leaked keys"]


def test_a_recall_is_seen_at_the_latest_after_thirty_seconds() -> None:
    read = reader(batch())
    assert read.status() is BatchStatus.ACTIVE
    read.shelf.batches = (batch(0, BatchStatus.RECALLED),)
    read.clock.forward(seconds=29.999)
    assert read.status() is BatchStatus.ACTIVE
    read.clock.forward(seconds=0.001)
    assert read.status() is BatchStatus.RECALLED


def test_a_draft_and_a_serial_without_a_batch_are_read_each_time() -> None:
    read = reader(batch(0, BatchStatus.DRAFT))
    assert [read.status(5), read.status(1500)] == [BatchStatus.DRAFT, None]
    read.shelf.batches = (batch(0), batch(1))
    assert [read.status(5), read.status(1500)] == [BatchStatus.ACTIVE] * 2


def test_a_batch_that_was_added_is_found_between_the_others() -> None:
    read = reader(batch(0), batch(2))
    assert [read.status(serial) for serial in (500, 1500, 2500)] == [
        BatchStatus.ACTIVE,
        None,
        BatchStatus.ACTIVE,
    ]
    read.shelf.batches = (batch(0), batch(1), batch(2))
    assert [read.status(serial) for serial in (500, 1500, 2500)] == [BatchStatus.ACTIVE] * 3


def test_more_batches_than_memory_holds_are_read_again() -> None:
    read = reader(*map(batch, range(MOST + 1)))
    for _ in range(2):
        for number in range(MOST + 1):
            assert read.status(number * 1000 + 7) is BatchStatus.ACTIVE
    assert read.shelf.reads.count("batch") <= 2 * (MOST + 1)


def test_a_leaked_key_restricts_its_active_batches() -> None:
    read = reader(batch(0), batch(1, BatchStatus.BLOCKED), replace(batch(0), key_id=1), leaked=(0,))
    assert [read.status(0), read.status(1000), read.status(0, key_id=1)] == [
        BatchStatus.RESTRICTED,
        BatchStatus.BLOCKED,
        BatchStatus.ACTIVE,
    ]


def test_a_leak_is_seen_at_the_latest_after_thirty_seconds() -> None:
    read = reader(batch())
    assert read.status() is BatchStatus.ACTIVE
    read.shelf.key_ids = frozenset({0})
    read.clock.forward(seconds=30)
    assert read.status() is BatchStatus.RESTRICTED


def test_a_recalled_products_batches_are_those_issued_and_no_others_are_read() -> None:
    of_key_1 = replace(batch(2, BatchStatus.RECALLED), key_id=1)
    another = replace(batch(3), sku="BB-2")
    read = reader(batch(0), of_key_1, another, batch(4, BatchStatus.DRAFT))
    for _ in range(2):
        assert read.recalled("BB-1") == [batch(0).batch_id, of_key_1.batch_id]
        assert read.recalled("BB-2") == []
    assert read.shelf.reads == ["recalled products", "batches of a product"]
    read.shelf.batches = (batch(0),)
    read.clock.forward(seconds=30)
    assert read.recalled("BB-1") == []


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
    read = reader(batch(0, BatchStatus.RECALLED))
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    for tenth in range(300, 400):
        read.clock.now = NOON + timedelta(seconds=tenth / 10)
        read.status()
    assert len(read.shelf.reads) == 1 + 2


def test_once_it_answers_again_all_that_changed_meanwhile_is_known() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    read.clock.forward(minutes=9)
    with refused(UnavailableError, "unavailable", DETAIL):
        read.status()
    read.shelf.trouble = None
    read.shelf.batches = (batch(0, BatchStatus.RECALLED),)
    assert read.status() is BatchStatus.RECALLED


def test_a_code_that_is_asked_for_first_while_the_table_fails_is_not_called_never_issued() -> None:
    read = reader(batch(0, BatchStatus.DRAFT))
    read.status()
    read.shelf.trouble = UnavailableError(DETAIL)
    for serial in (5, 5000):
        with refused(UnavailableError, "unavailable", DETAIL):
            read.status(serial)


def test_a_fault_that_waiting_does_not_mend_is_told_at_once() -> None:
    read = reader(batch())
    read.status()
    read.shelf.trouble = PermissionError()
    read.clock.forward(seconds=30)
    with pytest.raises(PermissionError):
        read.status()
