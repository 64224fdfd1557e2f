"""Batches on their table: ranges that never overlap, statuses that reach checks, one-time links."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from aftercare.batches.errors import (
    BatchInvalidError,
    BatchNotFoundError,
    SerialsExhaustedError,
)
from aftercare.batches.model import (
    SERIALS,
    Batch,
    BatchStatus,
    first_export_id,
)
from aftercare.batches.service import EXPORT_REQUESTED, BatchBook, BatchService
from aftercare.batches.shelf_store import ShelfStore
from aftercare.batches.store import BatchStore
from aftercare.kernel.errors import StaleWriteError, UnavailableError
from aftercare.kernel.fresh import ATTEMPTS
from tests.fakes.actors import CODES_EXPORT, LI
from tests.fakes.aws import Json, RefusalError, answering, counted
from tests.fakes.batches import active, drafted, items
from tests.fakes.environment import TABLES
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration

ISSUE = {"en": "The left ear may come off.", "zh": "左耳可能脱落。"}
REMEDY = {"en": "We send a new one."}


# ---------------------------------------------------------------- drafting


def test_issuing_ten_million_codes_writes_one_item(
    batches: BatchService, tables: dict[str, str]
) -> None:
    before = len(items(tables))
    with counted("dynamodb") as calls:
        batch = drafted(batches, 10_000_000)
    assert (batch.first_serial, batch.count) == (0, 10_000_000)
    assert calls == ["Query", "PutItem"]
    assert len(items(tables)) == before + 1


def test_a_draft_carries_the_entry_that_has_its_codes_exported(
    batches: BatchService, tables: dict[str, str]
) -> None:
    batch = drafted(batches)
    [item] = [each for each in items(tables) if each["sk"]["S"] == "00#0000000000"]
    assert item["entry_type"]["S"] == EXPORT_REQUESTED
    assert item["entry_subject"]["S"] == first_export_id(batch.batch_id)


def test_what_was_said_of_a_batch_is_read_back(batches: BatchService, clock: SetClock) -> None:
    batch = drafted(batches, gtin="4006381333931", batch_code="TT-2026-06", factory="Dongguan 2")
    assert batches.get(batch.batch_id) == batch
    assert (batch.gtin, batch.batch_code, batch.factory) == (
        "04006381333931",
        "TT-2026-06",
        "Dongguan 2",
    )
    assert (batch.status, batch.created_at, batch.changed_at, batch.version) == (
        BatchStatus.DRAFT,
        clock.now,
        clock.now,
        1,
    )


def test_batches_of_a_key_follow_each_other_and_keys_do_not_mind_each_other(
    batches: BatchService,
) -> None:
    asked = [(0, 100), (9, 30), (0, 1), (0, 7), (9, 5)]
    firsts = [drafted(batches, count, key_id=key).first_serial for key, count in asked]
    assert firsts == [0, 0, 100, 101, 30]


@pytest.mark.parametrize("field", ["sku", "product", "batch_code", "factory"])
@pytest.mark.parametrize("sign", list("=+-@"))
def test_a_word_that_a_spreadsheet_would_calculate_is_refused(
    batches: BatchService, tables: dict[str, str], field: str, sign: str
) -> None:
    words: dict[str, Any] = {field: f"{sign}1+1"}
    sentence = f"The {field} must not begin with one of = + - @: spreadsheets calculate it."
    with refused(BatchInvalidError, "batch_invalid", sentence) as refusal:
        drafted(batches, **words)
    assert refusal.value.field == field
    assert items(tables) == []


def test_two_drafts_at_the_same_range_end_up_behind_each_other(batches: BatchService) -> None:
    rivals = [300, 20]

    class Crowded(BatchStore):
        def end_of(self, key_id: int) -> int:
            end = super().end_of(key_id)
            if rivals:
                drafted(batches, rivals.pop(0))
            return end

    late = drafted(replace(batches, store=Crowded(TABLES["BatchesTable"])), 50)
    assert (late.first_serial, late.end) == (320, 370)


def test_a_draft_that_never_gets_its_turn_writes_nothing(batches: BatchService) -> None:
    taken = drafted(batches)
    with pytest.raises(StaleWriteError):
        batches.store.add(taken, batches._export_requested("exp_other", taken, LI))

    class Behind(BatchStore):
        def end_of(self, key_id: int) -> int:  # noqa: ARG002 - it always sees the same
            return 0

    with counted("dynamodb") as calls, pytest.raises(StaleWriteError):
        drafted(replace(batches, store=Behind(TABLES["BatchesTable"])))
    assert calls == ["PutItem"] * ATTEMPTS


def test_threads_that_draft_at_once_never_overlap(batches: BatchService) -> None:
    def draft(count: int) -> Batch:
        return drafted(batches, count)

    with ThreadPoolExecutor(2) as pool:
        made = sorted(pool.map(draft, range(1, 25)), key=lambda batch: batch.first_serial)
    assert made[0].first_serial == 0
    assert all(before.end == after.first_serial for before, after in pairwise(made))
    assert sum(batch.count for batch in made) == sum(range(1, 25))


def test_a_draft_sent_twice_by_the_sdk_is_one_batch(batches: BatchService) -> None:
    batch = drafted(batches)
    entry = batches._export_requested(first_export_id(batch.batch_id), batch, LI)
    second = replace(batch, first_serial=batch.end, batch_id="")
    for _ in range(2):
        batches.store.add(second, entry)
    assert batches.store.end_of(0) == 200


def test_the_last_serials_can_be_taken_and_not_one_more(batches: BatchService) -> None:
    nearly_all = replace(drafted(batches, 1), first_serial=1, count=SERIALS - 11)
    batches.store.add(nearly_all, batches._export_requested("exp_any", nearly_all, LI))
    detail = "Key id 0 has 10 codes left, not 11. A new key id has all of them."
    with refused(SerialsExhaustedError, "serials_exhausted", detail):
        drafted(batches, 11)
    assert drafted(batches, 10).end == SERIALS
    with refused(SerialsExhaustedError, "serials_exhausted", detail.replace("10 codes", "0 codes")):
        drafted(batches, 11)


@pytest.mark.parametrize("count", [0, -1, 10_000_001])
def test_a_count_out_of_bounds_is_refused_and_writes_nothing(
    batches: BatchService, count: int
) -> None:
    with (
        counted("dynamodb") as calls,
        refused(
            BatchInvalidError,
            "batch_invalid",
            f"A batch has 1 to 10,000,000 codes, not {count:,}.",
        ),
    ):
        drafted(batches, count)
    assert calls == []


@pytest.mark.parametrize(
    ("facts", "detail"),
    [
        ({"sku": ""}, "A batch needs a sku."),
        ({"product": "  "}, "A batch needs a product."),
        ({"sku": "S" * 65}, "The sku must be one line of at most 64 characters."),
        ({"factory": "two\nlines"}, "The factory must be one line of at most 120 characters."),
        ({"gtin": "123"}, "A GTIN has 8, 12, 13 or 14 digits, not '123'."),
        (
            {"gtin": "4006381333930"},
            "The check digit of GTIN 4006381333930 is wrong: it should be 1.",
        ),
    ],
)
def test_what_can_not_be_said_of_a_batch_is_refused(
    batches: BatchService, facts: dict[str, Any], detail: str
) -> None:
    with refused(BatchInvalidError, "batch_invalid", detail):
        drafted(batches, **facts)


@pytest.mark.parametrize("key_id", [-1, 32])
def test_a_key_id_that_no_code_can_name_is_refused(batches: BatchService, key_id: int) -> None:
    detail = f"A key id is 0 to 31, not {key_id}."
    with refused(BatchInvalidError, "batch_invalid", detail):
        drafted(batches, key_id=key_id)
    with refused(BatchInvalidError, "batch_invalid", detail):
        batches.mark_key_leaked(key_id, actor=LI)


# ---------------------------------------------------------------- statuses


def test_a_draft_becomes_active_once_and_nothing_else_does(batches: BatchService) -> None:
    batch = active(batches)
    assert batches.activate(batch.batch_id, actor=LI) == batch
    blocked = batches.set_status(batch.batch_id, BatchStatus.BLOCKED, actor=LI)
    assert batches.activate(batch.batch_id, actor=LI) == blocked


def test_a_recall_says_what_is_wrong_and_what_to_do(batches: BatchService, clock: SetClock) -> None:
    batch = active(batches)
    clock.forward(hours=1)
    recalled = batches.set_status(batch.batch_id, BatchStatus.RECALLED, ISSUE, REMEDY, actor=LI)
    assert (recalled.status, recalled.known_issue, recalled.remedy) == (
        BatchStatus.RECALLED,
        ISSUE,
        REMEDY,
    )
    assert (recalled.changed_at, recalled.created_at) == (clock.now, batch.created_at)
    assert batches.get(batch.batch_id) == recalled
    assert batches.set_status(batch.batch_id, BatchStatus.ACTIVE, actor=LI).known_issue == ISSUE


def test_a_recall_without_a_word_in_english_is_refused(batches: BatchService) -> None:
    batch = active(batches)
    detail = "A recall needs the known issue in English (en)."
    for issue in (None, {}, {"zh": "左耳"}):
        with refused(BatchInvalidError, "batch_invalid", detail):
            batches.set_status(batch.batch_id, BatchStatus.RECALLED, issue, actor=LI)
    assert batches.get(batch.batch_id).status is BatchStatus.ACTIVE


def test_texts_that_can_be_none_are_refused(batches: BatchService) -> None:
    batch_id = active(batches).batch_id
    cases = {
        "'english' is not a language code such as en, zh-Hans or fr.": {"english": "text"},
        "The text in en must have 1 to 2,000 characters.": {"en": "x" * 2001},
        "The text in fr must have 1 to 2,000 characters.": {"fr": " "},
    }
    for detail, texts in cases.items():
        with refused(BatchInvalidError, "batch_invalid", detail):
            batches.set_status(batch_id, BatchStatus.BLOCKED, texts, actor=LI)


def test_a_batch_does_not_become_a_draft_again(batches: BatchService) -> None:
    batch_id = active(batches).batch_id
    with refused(BatchInvalidError, "batch_invalid", "A batch cannot become a draft again."):
        batches.set_status(batch_id, BatchStatus.DRAFT, actor=LI)


@pytest.mark.parametrize("batch_id", ["B00-9999999999", "B00", "", "nonsense", "B00#0000000000"])
def test_an_unknown_batch_is_said_to_be_unknown(batches: BatchService, batch_id: str) -> None:
    detail = f"There is no batch {batch_id!r}."
    verbs: list[Callable[[], object]] = [
        lambda: batches.get(batch_id),
        lambda: batches.activate(batch_id, actor=LI),
        lambda: batches.set_status(batch_id, BatchStatus.BLOCKED, actor=LI),
        lambda: batches.request_export(batch_id, actor=LI),
        lambda: batches.begin_export("exp_any", batch_id, actor=CODES_EXPORT),
    ]
    for verb in verbs:
        with refused(BatchNotFoundError, "batch_not_found", detail):
            verb()


def test_two_who_change_a_batch_at_once_both_get_their_way_in_turn(batches: BatchService) -> None:
    batch_id = active(batches).batch_id

    def change(number: int) -> Batch:
        return batches.set_status(
            batch_id, BatchStatus.BLOCKED, {"en": f"Reason {number}"}, actor=LI
        )

    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(change, range(6)))
    assert sorted(batch.version for batch in made) == [3, 4, 5, 6, 7, 8]


# ---------------------------------------------------------------- what checks see


def test_a_recall_reaches_a_check_elsewhere_within_thirty_seconds(
    batches: BatchService, clock: SetClock
) -> None:
    batch = active(batches)
    book = book_of(clock)
    assert book.find(0, 5) == batch
    recalled = batches.set_status(batch.batch_id, BatchStatus.RECALLED, ISSUE, REMEDY, actor=LI)
    clock.forward(seconds=30)
    assert book.find(0, 5) == recalled


@pytest.mark.parametrize("minutes", [-60, -6, 6, 60])
def test_a_recall_counts_whatever_the_clock_of_who_recalls_says(
    batches: BatchService, clock: SetClock, minutes: int
) -> None:
    batch = active(batches)
    book = book_of(clock)
    book.find(0, 5)
    theirs = SetClock(clock.now + timedelta(minutes=minutes))
    operator = BatchService(batches.store, theirs, batches.entropy)
    recalled = operator.set_status(batch.batch_id, BatchStatus.RECALLED, ISSUE, REMEDY, actor=LI)
    clock.forward(seconds=30)
    assert book.find(0, 5) == recalled


def test_any_serial_costs_one_small_read_however_many_batches_there_are(
    batches: BatchService, clock: SetClock
) -> None:
    drafts = [drafted(batches, count=10) for _ in range(30)]
    others = [drafted(batches, count=10, key_id=1)]
    for serial, expected in [
        (0, drafts[0]),
        (9, drafts[0]),
        (10, drafts[1]),
        (299, drafts[29]),
        (300, None),
    ]:
        with counted("dynamodb") as calls:
            assert book_of(clock).find(0, serial) == expected
        assert Counter(calls) == {"Query": 1}
    assert book_of(clock).find(1, 0) == others[0]
    assert book_of(clock).find(2, 0) is None


def test_a_products_recall_is_read_with_its_other_batches(
    batches: BatchService, clock: SetClock
) -> None:
    one, other = active(batches), active(batches)
    drafted(batches)
    assert book_of(clock).recall_of(one.sku) == ()
    batches.set_status(other.batch_id, BatchStatus.RECALLED, ISSUE, REMEDY, actor=LI)
    found = book_of(clock).recall_of(one.sku)
    assert {each.batch_id: each.status for each in found} == {
        one.batch_id: BatchStatus.ACTIVE,
        other.batch_id: BatchStatus.RECALLED,
    }
    assert book_of(clock).recall_of("BB-2") == ()
    batches.set_status(other.batch_id, BatchStatus.ACTIVE, actor=LI)
    assert book_of(clock).recall_of(one.sku) == ()


def test_a_leaked_key_restricts_its_batches_at_once_also_new_ones(
    batches: BatchService, clock: SetClock
) -> None:
    before, blocked = active(batches), active(batches)
    batches.set_status(blocked.batch_id, BatchStatus.BLOCKED, actor=LI)
    batches.mark_key_leaked(0, actor=LI)
    after, draft = active(batches), drafted(batches)
    expected = [
        (before, BatchStatus.RESTRICTED),
        (after, BatchStatus.RESTRICTED),
        (blocked, BatchStatus.BLOCKED),
        (draft, BatchStatus.DRAFT),
    ]
    book = book_of(clock)
    for batch, status in expected:
        assert batches.get(batch.batch_id).status is status
        found = book.find(0, batch.first_serial)
        assert found
        assert found.status is status


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceededException", "InternalServerError"])
def test_a_table_in_trouble_is_unavailable(batches: BatchService, code: str) -> None:
    def refuse(_: Json) -> Json:
        raise RefusalError(code)

    detail = "The batches cannot be read now."
    with answering("dynamodb", "Query", refuse), refused(UnavailableError, "unavailable", detail):
        batches.store.everything()


def book_of(clock: SetClock) -> BatchBook:
    """The book of an execution environment that has read nothing yet."""
    return BatchBook(lambda: ShelfStore(TABLES["BatchesTable"]), clock)
