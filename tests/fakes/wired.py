"""Puts the emulated AWS behind the client without the SDK: its requests become botocore's calls.

So what watches botocore's calls (counts, faults, refusals) sees these as well, and each request of
each test is held to the bytes that botocore would send.
"""

import json
import threading
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from aftercare.kernel import aws, direct
from aftercare.kernel.http1 import Reply
from aftercare.kernel.json_client import JsonClient, _with_bytes, body_of
from aftercare.kernel.wire import NoReplyError

type Json = dict[str, Any]


class _Sent(threading.local):
    """The request on its way, as our client wrote it."""

    body: bytes | None = None


_sent = _Sent()


def forget_roots(patch: pytest.MonkeyPatch) -> None:
    """Without what the machine of the tests says about roots and proxies."""
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy"):
        patch.delenv(name, raising=False)


def emulate() -> None:
    """Has the process's client without the SDK ask the emulation, if it is the one in use."""
    direct.forget()
    client: Any = direct.dynamodb()
    if isinstance(client, JsonClient):
        sdk: Any = aws.client("dynamodb")
        sdk.meta.events.register("before-call.dynamodb", _compare, unique_id="bytes")
        client.reply = _reply  # type: ignore[method-assign]


def forget() -> None:
    """Drops the clients, for whoever changes the endpoint; what is emulated goes on being so."""
    aws.forget()
    if direct.dynamodb.cache_info().currsize and vars(direct.dynamodb()).get("reply") is not _reply:
        direct.forget()


def _reply(operation: str, request: Mapping[str, object]) -> Reply:
    """The reply by the process's client of botocore, whose rules of retries are ours."""
    sdk: Any = aws.client("dynamodb")
    _sent.body = body = body_of(operation, request)
    try:
        answer = sdk._make_api_call(operation, _read(body))
    except ClientError as error:
        metadata: Any = error.response["ResponseMetadata"]
        return Reply(metadata["HTTPStatusCode"], {}, _written(_refusal(error)))
    except BotoCoreError as error:
        raise NoReplyError(type(error).__name__) from error
    finally:
        _sent.body = None
    answer.pop("ResponseMetadata", None)
    return Reply(200, {}, _written(answer))


def _read(body: bytes) -> Json:
    """The request's parameters; what has no binary values is read without a look for them."""
    is_binary = b'"B":' in body or b'"BS":' in body
    read: Json = json.loads(body, object_hook=_with_bytes if is_binary else None)
    return read


def _compare(params: Json, **_: object) -> None:
    body, _sent.body = _sent.body, None
    assert body in {None, params["body"]}, "botocore writes this request otherwise"


def _refusal(error: ClientError) -> Json:
    response: Any = error.response
    told = {"__type": f"x#{response['Error']['Code']}", "message": response["Error"]["Message"]}
    reasons = response.get("CancellationReasons")
    return told | ({"CancellationReasons": reasons} if reasons else {})


def _written(answer: object) -> bytes:
    return json.dumps(answer, default=lambda value: b64encode(value).decode()).encode()
