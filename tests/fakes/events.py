"""Minimal events that AWS passes to handlers: stream records and queue messages."""

import json
from collections.abc import Iterable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.kernel.timeline import Entry

type Json = dict[str, Any]


class _Context(LambdaContext):
    """An invocation at its start."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 30_000


CONTEXT = _Context()


def queue_event(*bodies: Json | str) -> Json:
    """An SQS event with one message per body; their ids are m-0, m-1, …"""
    return {
        "Records": [
            {
                "messageId": f"m-{place}",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-west-2:123456789012:test-queue",
                "receiptHandle": "handle",
                "attributes": {"ApproximateReceiveCount": "1"},
                "body": body if isinstance(body, str) else json.dumps(body),
            }
            for place, body in enumerate(bodies)
        ]
    }


def bus_event(entry: Entry) -> Json:
    """A timeline entry as the bus delivers it."""
    return {
        "source": "aftercare",
        "detail-type": entry.entry_type,
        "detail": json.loads(entry.to_detail()),
    }


def stream_event(images: Iterable[Json], event_name: str = "INSERT") -> Json:
    """A DynamoDB stream event with one record per item; sequence numbers are s-0, s-1, …"""
    return {
        "Records": [
            {
                "eventID": f"e-{place}",
                "eventName": event_name,
                "eventSource": "aws:dynamodb",
                "dynamodb": {"SequenceNumber": f"s-{place}", "NewImage": image},
            }
            for place, image in enumerate(images)
        ]
    }


def image_of(entry: Entry, **columns: str) -> Json:
    """A row that carries this entry, as streams show it."""
    row = {
        "pk": entry.subject,
        "entry_id": entry.entry_id,
        "entry_type": entry.entry_type,
        "entry_subject": entry.subject,
        "occurred_at": entry.occurred_at.isoformat(),
        "entry_data": json.dumps(dict(entry.data)),
        "entry_actor": entry.actor,
    }
    return {name: {"S": value} for name, value in (row | columns).items()}
