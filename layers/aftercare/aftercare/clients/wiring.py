"""Builds the clients room."""

import secrets
from typing import NamedTuple

from aftercare.clients.service import ClientService
from aftercare.clients.store import ClientStore
from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.ids import Entropy


class ClientsConfig(NamedTuple):
    """Where clients are stored."""

    clients_table: str


def client_service(
    config: ClientsConfig,
    *,
    clock: Clock = utc_now,
    entropy: Entropy = secrets.randbits,
) -> ClientService:
    """Clients in the configured table."""
    return ClientService(ClientStore(config.clients_table), clock, entropy)
