"""Shortcuts through the items that moto keeps: the same order, sizes and answers for less time.

Moto compares keys as Python objects to sort a table for each query, keeps each partition that ever
had an item or was asked for one, and encodes each text twice for its size. `test_shortcuts.py`
holds both ways side by side.
"""

import copy
from typing import Any

from moto.dynamodb.models.dynamo_type import DynamoType, Item


def is_plain(attributes: Any) -> bool:
    """Whether these are attributes by their names, each of a type that JSON has as well."""
    return type(attributes) is dict and all(
        type(name) is str and _is_value(each) for name, each in attributes.items()
    )


def _is_value(attribute: Any) -> bool:
    if type(attribute) is not dict or len(attribute) != 1:
        return False
    [(kind, content)] = attribute.items()
    match kind:
        case "S" | "N":
            return type(content) is str
        case "BOOL" | "NULL":
            return type(content) is bool
        case "L":
            return type(content) is list and all(map(_is_value, content))
        case "M":
            return is_plain(content)
        case _:
            return False


def equal(usual: Any) -> Any:
    """Texts are compared as texts."""

    def compared(one: DynamoType, other: DynamoType) -> bool:
        if one.type == "S":
            return other.type == "S" and bool(one.value == other.value)
        return bool(usual(one, other))

    return compared


def hashed(usual: Any) -> Any:
    def hash_of(value: DynamoType) -> int:
        return hash(("S", value.value)) if value.type == "S" else int(usual(value))

    return hash_of


def all_items(usual: Any) -> Any:
    """A table's items, sorted by their keys' texts if those are all that its keys have."""

    def sorted_items(table: Any) -> list[Item]:
        if not table.range_key_attr:
            items = list(table.items.values())
            by_text = all(item.hash_key.type == "S" for item in items)
            return sorted(items, key=_hash_text) if by_text else list(usual(table))
        _drop_empty_partitions(table.items)
        items = [item for rows in table.items.values() for item in rows.values()]
        if not all(item.hash_key.type == item.range_key.type == "S" for item in items):
            return list(usual(table))
        return sorted(items, key=_both_texts)

    return sorted_items


def _drop_empty_partitions(partitions: dict[DynamoType, dict[DynamoType, Item]]) -> None:
    if not all(partitions.values()):
        for key in [key for key, rows in partitions.items() if not rows]:
            del partitions[key]


def query(usual: Any) -> Any:
    """A query of the table itself looks at one partition."""

    def found(table: Any, hash_key: DynamoType, *asked: Any, **named: Any) -> Any:
        is_of_an_index = any(asked[_INDEX_NAME:][:1]) or "index_name" in named
        if is_of_an_index or not table.range_key_attr:
            return usual(table, hash_key, *asked, **named)
        partition = copy.copy(table)
        partition.items = {hash_key: table.items[hash_key]} if hash_key in table.items else {}
        return usual(partition, hash_key, *asked, **named)

    return found


_INDEX_NAME = 6  # its place among what a query is asked beside its hash key


def _hash_text(item: Item) -> str:
    text: str = item.hash_key.value
    return text


def _both_texts(item: Any) -> tuple[str, str]:
    return item.hash_key.value, item.range_key.value


def size(usual: Any) -> Any:
    """The size of a value, of which most are texts."""

    def size_of(value: DynamoType) -> int:
        return _length(value.value) if value.type in {"S", "N"} else int(usual(value))

    return size_of


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())
