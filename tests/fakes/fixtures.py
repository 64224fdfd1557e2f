"""AWS for tests: moto by default, a real DynamoDB endpoint when DYNAMODB_ENDPOINT_URL is set.

Either keeps to AWS's limits: see `limits.py`.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler

from aftercare.kernel import aws
from tests.fakes import limits, schemas, shortcuts
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.codes import KEYS_TEXT
from tests.fakes.environment import (
    BUCKETS,
    CAPTURE_SECRET,
    CARD_SECRET,
    CODE_KEYS,
    CONSOLE_SECRET,
    DESK_SECRET,
    ERASURE_SECRET,
    EXPIRY_QUEUE,
    HOOKS_QUEUE,
    HOOKS_SECRET,
    SIGNING_SECRET,
    TABLES,
    WECHAT_APP_SECRET,
    WECHAT_SECRET,
)
from tests.fakes.house import House, build_house
from tests.fakes.parcels import WEBHOOK_SECRET
from tests.fakes.strangers import ATTACKER, VICTIM, Holdings, holdings
from tests.fakes.template import ROOT, create_tables
from tests.fakes.vault import answering_secrets
from tests.fakes.wechat import TOKEN as WECHAT_TOKEN
from tests.fakes.wired import emulate, forget_roots

_FUNCTIONS = f"{ROOT}/functions/"  # a string: it is compared with each module's path
ENDPOINT = os.environ.get("DYNAMODB_ENDPOINT_URL", "")


@pytest.fixture(scope="session")
def _aws() -> Iterator[None]:
    """Uses moto, except for DynamoDB if an endpoint is set, which may need credentials."""
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
        shortcuts.take(patch)
        with limits.enforced(), mock_aws(config={"core": {"mock_credentials": False}}):
            aws.forget()
            if not ENDPOINT:
                forget_roots(patch)  # whoever names roots has botocore do everything
                emulate()
            yield
            aws.forget()


@pytest.fixture
def as_on_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_roots(monkeypatch)


def _make_atomic(patch: pytest.MonkeyPatch) -> None:
    """DynamoDB isolates each request; moto lets threads come between its check and its write.

    Every timeline entry on its way into a table is held to the schema of its event.
    """
    lock, answer = threading.RLock(), DynamoHandler.call_action

    def alone(handler: DynamoHandler) -> Any:
        schemas.check_written(handler.body)
        with lock:
            return answer(handler)

    patch.setattr(DynamoHandler, "call_action", alone)


@pytest.fixture(scope="module")
def tables(_aws: None) -> Iterator[dict[str, str]]:
    """The template's tables, empty for each module."""
    dynamodb, names = aws.client("dynamodb"), dict(TABLES)
    create_tables(dynamodb, names)
    _wait(dynamodb, "table_exists", names)
    yield names
    for name in names.values():
        dynamodb.delete_table(TableName=name)
    _wait(dynamodb, "table_not_exists", names)


def _wait(dynamodb: Any, event: str, names: dict[str, str]) -> None:
    """Until each table is there, or gone; moto's are at once."""
    for name in names.values() if ENDPOINT else ():
        dynamodb.get_waiter(event).wait(TableName=name, WaiterConfig={"Delay": 1})


@pytest.fixture(scope="session")
def buckets(_aws: None) -> dict[str, str]:
    s3 = boto3.client("s3")
    names = dict(BUCKETS)
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
    kept = {CODE_KEYS: KEYS_TEXT}
    kept |= {HOOKS_SECRET: json.dumps(dict.fromkeys(["easypost", "shippo"], WEBHOOK_SECRET))}
    kept |= {WECHAT_SECRET: json.dumps({"token": WECHAT_TOKEN})}
    kept |= dict.fromkeys(
        [
            *(SIGNING_SECRET, CONSOLE_SECRET, CAPTURE_SECRET, ERASURE_SECRET, CARD_SECRET),
            *(DESK_SECRET, WECHAT_APP_SECRET),
        ],
        signing,
    )
    with answering_secrets(kept) as url:
        yield url


@pytest.fixture(scope="session")
def secrets_and_queues(_aws: None) -> None:
    key = json.dumps({"key": SIGNING_KEY})
    boto3.client("secretsmanager").create_secret(Name=SIGNING_SECRET, SecretString=key)
    for queue in (EXPIRY_QUEUE, HOOKS_QUEUE):
        boto3.client("sqs").create_queue(QueueName=queue)


@pytest.fixture
def functions(
    tables: dict[str, str],  # noqa: ARG001 - what the functions stand on
    buckets: dict[str, str],  # noqa: ARG001
    secrets_and_queues: None,  # noqa: ARG001
    vault: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """What the functions' settings name is there, and they keep nothing of another test."""
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


def forget_all() -> None:
    """Drops what the functions keep per execution environment."""
    for name in sys.modules.keys() - _known:
        _known.add(name)
        if _is_of_a_function(sys.modules[name]):
            _of_functions.add(name)
    for module in filter(None, map(sys.modules.get, _of_functions)):
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


# Names of modules; thousands are loaded, so that each is judged once and not twice a test.
_known: set[str] = set()
_of_functions: set[str] = set()


def _is_of_a_function(module: ModuleType) -> bool:
    return (getattr(module, "__file__", None) or "").startswith(_FUNCTIONS)
