"""The edge of every queue worker: unwraps each message, acts, and reports failed ones."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from msgspec import Meta, Struct

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.ids import is_key
from aftercare.kernel.observe import failure, logger
from aftercare.kernel.reading import Occurrence, Text, convert
from aftercare.kernel.timeline import Entry, EntryInvalidError

type Event = dict[str, Any]
# How long to hide the message of this event, which failed so at this receive; None for as long as
# its queue does.
type Pause = Callable[[Event, Exception, int], timedelta | None]


ObjectKey = Annotated[str, Meta(min_length=1, max_length=1024, description="an object's key")]
# Entries hold ids, codes and counts; the longest text is a ledger's operation id.
Fact = Annotated[str, Meta(max_length=2000, description="text of 2000 characters at most")]
Facts = Annotated[dict[Text, Fact], Meta(max_length=50, description="an object")]


class EntryDetail(Occurrence, frozen=True, kw_only=True):
    """The detail of each event of ours: a timeline entry, as `Entry.to_detail` writes it."""

    entry_id: Text
    entry_type: Text
    subject: Text
    data: Facts
    actor: Text = UNKNOWN


class StoredObject(Struct, frozen=True):
    """What S3 says of an object."""

    key: ObjectKey


class ObjectDetail(Struct, frozen=True):
    """The detail of S3's event about an object."""

    object: StoredObject


def consume(
    event: Event,
    context: LambdaContext,
    act: Callable[[Event], None],
    *,
    pause: Pause | None = None,
) -> PartialItemFailureResponse:
    """Acts on each message's EventBridge event.

    A message that fails is retried, alone, and ends in the dead-letter queue. `pause` says how long
    it is hidden until then; without it, as long as its queue hides each message.
    """

    def handle(record: SQSRecord) -> None:
        body: Any = None
        try:
            body = json.loads(record.body)
            act(body)
        except Exception as error:
            logger.warning(
                "message failed", extra={"message_id": record.message_id, **failure(error)}
            )
            if pause and isinstance(body, dict):
                _hide(record, pause(body, error, _receives(record)))
            raise

    if not event["Records"]:  # the call that warms a function after a deployment
        return {"batchItemFailures": []}
    # A processor per call: it keeps the batch it is working on.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    response = process_partial_response(event, handle, processor, context)
    failed = len(response["batchItemFailures"])
    logger.info("batch", extra={"messages": len(event["Records"]), "failed": failed})
    return response


def _receives(record: SQSRecord) -> int:
    return int(record.attributes.approximate_receive_count or 1)


def _hide(record: SQSRecord, pause: timedelta | None) -> None:
    if pause is not None:
        # With it comes the SDK, which many a worker needs for no message, or only for some.
        from aftercare.kernel.queue import hide  # noqa: PLC0415

        hide(record.event_source_arn, record.receipt_handle, pause)


def entry_in(event: Event) -> Entry:
    """The timeline entry that an event of ours carries.

    Raises:
        EntryInvalidError: The detail was not made by `Entry.to_detail`.
    """
    detail = convert(event.get("detail"), EntryDetail, EntryInvalidError, "entry")
    return Entry(
        entry_id=detail.entry_id,
        entry_type=detail.entry_type,
        subject=detail.subject,
        occurred_at=detail.moment,
        data=detail.data,
        actor=Actor(detail.actor),
    )


def verb_in[Verb](verbs: Mapping[str, Verb], entry: Entry) -> Verb:
    """The verb for the entry's type.

    Raises:
        EntryInvalidError: There is none: the entry came to the wrong queue.
    """
    if entry.entry_type not in verbs:
        raise EntryInvalidError("This worker has no verb for this type.", field="entry_type")
    return verbs[entry.entry_type]


def object_key_in(event: Event) -> str:
    """The key of the object that an event of S3 is about.

    Raises:
        EntryInvalidError: It has none, or one that S3 does not take.
    """
    detail = convert(event.get("detail"), ObjectDetail, EntryInvalidError, "event")
    if not is_key(detail.object.key):
        raise EntryInvalidError("object.key must be an object's key.", field="object.key")
    return detail.object.key
