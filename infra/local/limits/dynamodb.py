"""DynamoDB's limits: keys, numbers, items, expressions, transactions and batches."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from infra.local.limits import Json, Refusal, Refusals, bytes_of

type Attributes = Mapping[str, Mapping[str, Any]]
type Keys = tuple[str, ...]
"""The names of a table's, or an index's, partition key and sort key."""
type Schema = Mapping[str, Keys]
"""A table's keys, by the name of the index; the table's own are under an empty name."""

ITEM = 400 * 1024
TRANSACTION = 4 * 1024 * 1024
EXPRESSION = 4096
OPERANDS_OF_IN = 100
LEVELS = 32
_DIGITS, _LARGEST, _SMALLEST = 38, 125, -130
_MOST = {"TransactItems": 100, "Keys": 100, "Writes": 25}
# The partition key's limit, then the sort key's.
_KEY_LIMITS = (
    (2048, "Size of hashkey has exceeded the maximum size limit of 2048 bytes"),
    (1024, "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
)
_INVALID = "One or more parameter values were invalid"
_EMPTY = "The AttributeValue for a key attribute cannot contain an empty string value."
_EXPRESSIONS = (
    "KeyConditionExpression",
    "ConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_NAME = r"([#\w]+)"
_COMPARED = re.compile(
    rf"{_NAME}\s*(?:=|<=|>=|<|>)\s*(:\w+)"
    rf"|begins_with\s*\(\s*{_NAME}\s*,\s*(:\w+)\s*\)"
    rf"|{_NAME}\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_IN = re.compile(r"\bIN\s*\(([^)]*)\)", re.IGNORECASE)


def keys_of(schema: list[Mapping[str, str]]) -> tuple[str, ...]:
    """The names in a key schema, the partition key first."""
    return tuple(
        key["AttributeName"] for key in sorted(schema, key=lambda key: key["KeyType"] != "HASH")
    )


def refusal(action: str, request: Json, schema_of: Callable[[str], Schema]) -> Refusal | None:
    """The first limit that the request breaks, if it breaks one."""
    return next(_refusals(action, request, schema_of), None)


def _refusals(action: str, request: Json, schema_of: Callable[[str], Schema]) -> Refusals:
    parts = list(_parts(action, request))
    yield from _counts(request)
    for table, part in parts:
        schema = schema_of(table)
        yield from _expressions(part)
        for attributes in _written(part):
            yield from _values(attributes)
        for attributes in _keys_in(part):
            yield from _key_sizes(attributes, schema.values())
        for index, attributes in _conditions(part):
            yield from _key_sizes(attributes, [schema.get(index, ())])
        if size_of(part.get("Item", {})) > ITEM:
            yield _invalid("Item size has exceeded the maximum allowed size")
    if action.startswith("Transact"):
        size = sum(size_of(each) for _, part in parts for each in _written(part))
        if size > TRANSACTION:
            yield _invalid("Transaction request cannot exceed 4194304 bytes")


def _parts(action: str, request: Json) -> Iterator[tuple[str, Json]]:
    """Each of the request's reads and writes, with its table."""
    if action.startswith("Transact"):
        for item in request["TransactItems"]:
            yield from ((part["TableName"], part) for part in item.values())
    elif action == "BatchGetItem":
        for table, asked in request["RequestItems"].items():
            yield from ((table, {"Key": key}) for key in asked["Keys"])
    elif action == "BatchWriteItem":
        for table, writes in request["RequestItems"].items():
            yield from ((table, part) for write in writes for part in write.values())
    elif "TableName" in request:
        yield request["TableName"], request


def _counts(request: Json) -> Refusals:
    counts = [("TransactItems", len(request.get("TransactItems", ())))]
    for asked in request.get("RequestItems", {}).values():
        name = "Keys" if isinstance(asked, dict) else "Writes"
        counts.append((name, len(asked["Keys"] if isinstance(asked, dict) else asked)))
    for name, count in counts:
        if count > _MOST[name]:
            yield _invalid(
                f"1 validation error detected: Value at '{name}' failed to satisfy constraint: "
                f"Member must have length less than or equal to {_MOST[name]}"
            )


def _written(part: Json) -> Iterator[Attributes]:
    for name in ("Item", "Key", "ExpressionAttributeValues"):
        if attributes := part.get(name):
            yield attributes


def _keys_in(part: Json) -> Iterator[Attributes]:
    """Attributes that may be keys, by their names in the table."""
    for name in ("Item", "Key", "ExclusiveStartKey"):
        if attributes := part.get(name):
            yield attributes
    if "UpdateExpression" in part:
        yield dict(_compared(part, "UpdateExpression"))


def _conditions(part: Json) -> Iterator[tuple[str, Attributes]]:
    for name, value in _compared(part, "KeyConditionExpression"):
        yield part.get("IndexName", ""), {name: value}


def _compared(part: Json, expression: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The attributes that an expression compares or sets, each with its value."""
    names: Mapping[str, str] = part.get("ExpressionAttributeNames") or {}
    values: Attributes = part.get("ExpressionAttributeValues") or {}
    for found in _COMPARED.finditer(part.get(expression) or ""):
        name, *places = filter(None, found.groups())
        yield from ((names.get(name, name), values.get(place, {})) for place in places)


def _key_sizes(attributes: Attributes, keys: Iterable[Keys]) -> Refusals:
    for names in keys:
        for name, (most, message) in zip(names, _KEY_LIMITS, strict=False):
            for kind, value in attributes.get(name, {}).items():
                if kind not in {"S", "B"}:
                    continue
                if not value:
                    yield _invalid(
                        f"One or more parameter values are not valid. {_EMPTY} Key: {name}"
                    )
                elif bytes_of(value) > most:
                    yield _invalid(f"{_INVALID}: {message}")


def _expressions(part: Json) -> Refusals:
    for name in _EXPRESSIONS:
        text = part.get(name)
        if not text:
            continue
        if bytes_of(text) > EXPRESSION:
            yield _invalid(f"Invalid {name}: Expression size has exceeded the maximum allowed size")
        for operands in _IN.findall(text):
            count = operands.count(",") + 1
            if count > OPERANDS_OF_IN:
                yield _invalid(
                    f"Invalid {name}: The IN operator is provided with too many operands; "
                    f"number of operands: {count}"
                )


def _values(attributes: Attributes) -> Refusals:
    for level, kind, value in _leaves(list(attributes.values()), 1):
        if level > LEVELS:
            yield _invalid("Nesting Levels have exceeded supported limits")
        for text in {"N": [value], "NS": value}.get(kind, ()):
            yield from _number(text)
        for text in {"S": [value], "SS": value}.get(kind, ()):
            if _SURROGATE.search(text):
                yield Refusal("SerializationException", "The text is not valid Unicode")


def _leaves(values: Iterable[Mapping[str, Any]], level: int) -> Iterator[tuple[int, str, Any]]:
    for value in values:
        for kind, content in value.items():
            if kind in {"M", "L"}:
                inner = content.values() if kind == "M" else content
                yield from _leaves(inner, level + 1)
            else:
                yield level, kind, content


def _number(text: str) -> Refusals:
    number = Decimal(text)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    if len(digits) > _DIGITS:
        yield _invalid("Attempting to store more than 38 significant digits in a Number")
    if number and number.adjusted() > _LARGEST:
        yield _invalid(
            "Number overflow. Attempting to store a number with magnitude larger than "
            "supported range"
        )
    if number and number.adjusted() < _SMALLEST:
        yield _invalid(
            "Number underflow. Attempting to store a number with magnitude smaller than "
            "supported range"
        )


def size_of(attributes: Attributes) -> int:
    """An item's size: its attributes' names and values."""
    return sum(bytes_of(name) + _size(value) for name, value in attributes.items())


def _size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "B":
            return bytes_of(content)
        case "N":
            return (len(content.strip("-0.")) + 1) // 2 + 1
        case "M":
            return 3 + len(content) + size_of(content)
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case "SS" | "BS" | "NS":
            return sum(bytes_of(each) for each in content)
    return 1


def _invalid(message: str) -> Refusal:
    return Refusal("ValidationException", message)
