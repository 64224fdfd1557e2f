"""AWS for tests: moto by default, a real DynamoDB endpoint when DYNAMODB_ENDPOINT_URL is set."""

import functools
import json
import os
import threading
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

import client_authorizer.app
import code_mailer.app
import points_mailer.app
import reminder_mailer.app
from aftercare import assembly, authenticity_assembly, expiry_assembly, points_assembly
from aftercare.kernel import aws
from codes_download import edge as download_edge
from portal import edge
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.codes import KEYS_TEXT
from tests.fakes.house import House, build_house
from tests.fakes.strangers import ATTACKER, VICTIM, Holdings, holdings
from tests.fakes.template import create_tables, table_names
from tests.fakes.vault import answering_secrets

CODE_KEYS = "test-code-keys"
ENDPOINT = os.environ.get("DYNAMODB_ENDPOINT_URL", "")


@pytest.fixture(scope="session")
def _aws() -> Iterator[None]:
    """Everything is moto's but DynamoDB, where an endpoint is given; that may need credentials."""
    own = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    given = os.environ if ENDPOINT else {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            patch.delenv(name, raising=False)
        for name, value in own.items():
            patch.setenv(name, given.get(name, value))
        if ENDPOINT:
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", ENDPOINT)
        _make_atomic(patch)
        with mock_aws(config={"core": {"mock_credentials": False}}):
            aws.forget()
            yield
            aws.forget()


def _make_atomic(patch: pytest.MonkeyPatch) -> None:
    """DynamoDB does each request alone; moto, asked by several threads, checks and writes apart."""
    lock, answer = threading.RLock(), DynamoHandler.call_action

    def alone(handler: DynamoHandler) -> Any:
        with lock:
            return answer(handler)

    patch.setattr(DynamoHandler, "call_action", alone)


@pytest.fixture(scope="module")
def tables(_aws: None) -> Iterator[dict[str, str]]:
    """The template's tables, one set a module: moto copies a table for each transaction."""
    dynamodb = boto3.client("dynamodb")
    names = table_names(prefix=f"test-{uuid.uuid4().hex[:8]}-")
    create_tables(dynamodb, names)
    for name in names.values():
        dynamodb.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    yield names
    for name in names.values():
        dynamodb.delete_table(TableName=name)


@pytest.fixture(scope="session")
def buckets(_aws: None) -> dict[str, str]:
    s3 = boto3.client("s3")
    names = {
        "UploadsBucket": "test-uploads",
        "DocumentsBucket": "test-documents",
        "CodesBucket": "test-codes",
        "LedgerExportsBucket": "test-ledger-exports",
    }
    for name in names.values():
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    return names


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    return build_house(tables, buckets)


@pytest.fixture(scope="session")
def vault() -> Iterator[str]:
    """Where secrets are read: the keys of the codes, and the one that signs."""
    signing = json.dumps({"key": SIGNING_KEY})
    with answering_secrets({CODE_KEYS: KEYS_TEXT, "test-signing": signing}) as url:
        yield url


@pytest.fixture
def functions(
    tables: dict[str, str], buckets: dict[str, str], vault: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The settings that template.yaml gives the functions, on the test's tables and buckets."""
    for name, value in settings(tables, buckets).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", vault)
    forget_all()
    yield
    forget_all()


@pytest.fixture
def portal(functions: None) -> Browser:  # noqa: ARG001 - what it stands on
    """A browser on the portal's own app, which stands on the test's tables."""
    return Browser()


@pytest.fixture(scope="module")
def world(tables: dict[str, str], buckets: dict[str, str]) -> dict[str, Holdings]:
    house = build_house(tables, buckets)
    return {email: holdings(house, email) for email in (ATTACKER, VICTIM)}


@pytest.fixture
def mine(world: dict[str, Holdings]) -> Holdings:
    return world[ATTACKER]


@pytest.fixture
def theirs(world: dict[str, Holdings]) -> Holdings:
    return world[VICTIM]


@pytest.fixture
def secrets(theirs: Holdings, mine: Holdings) -> tuple[str, ...]:
    return theirs.of_theirs_alone(mine)


@pytest.fixture
def attacker(portal: Browser) -> Browser:
    return portal.sign_in(ATTACKER)


def settings(tables: dict[str, str], buckets: dict[str, str]) -> dict[str, str]:
    return {
        "ORDERS_TABLE": tables["OrdersTable"],
        "ACCESS_TABLE": tables["AccessTable"],
        "RETURNS_TABLE": tables["ReturnsTable"],
        "EVIDENCE_TABLE": tables["EvidenceTable"],
        "LABELS_TABLE": tables["LabelsTable"],
        "CLIENTS_TABLE": tables["ClientsTable"],
        "UPLOADS_BUCKET": buckets["UploadsBucket"],
        "DOCUMENTS_BUCKET": buckets["DocumentsBucket"],
        "AUTHENTICITY_TABLE": tables["AuthenticityTable"],
        "BATCHES_TABLE": tables["BatchesTable"],
        "POINTS_TABLE": tables["PointsTable"],
        "MEMBERS_TABLE": tables["MembersTable"],
        "CODES_BUCKET": buckets["CodesBucket"],
        "LEDGER_EXPORTS_BUCKET": buckets["LedgerExportsBucket"],
        "CODE_KEYS_SECRET": CODE_KEYS,
        "SIGNING_SECRET": _signing_secret(),
        "EXPIRY_QUEUE": _expiry_queue(),
        "STAGE": "local",
        "PORTAL_URL": "http://localhost:8787",
        "EVENT_BUS": "aftercare-test",
        "RETRY_QUEUE": "https://sqs.us-west-2.amazonaws.com/123456789012/retries",
        "MAIL_SENDER": "returns@aftercare.example",
    }


@functools.cache
def _signing_secret() -> str:
    name, key = "test-signing", json.dumps({"key": SIGNING_KEY})
    boto3.client("secretsmanager").create_secret(Name=name, SecretString=key)
    return name


@functools.cache
def _expiry_queue() -> str:
    return boto3.client("sqs").create_queue(QueueName="test-expiry")["QueueUrl"]


def forget_all() -> None:
    """Drops what the functions keep per execution environment."""
    for rooms in (assembly, authenticity_assembly, points_assembly, expiry_assembly):
        for verb in vars(rooms).values():
            if hasattr(verb, "cache_clear"):
                verb.cache_clear()
    for mailer in (code_mailer.app, points_mailer.app, reminder_mailer.app):
        mailer._mail.cache_clear()
    points_mailer.app.claims.cache_clear()
    client_authorizer.app.clients.cache_clear()
    edge.forget()
    download_edge.forget()
