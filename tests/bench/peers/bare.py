"""A handler with only boto3."""

import json
from typing import Any

import boto3

_dynamodb = boto3.client("dynamodb")


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    member_id = event["pathParameters"]["member_id"]
    response = _dynamodb.get_item(
        TableName="members", Key={"member_id": {"S": member_id}}, ConsistentRead=True
    )
    body = {"member_id": member_id, "status": response["Item"]["status"]["S"]}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body),
    }
