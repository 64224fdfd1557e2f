"""The edge of every queue worker: unwraps each message, acts, and reports failed ones."""

import json
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.errors import InvalidError
from aftercare.kernel.observe import failure, logger
from aftercare.kernel.reading import Occurrence, convert
from aftercare.kernel.timeline import Entry

type Event = dict[str, Any]


class EntryInvalidError(InvalidError):
    """One of our events has no valid timeline entry."""

    code = "entry_invalid"


class EntryDetail(Occurrence, frozen=True, kw_only=True):
    """The detail of each event of ours: a timeline entry, as `Entry.to_detail` writes it."""

    entry_id: str
    entry_type: str
    subject: str
    data: dict[str, str]
    actor: str = UNKNOWN


def consume(
    event: Event, context: LambdaContext, act: Callable[[Event], None]
) -> PartialItemFailureResponse:
    """Acts on each message's EventBridge event.

    A message that fails is retried, alone, and ends in the dead-letter queue.
    """

    def handle(record: SQSRecord) -> None:
        try:
            act(json.loads(record.body))
        except Exception as error:
            logger.warning(
                "message failed", extra={"message_id": record.message_id, **failure(error)}
            )
            raise

    if not event["Records"]:  # the call that warms a function after a deployment
        return {"batchItemFailures": []}
    # A processor per call: it keeps the batch it is working on.
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    response = process_partial_response(event, handle, processor, context)
    failed = len(response["batchItemFailures"])
    logger.info("batch", extra={"messages": len(event["Records"]), "failed": failed})
    return response


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
