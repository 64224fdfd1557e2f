"""A handler with FastAPI and Mangum."""

import boto3
from fastapi import FastAPI
from mangum import Mangum

app = FastAPI()
_dynamodb = boto3.client("dynamodb")


@app.get("/points/{member_id}")
def balance(member_id: str) -> dict[str, str]:
    response = _dynamodb.get_item(
        TableName="members", Key={"member_id": {"S": member_id}}, ConsistentRead=True
    )
    return {"member_id": member_id, "status": response["Item"]["status"]["S"]}


handler = Mangum(app, lifespan="off")
