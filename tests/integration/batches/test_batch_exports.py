"""Exports of batches and their one-time links: progress, expiry, one download."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from aftercare.batches.errors import (
    ExportNotFoundError,
    ExportUnfinishedError,
    LinkDeadError,
)
from aftercare.batches.model import (
    BatchStatus,
    ExportStatus,
    first_export_id,
    link_id_of,
)
from aftercare.batches.service import EXPORT_REQUESTED, BatchService
from tests.fakes.actors import CODES_DOWNLOAD, CODES_EXPORT, LI
from tests.fakes.batches import active, drafted, exported, items
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration

DEAD = "This link can't be used."
ISSUE = {"en": "The left ear may come off.", "zh": "左耳可能脱落。"}


def test_a_first_export_begins_runs_and_ends_with_its_batch_active(
    batches: BatchService, clock: SetClock
) -> None:
    batch = drafted(batches)
    export_id = first_export_id(batch.batch_id)
    assert batches.export(export_id) is None
    begun = batches.begin_export(export_id, batch.batch_id, actor=CODES_EXPORT)[1]
    assert (begun.status, begun.written) == (ExportStatus.REQUESTED, 0)
    batches.progress(export_id, 60, actor=CODES_EXPORT)
    running = batches.export(export_id)
    assert running
    assert (running.status, running.written) == (ExportStatus.RUNNING, 60)
    clock.forward(seconds=9)
    done = batches.finish_export(export_id, 5_000, actor=CODES_EXPORT)
    assert batches.export(export_id) == done
    assert (done.status, done.written, done.size, done.finished_at) == (
        ExportStatus.DONE,
        100,
        5_000,
        clock.now,
    )
    assert batches.get(batch.batch_id).status is BatchStatus.ACTIVE


def test_of_a_finished_export_nothing_is_unsaid(batches: BatchService) -> None:
    export_id = exported(batches)
    done = batches.export(export_id)
    assert done
    assert batches.begin_export(export_id, done.batch_id, actor=CODES_EXPORT)[1] == done
    batches.progress(export_id, 10, actor=CODES_EXPORT)
    assert batches.export(export_id) == done


def test_progress_of_an_unknown_export_makes_none(batches: BatchService) -> None:
    batches.progress("exp_unknown", 10, actor=CODES_EXPORT)
    assert batches.export("exp_unknown") is None


def test_an_export_again_has_an_id_and_an_entry_of_its_own(
    batches: BatchService, tables: dict[str, str]
) -> None:
    batch = active(batches)
    again = batches.request_export(batch.batch_id, actor=LI)
    assert batches.export(again.export_id) == again
    [item] = [each for each in items(tables) if again.export_id in each["pk"]["S"]]
    assert (item["entry_type"]["S"], item["entry_subject"]["S"]) == (
        EXPORT_REQUESTED,
        again.export_id,
    )


def test_a_recalled_batch_stays_recalled_when_exported_again(batches: BatchService) -> None:
    batch = active(batches)
    batches.set_status(batch.batch_id, BatchStatus.RECALLED, ISSUE, actor=LI)
    again = batches.request_export(batch.batch_id, actor=LI)
    batches.finish_export(again.export_id, 1, actor=CODES_EXPORT)
    assert batches.get(batch.batch_id).status is BatchStatus.RECALLED


def test_a_link_is_looked_at_often_and_used_once(batches: BatchService) -> None:
    export_id = exported(batches)
    export, token = batches.export(export_id), batches.offer_link(export_id, actor=LI)
    assert export
    for _ in range(3):
        link = batches.look_at(token)
    assert (link.batch_id, link.sku, link.count, link.size) == (
        export.batch_id,
        "BB-1",
        100,
        5_000,
    )
    assert batches.redeem(token, actor=CODES_DOWNLOAD) == export.object_key
    for verb in (partial(batches.redeem, actor=CODES_DOWNLOAD), batches.look_at):
        with refused(LinkDeadError, "link_dead", DEAD):
            verb(token)


def test_of_twenty_who_use_a_link_at_once_one_gets_the_file(batches: BatchService) -> None:
    token = batches.offer_link(exported(batches), actor=LI)

    def redeem(_: int) -> str:
        try:
            return batches.redeem(token, actor=CODES_DOWNLOAD)
        except LinkDeadError:
            return ""

    with ThreadPoolExecutor(20) as pool:
        keys = list(pool.map(redeem, range(20)))
    assert sorted(map(bool, keys)) == [False] * 19 + [True]


def test_a_use_sent_twice_by_the_sdk_succeeds_twice(batches: BatchService, clock: SetClock) -> None:
    link_id = link_id_of(batches.offer_link(exported(batches), actor=LI))
    assert batches.store.files.use_link(link_id, "use_1", clock.now, CODES_DOWNLOAD)
    assert batches.store.files.use_link(link_id, "use_1", clock.now, CODES_DOWNLOAD)
    assert batches.store.files.use_link(link_id, "use_2", clock.now, CODES_DOWNLOAD) is None


def test_a_link_is_dead_seven_days_after_its_file_was_complete(
    batches: BatchService, clock: SetClock
) -> None:
    export_id = exported(batches)
    completed = clock.now
    clock.forward(days=2)
    token = batches.offer_link(export_id, actor=LI)
    assert batches.look_at(token).expires_at == completed + timedelta(days=7)
    clock.forward(days=4, hours=23.99)
    assert batches.look_at(token)
    clock.forward(hours=0.01)
    for verb in (partial(batches.redeem, actor=CODES_DOWNLOAD), batches.look_at):
        with refused(LinkDeadError, "link_dead", DEAD):
            verb(token)
    gone = "This export's file is deleted: request the export again."
    with refused(ExportUnfinishedError, "export_unfinished", gone):
        batches.offer_link(export_id, actor=LI)


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../../etc", "x" * 5000, "ключ"])
def test_a_token_that_never_was_one_is_as_dead(batches: BatchService, token: str) -> None:
    for verb in (partial(batches.redeem, actor=CODES_DOWNLOAD), batches.look_at):
        with refused(LinkDeadError, "link_dead", DEAD):
            verb(token)


def test_no_link_is_given_to_what_is_not_complete(batches: BatchService) -> None:
    batch = drafted(batches)
    export_id = first_export_id(batch.batch_id)
    with refused(ExportNotFoundError, "export_not_found", "There is no such export."):
        batches.offer_link(export_id, actor=LI)
    batches.begin_export(export_id, batch.batch_id, actor=CODES_EXPORT)
    unfinished = "This export is not complete yet."
    with refused(ExportUnfinishedError, "export_unfinished", unfinished):
        batches.offer_link(export_id, actor=LI)


def test_the_table_does_not_hold_what_a_link_can_be_used_with(
    batches: BatchService, tables: dict[str, str]
) -> None:
    token = batches.offer_link(exported(batches), actor=LI)
    assert len(token) == 43
    assert token not in str(items(tables))
