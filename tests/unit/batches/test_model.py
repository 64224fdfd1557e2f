"""What a batch is and is not."""

from dataclasses import replace

import pytest

from aftercare.authenticity import codes
from aftercare.batches import model
from aftercare.batches.errors import BatchInvalidError
from aftercare.batches.model import BatchStatus, Export, batch_id_of, count_of, standing
from tests.fakes.codes import NOON, batch
from tests.fakes.refusals import refused

LEAKED = frozenset({0})


def test_a_batch_has_as_many_serials_and_key_ids_as_a_code_has_room_for() -> None:
    assert (model.SERIALS, model.KEY_IDS) == (codes.SERIALS, codes.KEY_IDS)


def test_a_batch_covers_its_first_and_last_serial_and_none_beside() -> None:
    second = batch(1)
    assert [second.covers(serial) for serial in (999, 1000, 1999, 2000)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_batch_is_named_after_its_range() -> None:
    assert batch_id_of(1, 250_000) == "B01-0000250000"


def test_a_file_is_named_after_batch_and_export() -> None:
    export = Export("exp_1", "B00-0000000000", 10, NOON)
    assert export.object_key == "codes/B00-0000000000/exp_1.csv"


@pytest.mark.parametrize(
    ("status", "read_as"),
    [
        (BatchStatus.DRAFT, BatchStatus.DRAFT),
        (BatchStatus.ACTIVE, BatchStatus.RESTRICTED),
        (BatchStatus.RESTRICTED, BatchStatus.RESTRICTED),
        (BatchStatus.RECALLED, BatchStatus.RECALLED),
        (BatchStatus.BLOCKED, BatchStatus.BLOCKED),
    ],
)
def test_a_leaked_key_restricts_what_was_active(status: BatchStatus, read_as: BatchStatus) -> None:
    assert standing(batch(0, status), LEAKED).status is read_as


def test_another_keys_leak_changes_nothing() -> None:
    other = replace(batch(), key_id=1)
    assert standing(other, LEAKED) == other


@pytest.mark.parametrize(("text", "count"), [("1", 1), ("10000000", 10_000_000)])
def test_the_least_and_the_most_codes_of_a_batch(text: str, count: int) -> None:
    assert count_of(text) == count


@pytest.mark.parametrize("text", ["0", "-1", "10000001"])
def test_too_few_or_too_many_codes_are_refused(text: str) -> None:
    detail = f"A batch has 1 to 10,000,000 codes, not {int(text):,}."
    with refused(BatchInvalidError, "batch_invalid", detail):
        count_of(text)


@pytest.mark.parametrize("text", ["", "many", "1e6", "1.5", "1,000", "٣", "9" * 5000])
def test_a_count_that_is_no_number_is_refused(text: str) -> None:
    detail = "The count is a whole number from 1 to 10,000,000."
    with refused(BatchInvalidError, "batch_invalid", detail):
        count_of(text)
