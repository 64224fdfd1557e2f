"""Puts each committed timeline entry on the bus; refused ones wait in a retry queue."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from aws_lambda_powertools.utilities.data_classes import DynamoDBStreamEvent
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel import bus
from aftercare.kernel.config import read
from aftercare.kernel.observe import logger
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from aftercare.kernel.worker import Event, consume, entry_in
from event_publisher.retries import keep

type Failures = dict[str, Any]


class Config(NamedTuple):
    """The bus, and the queue where entries wait that it refused."""

    event_bus: str
    retry_queue: str


_config = read(Config)


def handler(event: Event, context: LambdaContext) -> Failures:
    if any(record["eventSource"] == "aws:dynamodb" for record in event["Records"]):
        return _publish(list(DynamoDBStreamEvent(event).records))
    return dict(consume(event, context, _again))


def _publish(records: Sequence[DynamoDBRecord]) -> Failures:
    """Publishes the batch; the stream repeats only what the retry queue refuses too."""
    entries = {_sequence(record): entry for record in records if (entry := _entry(record))}
    refused = bus.put(_config.event_bus, list(entries.values()))
    lost = keep(_config.retry_queue, refused)
    logger.info(
        "published", extra={"entries": len(entries), "refused": len(refused), "lost": len(lost)}
    )
    failed = [sequence for sequence, entry in entries.items() if entry in lost]
    return {"batchItemFailures": [{"itemIdentifier": sequence} for sequence in failed]}


def _again(event: Event) -> None:
    if bus.put(_config.event_bus, [entry_in(event)]):
        raise RuntimeError("the bus refused the entry again")


def _entry(record: DynamoDBRecord) -> Entry | None:
    image = record.dynamodb.new_image if record.dynamodb else None
    is_new = record.event_name is not None and record.event_name.name == "INSERT"
    return entry_from(image) if is_new and image and "entry_type" in image else None


def _sequence(record: DynamoDBRecord) -> str:
    return str(record.dynamodb.sequence_number if record.dynamodb else "")
