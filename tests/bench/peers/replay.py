"""Makes the calls that a route of ours makes, through boto3 and nothing else."""

from functools import cache
from typing import Any

import boto3
from botocore import xform_name

_SERVICES = {
    "DynamoDB_20120810": "dynamodb",
    "secretsmanager": "secretsmanager",
    "AmazonSQS": "sqs",
    "AWSEvents": "events",
}


@cache
def _client(name: Any) -> Any:
    return boto3.client(name)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    for call in event["calls"]:
        name, _, operation = call["target"].partition(".")
        getattr(_client(_SERVICES[name]), xform_name(operation))(**call["body"])
    return {"statusCode": 200}
