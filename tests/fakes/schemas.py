"""The committed schemas of events, and checks of details against them."""

import json
from functools import cache
from typing import Any

import jsonschema_rs

from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry
from infra.events.schemas import FOLDER

type Json = dict[str, Any]


@cache
def schema(source: str, detail_type: str) -> Json:
    loaded: Json = json.loads((FOLDER / source / f"{detail_type}.json").read_text())
    return loaded


@cache
def _validator(source: str, detail_type: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(schema(source, detail_type), validate_formats=True)


def faults(source: str, detail_type: str, detail: object) -> list[str]:
    """The faults of the detail by its schema."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in _validator(source, detail_type).iter_errors(detail)
    ]


def entry_faults(entry: Entry) -> list[str]:
    return faults("aftercare", entry.entry_type, json.loads(entry.to_detail()))


def check_written(request: str | bytes) -> None:
    """Asserts that all timeline entries in a request to DynamoDB match their schemas."""
    text = request.decode() if isinstance(request, bytes) else request
    if "entry_data" not in text:
        return
    for item in _items(json.loads(text)):
        columns = {name: next(iter(value.values())) for name, value in item.items()}
        entry = entry_from(columns)
        assert entry_faults(entry) == [], f"{entry.entry_type} of {entry.subject}"


def _items(node: object) -> list[Json]:
    """The items of the request that have an entry."""
    if isinstance(node, list):
        return [item for each in node for item in _items(each)]
    if not isinstance(node, dict):
        return []
    if {"entry_id", "entry_data"} <= node.keys():
        return [node]
    return [item for each in node.values() for item in _items(each)]
