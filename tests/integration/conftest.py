"""AWS for tests: moto by default, a real DynamoDB endpoint when DYNAMODB_ENDPOINT_URL is set."""

import functools
import os
import uuid
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from aftercare import assembly
from aftercare.kernel import aws
from portal import edge
from tests.integration.browser import Browser
from tests.integration.house import House, build_house
from tests.template import create_tables

ENDPOINT = os.environ.get("DYNAMODB_ENDPOINT_URL", "")


@pytest.fixture(scope="session")
def _aws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", "us-west-2")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        if ENDPOINT:
            patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", ENDPOINT)
        with mock_aws(
            config={"core": {"passthrough": {"urls": [f"{ENDPOINT}.*"]}} if ENDPOINT else {}}
        ):
            aws.forget()
            yield
            aws.forget()


@pytest.fixture(scope="session")
def tables(_aws: None) -> Iterator[dict[str, str]]:
    """The template's tables, one set for the session: tests keep apart by their ids."""
    dynamodb = boto3.client("dynamodb")
    names = create_tables(dynamodb, prefix=f"test-{uuid.uuid4().hex[:8]}-")
    yield names
    for name in names.values():
        dynamodb.delete_table(TableName=name)


@pytest.fixture(scope="session")
def buckets(_aws: None) -> dict[str, str]:
    s3 = boto3.client("s3")
    names = {"UploadsBucket": "test-uploads", "DocumentsBucket": "test-documents"}
    for name in names.values():
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    return names


@pytest.fixture
def house(tables: dict[str, str], buckets: dict[str, str]) -> House:
    return build_house(tables, buckets)


@pytest.fixture
def portal(
    tables: dict[str, str], buckets: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Browser]:
    """A browser on the portal's own app, which stands on the test's tables."""
    monkeypatch.setenv("ORDERS_TABLE", tables["OrdersTable"])
    monkeypatch.setenv("ACCESS_TABLE", tables["AccessTable"])
    monkeypatch.setenv("RETURNS_TABLE", tables["ReturnsTable"])
    monkeypatch.setenv("EVIDENCE_TABLE", tables["EvidenceTable"])
    monkeypatch.setenv("LABELS_TABLE", tables["LabelsTable"])
    monkeypatch.setenv("UPLOADS_BUCKET", buckets["UploadsBucket"])
    monkeypatch.setenv("DOCUMENTS_BUCKET", buckets["DocumentsBucket"])
    monkeypatch.setenv("SIGNING_SECRET", _signing_secret())
    monkeypatch.setenv("STAGE", "local")
    monkeypatch.setenv("PORTAL_URL", "http://localhost:8787")
    forget_all()
    yield Browser()
    forget_all()


@functools.cache
def _signing_secret() -> str:
    name = "test-signing"
    boto3.client("secretsmanager").create_secret(Name=name, SecretString='{"key": "test key"}')
    return name


def forget_all() -> None:
    """Drops what the functions keep per execution environment."""
    for verb in vars(assembly).values():
        if hasattr(verb, "cache_clear"):
            verb.cache_clear()
    edge.forget()
