"""Clients as they are stored: a key is shown once, its hash is stored, a revoked one is refused."""

import hashlib
import itertools
import json
import random
from dataclasses import replace

import pytest

from aftercare.clients.errors import (
    ClientNotFoundError,
    ClientRevokedError,
    UnknownKeyError,
    UnknownScopeError,
)
from aftercare.clients.model import Client, Kind, Status
from aftercare.clients.service import ClientService
from aftercare.clients.store import ClientStore
from aftercare.kernel.aws import client as aws_client
from aftercare.kernel.errors import StaleWriteError
from tests.fakes.actors import LI
from tests.fakes.aws import Json, answering, counted
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration
NOT_VALID = "This client key isn't valid."
STALE = "Something changed in the meantime; nothing was written."
SCOPES = ("authenticity:check", "points:write")
_stores = itertools.count(1)


@pytest.fixture
def clients(tables: dict[str, str]) -> ClientService:
    return service_on(ClientStore(tables["ClientsTable"]))


def service_on(store: ClientStore) -> ClientService:
    return ClientService(store, SetClock(), random.SystemRandom().getrandbits)


def issued(clients: ClientService) -> tuple[Client, str]:
    return clients.issue("store", f"S-{next(_stores):04d}", "US", SCOPES, actor=LI)


def other_secret(key: str) -> str:
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def is_refused(clients: ClientService, key: str) -> None:
    with refused(UnknownKeyError, "unknown_key", NOT_VALID) as refusal:
        clients.authenticate(key)
    assert refusal.value.facts == {}


def test_a_client_is_read_consistently(clients: ClientService) -> None:
    """Emulated tables always are: a key that was revoked a moment ago must not work any more."""
    asked: list[Json] = []

    def note(request: Json) -> Json:
        asked.append(request)
        return {}

    _, key = issued(clients)
    with answering("dynamodb", "GetItem", note):
        is_refused(clients, key)
    assert [request["ConsistentRead"] for request in asked] == [True]


def test_a_key_tells_which_client_it_is(clients: ClientService) -> None:
    client, key = clients.issue("partner", "Toy-Hub.42", "", SCOPES, actor=LI)
    assert clients.authenticate(key) == client
    assert client == Client(
        client_id=key[:13],
        kind=Kind.PARTNER,
        store_id="Toy-Hub.42",
        country="",
        scopes=frozenset(SCOPES),
        status=Status.ACTIVE,
        secret_hash=hashlib.sha256(key.encode()).hexdigest(),
        created_at=SetClock()(),
        changed_by=LI,
    )


def test_each_key_opens_its_own_client_alone(clients: ClientService) -> None:
    (one, key), (other, other_key) = issued(clients), issued(clients)
    assert clients.authenticate(key) == one
    assert clients.authenticate(other_key) == other
    is_refused(clients, f"{one.client_id}_{other_key.rpartition('_')[2]}")


def test_of_a_key_only_its_hash_is_stored(clients: ClientService, tables: dict[str, str]) -> None:
    _, key = issued(clients)
    page = aws_client("dynamodb").scan(TableName=tables["ClientsTable"], ConsistentRead=True)
    kept = json.dumps(page["Items"])
    assert hashlib.sha256(key.encode()).hexdigest() in kept
    assert key.rpartition("_")[2] not in kept


def test_malformed_unknown_wrong_and_revoked_keys_are_told_alike(clients: ClientService) -> None:
    _, key = issued(clients)
    revoked, revoked_key = issued(clients)
    clients.revoke(revoked.client_id, actor=LI)
    unknown = f"ac_{'0' * 10}_{'0' * 52}"
    for bad in ("", "ac_1", key.upper(), unknown, other_secret(key), revoked_key):
        is_refused(clients, bad)


def test_unknown_wrong_revoked_and_right_keys_are_the_same_work(clients: ClientService) -> None:
    _, key = issued(clients)
    revoked, revoked_key = issued(clients)
    clients.revoke(revoked.client_id, actor=LI)
    for bad in (f"ac_{'0' * 10}_{'0' * 52}", other_secret(key), revoked_key):
        with counted("dynamodb") as calls:
            is_refused(clients, bad)
        assert calls == ["GetItem"]
    with counted("dynamodb") as calls:
        clients.authenticate(key)
    assert calls == ["GetItem"]


def test_what_is_no_key_is_refused_without_a_read(clients: ClientService) -> None:
    with counted("dynamodb") as calls:
        is_refused(clients, "ac_" + "7" * 10_000)
    assert calls == []


def test_revoking_is_at_once_for_good_and_may_be_repeated(clients: ClientService) -> None:
    client, key = issued(clients)
    for _ in range(2):
        assert clients.revoke(client.client_id, actor=LI).status is Status.REVOKED
        is_refused(clients, key)
    with refused(
        ClientRevokedError,
        "client_revoked",
        f"The client {client.client_id} is not active: create a new one.",
    ):
        clients.reissue(client.client_id, actor=LI)


@pytest.mark.parametrize("client_id", ["ac_0000000000", "", "S-0412"])
def test_who_is_no_client_can_be_neither_revoked_nor_reissued(
    clients: ClientService, client_id: str
) -> None:
    for verb in (clients.revoke, clients.reissue):
        with refused(ClientNotFoundError, "client_not_found", f"There is no client {client_id}."):
            verb(client_id, actor=LI)


def test_a_reissued_key_takes_the_place_of_the_old_one(clients: ClientService) -> None:
    client, first = issued(clients)
    second = clients.reissue(client.client_id, actor=LI)
    assert second.startswith(f"{client.client_id}_")
    is_refused(clients, first)
    known = clients.authenticate(second)
    assert (known.client_id, known.scopes) == (client.client_id, client.scopes)


class RivalledStore(ClientStore):
    """A store on which somebody else revokes the client just before each of our writes."""

    def replace(self, before: Client, after: Client) -> None:
        super().replace(before, replace(before, status=Status.REVOKED))
        super().replace(before, after)


def test_a_key_reissued_while_its_client_is_revoked_opens_nothing(
    clients: ClientService, tables: dict[str, str]
) -> None:
    client, key = issued(clients)
    with pytest.raises(ClientRevokedError):
        service_on(RivalledStore(tables["ClientsTable"])).reissue(client.client_id, actor=LI)
    is_refused(clients, key)


def test_an_id_that_is_taken_is_not_given_again_but_a_repeated_write_is_fine(
    clients: ClientService, tables: dict[str, str]
) -> None:
    client, key = issued(clients)
    clients.store.add(client)
    same_dice = ClientService(ClientStore(tables["ClientsTable"]), SetClock(), lambda _bits: 7)
    _, taken = same_dice.issue("store", "S-0001", "US", SCOPES, actor=LI)
    with refused(StaleWriteError, "stale_write", STALE):
        clients.store.add(replace(client, client_id=taken[:13]))
    assert clients.authenticate(taken).store_id == "S-0001"
    assert clients.authenticate(key) == client


def test_a_client_is_enrolled_before_it_is_there(clients: ClientService) -> None:
    seen: list[Client] = []

    def enrol(client: Client) -> None:
        seen.append(client)
        assert clients.store.get(client.client_id) is None

    client, _ = clients.issue("store", "S-0412", "US", SCOPES, enrol, actor=LI)
    assert seen == [client]


def test_a_client_that_could_not_be_enrolled_is_not_there(clients: ClientService) -> None:
    seen: list[Client] = []

    def fail(client: Client) -> None:
        seen.append(client)
        raise StaleWriteError(STALE)

    with refused(StaleWriteError, "stale_write", STALE):
        clients.issue("store", "S-0412", "US", SCOPES, fail, actor=LI)
    [client] = seen
    assert clients.store.get(client.client_id) is None


def test_a_wish_for_no_such_scope_makes_no_client(clients: ClientService) -> None:
    with counted("dynamodb") as calls, pytest.raises(UnknownScopeError):
        clients.issue("store", "S-0412", "US", ["authenticity:forge"], actor=LI)
    assert calls == []
