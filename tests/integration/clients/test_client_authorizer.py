"""The gateway asks whose key this is: let in with what is known of it, or turned away alike."""

import random
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from aftercare.clients.model import Client
from aftercare.clients.service import ClientService
from aftercare.clients.store import ClientStore
from aftercare.kernel import aws, direct
from client_authorizer import app
from tests.fakes.actors import LI
from tests.fakes.aws import counted
from tests.fakes.events import CONTEXT, Json
from tests.fakes.house import SetClock
from tests.fakes.logs import logged
from tests.fakes.servers import closed_port, refusing, silence
from tests.fakes.wired import emulate

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
API = "arn:aws:execute-api:us-west-2:123456789012:a1b2c3d4"
METHOD = f"{API}/live/POST/authenticity/checks"
UNKNOWN = f"ac_{'0' * 10}_{'0' * 52}"
GATEWAYS_LIMIT = 10.0  # the function's timeout in template.yaml


def request(*authorizations: str, header: str = "Authorization") -> Json:
    """What the gateway hands to an authorizer, as much of it as is read."""
    headers = {"Content-Type": ["application/json"], "x-api-key": ["ac_0000000000"]}
    if authorizations:
        headers[header] = list(authorizations)
    return {
        "type": "REQUEST",
        "methodArn": METHOD,
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
    }


@pytest.fixture
def service(tables: dict[str, str]) -> ClientService:
    store = ClientStore(tables["ClientsTable"])
    return ClientService(store, SetClock(), random.SystemRandom().getrandbits)


@pytest.fixture
def client(service: ClientService) -> tuple[Client, str]:
    return service.issue("store", "S-0412", "US", ["points:write", "authenticity:check"], actor=LI)


def is_unauthorized(event: Json) -> None:
    """Raised with the one word that the gateway answers with 401."""
    with pytest.raises(Exception, match=r"\AUnauthorized\Z") as refusal:
        app.handler(event, CONTEXT)
    assert type(refusal.value) is Exception
    assert refusal.value.__cause__ is None


def wrong(key: str) -> str:
    return key[:-1] + ("0" if key[-1] != "0" else "1")


def test_a_client_may_call_the_api_and_brings_what_it_is(client: tuple[Client, str]) -> None:
    known, key = client
    answer = app.handler(request(f"Bearer {key}"), CONTEXT)
    [statement] = answer["policyDocument"]["Statement"]
    assert statement == {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": f"{API}/live/*",  # kept for the client's calls of other operations, too
    }
    assert answer["principalId"] == known.client_id
    assert answer["usageIdentifierKey"] == known.usage_key
    assert answer["context"] == {
        "client_id": known.client_id,
        "store_id": "S-0412",
        "country": "US",
        "kind": "store",
        "scopes": "authenticity:check points:write",
    }


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer    "])
@pytest.mark.parametrize("header", ["Authorization", "authorization", "AUTHORIZATION"])
def test_the_header_may_be_spelled_as_http_allows(
    client: tuple[Client, str], scheme: str, header: str
) -> None:
    answer = app.handler(request(f"{scheme}{client[1]}", header=header), CONTEXT)
    assert answer["principalId"] == client[0].client_id


def test_unknown_wrong_and_revoked_keys_are_unauthorized_after_one_read(
    service: ClientService, client: tuple[Client, str]
) -> None:
    revoked, revoked_key = service.issue("store", "S-0413", "US", ["points:read"], actor=LI)
    service.revoke(revoked.client_id, actor=LI)
    for key in (UNKNOWN, wrong(client[1]), revoked_key):
        with counted("dynamodb") as calls:
            is_unauthorized(request(f"Bearer {key}"))
        assert calls == ["GetItem"]


@pytest.mark.parametrize(
    "spelled",
    [
        "{key}",
        "Bearer{key}",
        "Bearer",
        "Bearer ",
        "Basic {key}",
        "Bearer\t{key}",
        "Bearer {key} x",
        "Bearer {key},Bearer {key}",
        'Bearer "{key}"',
        "Bearer {key}\n",
        "Bearer {key}é",
        "Be\N{LATIN SMALL LETTER DOTLESS I}rer {key}",
        "\N{FULLWIDTH LATIN CAPITAL LETTER B}earer {key}",
        " Bearer {key}",
        "Bearer ac_é0000000000_",
        "Bearer " + "a" * 10_240,
        "Bearer" + " " * 10_240,
        "AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-west-2/execute-api/aws4_request",
        "\x00",
        "",
    ],
)
def test_any_other_header_is_unauthorized_without_a_read(
    client: tuple[Client, str], spelled: str
) -> None:
    with counted("dynamodb") as calls:
        is_unauthorized(request(spelled.replace("{key}", client[1])))
    assert calls == []


def test_two_authorizations_are_unauthorized_even_if_one_is_good(
    client: tuple[Client, str],
) -> None:
    good = f"Bearer {client[1]}"
    for both in ((good, f"Bearer {UNKNOWN}"), (f"Bearer {UNKNOWN}", good), (good, good)):
        is_unauthorized(request(*both))


@pytest.mark.parametrize("headers", [None, {}, {"Accept": ["*/*"]}, {"Authorization": []}])
def test_a_request_without_the_header_is_unauthorized(headers: Json | None) -> None:
    is_unauthorized(request() | {"multiValueHeaders": headers})


def test_the_call_that_warms_the_function_lets_nobody_in() -> None:
    assert app.handler({"Records": []}, CONTEXT) == {}


def test_the_log_names_the_client_and_never_a_key(
    service: ClientService, client: tuple[Client, str]
) -> None:
    known, key = client
    revoked, revoked_key = service.issue("store", "S-0413", "US", ["points:read"], actor=LI)
    service.revoke(revoked.client_id, actor=LI)
    keys = [key, wrong(key), revoked_key, key.upper(), f"{key}x"]
    with logged() as log:
        app.handler(request(f"Bearer {key}"), CONTEXT)
        for bad in keys[1:]:
            is_unauthorized(request(f"Bearer {bad}"))
    assert [(line["message"], line["client_id"]) for line in log.lines] == [
        ("client", known.client_id),
        ("key refused", known.client_id),
        ("key refused", revoked.client_id),
        ("key refused", ""),
        ("key refused", ""),
    ]
    for each in keys:
        assert each.rpartition("_")[2] not in log.getvalue()


# ---------------------------------------------------------------- DynamoDB in trouble


@contextmanager
def dynamodb_at(trouble: AbstractContextManager[str]) -> Iterator[None]:
    """Inside, the function finds DynamoDB where the trouble is."""
    with trouble as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", url)
        forget()
        try:
            yield
        finally:
            patch.undo()
            aws.forget()
            emulate()


def forget() -> None:
    aws.forget()
    direct.forget()


def fails_and_lets_nobody_in(key: str) -> list[dict[str, Any]]:
    """An error of ours, which the gateway answers with 503; returns what was logged."""
    with logged() as log, pytest.raises(RuntimeError) as failure:
        app.handler(request(f"Bearer {key}"), CONTEXT)
    assert str(failure.value) == "The client of this key could not be read."
    assert key.rpartition("_")[2] not in log.getvalue()
    assert "mei@example.com" not in log.getvalue()
    return log.lines


def test_without_dynamodb_nobody_is_let_in_and_nobody_called_unknown(
    client: tuple[Client, str],
) -> None:
    for trouble, code in (
        (closed_port(), ""),
        (refusing("ProvisionedThroughputExceededException"), "Throughput"),
        (refusing("AccessDeniedException"), "GetItem: AccessDeniedException"),
        (refusing("InternalServerError", status=500), "GetItem: InternalServerError"),
    ):
        with dynamodb_at(trouble):
            [line] = fails_and_lets_nobody_in(client[1])
        assert line["message"] == "clients unavailable"
        assert code in line["code"]


def test_what_is_no_key_is_unauthorized_even_without_dynamodb() -> None:
    with dynamodb_at(closed_port()):
        is_unauthorized(request("Bearer nonsense"))


@pytest.mark.slow
def test_a_dynamodb_that_never_answers_lets_nobody_in_and_keeps_within_the_timeout(
    client: tuple[Client, str],
) -> None:
    started = time.monotonic()
    with dynamodb_at(silence()):
        fails_and_lets_nobody_in(client[1])
    assert 3 < time.monotonic() - started < GATEWAYS_LIMIT
