"""The tests' AWS refuses what AWS refuses, by the name of AWS's error: see `infra/local/limits`."""

from typing import Any

import boto3
import pytest

from tests.fakes import oversize

pytestmark = pytest.mark.integration


def _client(service: str) -> Any:
    return boto3.client(service)  # type: ignore[call-overload]


@pytest.fixture(scope="module", autouse=True)
def _there(_aws: None) -> None:
    oversize.create(_client)


@pytest.mark.parametrize("name", oversize.requests())
def test_a_request_beyond_a_limit_is_refused_as_by_aws(name: str) -> None:
    beyond = oversize.requests()[name]
    assert beyond.send(_client) == beyond.code


def test_requests_at_the_limits_are_taken() -> None:
    dynamodb = _client("dynamodb")
    long = {"pk": {"S": "p" * 2048}, "sk": {"S": "s" * 1024}, "recorded": {"S": "r" * 1024}}
    number, rest = {"N": "1" * 38}, "x" * 390_000
    dynamodb.put_item(TableName=oversize.TABLE, Item={**long, "a": number, "b": {"S": rest}})
    asked = dynamodb.query(
        TableName=oversize.TABLE,
        IndexName="by_time",
        KeyConditionExpression="pk = :p AND recorded BETWEEN :r AND :r",
        ExpressionAttributeValues={":p": long["pk"], ":r": long["recorded"]},
    )
    assert [item["a"] for item in asked["Items"]] == [number]
    _client("s3").put_object(Bucket=oversize.BUCKET, Key="k" * 1024, Body=b"x")
    _client("sqs").send_message(QueueUrl=oversize.QUEUE, MessageBody="x" * 1024 * 1024)
