"""Batches as other versions stored them are read: committed samples, a newer version's items."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from aftercare.batches.model import Batch, BatchStatus, ExportStatus
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from tests.fakes.actors import CODES_DOWNLOAD, CODES_EXPORT, LI
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("batches")
BATCHES = {name: item for name, item in SAMPLES.items() if "sku" in item}
RECALLED, EXPORT = "B00-0000010000", "exp_B00-0000000000"
PICTURED, PICTURE = "B00-0000040000", "p4f1f0a5c0d7b4a3e9d2c6b8a71e05f93"
FINISHED = datetime(2026, 11, 27, 16, 34, tzinfo=UTC)


@pytest.fixture
def batches(tables: dict[str, str]) -> Iterator[BatchService]:
    for item in SAMPLES.values():
        put(tables, item)
    yield batch_service(BatchesConfig(tables["BatchesTable"]), clock=lambda: FINISHED)
    for item in stored(tables):
        key = {name: item[name] for name in ("pk", "sk")}
        boto3.client("dynamodb").delete_item(TableName=tables["BatchesTable"], Key=key)


def stored(tables: dict[str, str]) -> list[Item]:
    answer: Any = boto3.client("dynamodb").scan(TableName=tables["BatchesTable"])
    rows: list[Item] = answer["Items"]
    return rows


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["BatchesTable"], Item=item)


def newer(item: Item) -> Item:
    """The item as a later version may store it: more attributes, a higher schema."""
    return item | {
        "schema": {"N": "2"},
        "holograms": {"M": {"supplier": {"S": "HK-7"}}},
        "inspected": {"BOOL": True},
    }


def id_of(item: Item) -> str:
    return f"B{item['sk']['S'].replace('#', '-')}"


def test_yesterdays_batches_are_read(batches: BatchService) -> None:
    recalled = batches.get(RECALLED)
    assert recalled.status is BatchStatus.RECALLED
    assert sorted(recalled.known_issue) == ["en", "fr", "zh"]
    assert (recalled.count, recalled.version, recalled.changed_by) == (10_000, 3, "unknown")
    statuses = {batch.status for batch in batches.store.everything()}
    assert statuses == set(BatchStatus) - {BatchStatus.DRAFT}


def test_yesterdays_batches_have_no_picture_and_may_get_one(batches: BatchService) -> None:
    pictures = {batch.batch_id: batch.picture for batch in batches.store.everything()}
    assert {key for key, picture in pictures.items() if picture} == {PICTURED}
    before = batches.get(RECALLED)
    after = batches.set_picture(RECALLED, PICTURE, actor=LI)
    assert after == batches.get(RECALLED)
    assert replace(before, picture=PICTURE, version=4, changed_by=LI, changed_at=FINISHED) == after
    assert batches.set_picture(RECALLED, PICTURE, actor=LI).picture == PICTURE


def test_a_batchs_picture_stays_when_its_status_changes(batches: BatchService) -> None:
    recalled = batches.set_status(
        PICTURED, BatchStatus.RECALLED, {"en": "The ear comes off."}, actor=LI
    )
    assert recalled.picture == PICTURE
    assert batches.activate(PICTURED, actor=LI).picture == PICTURE


def test_yesterdays_export_is_read_and_gets_a_link(batches: BatchService) -> None:
    export = batches.export(EXPORT)
    assert export
    assert (export.status, export.size) == (ExportStatus.DONE, 810_019)
    token = batches.offer_link(EXPORT, actor=LI)
    assert batches.redeem(token, actor=CODES_DOWNLOAD) == export.object_key


@pytest.mark.parametrize("name", BATCHES)
def test_after_a_roll_back_the_newer_versions_batches_are_read_and_change(
    batches: BatchService, tables: dict[str, str], name: str
) -> None:
    batch_id = id_of(BATCHES[name])
    before = batches.get(batch_id)
    put(tables, newer(BATCHES[name]))
    assert batches.get(batch_id) == before
    assert before in batches.store.everything()
    blocked = batches.set_status(batch_id, BatchStatus.BLOCKED, actor=LI)
    assert (blocked.status, blocked.changed_by) == (BatchStatus.BLOCKED, LI)


def test_after_a_roll_back_the_newer_versions_export_is_read_and_written_again(
    batches: BatchService, tables: dict[str, str]
) -> None:
    before = batches.export(EXPORT)
    put(tables, newer(SAMPLES["05-export-export-done"]))
    assert batches.export(EXPORT) == before
    assert batches.finish_export(EXPORT, 5, actor=CODES_EXPORT).size == 5


def test_a_status_of_a_newer_version_reads_as_restricted_and_stays(
    batches: BatchService, tables: dict[str, str]
) -> None:
    put(tables, newer(BATCHES["01-00-active"]) | {"status": {"S": "under_inspection"}})
    batch_id = id_of(BATCHES["01-00-active"])
    assert batches.get(batch_id).status is BatchStatus.RESTRICTED
    assert batches.activate(batch_id, actor=LI).status is BatchStatus.RESTRICTED
    [item] = [item for item in stored(tables) if item["sk"] == BATCHES["01-00-active"]["sk"]]
    assert item["status"] == {"S": "under_inspection"}


def test_an_export_status_of_a_newer_version_reads_as_running(
    batches: BatchService, tables: dict[str, str]
) -> None:
    put(tables, newer(SAMPLES["05-export-export-done"]) | {"status": {"S": "signed"}})
    export = batches.export(EXPORT)
    assert export
    assert export.status is ExportStatus.RUNNING


def test_every_item_is_stored_with_the_version_of_its_shape_and_its_actor(
    batches: BatchService, tables: dict[str, str]
) -> None:
    batch = draft(batches)
    batches.begin_export("exp_any", batch.batch_id, actor=CODES_EXPORT)
    batches.mark_key_leaked(1, actor=LI)
    batches.offer_link(EXPORT, actor=LI)
    fresh = [item for item in stored(tables) if item not in SAMPLES.values()]
    assert {item["schema"]["N"] for item in fresh} == {"1"}
    actors = sorted(item["changed_by"]["S"] for item in fresh)
    assert actors == [LI, LI, LI, CODES_EXPORT]


def test_an_entry_names_who_requested_the_export(
    batches: BatchService, tables: dict[str, str]
) -> None:
    draft(batches)
    batches.request_export(RECALLED, actor=LI)
    entries = [item for item in stored(tables) if "entry_type" in item]
    assert [item["entry_actor"]["S"] for item in entries] == [LI, LI]


def draft(batches: BatchService) -> Batch:
    return batches.draft(sku="BB-1", product="Tiny Tide", key_id=0, count=10, actor=LI)
