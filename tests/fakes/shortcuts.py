"""Shortcuts through moto: the same answers for less time, as `test_shortcuts.py` checks.

Moto copies whole tables with their streams for each write of a transaction, writes both images of
each change as JSON to tell a size that nobody reads, looks up each member of an answer in six ways,
draws 52 letters one by one for each request's id, and lists its own methods at each request.
Botocore signs what nobody checks, finds each endpoint anew, and checks each value of an item for
what any value may have. Both walk through items that are JSON already, three times between a store
and its table.
"""

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from random import Random
from string import ascii_letters, digits
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest
from botocore.endpoint import Endpoint
from botocore.parsers import BaseJSONParser
from botocore.regions import EndpointRulesetResolver
from botocore.signers import RequestSigner
from botocore.useragent import UserAgentString
from botocore.validate import ParamValidator
from moto.core import responses
from moto.core.botocore_stubber import BotocoreStubber
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.parse import RequestParser
from moto.core.serialize import JSONSerializer
from moto.dynamodb import models
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models import table as tables
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.responses import DynamoHandler
from moto.moto_api._internal.moto_random import MotoRandom

from tests.fakes import moto_items, straight
from tests.fakes.straight import DYNAMODB

type Json = dict[str, Any]
type Undo = Callable[[], None]


def take(patch: pytest.MonkeyPatch) -> None:
    """Takes every shortcut until the patch is undone."""
    for owner, name, usual, shortcut in _SHORTCUTS:
        patch.setattr(owner, name, shortcut(usual))


def leave(patch: pytest.MonkeyPatch) -> None:
    """Takes none until the patch is undone."""
    for owner, name, usual, _ in _SHORTCUTS:
        patch.setattr(owner, name, usual)


def _process_request(usual: Any) -> Any:
    """Requests to DynamoDB go to moto's handler as they are, without a WSGI request around them."""

    def process(stubber: BotocoreStubber, request: AWSPreparedRequest) -> Any:
        region = DYNAMODB.match(request.url)
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


def _unsigned(usual: Any) -> Any:
    """Requests to DynamoDB without a signature, which moto does not check."""

    def sign(
        signer: RequestSigner, operation_name: str, request: Any, *how: Any, **why: Any
    ) -> None:
        if not DYNAMODB.match(request.url):
            usual(signer, operation_name, request, *how, **why)

    return sign


def _one_endpoint(usual: Any) -> Any:
    """DynamoDB's endpoint as each client found it first: no request of ours names another one."""

    def construct(resolver: Any, operation_model: Any, *asked: Any, **named: Any) -> Any:
        if operation_model.service_model.service_name != "dynamodb":
            return usual(resolver, operation_model, *asked, **named)
        if not hasattr(resolver, "_found"):
            resolver._found = usual(resolver, operation_model, *asked, **named)
        return resolver._found

    return construct


def _random_string(_usual: Any) -> Any:
    """All letters of an id at once."""

    def drawn(
        dice: Random, length: int = 20, include_digits: bool = True, lower_case: bool = False
    ) -> str:
        text = "".join(dice.choices(ascii_letters + digits * include_digits, k=length))
        return text.lower() if lower_case else text

    return drawn


def _map_validator(usual: Any) -> Any:
    """Items of texts, numbers, truths, lists and maps are valid; botocore judges all others."""

    def validate(validator: Any, params: Any, shape: Any, errors: Any, name: str) -> None:
        if shape.value.name != "AttributeValue" or not moto_items.is_plain(params):
            usual(validator, params, shape, errors, name)

    return validate


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


def _structure_serializer(usual: Any) -> Any:
    """Members of DynamoDB's answers by their names, if those are all that the answer has."""

    def serialize(serializer: Any, serialized: Json, value: Any, shape: Any, key: str) -> None:
        if (
            type(value) is not dict
            or not value.keys() <= shape.members.keys()
            or serializer.operation_model.service_model.service_name != "dynamodb"
        ):
            usual(serializer, serialized, value, shape, key)
            return
        members: Json = serializer.MAP_TYPE() if key else serialized
        for name, member in shape.members.items():
            if value.get(name) is not None:
                serializer._serialize(members, value[name], member, name)
        if key:
            serializer._default_serialize(serialized, members, shape, key)

    return serialize


def _map_parser(usual: Any) -> Any:
    """Items as they are in a request's or an answer's JSON, unless they have binary values."""

    def parse(parser: Any, shape: Any, value: Json) -> Any:
        if shape.value.name == "AttributeValue" and not _binary(value.values()):
            return value
        return usual(parser, shape, value)

    return parse


def _binary(attributes: Iterable[Json]) -> bool:
    """Whether one of those is binary, or has a part that is."""
    for attribute in attributes:
        for kind, content in attribute.items():
            if kind in _BINARY:
                return True
            if kind in _NESTED and _binary(content.values() if kind == "M" else content):
                return True
    return False


_BINARY, _NESTED = frozenset({"B", "BS"}), frozenset({"L", "M"})


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


def _uncopied(kept: type) -> Callable[[Any], Any]:
    """The module that copies, but none of those, nor a list of them."""

    def copied(value: Any) -> Any:
        first = value[0] if isinstance(value, list) and value else value
        return value if isinstance(first, kept) else copy.deepcopy(value)

    return lambda _usual: SimpleNamespace(deepcopy=copied, copy=copy.copy)


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


_SHORTCUTS: tuple[tuple[Any, str, Any, Callable[[Any], Any]], ...] = tuple(
    (owner, name, getattr(owner, name), shortcut)
    for owner, name, shortcut in (
        (UserAgentString, "to_string", lambda _: lambda _: "tests"),
        (Endpoint, "_send_request", straight.send_request),
        (RequestSigner, "sign", _unsigned),
        (BotocoreStubber, "process_request", _process_request),
        (responses, "method_names_from_class", cache),
        (responses, "camelcase_to_underscores", cache),
        (ParamValidator, "_validate_map", _map_validator),
        (JSONSerializer, "_serialize_type_map", _map_serializer),
        (JSONSerializer, "_serialize_type_structure", _structure_serializer),
        (RequestParser, "_parse_map", _map_parser),
        (BaseJSONParser, "_handle_map", _map_parser),
        (EndpointRulesetResolver, "construct_endpoint", _one_endpoint),
        (MotoRandom, "get_random_string", _random_string),
        (models, "copy", _uncopied(Table)),
        # What is found is not copied: the answer is made of new values.
        (tables, "copy", _uncopied(Item)),
        (tables, "dynamo_json_dump", lambda _: lambda _: ""),  # only for a stream record's size
        (Table, "all_items", moto_items.all_items),
        (Table, "query", moto_items.query),
        (DynamoType, "__eq__", moto_items.equal),
        (DynamoType, "__hash__", moto_items.hashed),
        (DynamoType, "size", moto_items.size),
        (DynamoDBBackend, "transact_write_items", _undone_if_cancelled),
    )
)
