"""All functions of the template in one process, on emulated tables; every invocation is counted."""

import importlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Any

import boto3
from aws_lambda_powertools.utilities.typing import LambdaContext

from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter, Step
from tests.fakes.aws import Json, answering
from tests.fakes.events import queue_event, stream_event
from tests.fakes.logs import Log, logged
from tests.fakes.template import resources, template
from tests.fakes.user_pool import UserPool
from tests.fakes.user_pool import answering as answering_pool

type Handler = Callable[[Json, Any], Any]

PUBLISHER = "EventPublisherFunction"
_FUNCTION = "AWS::Serverless::Function"
_REFUSED = 400


@dataclass(frozen=True)
class Invocation:
    """One invocation of a function: for a route, an event, a message or a schedule."""

    function: str
    cause: str
    step: Step


@dataclass
class World:
    """What was deployed, what it did, and the events and messages that wait."""

    tables: dict[str, str]
    meter: Meter
    pool: UserPool
    log: Log
    invocations: list[Invocation] = field(default_factory=list)
    refused: list[tuple[str, str, int]] = field(default_factory=list)
    messages: deque[str] = field(default_factory=deque)
    _events: deque[Json] = field(default_factory=deque)
    _published: set[str] = field(default_factory=set)

    @contextmanager
    def invoked(self, function: str, cause: str) -> Iterator[None]:
        """Counts the calls inside as one invocation; one that fails is not counted."""
        with self.meter.counting(Step()) as step:
            yield
        self.invocations.append(Invocation(function, cause, step))

    @contextmanager
    def asked(self, function: str, cause: str) -> Iterator[list[int]]:
        """Counts a request, unless the status that is put into the list refuses it."""
        statuses: list[int] = []
        with self.meter.counting(Step()) as step:
            yield statuses
        if statuses[0] < _REFUSED:
            self.invocations.append(Invocation(function, cause, step))
        else:
            self.refused.append((function, cause, statuses[0]))

    def work(self, function: str, cause: str, message: Json | str) -> None:
        """Hands a message to its worker."""
        with self.invoked(function, cause):
            answer = handed(function, queue_event(message))
            assert answer == {"batchItemFailures": []}, (function, cause)

    def tell(self, source: str, kind: str, detail: Json) -> None:
        """Another system puts an event on the bus, and everything that follows is done."""
        self._events.append({"source": source, "detail-type": kind, "detail": detail})
        self.settle()

    def settle(self) -> None:
        """Carries events and entries until nothing new is committed."""
        while self._events or self._commit():
            event = self._events.popleft()
            for function in workers().get((event["source"], event["detail-type"]), ()):
                self.work(function, event["detail-type"], event)

    def forget(self) -> None:
        """Leaves what was committed until now unpublished: it was prepared, not asked for."""
        self._images()
        self._events.clear()

    def _commit(self) -> bool:
        for image in self._images():
            with self.invoked(PUBLISHER, "an entry of a timeline"):
                handed(PUBLISHER, stream_event([image]))
        return bool(self._events)

    def _images(self) -> list[Json]:
        """The entries that were committed since the last call, oldest first."""
        dynamodb = boto3.client("dynamodb")
        items = [
            item
            for name in streaming()
            for page in dynamodb.get_paginator("scan").paginate(TableName=self.tables[name])
            for item in page["Items"]
            if "entry_type" in item and item["entry_id"]["S"] not in self._published
        ]
        self._published |= {item["entry_id"]["S"] for item in items}
        return sorted(items, key=lambda item: item["entry_id"]["S"])

    def take_events(self, asked: Json) -> Json:
        """The bus, as EventBridge answers."""
        for entry in asked["Entries"]:
            detail = json.loads(entry["Detail"])
            event = {"source": entry["Source"], "detail-type": entry["DetailType"]}
            self._events.append(event | {"detail": detail})
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in asked["Entries"]]}

    def take_messages(self, asked: Json) -> Json:
        """The queues that functions write to, as SQS answers."""
        self.messages += [entry["MessageBody"] for entry in asked["Entries"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in asked["Entries"]], "Failed": []}


@contextmanager
def deployed() -> Iterator[World]:
    """An empty deployment."""
    with ExitStack() as stack:
        tables, pool = stack.enter_context(emulated_aws()), UserPool()
        url = stack.enter_context(answering_pool(pool))
        os.environ |= {"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": url, "SIGN_IN_URL": url}
        world = World(tables, Meter(tables), pool, stack.enter_context(logged()))
        stack.enter_context(world.meter.attached())  # first: an answer ends the round of hooks
        stack.enter_context(answering("events", "PutEvents", world.take_events))
        stack.enter_context(answering("sqs", "SendMessageBatch", world.take_messages))
        yield world


class _Context(LambdaContext):
    """An invocation at its start, with all of its function's time."""

    def __init__(self, seconds: int) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:  # type: ignore[override]
        return self._seconds * 1000


def handed(function: str, event: Json) -> Any:
    """What the function answers to an event."""
    return handler_of(function)(event, context_of(function))


@cache
def context_of(function: str) -> LambdaContext:
    """What Lambda hands to the function: a worker does as much as its time allows."""
    usual = template()["Globals"]["Function"]["Timeout"]
    return _Context(int(resources(_FUNCTION)[function].get("Timeout", usual)))


@cache
def handler_of(function: str) -> Handler:
    """The function's handler, as the template names it."""
    module, _, name = resources(_FUNCTION)[function]["Handler"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


@cache
def workers() -> dict[tuple[str, str], list[str]]:
    """The workers of each source and type of event, by the template's rules and queues."""
    behind: dict[str, list[str]] = {}
    for mapping in resources("AWS::Lambda::EventSourceMapping").values():
        queue = mapping["EventSourceArn"]["Fn::GetAtt"][0]
        behind.setdefault(queue, []).append(mapping["FunctionName"]["Ref"])
    found: dict[tuple[str, str], list[str]] = {}
    for rule in resources("AWS::Events::Rule").values():
        pattern = rule["EventPattern"]
        for target, *event in product(rule["Targets"], pattern["source"], pattern["detail-type"]):
            found.setdefault((event[0], event[1]), []).extend(behind.get(_queue(target), ()))
    return found


def _queue(target: Json) -> str:
    named = target["Arn"]["Fn::GetAtt"]
    return str(named.split(".")[0] if isinstance(named, str) else named[0])


@cache
def streaming() -> tuple[str, ...]:
    """The tables whose timelines are published."""
    mappings = resources("AWS::Lambda::EventSourceMapping").values()
    named = [mapping["EventSourceArn"]["Fn::GetAtt"] for mapping in mappings]
    return tuple(name for name, attribute in named if attribute == "StreamArn")
