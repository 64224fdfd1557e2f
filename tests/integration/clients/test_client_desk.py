"""Client keys: the gateway has a client before it can call, and drops it afterwards."""

import random
from typing import Any

import pytest

from aftercare.clients.errors import ClientNotFoundError, ClientRevokedError, UnknownKeyError
from aftercare.clients.model import Kind
from aftercare.clients.service import ClientService
from aftercare.clients.store import ClientStore
from infra.operator.client import ClientDesk
from infra.operator.commands import parser
from infra.operator.usage_plans import UsagePlans
from tests.fakes.actors import LI
from tests.fakes.events import Json
from tests.fakes.house import SetClock
from tests.fakes.refusals import refused

pytestmark = pytest.mark.integration


PLANS = {Kind.STORE: "plan-1", Kind.PARTNER: "plan-2"}


class Gateway:
    """API Gateway's keys and plans, as far as a client has to do with them; it is its own pages."""

    class ConflictException(Exception):  # noqa: N818 - AWS's name
        """The key is in the plan already."""

    def __init__(self) -> None:
        self.exceptions = self
        self.keys: dict[str, Json] = {}
        self.plans: dict[str, list[str]] = {plan: [] for plan in PLANS.values()}

    def create_api_key(self, **key: Any) -> Json:
        key_id = f"key-{len(self.keys)}"
        self.keys[key_id] = key | {"id": key_id}
        return self.keys[key_id]

    def create_usage_plan_key(self, usagePlanId: str, keyId: str, keyType: str) -> None:  # noqa: N803
        assert keyType == "API_KEY"
        if keyId in self.plans[usagePlanId]:
            raise self.ConflictException
        self.plans[usagePlanId].append(keyId)

    def get_paginator(self, operation: str) -> "Gateway":
        assert operation == "get_api_keys"
        return self

    def paginate(self, nameQuery: str = "") -> list[Json]:  # noqa: N803
        if not nameQuery:
            return [
                {"items": [{"id": "key-y", "name": "by hand"}]},
                {"items": [*self.keys.values()]},
            ]
        longer = {"id": "key-x", "name": f"{nameQuery}-of-another"}
        return [{"items": [longer]}, {"items": self.of(nameQuery)}]

    def delete_api_key(self, apiKey: str) -> None:  # noqa: N803
        del self.keys[apiKey]

    def of(self, name: str) -> list[Json]:
        return [key for key in self.keys.values() if key["name"] == name]

    def counted_in(self, kind: Kind) -> list[str]:
        return [self.keys[key]["name"] for key in self.plans[PLANS[kind]]]


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@pytest.fixture
def desk(tables: dict[str, str], gateway: Gateway) -> ClientDesk:
    store = ClientStore(tables["ClientsTable"])
    service = ClientService(store, SetClock(), random.SystemRandom().getrandbits)
    return ClientDesk(service, UsagePlans(gateway, PLANS), LI)


def key_in(text: str) -> str:
    [line] = [line for line in text.splitlines() if line.startswith("Key ")]
    return line.removeprefix("Key").strip()


def test_a_client_is_created_counted_and_shown_its_key_once(
    desk: ClientDesk, gateway: Gateway
) -> None:
    text = desk.issue("partner", "toy-hub", "FR", "points:read, authenticity:check\tpoints:read")
    client = desk.service.authenticate(key_in(text))
    assert text == (
        f"Client  {client.client_id}  (partner toy-hub FR: authenticity:check points:read)\n"
        f"Key     {key_in(text)}\n\n"
        "Keep it safe now: only its hash is stored, it can't be shown again."
    )
    assert gateway.counted_in(Kind.PARTNER) == [client.client_id]
    assert gateway.counted_in(Kind.STORE) == []
    [counted] = gateway.of(client.client_id)
    assert (counted["value"], counted["enabled"]) == (client.usage_key, True)


def test_the_stores_that_have_a_client_are_known_by_it(desk: ClientDesk) -> None:
    desk.issue("store", "S-0412", "US", "points:read")
    desk.issue("partner", "toy-hub", "FR", "points:read")
    assert desk.plans.stores() >= {"S-0412", "toy-hub"}


def test_entering_a_plan_again_changes_nothing(desk: ClientDesk, gateway: Gateway) -> None:
    client = desk.service.authenticate(key_in(desk.issue("store", "S-1", "", "points:read")))
    desk.plans.enter(client)
    assert gateway.counted_in(Kind.STORE) == [client.client_id]
    assert len(gateway.of(client.client_id)) == 1


def test_a_revoked_client_is_unknown_and_uncounted_however_often(
    desk: ClientDesk, gateway: Gateway
) -> None:
    key = key_in(desk.issue("store", "S-0412", "", "points:read"))
    for _ in range(2):
        text = desk.revoke(key[:13])
        assert text == f"The client {key[:13]} of S-0412 is revoked; its key no longer works."
        assert gateway.of(key[:13]) == []
    with pytest.raises(UnknownKeyError):
        desk.service.authenticate(key)
    with pytest.raises(ClientRevokedError):
        desk.reissue(key[:13])


def test_a_reissued_key_is_shown_once_and_counted_as_before(
    desk: ClientDesk, gateway: Gateway
) -> None:
    key = key_in(desk.issue("store", "S-0412", "", "points:read"))
    text = desk.reissue(key[:13])
    assert text.startswith(f"The old key of {key[:13]} stops within 5 minutes.\n")
    assert desk.service.authenticate(key_in(text)).client_id == key[:13]
    assert len(gateway.of(key[:13])) == 1


def test_who_is_no_client_can_not_be_revoked(desk: ClientDesk) -> None:
    sentence = "There is no client ac_0000000000."
    with refused(ClientNotFoundError, "client_not_found", sentence):
        desk.revoke("ac_0000000000")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["issue"],
        ["issue", "S-1"],
        ["issue", "--scopes", "points:read"],
        ["issue", "S-1", "--scopes", "points:read", "--revoke", "ac_0000000000"],
        ["revoke"],
        ["revoke", "ac_0000000000", "--reissue", "ac_0000000000"],
    ],
)
def test_an_unclear_command_is_answered_with_what_can_be_said(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["client", *words])
    assert "usage: aftercare" in capsys.readouterr().err
