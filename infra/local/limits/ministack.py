"""Asks the limits before MiniStack's services, which look `handle_request` up in their modules."""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from ministack.core.responses import error_response_json
from ministack.services import dynamodb as tables
from ministack.services import eventbridge, s3, ses, sqs

from infra.local.limits import Json, Refusal, dynamodb, services
from infra.local.limits.dynamodb import Schema, keys_of

type Answer = tuple[int, dict[str, str], bytes]
type Handle = Callable[..., Awaitable[Answer]]
type Check = Callable[[str, str, bytes], Refusal | None]
"""Of a request's action or method, its path and its body."""
type Refuse = Callable[[Refusal], Answer]


def install() -> None:
    """Puts the limits in front of each service that the functions call."""
    _wrap(tables, _of_tables, _as_json)
    _wrap(sqs, _of("sqs"), _as_json)
    _wrap(eventbridge, _of("events"), _as_json)
    _wrap(ses, _of_mail, lambda refusal: ses._error(refusal.code, refusal.message, 400))
    _wrap(s3, _of_objects, lambda refusal: s3._error(refusal.code, refusal.message, 400))


def _wrap(module: Any, check: Check, refuse: Refuse) -> None:  # noqa: ANN401 - a module
    inner: Handle = module.handle_request

    async def handled(
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        *rest: Any,  # noqa: ANN401 - the wrapped signature
        **named: Any,  # noqa: ANN401
    ) -> Answer:
        action = headers.get("x-amz-target", "").rpartition(".")[2] or method
        refusal = check(action, path, body)
        if refusal:
            return refuse(refusal)
        return await inner(method, path, headers, body, *rest, **named)

    vars(module)["handle_request"] = handled


def _as_json(refusal: Refusal) -> Answer:
    answer: Answer = error_response_json(refusal.code, refusal.message, 400)
    return answer


def _of_tables(action: str, _path: str, body: bytes) -> Refusal | None:
    return dynamodb.refusal(action, _parsed(body), _schema_of)


def _schema_of(name: str) -> Schema:
    table = tables._tables.get(name)
    if table is None:
        return {}
    indexes = [*table.get("GlobalSecondaryIndexes", ()), *table.get("LocalSecondaryIndexes", ())]
    own = {"": tuple(filter(None, (table["pk_name"], table["sk_name"])))}
    return own | {index["IndexName"]: keys_of(index["KeySchema"]) for index in indexes}


def _of(service: str) -> Check:
    def check(action: str, _path: str, body: bytes) -> Refusal | None:
        return services.refusal(service, action, _parsed(body))

    return check


def _of_objects(_method: str, path: str, _body: bytes) -> Refusal | None:
    _, _, key = path.lstrip("/").partition("/")
    return services.refusal("s3", "", {"Key": unquote(key)})


def _of_mail(_method: str, _path: str, body: bytes) -> Refusal | None:
    """SES's parameters are a form: `Destinations.member.1=…`."""
    form = {name: texts[0] for name, texts in parse_qs(body.decode(errors="replace")).items()}
    if form.get("Action") != "SendRawEmail":
        return None
    to = [text for name, text in form.items() if name.startswith("Destinations.")]
    raw = base64.b64decode(form.get("RawMessage.Data", ""))
    request = {"Destinations": to, "RawMessage": {"Data": raw}}
    return services.refusal("ses", "SendRawEmail", request)


def _parsed(body: bytes) -> Json:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
