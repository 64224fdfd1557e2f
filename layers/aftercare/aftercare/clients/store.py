"""The clients table: one item each, all text, with the hash of its key."""

# The SDK's own client, not pynamodb: every cold start of the authorizer waits for what this loads
# (161 ms and 410 modules with pynamodb, 146 ms and 387 without).

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aftercare.clients.model import Client, Kind, Status
from aftercare.kernel.aws import client as aws_client
from aftercare.kernel.clock import from_text, to_text
from aftercare.kernel.errors import StaleWriteError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef


class ClientStore:
    """Clients in DynamoDB."""

    def __init__(self, table_name: str) -> None:
        self._table = table_name

    @property
    def _dynamodb(self) -> "DynamoDBClient":
        return aws_client("dynamodb")

    def get(self, client_id: str) -> Client | None:
        """The client as of now: what was revoked a moment ago is."""
        found = self._dynamodb.get_item(
            TableName=self._table, Key={"client_id": {"S": client_id}}, ConsistentRead=True
        )
        return _client(found["Item"]) if "Item" in found else None

    def add(self, client: Client) -> None:
        """Stores a new client; the same write sent twice is fine.

        Raises:
            StaleWriteError: There is another of that id.
        """
        with self._conditional():
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_item(client),
                ConditionExpression="attribute_not_exists(client_id) OR secret_hash = :hash",
                ExpressionAttributeValues={":hash": {"S": client.secret_hash}},
            )

    def replace(self, before: Client, after: Client) -> None:
        """Stores the client over what it was.

        Raises:
            StaleWriteError: It was changed in the meantime.
        """
        was = {":hash": {"S": before.secret_hash}, ":status": {"S": before.status.value}}
        with self._conditional():
            self._dynamodb.put_item(
                TableName=self._table,
                Item=_item(after),
                ConditionExpression="secret_hash = :hash AND #status = :status",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=was,
            )

    @contextmanager
    def _conditional(self) -> Iterator[None]:
        try:
            yield
        except self._dynamodb.exceptions.ConditionalCheckFailedException as error:
            raise StaleWriteError(
                "Something changed in the meantime; nothing was written."
            ) from error


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
    }
    return {name: {"S": text} for name, text in columns.items()}


def _client(item: "Mapping[str, AttributeValueTypeDef]") -> Client:
    columns = {name: value["S"] for name, value in item.items()}
    return Client(
        client_id=columns["client_id"],
        kind=Kind(columns["kind"]),
        store_id=columns["store_id"],
        country=columns["country"],
        scopes=frozenset(columns["scopes"].split()),
        status=Status(columns["status"]),
        secret_hash=columns["secret_hash"],
        created_at=from_text(columns["created_at"]),
    )
