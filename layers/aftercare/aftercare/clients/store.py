"""The clients table: an item for each client, with the hash of its key."""

# Not by pynamodb: every cold start of the authorizer waits for what this loads.

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from aftercare.clients.model import Client, Kind, Status
from aftercare.kernel.actor import UNKNOWN, Actor
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.direct import conditional, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_SCHEMA = "1"


class ClientStore:
    """Clients in DynamoDB."""

    def __init__(self, table_name: str, client: "Callable[[], DynamoDBClient]" = dynamodb) -> None:
        self._table = table_name
        self._client = client

    @property
    def _dynamodb(self) -> "DynamoDBClient":
        return self._client()

    def get(self, client_id: str) -> Client | None:
        """The client, read consistently: one revoked a moment ago reads as revoked."""
        answer = self._dynamodb.get_item(
            TableName=self._table, Key={"client_id": {"S": client_id}}, ConsistentRead=True
        )
        return _client(answer["Item"]) if "Item" in answer else None

    def add(self, client: Client) -> None:
        """Stores a new client; the same write sent twice is fine.

        Raises:
            StaleWriteError: There is another of that id.
        """
        with conditional():
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_item(client),
                ConditionExpression="attribute_not_exists(client_id) OR secret_hash = :hash",
                ExpressionAttributeValues={":hash": {"S": client.secret_hash}},
            )

    def replace(self, before: Client, after: Client) -> None:
        """Stores the client's key, status and actor; attributes of a newer version stay.

        Raises:
            StaleWriteError: It was reissued or revoked in the meantime.
        """
        values = {
            "before": before.secret_hash,
            "hash": after.secret_hash,
            "status": after.status.value,
            "actor": after.changed_by,
            "revoked": Status.REVOKED.value,
        }
        with conditional():
            self._dynamodb.update_item(
                TableName=self._table,
                Key={"client_id": {"S": before.client_id}},
                UpdateExpression="SET secret_hash = :hash, #status = :status, changed_by = :actor",
                ConditionExpression="secret_hash = :before AND #status <> :revoked",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    f":{name}": {"S": text} for name, text in values.items()
                },
            )


def _item(client: Client) -> "dict[str, AttributeValueTypeDef]":
    columns = {
        "client_id": client.client_id,
        "kind": client.kind.value,
        "store_id": client.store_id,
        "country": client.country,
        "scopes": client.scopes_text,
        "status": client.status.value,
        "secret_hash": client.secret_hash,
        "created_at": to_text(client.created_at),
        "changed_by": client.changed_by,
        # Text, like the rest: the version before schemas reads every attribute as text.
        "schema": _SCHEMA,
    }
    return {name: {"S": text} for name, text in columns.items()}


def _client(item: "Mapping[str, AttributeValueTypeDef]") -> Client:
    # Other attributes are a newer version's, and need not be text.
    columns = {name: value["S"] for name, value in item.items() if "S" in value}
    return Client(
        client_id=columns["client_id"],
        kind=_kind(columns["kind"]),
        store_id=columns["store_id"],
        country=columns["country"],
        scopes=frozenset(columns["scopes"].split()),
        status=_status(columns["status"]),
        secret_hash=columns["secret_hash"],
        created_at=from_text(columns["created_at"]),
        changed_by=Actor(columns.get("changed_by", UNKNOWN)),
    )


def _kind(text: str) -> Kind:
    """A newer version's kind has no rights of its own: it reads as a partner, who has fewest."""
    return Kind(text) if text in set(Kind) else Kind.PARTNER


def _status(text: str) -> Status:
    return Status(text) if text in set(Status) else Status.UNKNOWN
