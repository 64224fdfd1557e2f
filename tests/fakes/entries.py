"""The timeline entries that a table has."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from aftercare.kernel.aws import client
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry

_deserialized = TypeDeserializer().deserialize


def entries_of(table: str) -> list[Entry]:
    """The table's entries, oldest first."""
    pages = client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
    rows: list[dict[str, Any]] = [
        {name: _deserialized(value) for name, value in item.items()}
        for page in pages
        for item in page["Items"]
        if "entry_id" in item
    ]
    return sorted(map(entry_from, rows), key=lambda entry: entry.occurred_at)
