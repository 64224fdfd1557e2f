"""Shortcuts through moto: the same answers for less time, as `test_shortcuts.py` checks.

Moto copies whole tables with their streams for each write of a transaction, looks up each of the
twelve attributes of a value in six ways, and lists its own methods at each request.
"""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.useragent import UserAgentString
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.serialize import JSONSerializer
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler

type Json = dict[str, Any]
_DYNAMODB = re.compile(r"https://dynamodb\.([a-z0-9-]+)\.amazonaws\.com")  # no test's own server
type Undo = Callable[[], None]


def take(patch: pytest.MonkeyPatch) -> None:
    """Takes every shortcut until the patch is undone."""
    for owner, name, usual in _USUAL:
        patch.setattr(owner, name, _SHORTCUTS[name](usual))


def leave(patch: pytest.MonkeyPatch) -> None:
    """Takes none until the patch is undone."""
    for owner, name, usual in _USUAL:
        patch.setattr(owner, name, usual)


def _process_request(usual: Any) -> Any:
    """Requests to DynamoDB go to moto's handler as they are, without a WSGI request around them."""

    def process(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        region = _DYNAMODB.match(request.url)
        if not region:
            return usual(stubber, request)
        handler: Any = DynamoHandler()
        handler.headers = {name: _text(value) for name, value in request.headers.items()}
        handler.body = _text(request.body)
        handler.region = region[1]
        handler.current_account = DEFAULT_ACCOUNT_ID
        handler.response_headers, handler.querystring, handler.uri_match = {}, {}, {}
        handler.parse_parameters(_Parsed(handler.headers, handler.body))
        return handler.call_action()

    return process


class _Parsed:
    """What moto's parser reads of a request."""

    method, path, values = "POST", "/", ()

    def __init__(self, headers: dict[str, str], body: str) -> None:
        self.headers, self.data = headers, body
        self.content_type = headers["Content-Type"]


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _map_serializer(usual: Any) -> Any:
    """Items as they are, which are JSON already, unless they have binary values."""

    def serialize(serializer: Any, serialized: Json, value: Any, shape: Any, key: str) -> None:
        if shape.value.name == "AttributeValue":
            try:
                items = {name: _on_the_wire(attribute) for name, attribute in value.items()}
            except LookupError:
                usual(serializer, serialized, value, shape, key)
            else:
                serializer._default_serialize(serialized, items, shape, key)
        else:
            usual(serializer, serialized, value, shape, key)

    return serialize


def _on_the_wire(attribute: Json) -> Json:
    """That value as JSON; an error if it has a type whose JSON differs."""
    ((kind, content),) = attribute.items()
    return {kind: _WIRE[kind](content)}


_WIRE: dict[str, Callable[[Any], Any]] = {
    "S": str,
    "N": str,
    "BOOL": bool,
    "NULL": bool,
    "L": lambda content: [_on_the_wire(attribute) for attribute in content],
    "M": lambda content: {name: _on_the_wire(attribute) for name, attribute in content.items()},
}


def _copied_unless_table(_usual: Any) -> Any:
    def copied(value: Any) -> Any:
        return value if isinstance(value, Table) else copy.deepcopy(value)

    return SimpleNamespace(deepcopy=copied)


def _undone_if_cancelled(usual: Any) -> Any:
    """A transaction that notes what it may overwrite, in place of a copy of each table."""

    def transact(backend: DynamoDBBackend, transact_items: list[Json]) -> None:
        with _noted(backend, transact_items) as undo:
            try:
                usual(backend, transact_items)
            except BaseException:
                undo()
                raise

    return transact


@contextmanager
def _noted(backend: DynamoDBBackend, transact_items: list[Json]) -> Iterator[Undo]:
    undos = [
        _undo(backend.tables[operation["TableName"]], operation.get("Key") or operation["Item"])
        for item in transact_items
        for operation in item.values()
        if operation["TableName"] in backend.tables
    ]

    def undo() -> None:
        for step in undos:
            step()

    yield undo


def _undo(table: Any, key: Json) -> Undo:
    """Puts back that key's item, and takes back the stream's newer records."""
    hash_key = DynamoType(key[table.hash_key_attr])
    range_key = DynamoType(key[table.range_key_attr]) if table.range_key_attr else None
    item = copy.deepcopy(table.get_item(hash_key, range_key))
    records = len(table.stream_shard.items) if table.stream_shard else 0

    def undo() -> None:
        if item is None:
            table.delete_item(hash_key, range_key)
        elif range_key:
            table.items[hash_key][range_key] = item
        else:
            table.items[hash_key] = item
        if table.stream_shard:
            del table.stream_shard.items[records:]

    return undo


_USUAL: tuple[tuple[Any, str, Any], ...] = tuple(
    (owner, name, getattr(owner, name))
    for owner, name in (
        (UserAgentString, "to_string"),
        (BotocoreStubber, "process_request"),
        (responses, "method_names_from_class"),
        (JSONSerializer, "_serialize_type_map"),
        (models, "copy"),
        (DynamoDBBackend, "transact_write_items"),
    )
)
_SHORTCUTS: dict[str, Callable[[Any], Any]] = {
    "to_string": lambda _: lambda _: "tests",
    "process_request": _process_request,
    "method_names_from_class": cache,
    "_serialize_type_map": _map_serializer,
    "copy": _copied_unless_table,
    "transact_write_items": _undone_if_cancelled,
}
