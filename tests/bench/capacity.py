"""What DynamoDB charges for a request, calculated from the sizes of its items.

Emulators do not report it reliably. The rules are those of AWS's Developer Guide: "DynamoDB item
sizes and formats", "DynamoDB read and write operations", "Using Global Secondary Indexes".
"""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

type Item = dict[str, dict[str, Any]]
type Json = dict[str, Any]

READ_BYTES, WRITE_BYTES = 4096, 1024
_TRANSACTION, _STRONG, _EVENTUAL = 2, 1.0, 0.5
_OVERHEAD = 3


class Index(NamedTuple):
    """An index's keys, and what it has of an item."""

    keys: tuple[str, ...]
    projected: Callable[[Item], Item]


def read_units(size: int, *, consistent: bool) -> float:
    """Of one item, or of all items of a query together; a missing item costs a block."""
    return _blocks(size, READ_BYTES) * (_STRONG if consistent else _EVENTUAL)


def write_units(
    before: Item, after: Item, indexes: Iterable[Index] = (), *, transaction: bool = False
) -> float:
    """Of one write: the larger of the item before and after it, and what changes in each index."""
    units = _blocks(max(item_size(before), item_size(after)), WRITE_BYTES)
    own = units * (_TRANSACTION if transaction else 1)
    return float(own + sum(_index_units(index, before, after) for index in indexes))


def _index_units(index: Index, before: Item, after: Item) -> int:
    """An entry whose keys change is removed and put, with two writes; an equal one is left."""
    old, new = _entry(index, before), _entry(index, after)
    if old == new:
        return 0
    if old and new and all(old[key] == new[key] for key in index.keys):
        return _blocks(max(item_size(old), item_size(new)), WRITE_BYTES)
    return sum(_blocks(item_size(entry), WRITE_BYTES) for entry in (old, new) if entry)


def _entry(index: Index, item: Item) -> Item:
    return index.projected(item) if all(key in item for key in index.keys) else {}


def index_of(schema: Json, table_keys: Iterable[str]) -> Index:
    """An index as the template defines it."""
    keys = tuple(key["AttributeName"] for key in schema["KeySchema"])
    projection: Mapping[str, Any] = schema["Projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(keys, lambda item: item)
    held = {*table_keys, *keys, *projection.get("NonKeyAttributes", ())}
    return Index(keys, lambda item: {name: item[name] for name in item if name in held})


def item_size(item: Item) -> int:
    """An item's bytes: the names of its attributes in UTF-8, and their values."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    """A number takes a byte per two digits, and one more; a map or list three, and one a member."""
    [(kind, held)] = value.items()
    match kind:
        case "M":
            return _OVERHEAD + len(held) + item_size(held)
        case "L":
            return _OVERHEAD + len(held) + sum(map(_value_size, held))
        case "SS" | "NS" | "BS":
            return sum(_value_size({kind[0]: each}) for each in held)
        case "N":
            return len(str(held)) // 2 + 2
        case _:
            return 1 if kind in {"BOOL", "NULL"} else len(_bytes(held))


def _bytes(held: str | bytes) -> bytes:
    return held.encode() if isinstance(held, str) else held


def _blocks(size: int, block: int) -> int:
    return max(1, math.ceil(size / block))
