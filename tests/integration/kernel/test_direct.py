"""Which deployments do without the SDK, and whose requests are left to it."""

import json
from typing import Any

import pytest

from aftercare.kernel import aws, direct
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.json_client import JsonClient
from aftercare.kernel.secret import read_secret
from aftercare.kernel.signed import DYNAMODB, SECRETS
from tests.fakes.refusals import refused
from tests.fakes.scripted import DROPS, Act, error, playing
from tests.fakes.wired import emulate

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("_aws", "as_on_lambda")]

type Json = dict[str, Any]

PLAIN = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-west-2"}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"AWS_SESSION_TOKEN": "x"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:4566/", "AWS_CA_BUNDLE": "/roots.pem"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "HTTPS_PROXY": "http://proxy"},
        {"AWS_DEFAULT_REGION": "ap-southeast-7"},
    ],
)
def test_a_function_on_lambda_and_the_local_stack_do_without_the_sdk(more: Json) -> None:
    assert direct.is_plain(DYNAMODB, PLAIN | more)
    assert direct.is_plain(SECRETS, PLAIN | more)


@pytest.mark.parametrize(
    "more",
    [
        *({name: "x"} for name in (*direct._OF_BOTOCORE, *direct._OF_BOTOCORE_OVER_TLS)),
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "HTTP_PROXY": "http://proxy"},
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:1/a/path"},
        {"AWS_ENDPOINT_URL": "http://user@127.0.0.1:1"},
        *({name: ""} for name in PLAIN),
        *({"AWS_DEFAULT_REGION": name} for name in ("cn-north-1", "us-gov-west-1")),
        *({"AWS_DEFAULT_REGION": name} for name in ("us-iso-east-1", "eusc-de-east-1")),
    ],
)
def test_what_only_botocore_knows_is_left_to_it(more: Json) -> None:
    assert not direct.is_plain(DYNAMODB, PLAIN | more)


def test_a_deployment_of_another_kind_gets_botocores_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    direct.forget()
    assert direct.dynamodb() is aws.client("dynamodb")
    monkeypatch.delenv("AWS_USE_FIPS_ENDPOINT")
    emulate()


def test_the_endpoints_are_botocores(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"):
        monkeypatch.delenv(name, raising=False)
    for region in aws._session().get_available_regions("dynamodb"):
        given = PLAIN | {"AWS_DEFAULT_REGION": region}
        assert direct.is_plain(DYNAMODB, given), region
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        aws.forget()
        for service in (DYNAMODB, SECRETS):
            made: Any = aws._client.__wrapped__(service.name)
            assert JsonClient(service, given).wire.url.rstrip("/") == made.meta.endpoint_url, region


def test_a_secret_is_read_or_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    found = json.dumps({"SecretString": "s3"}).encode()
    unavailable = "The secret can't be read now."
    cases: list[tuple[list[Act], str]] = [
        ([Act(content=found)], "s3"),
        ([Act(503, b""), Act(content=found)], "s3"),
        ([Act(503, b"")], ""),
        ([error("AccessDeniedException")], ""),
        ([Act(content=b'{"SecretBinary": ""}')], ""),
        ([Act(content=b"<html>")], ""),
        ([DROPS], ""),
    ]
    for acts, text in cases:
        with playing(*acts) as (url, script):
            monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
            if text:
                assert read_secret("the-secret") == text
            else:
                with refused(UnavailableError, "unavailable", unavailable):
                    read_secret("the-secret")
            assert json.loads(script.asked[0][1]) == {"SecretId": "the-secret"}
