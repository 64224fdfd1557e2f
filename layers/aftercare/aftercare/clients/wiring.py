"""Builds the clients room."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from aftercare.clients.service import ClientService
from aftercare.clients.store import ClientStore
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ClientsConfig(NamedTuple):
    """Where clients are stored."""

    clients_table: str


def client_service(
    config: ClientsConfig,
    *,
    dynamodb: "Callable[[], DynamoDBClient] | None" = None,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> ClientService:
    """Clients in the configured table, read and written by that client, or by the SDK's."""
    return ClientService(ClientStore(config.clients_table, dynamodb), clock, entropy)
