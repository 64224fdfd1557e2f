"""Carries entries in one process: table, stream, publisher, bus, queue, worker."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import boto3

import event_publisher.app
import label_worker.app
import mailer.app
import points_ingest.app
import returns_worker.app
from tests.fakes.aws import Json, answering
from tests.fakes.events import CONTEXT, queue_event, stream_event

type Handler = Callable[[Json, Any], Any]

# The routes of the rules in template.yaml.
_WORKERS: dict[str, Handler] = {
    "access.code_requested": mailer.app.handler,
    "order.changed": points_ingest.app.handler,
    "member.changed": points_ingest.app.handler,
    "return.submitted": returns_worker.app.handler,
    "label.released": returns_worker.app.handler,
    "label.failed": returns_worker.app.handler,
    "return.approved": label_worker.app.handler,
    "return.label_ready": mailer.app.handler,
    "return.declined": mailer.app.handler,
    "points.reminder_due": mailer.app.handler,
}


@dataclass
class Deliveries:
    """Carries what was committed since the last call; not what was in the tables before."""

    tables: list[str]
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._new_images()

    def carry(self) -> list[str]:
        """Carries on until nothing new is committed; returns the types of the events, in order."""
        carried: list[str] = []
        while images := self._new_images():
            for event in self._published(images):
                carried.append(event["DetailType"])
                if worker := _WORKERS.get(event["DetailType"]):
                    answer = worker(queue_event(self._on_bus(event)), CONTEXT)
                    assert answer == {"batchItemFailures": []}, event["DetailType"]
        return carried

    def _published(self, images: list[Json]) -> list[Json]:
        published: list[Json] = []

        def take(request: Json) -> Json:
            published.extend(request["Entries"])
            return {
                "FailedEntryCount": 0,
                "Entries": [{"EventId": "x"} for _ in request["Entries"]],
            }

        with answering("events", "PutEvents", take):
            event_publisher.app.handler(stream_event(images), CONTEXT)
        return published

    @staticmethod
    def _on_bus(event: Json) -> Json:
        return {
            "source": event["Source"],
            "detail-type": event["DetailType"],
            "detail": json.loads(event["Detail"]),
        }

    def _new_images(self) -> list[Json]:
        dynamodb = boto3.client("dynamodb")
        items = [
            item
            for table in self.tables
            for page in dynamodb.get_paginator("scan").paginate(TableName=table)
            for item in page["Items"]
            if "entry_id" in item and item["entry_id"]["S"] not in self.seen
        ]
        self.seen |= {item["entry_id"]["S"] for item in items}
        return sorted(items, key=lambda item: item["entry_id"]["S"])
