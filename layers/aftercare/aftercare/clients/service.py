"""Keys for store and partner systems: issued once, stored as hashes, revoked."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from aftercare.clients.errors import ClientNotFoundError, ClientRevokedError, UnknownKeyError
from aftercare.clients.model import (
    NOBODYS_HASH,
    Client,
    Status,
    client_id_in,
    hash_of,
    new_client_id,
    new_key,
)
from aftercare.clients.policy import country_of, kind_of, scopes_of, store_id_of
from aftercare.kernel.actor import Actor
from aftercare.kernel.clock import Clock
from aftercare.kernel.fresh import on_fresh_state
from aftercare.kernel.ids import Entropy

if TYPE_CHECKING:
    from aftercare.clients.store import ClientStore

type Enrolment = Callable[[Client], None]
"""What a new client needs before its key works, such as a place in a usage plan."""


def _nothing_more(_: Client) -> None:
    """Where requests are not counted."""


@dataclass(frozen=True, slots=True)
class ClientService:
    """Client keys of 256 bits, stored as SHA-256 hashes."""

    store: "ClientStore"
    clock: Clock
    entropy: Entropy

    def issue(
        self,
        kind: str,
        store_id: str,
        country: str,
        scopes: Iterable[str],
        enrol: Enrolment = _nothing_more,
        *,
        actor: Actor,
    ) -> tuple[Client, str]:
        """Creates a client; returns it and its key, which cannot be shown again.

        The client is enrolled before it is stored, because a stored client can call. Not
        idempotent: each call creates another client.

        Raises:
            ClientInvalidError: The kind, the store or the country is not valid.
            UnknownScopeError: There is no such scope, or none was named.
        """
        client_id = new_client_id(self.entropy)
        key = new_key(client_id, self.entropy)
        client = Client(
            client_id=client_id,
            kind=kind_of(kind),
            store_id=store_id_of(store_id),
            country=country_of(country),
            scopes=scopes_of(scopes),
            status=Status.ACTIVE,
            secret_hash=hash_of(key),
            created_at=self.clock(),
            changed_by=actor,
        )
        enrol(client)
        self.store.add(client)
        return client, key

    def authenticate(self, key: str) -> Client:
        """The active client whose key this is.

        Does the same work for unknown, wrong and revoked keys: one read, one hash, one comparison.

        Raises:
            UnknownKeyError: There is none, for whatever reason.
        """
        client_id = client_id_in(key)
        if not client_id:
            raise UnknownKeyError
        client = self.store.get(client_id)
        kept = client.secret_hash if client else NOBODYS_HASH
        is_its_key = hmac.compare_digest(hash_of(key), kept)
        if client is None or not is_its_key or client.status is not Status.ACTIVE:
            raise UnknownKeyError
        return client

    @on_fresh_state
    def revoke(self, client_id: str, *, actor: Actor) -> Client:
        """Revokes the client's key; a repeat changes nothing.

        The gateway may remember the key for another five minutes.

        Raises:
            ClientNotFoundError: There is no such client.
        """
        client = self._stored(client_id)
        if client.status is Status.REVOKED:
            return client
        revoked = replace(client, status=Status.REVOKED, changed_by=actor)
        self.store.replace(client, revoked)
        return revoked

    @on_fresh_state
    def reissue(self, client_id: str, *, actor: Actor) -> str:
        """Gives the client a new key and returns it; the old one stops working.

        Raises:
            ClientNotFoundError: There is no such client.
            ClientRevokedError: The client is not active.
        """
        client = self._stored(client_id)
        if client.status is not Status.ACTIVE:
            raise ClientRevokedError(client_id)
        key = new_key(client_id, self.entropy)
        self.store.replace(client, replace(client, secret_hash=hash_of(key), changed_by=actor))
        return key

    def _stored(self, client_id: str) -> Client:
        client = self.store.get(client_id) if client_id else None
        if client is None:
            raise ClientNotFoundError(client_id)
        return client
