"""AWS's documented limits in front of the tests' AWS, which is laxer: see `infra/local/limits`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.handlers
from botocore.exceptions import ClientError

from infra.local.limits import Json, dynamodb, services
from infra.local.limits.dynamodb import Schema, keys_of

TTL = "expires_at"
_FIVE_YEARS = 5 * 365 * 24 * 3600
_EVENT = "before-parameter-build"


class Limits:
    """Refuses a client's request as AWS would, before it is sent; learns the tables' keys."""

    def __init__(self) -> None:
        self._schemas: dict[str, Schema] = {}

    def __call__(self, params: Json, model: Any, **_: Any) -> None:
        service, action = model.service_model.service_name, model.name
        if service == "dynamodb":
            self._learn(action, params)
            _check_expiry(params)
            refusal = dynamodb.refusal(action, params, lambda name: self._schemas.get(name, {}))
        else:
            refusal = services.refusal(service, action, params)
        if refusal:
            error: Any = {"Code": refusal.code, "Message": refusal.message}
            metadata: Any = {"HTTPStatusCode": 400}
            raise ClientError({"Error": error, "ResponseMetadata": metadata}, action)

    def _learn(self, action: str, params: Json) -> None:
        if action == "CreateTable":
            kinds = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
            indexes = [index for kind in kinds for index in params.get(kind, ())]
            schema = {index["IndexName"]: keys_of(index["KeySchema"]) for index in indexes}
            self._schemas[params["TableName"]] = {"": keys_of(params["KeySchema"]), **schema}


def _check_expiry(params: Json) -> None:
    """DynamoDB keeps an item for ever whose expiry is no number, or is five years ago."""
    expiry = params.get("Item", {}).get(TTL, {"N": str(time.time())})
    assert float(expiry.get("N", 0)) > time.time() - _FIVE_YEARS, "this item would never expire"


@contextmanager
def enforced() -> Iterator[None]:
    """Every client that is made inside keeps to the limits."""
    handler = (_EVENT, Limits())
    botocore.handlers.BUILTIN_HANDLERS.append(handler)
    boto3.DEFAULT_SESSION = None
    try:
        yield
    finally:
        botocore.handlers.BUILTIN_HANDLERS.remove(handler)
        boto3.DEFAULT_SESSION = None
