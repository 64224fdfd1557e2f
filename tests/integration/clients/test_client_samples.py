"""Clients as other versions stored them are read: a committed sample, a newer version's items."""

import hashlib
from typing import Any

import boto3
import pytest

from aftercare.clients.errors import ClientRevokedError, UnknownKeyError
from aftercare.clients.model import Client, Kind, Status, new_key
from aftercare.clients.service import ClientService
from aftercare.clients.wiring import ClientsConfig, client_service
from tests.fakes.actors import LI
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
[SAMPLE] = items("clients").values()
CLIENT_ID = SAMPLE["client_id"]["S"]
KEY = new_key(CLIENT_ID, lambda _bits: 7)
# The sample, with the hash of a key that this test knows.
ITEM = SAMPLE | {"secret_hash": {"S": hashlib.sha256(KEY.encode()).hexdigest()}}
NEWER: Item = ITEM | {
    "schema": {"N": "2"},
    "tills": {"L": [{"S": "7"}, {"S": "8"}]},
    "rotated": {"BOOL": True},
    "region": {"S": "west"},
}


@pytest.fixture
def clients(tables: dict[str, str]) -> ClientService:
    return client_service(ClientsConfig(tables["ClientsTable"]))


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["ClientsTable"], Item=item)


def stored(tables: dict[str, str]) -> Item:
    key = {"client_id": {"S": CLIENT_ID}}
    answer: Any = boto3.client("dynamodb").get_item(TableName=tables["ClientsTable"], Key=key)
    item: Item = answer["Item"]
    return item


def read(clients: ClientService) -> Client:
    client = clients.store.get(CLIENT_ID)
    assert client
    return client


def test_yesterdays_client_is_read_and_its_key_works(
    clients: ClientService, tables: dict[str, str]
) -> None:
    put(tables, SAMPLE)
    client = read(clients)
    assert (client.kind, client.store_id, client.status) == (Kind.STORE, "S-0412", Status.ACTIVE)
    assert client.scopes_text == "authenticity:check points:admin points:read points:write"
    assert client.changed_by == "unknown"
    put(tables, ITEM)
    assert clients.authenticate(KEY).client_id == CLIENT_ID


def test_after_a_roll_back_the_newer_versions_client_calls(
    clients: ClientService, tables: dict[str, str]
) -> None:
    put(tables, ITEM)
    before = clients.authenticate(KEY)
    put(tables, NEWER)
    assert clients.authenticate(KEY) == before


def test_after_a_roll_back_a_client_changes_and_keeps_what_the_newer_version_stored(
    clients: ClientService, tables: dict[str, str]
) -> None:
    put(tables, NEWER | {"kind": {"S": "warehouse"}})
    key = clients.reissue(CLIENT_ID, actor=LI)
    assert clients.authenticate(key).kind is Kind.PARTNER
    clients.revoke(CLIENT_ID, actor=LI)
    expected = NEWER | {"kind": {"S": "warehouse"}, "status": {"S": "revoked"}}
    changed = {"secret_hash", "changed_by"}
    after = stored(tables)
    assert {name: after[name] for name in after.keys() - changed} == {
        name: expected[name] for name in expected.keys() - changed
    }
    assert after["changed_by"] == {"S": LI}


def test_a_status_of_a_newer_version_opens_nothing_and_can_be_revoked(
    clients: ClientService, tables: dict[str, str]
) -> None:
    put(tables, NEWER | {"status": {"S": "suspended"}})
    assert read(clients).status is Status.UNKNOWN
    with pytest.raises(UnknownKeyError):
        clients.authenticate(KEY)
    with pytest.raises(ClientRevokedError):
        clients.reissue(CLIENT_ID, actor=LI)
    assert stored(tables)["status"] == {"S": "suspended"}
    clients.revoke(CLIENT_ID, actor=LI)
    assert stored(tables)["status"] == {"S": "revoked"}


def test_a_client_is_stored_with_the_version_of_its_shape_and_its_actor(
    clients: ClientService, tables: dict[str, str]
) -> None:
    client, key = clients.issue("store", "S-1", "US", ["points:read"], actor=LI)
    key_of_item = {"client_id": {"S": client.client_id}}
    item = boto3.client("dynamodb").get_item(TableName=tables["ClientsTable"], Key=key_of_item)
    assert item["Item"]["schema"] == {"S": "1"}
    # As the version before schemas reads a client: after a roll-back its key still works.
    assert {kind for value in item["Item"].values() for kind in value} == {"S"}
    assert item["Item"]["changed_by"] == {"S": LI}
    assert clients.authenticate(key).changed_by == LI
