"""A handler with Powertools' resolver."""

from typing import Any

import boto3
from aws_lambda_powertools.event_handler import APIGatewayRestResolver

app = APIGatewayRestResolver()
_dynamodb = boto3.client("dynamodb")


@app.get("/points/<member_id>")
def balance(member_id: str) -> dict[str, str]:
    response = _dynamodb.get_item(
        TableName="members", Key={"member_id": {"S": member_id}}, ConsistentRead=True
    )
    return {"member_id": member_id, "status": response["Item"]["status"]["S"]}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return app.resolve(event, context)
