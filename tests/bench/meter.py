"""Counts AWS calls and their DynamoDB units, by the items that requests and responses carry."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from aftercare.kernel import aws
from tests.bench.capacity import Index, Item, Json, index_of, item_size, read_units, write_units
from tests.fakes.template import resources

_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_READS = {"GetItem", "Query", "Scan"}
_SERVICES: tuple[aws.Service, ...] = ("dynamodb", "s3", "events", "sqs", "ses")
_TABLE = "AWS::DynamoDB::Table"


@dataclass
class Step:
    """The calls and units of one browser request or one queue message."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0


class Meter:
    """Hooks into the clients' event systems; reads items with its own client."""

    def __init__(self, tables: Mapping[str, str]) -> None:
        self.steps: dict[str, Step] = {}
        self._step = Step()
        self._schemas = {tables[name]: body for name, body in resources(_TABLE).items()}
        self._own = boto3.client("dynamodb")
        self._before: list[Item] = []

    @contextmanager
    def attached(self) -> Iterator["Meter"]:
        # Mails are sent by a client without retries.
        clients: list[Any] = [*map(aws._client, _SERVICES), aws._client("ses", once=True)]
        for client in clients:
            client.meta.events.register_first("before-call", self._on_request)
            client.meta.events.register("after-call", self._on_response)
        try:
            yield self
        finally:  # others use the same clients afterwards
            for client in clients:
                client.meta.events.unregister("before-call", self._on_request)
                client.meta.events.unregister("after-call", self._on_response)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Counts the calls inside as this step's."""
        with self.counting(self.steps.setdefault(name, Step())):
            yield

    @contextmanager
    def counting(self, step: Step) -> Iterator[Step]:
        """Counts the calls inside into that step."""
        outer, self._step = self._step, step
        try:
            yield step
        finally:
            self._step = outer

    def _on_request(self, model: Any, params: Json, **_: Any) -> None:
        service = model.service_model.service_name
        self._step.calls[f"{service}.{model.name}"] += 1
        if service == "dynamodb":
            self._before = [self._item(write) for write in _writes(model.name, _body(params))]

    def _on_response(self, model: Any, parsed: Json, context: Json, **_: Any) -> None:
        if model.service_model.service_name != "dynamodb":
            return
        request = context["client_request"]
        if model.name in _READS:
            self._step.read_units += _read_units(request, parsed)
        if model.name == "BatchGetItem":
            self._step.read_units += _batch_read_units(request, parsed)
        transaction = model.name == "TransactWriteItems"
        for write, before in zip(_writes(model.name, request), self._before, strict=True):
            indexes = self._indexes(write["TableName"])
            after = self._item(write)
            self._step.write_units += write_units(before, after, indexes, transaction=transaction)

    def _item(self, write: Json) -> Item:
        source = write.get("Key") or write["Item"]
        key = {name: source[name] for name in _keys(self._schemas[write["TableName"]])}
        response: Any = self._own.get_item(
            TableName=write["TableName"], Key=key, ConsistentRead=True
        )
        return dict(response.get("Item", {}))

    def _indexes(self, table: str) -> list[Index]:
        schema = self._schemas[table]
        indexes = [
            *schema.get("GlobalSecondaryIndexes", []),
            *schema.get("LocalSecondaryIndexes", []),
        ]
        return [index_of(index, _keys(schema)) for index in indexes]


def _keys(schema: Json) -> list[str]:
    return [key["AttributeName"] for key in schema["KeySchema"]]


def _body(params: Json) -> Json:
    body = params["body"]
    request: Json = json.loads(body) if isinstance(body, str | bytes) else dict(body)
    params["context"]["client_request"] = request
    return request


def _writes(operation: str, request: Json) -> list[Json]:
    if operation == "TransactWriteItems":
        return [next(iter(each.values())) for each in request["TransactItems"]]
    if operation == "BatchWriteItem":
        return [
            next(iter(each.values())) | {"TableName": table}
            for table, asked in request["RequestItems"].items()
            for each in asked
        ]
    return [request] if operation in _WRITES else []


def _read_units(request: Json, answer: Json) -> float:
    """A query is rounded up as a whole."""
    items = answer["Items"] if "Items" in answer else [answer.get("Item", {})]
    size = sum(map(item_size, items))
    return read_units(size, consistent=request.get("ConsistentRead", False))


def _batch_read_units(request: Json, answer: Json) -> float:
    """Each item of a batch is rounded up by itself; a missing item costs a block."""
    units = 0.0
    for table, asked in request["RequestItems"].items():
        found = answer["Responses"].get(table, [])
        sizes = [item_size(item) for item in found] + [0] * (len(asked["Keys"]) - len(found))
        consistent = asked.get("ConsistentRead", False)
        units += sum(read_units(size, consistent=consistent) for size in sizes)
    return units
