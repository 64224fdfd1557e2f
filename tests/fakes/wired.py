"""Puts the emulated AWS behind the client without the SDK: its requests become botocore's calls.

So what watches botocore's calls (counts, faults, refusals) sees these as well.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from aftercare.kernel import aws, direct
from aftercare.kernel.json_client import JsonClient, _with_bytes
from aftercare.kernel.wire import NoReplyError, Reply


class EmulatedWire:
    """Answers as moto does, by the process's client of botocore."""

    url = "https://dynamodb.us-west-2.amazonaws.com/"
    host = "dynamodb.us-west-2.amazonaws.com"

    def post(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """The reply to that request."""
        operation = headers["X-Amz-Target"].rpartition(".")[2]
        sdk: Any = aws.client("dynamodb")
        try:
            answer = sdk._make_api_call(operation, json.loads(body, object_hook=_with_bytes))
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            return Reply(status, {}, _written(_refusal(error)))
        except BotoCoreError as error:
            raise NoReplyError(type(error).__name__) from error
        answer.pop("ResponseMetadata", None)
        return Reply(200, {}, _written(answer))

    def close(self) -> None:
        """Has nothing open."""


def emulate() -> None:
    """Has the process's client without the SDK ask the emulation, if it is the one in use."""
    direct.forget()
    client: object = direct.dynamodb()
    if isinstance(client, JsonClient):
        client.wire = cast("Any", EmulatedWire())


def _refusal(error: ClientError) -> dict[str, str]:
    told = error.response["Error"]
    return {"__type": f"x#{told['Code']}", "message": told["Message"]}


def _written(answer: object) -> bytes:
    return json.dumps(answer, default=lambda value: b64encode(value).decode()).encode()
