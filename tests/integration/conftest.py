"""AWS for tests: moto by default, a real DynamoDB endpoint when DYNAMODB_ENDPOINT_URL is set."""

import os
import uuid
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from aftercare.kernel import aws
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
