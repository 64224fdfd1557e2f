"""Counts AWS calls and calculates their DynamoDB units by DynamoDB's rules.

Emulators do not report consumed capacity reliably. The rules are: item sizes as documented; reads
in 4 KB, half a unit unless consistent; writes in 1 KB of the item before or after, whichever is
larger, doubled in transactions; one more write for each index that the write changes. An index of
keys alone is changed with its keys.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
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
        outer, self._step = self._step, self.steps.setdefault(name, Step())
        yield
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
        if model.name in {"GetItem", "Query"}:
            self._step.read_units += _read_units(request, parsed)
        if model.name == "BatchGetItem":
            self._step.read_units += _batch_read_units(request, parsed)
        price = 2 if model.name == "TransactWriteItems" else 1
        for write, before in zip(_writes(model.name, request), self._before, strict=True):
            self._step.write_units += self._write_units(write, before, price)

    def _write_units(self, write: Json, before: Item, price: int) -> float:
        after = self._item(write)
        units = _blocks(max(item_size(before), item_size(after)), _WRITE_BYTES)
        changed = sum(
            all(key in after for key in keys) and projected(before) != projected(after)
            for keys, projected in self._indexes(write["TableName"])
        )
        return float(units * (price + changed))

    def _item(self, write: Json) -> Item:
        source = write.get("Key") or write["Item"]
        keys = [key["AttributeName"] for key in self._schemas[write["TableName"]]["KeySchema"]]
        key = {name: source[name] for name in keys}
        response: Any = self._own.get_item(
            TableName=write["TableName"], Key=key, ConsistentRead=True
        )
        return dict(response.get("Item", {}))

    def _indexes(self, table: str) -> list[tuple[list[str], Callable[[Item], Item]]]:
        """The keys of each index of the table, and what of an item it has."""
        schema = self._schemas[table]
        indexes = [
            *schema.get("GlobalSecondaryIndexes", []),
            *schema.get("LocalSecondaryIndexes", []),
        ]
        return [_index(index) for index in indexes]


def _index(index: Json) -> tuple[list[str], Callable[[Item], Item]]:
    keys = [key["AttributeName"] for key in index["KeySchema"]]
    if index["Projection"]["ProjectionType"] == "KEYS_ONLY":
        return keys, lambda item: {key: item[key] for key in keys if key in item}
    return keys, lambda item: item


_TABLE = "AWS::DynamoDB::Table"


def _body(params: Json) -> Json:
    body = params["body"]
    request: Json = json.loads(body) if isinstance(body, str | bytes) else dict(body)
    params["context"]["client_request"] = request
    return request


def _writes(operation: str, request: Json) -> list[Json]:
    if operation == "TransactWriteItems":
        return [next(iter(each.values())) for each in request["TransactItems"]]
    return [request] if operation in _WRITES else []


def _read_units(request: Json, answer: Json) -> float:
    items = answer.get("Items") or [answer.get("Item", {})]
    price = 1.0 if request.get("ConsistentRead") else 0.5
    return price * _blocks(sum(map(item_size, items)), _READ_BYTES)


def _batch_read_units(request: Json, answer: Json) -> float:
    """Each item of a batch is rounded up by itself."""
    prices = {
        table: 1.0 if asked.get("ConsistentRead") else 0.5
        for table, asked in request["RequestItems"].items()
    }
    return sum(
        prices[table] * _blocks(item_size(item), _READ_BYTES)
        for table, items in answer["Responses"].items()
        for item in items
    )


def _blocks(size: int, block: int) -> int:
    return max(1, math.ceil(size / block))


def item_size(item: Item) -> int:
    """An item's size by DynamoDB's rules: a number takes a byte per two digits, and one more."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    [(kind, held)] = value.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _value_size(each) for name, each in held.items())
    if kind == "B":
        return len(held)
    sizes = defaultdict(lambda: len(str(held).encode()), N=len(str(held)) // 2 + 2, BOOL=1, NULL=1)
    return int(sizes[kind])
