"""Counts what reaches AWS, and the DynamoDB units it costs by DynamoDB's own rules.

What emulators say of consumed capacity cannot be trusted, so it is worked out: item sizes as
documented, reads in 4 KB (a half unit unless consistent), writes in 1 KB of the larger of the item
before and after, doubled in transactions; an index pays for each write that changes it, once.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3

from aftercare.kernel import aws
from tests.fakes.template import resources

type Item = dict[str, dict[str, Any]]
type Json = dict[str, Any]

_READ_BYTES, _WRITE_BYTES = 4096, 1024
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_SERVICES: tuple[aws.Service, ...] = ("dynamodb", "s3", "events", "sqs", "ses")


@dataclass
class Step:
    """What one request of a browser, or one message of a queue, came to."""

    calls: Counter[str] = field(default_factory=Counter)
    read_units: float = 0
    write_units: float = 0


class Meter:
    """Sits in the clients' event systems; reads items through a client of its own."""

    def __init__(self, tables: Mapping[str, str]) -> None:
        self.steps: dict[str, Step] = {}
        self._step = Step()
        self._schemas = {tables[name]: body for name, body in resources(_TABLE).items()}
        self._own = boto3.client("dynamodb")
        self._before: list[Item] = []

    @contextmanager
    def plugged_in(self) -> Iterator["Meter"]:
        clients: list[Any] = [aws._client(service) for service in _SERVICES]
        # Mails are sent by a client that asks once.
        for client in (*clients, aws._client("ses", once=True)):
            client.meta.events.register_first("before-call", self._asked)
            client.meta.events.register("after-call", self._answered)
        yield self

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is counted inside is this step's."""
        outer, self._step = self._step, self.steps.setdefault(name, Step())
        yield
        self._step = outer

    def _asked(self, model: Any, params: Json, **_: Any) -> None:
        service = model.service_model.service_name
        self._step.calls[f"{service}.{model.name}"] += 1
        if service == "dynamodb":
            self._before = [self._item(write) for write in _writes(model.name, _body(params))]

    def _answered(self, model: Any, parsed: Json, context: Json, **_: Any) -> None:
        if model.service_model.service_name != "dynamodb":
            return
        asked = context["client_request_asked"]
        if model.name in {"GetItem", "Query"}:
            self._step.read_units += _read_units(asked, parsed)
        price = 2 if model.name == "TransactWriteItems" else 1
        for write, before in zip(_writes(model.name, asked), self._before, strict=True):
            self._step.write_units += self._write_units(write, before, price)

    def _write_units(self, write: Json, before: Item, price: int) -> float:
        after = self._item(write)
        units = _blocks(max(item_size(before), item_size(after)), _WRITE_BYTES)
        changed = sum(
            all(key in after for key in keys) and before != after
            for keys in self._index_keys(write["TableName"])
        )
        return float(units * (price + changed))

    def _item(self, write: Json) -> Item:
        given = write.get("Key") or write["Item"]
        keys = [key["AttributeName"] for key in self._schemas[write["TableName"]]["KeySchema"]]
        key = {name: given[name] for name in keys}
        found: Any = self._own.get_item(TableName=write["TableName"], Key=key, ConsistentRead=True)
        return dict(found.get("Item", {}))

    def _index_keys(self, table: str) -> list[list[str]]:
        schema = self._schemas[table]
        indexes = [
            *schema.get("GlobalSecondaryIndexes", []),
            *schema.get("LocalSecondaryIndexes", []),
        ]
        return [[key["AttributeName"] for key in index["KeySchema"]] for index in indexes]


_TABLE = "AWS::DynamoDB::Table"


def _body(params: Json) -> Json:
    body = params["body"]
    asked: Json = json.loads(body) if isinstance(body, str | bytes) else dict(body)
    params["context"]["client_request_asked"] = asked
    return asked


def _writes(operation: str, asked: Json) -> list[Json]:
    if operation == "TransactWriteItems":
        return [next(iter(each.values())) for each in asked["TransactItems"]]
    return [asked] if operation in _WRITES else []


def _read_units(asked: Json, answer: Json) -> float:
    items = answer.get("Items") or [answer.get("Item", {})]
    price = 1.0 if asked.get("ConsistentRead") else 0.5
    return price * _blocks(sum(map(item_size, items)), _READ_BYTES)


def _blocks(size: int, block: int) -> int:
    return max(1, math.ceil(size / block))


def item_size(item: Item) -> int:
    """As DynamoDB counts: texts in UTF-8, bytes as they are, numbers two digits a byte and one."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    [(kind, held)] = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in held.items())
    if kind == "B":
        return len(held)
    sizes = defaultdict(lambda: len(str(held).encode()), N=len(str(held)) // 2 + 2, BOOL=1, NULL=1)
    return int(sizes[kind])
