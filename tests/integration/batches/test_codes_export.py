"""From a drafted batch to the printer's file: complete, the same again, whatever broke before."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError

import event_publisher.app
from aftercare.authenticity.codes import Code, normalise, read
from aftercare.batches.model import Batch, BatchStatus, ExportStatus, first_export_id
from aftercare.batches.service import BatchService
from aftercare.batches.wiring import BatchesConfig, batch_service
from aftercare.kernel import aws, config
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from codes_export.app import handler
from tests.fakes.actors import LI, SOMEBODY
from tests.fakes.aws import Json, answering
from tests.fakes.codes import KEYS
from tests.fakes.environment import CODE_KEYS
from tests.fakes.events import CONTEXT, bus_event, queue_event, stream_event
from tests.fakes.logs import logged
from tests.fakes.vault import answering_secrets

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]

TWO_PARTS = 120_000
LINK = "http://localhost:8787/01/04006381333931/21/"


@pytest.fixture
def batches(functions: None) -> BatchService:  # noqa: ARG001 - its settings
    return batch_service(config.read(BatchesConfig))


def drafted(batches: BatchService, count: int, key_id: int = 0) -> Batch:
    return batches.draft(
        sku="BB-1", product="Tiny Tide", gtin="4006381333931", key_id=key_id, count=count, actor=LI
    )


def entry_of(tables: dict[str, str], batch: Batch) -> Entry:
    """The entry that the batch's own item carries, as its stream shows it."""
    key = {"pk": "BATCHES", "sk": batch.batch_id[1:].replace("-", "#")}
    row = boto3.resource("dynamodb").Table(tables["BatchesTable"]).get_item(Key=key)["Item"]
    return entry_from(dict(row))


def message_of(entry: Entry) -> Json:
    return queue_event(bus_event(entry))


def export(event: Json) -> int:
    """Hands the message over; how many failed."""
    return len(handler(event, CONTEXT)["batchItemFailures"])


def file_of(buckets: dict[str, str], batch: Batch, export_id: str = "") -> bytes | None:
    key = f"codes/{batch.batch_id}/{export_id or first_export_id(batch.batch_id)}.csv"
    s3 = boto3.client("s3")
    found = s3.list_objects_v2(Bucket=buckets["CodesBucket"], Prefix=key)
    if not found["KeyCount"]:
        return None
    return s3.get_object(Bucket=buckets["CodesBucket"], Key=key)["Body"].read()


def rows_in(content: bytes | None) -> list[dict[str, str]]:
    assert content is not None
    return list(csv.DictReader(io.StringIO(content.decode())))


@contextmanager
def failing_at_part(number: int) -> Iterator[None]:
    """S3 goes silent when that part of an upload is sent."""
    events = aws._client("s3").meta.events  # type: ignore[attr-defined]

    def hook(model: Any, params: Json, **_: Any) -> None:
        if model.name == "UploadPart" and params["query_string"]["partNumber"] == number:
            raise ReadTimeoutError(endpoint_url="nowhere")

    events.register_first("before-call", hook, unique_id="failing")
    try:
        yield
    finally:
        events.unregister("before-call", unique_id="failing")


def test_the_file_has_every_code_of_the_batch_once_each_genuine_with_its_link(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    first, batch = drafted(batches, 300), drafted(batches, 2500)
    assert export(message_of(entry_of(tables, batch))) == 0
    content = file_of(buckets, batch)
    rows = rows_in(content)
    assert content is not None
    assert content.startswith(b"code,digital_link\r\n")
    codes = [normalise(row["code"]) for row in rows]
    assert [read(code, KEYS[0]) for code in codes] == [
        Code(0, serial) for serial in range(first.end, batch.end)
    ]
    assert [row["digital_link"] for row in rows] == [f"{LINK}{code}" for code in codes]


def test_a_finished_export_activates_its_batch_and_says_how_large_the_file_is(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, 10)
    assert batches.get(batch.batch_id).status is BatchStatus.DRAFT
    export(message_of(entry_of(tables, batch)))
    done = batches.export(first_export_id(batch.batch_id))
    assert done
    assert (done.status, done.written) == (ExportStatus.DONE, 10)
    assert done.size == len(file_of(buckets, batch) or b"")
    assert batches.get(batch.batch_id).status is BatchStatus.ACTIVE


def test_what_a_draft_commits_goes_over_stream_and_bus_to_the_worker(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, 10)
    entry = entry_of(tables, batch)
    key = {"pk": {"S": "BATCHES"}, "sk": {"S": batch.batch_id[1:].replace("-", "#")}}
    image: Any = boto3.client("dynamodb").get_item(TableName=tables["BatchesTable"], Key=key)
    taken: list[Json] = []

    def take(asked: Json) -> Json:
        taken.extend(asked["Entries"])
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in asked["Entries"]]}

    with answering("events", "PutEvents", take):
        event_publisher.app.handler(stream_event([image["Item"]]), CONTEXT)
    [event] = taken
    assert (event["DetailType"], event["Detail"]) == ("batch.export_requested", entry.to_detail())
    assert export(message_of(entry)) == 0
    assert len(rows_in(file_of(buckets, batch))) == 10


def test_the_same_message_again_makes_the_same_file(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, 500)
    message = message_of(entry_of(tables, batch))
    export(message)
    before = file_of(buckets, batch)
    key = f"codes/{batch.batch_id}/{first_export_id(batch.batch_id)}.csv"
    boto3.client("s3").delete_object(Bucket=buckets["CodesBucket"], Key=key)
    assert export(message) == 0
    assert file_of(buckets, batch) == before


def test_a_crash_in_the_middle_leaves_no_half_file_and_the_message_again_makes_it_whole(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, TWO_PARTS)
    message = message_of(entry_of(tables, batch))
    with failing_at_part(2):
        assert export(message) == 1
    assert file_of(buckets, batch) is None
    left = boto3.client("s3").list_multipart_uploads(Bucket=buckets["CodesBucket"])
    assert left.get("Uploads", []) == []
    assert batches.get(batch.batch_id).status is BatchStatus.DRAFT
    assert export(message) == 0
    rows = rows_in(file_of(buckets, batch))
    assert len({row["code"] for row in rows}) == len(rows) == TWO_PARTS
    assert batches.get(batch.batch_id).status is BatchStatus.ACTIVE


def test_a_file_asked_for_again_is_another_object_with_the_same_codes(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, 20)
    export(message_of(entry_of(tables, batch)))
    again = batches.request_export(batch.batch_id, actor=LI)
    data = {"batch_id": batch.batch_id}
    entry = Entry(
        "ent_2", "batch.export_requested", again.export_id, again.requested_at, data, actor=SOMEBODY
    )
    assert export(message_of(entry)) == 0
    assert file_of(buckets, batch, again.export_id) == file_of(buckets, batch)


def test_a_batch_that_does_not_exist_fails_its_message(batches: BatchService) -> None:
    entry = batches._export_requested("exp_any", drafted(batches, 1), LI)
    unknown = Entry(**{**_fields(entry), "data": {"batch_id": "B00-9999999999"}})
    assert export(message_of(unknown)) == 1


def test_a_key_that_the_secret_does_not_have_is_told_and_fails_the_message(
    batches: BatchService, tables: dict[str, str]
) -> None:
    batch = drafted(batches, 5, key_id=30)
    with logged() as log:
        assert export(message_of(entry_of(tables, batch))) == 1
    assert "configuration" in {line.get("code") for line in log.lines}
    assert batches.get(batch.batch_id).status is BatchStatus.DRAFT


def test_the_first_batch_of_a_key_that_was_added_just_now_is_exported(
    batches: BatchService,
    tables: dict[str, str],
    buckets: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    export(message_of(entry_of(tables, drafted(batches, 5))))
    batch = drafted(batches, 5, key_id=9)
    with answering_secrets({CODE_KEYS: json.dumps({"9": "k9" * 64})}) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        assert export(message_of(entry_of(tables, batch))) == 0
    assert len(rows_in(file_of(buckets, batch))) == 5


def test_no_line_of_the_log_has_a_code_in_it(
    batches: BatchService, tables: dict[str, str], buckets: dict[str, str]
) -> None:
    batch = drafted(batches, 5)
    with logged() as log:
        export(message_of(entry_of(tables, batch)))
    said = log.getvalue()
    for row in rows_in(file_of(buckets, batch)):
        assert row["code"] not in said
        assert normalise(row["code"]) not in said


def _fields(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in entry.__slots__}
