"""The edge of the functions that other systems call: JSON in, JSON or a problem out."""

import json
import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Chalice, Request, Response

from aftercare.kernel.errors import InvalidError
from aftercare.web.problems import Headers, answered, problem_of, request_id_of

type View = Callable[..., Response]

_MOST_BYTES = 16 * 1024
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_HEADERS: Headers = {
    "Cache-Control": "no-store",
    "Content-Type": "application/json",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}


class RequestInvalidError(InvalidError):
    """The body or a header of the request is not what the operation takes."""

    code = "request_invalid"


class IdempotencyKeyRequiredError(InvalidError):
    """The request changes something, and has no key by which a repeat could be recognised."""

    code = "idempotency_key_required"


def endpoint(app: Chalice | Blueprint) -> Callable[[View], View]:
    """Makes a view of `(request, **path parameters)`; every error is answered with a problem."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**parameters: str) -> Response:
            request = app.current_request
            if request is None:
                raise RuntimeError("a view was called outside of a request")
            try:
                return view(request, **parameters)
            except Exception as error:  # noqa: BLE001 - the edge: every error becomes an answer
                return problem_of(error, request_id_of(request)).response()

        return guarded

    return decorate


def respond(request: Request, get_response: Callable[[Any], Response]) -> Response:
    client_id = client_of(request).get("client_id", "")
    return answered(request, get_response, _HEADERS, client_id=client_id)


def client_of(request: Request) -> Mapping[str, str]:
    """The authorizer's facts about the calling client; empty on a route without an authorizer."""
    return request.context.get("authorizer") or {}


def object_in(request: Request, most_bytes: int = _MOST_BYTES) -> Mapping[str, object]:
    """The JSON object that the request carries.

    Raises:
        RequestInvalidError: The body is too long, or not a JSON object.
    """
    raw = _raw_body(request)
    if len(raw) > most_bytes:
        raise RequestInvalidError(f"The body is longer than {most_bytes} bytes.")
    try:
        body = json.loads(
            _text_of(raw), object_pairs_hook=_members, parse_constant=_no_json, parse_float=_number
        )
    except (ValueError, RecursionError) as error:
        raise RequestInvalidError("The body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise RequestInvalidError("The body is not a JSON object.")
    return body


def body_in[Body](request: Request, kind: type[Body], most_bytes: int = _MOST_BYTES) -> Body:
    """The body as that type; a request without a body has an empty object.

    Raises:
        RequestInvalidError: It is not a JSON object, or a field is missing, unknown or invalid.
    """
    from aftercare.kernel.reading import convert  # noqa: PLC0415 - checks of codes don't load it

    body = object_in(request, most_bytes) if _raw_body(request) else {}
    return convert(body, kind, RequestInvalidError)


def text_of(request: Request) -> str:
    """The body as it was sent, for comparing it with that of an earlier request.

    Raises:
        RequestInvalidError: The gateway's encoding of it is broken.
    """
    raw = _raw_body(request)
    return raw if isinstance(raw, str) else raw.decode("utf-8", "replace")


def bytes_of(request: Request) -> bytes:
    """The body, byte by byte, as it was sent.

    Raises:
        RequestInvalidError: The gateway's encoding of it is broken.
    """
    raw = _raw_body(request)
    return raw.encode(errors="surrogatepass") if isinstance(raw, str) else raw


def _text_of(raw: str | bytes) -> str:
    # `json` would guess: JSON in UTF-16 is read, and bytes that are neither get another error.
    try:
        return raw if isinstance(raw, str) else raw.decode()
    except UnicodeDecodeError as error:
        raise RequestInvalidError("The body is not UTF-8.") from error


def _raw_body(request: Request) -> str | bytes:
    try:
        raw: str | bytes = request.raw_body
    except ValueError as error:  # the gateway's encoding of it is broken
        raise RequestInvalidError("The body is not valid JSON.") from error
    return raw


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise RequestInvalidError("The body has a member more than once.")
    return members


def _no_json(constant: str) -> None:
    """Python reads NaN and Infinity, which are not JSON."""
    raise ValueError(constant)


def _number(text: str) -> float | int:
    """In JSON, 5.0 is the number 5."""
    number = float(text)
    return int(number) if number.is_integer() else number


def text_in(body: Mapping[str, object], name: str, most: int = 255) -> str:
    """A text member of a body.

    Raises:
        RequestInvalidError: It is missing, not text, or too long.
    """
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise RequestInvalidError(f"{name} must be text of 1 to {most} characters.", field=name)
    return value


def idempotency_key_of(request: Request) -> str:
    """The Idempotency-Key header; empty if there is none.

    Raises:
        RequestInvalidError: It is longer than 255 characters, or not visible ASCII.
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return ""
    if not _KEY.fullmatch(str(key)):
        raise RequestInvalidError("Idempotency-Key must be 1 to 255 visible ASCII characters.")
    return str(key)


def required_key_of(request: Request) -> str:
    """The Idempotency-Key header of a request that needs one.

    Raises:
        IdempotencyKeyRequiredError: The header is missing.
        RequestInvalidError: It is longer than 255 characters, or not visible ASCII.
    """
    if key := idempotency_key_of(request):
        return key
    raise IdempotencyKeyRequiredError("This request needs an Idempotency-Key header.")
