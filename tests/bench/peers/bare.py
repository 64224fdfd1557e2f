"""A handler on boto3 alone."""

import json
from typing import Any

import boto3

_dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    member_id = event["pathParameters"]["member_id"]
    found = _dynamodb.get_item(
        TableName="members", Key={"member_id": {"S": member_id}}, ConsistentRead=True
    )
    body = {"member_id": member_id, "status": found["Item"]["status"]["S"]}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
