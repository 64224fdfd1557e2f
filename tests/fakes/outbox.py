"""The timeline entries committed to a table, as its stream would carry them."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from aftercare.kernel.aws import client
from aftercare.kernel.tables import entry_from
from aftercare.kernel.timeline import Entry

_deserialized = TypeDeserializer().deserialize


def committed_entries(table: str) -> list[Entry]:
    """The table's entries, oldest first."""
    items = client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    rows: list[dict[str, Any]] = [
        {name: _deserialized(value) for name, value in item.items()}
        for item in items
        if "entry_id" in item
    ]
    rows.sort(key=lambda row: (row.get("occurred_at", ""), row["pk"], row.get("sk", "")))
    return [entry_from(row) for row in rows]
