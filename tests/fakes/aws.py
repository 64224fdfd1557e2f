"""A fake AWS: answers single operations in the SDK's event system, without a socket."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from aftercare.kernel import aws

type Json = dict[str, Any]
type Answer = Callable[[Json], Json]


class RefusalError(Exception):
    """A refusal by AWS: an answer raises it, the SDK turns it into its own error."""

    def __init__(self, code: str, status: int = 400, message: str = "", **rest: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.message = message or "mei@example.com is in AWS's words"
        self.rest = rest


@contextmanager
def answering(
    service: aws.Service, operation: str, answer: Answer, *, once: bool = False
) -> Iterator[None]:
    """Each such call inside is given what `answer` makes of its parameters; it may raise, too."""
    own: Any = aws._client(service, once=True) if once else aws._client(service)
    events = own.meta.events

    def hook(model: Any, params: Json, **_: Any) -> tuple[AWSResponse, Json] | None:
        if model.name != operation:
            return None
        try:
            return _response(200), answer(_request_of(params["body"]))
        except RefusalError as refusal:
            error = {"Code": refusal.code, "Message": refusal.message}
            metadata = {"HTTPStatusCode": refusal.status}
            response = {"Error": error, "ResponseMetadata": metadata, **refusal.rest}
            return _response(refusal.status), response

    events.register_first("before-call", hook, unique_id=f"{service}.{operation}")
    try:
        yield
    finally:
        events.unregister("before-call", unique_id=f"{service}.{operation}")


@contextmanager
def counted(service: aws.Service) -> Iterator[list[str]]:
    """The operations that are called inside, in their order."""
    seen: list[str] = []
    events = aws._client(service).meta.events  # type: ignore[attr-defined]

    def hook(model: Any, **_: Any) -> None:
        seen.append(model.name)

    events.register_first("before-call", hook, unique_id="counted")
    try:
        yield seen
    finally:
        events.unregister("before-call", unique_id="counted")


def _request_of(body: Any) -> Json:
    parsed: Json = json.loads(body) if isinstance(body, str | bytes) else dict(body)
    return parsed


def _response(status: int) -> AWSResponse:
    return AWSResponse("https://aws.example", status, HTTPHeaders(), None)
