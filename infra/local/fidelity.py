"""Adds to MiniStack what AWS does and MiniStack does not; used before any state is loaded.

Each addition wraps one of its functions: gateway responses in an API's body, the template's choice
of the source of API keys, an authorizer's choice of the API key by which its caller is counted, the
permission for a batch of messages. It also bounds the workers of a function: more requests wait,
because a worker for each would be too much for a laptop.
"""

import json
import threading
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import cache
from typing import Any

from ministack.core import iam_actions
from ministack.services import apigateway_v1 as gateway
from ministack.services import lambda_svc
from ministack.services.cloudformation import provisioners

_RESPONSES = "x-amazon-apigateway-gateway-responses"
_USAGE_KEY = "usageIdentifierKey"
_REFUSED = 400
_MOST_WORKERS = 8
# AWS has no action for a batch: it needs the permission for the single call.
_BATCH = "MessageBatch"

type Json = dict[str, Any]

# The key by which the current request is counted, if an authorizer decided it.
_decided: ContextVar[str | None] = ContextVar("decided", default=None)


def teach() -> None:
    """Wrap MiniStack's functions in their modules."""
    ours = vars(gateway)
    ours["_import_rest_api"] = _with_responses(gateway._import_rest_api)
    ours["_invoke_authorizer_lambda"] = _with_usage_key(gateway._invoke_authorizer_lambda)
    ours["_authorize_request_v1"] = _deciding(gateway._authorize_request_v1)
    ours["_api_key_from_request"] = _as_decided(gateway._api_key_from_request)
    functions = vars(lambda_svc)
    functions["_acquire_execution_slot"] = _waiting(lambda_svc._acquire_execution_slot)
    functions["_release_execution_slot"] = _leaving(lambda_svc._release_execution_slot)
    actions = vars(iam_actions)
    actions["extract_iam_action"] = _as_permitted(iam_actions.extract_iam_action)
    api = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    api["create"] = _with_key_source(api["create"], properties=1)
    api["update"] = _with_key_source(api["update"], properties=2)


def _with_responses(import_api: Callable[..., str]) -> Callable[..., str]:
    def imported(spec: Json, base_data: Json | None = None) -> str:
        api_id = import_api(spec, base_data)
        for kind, response in spec.get(_RESPONSES, {}).items():
            status, _, body = gateway._put_gateway_response(api_id, kind, response)
            if status >= _REFUSED:
                raise ValueError(f"The gateway response {kind} was refused: {body!r}")
        return api_id

    return imported


def _with_key_source(provision: Callable[..., Any], properties: int) -> Callable[..., Any]:
    def provisioned(*arguments: Any) -> Any:  # noqa: ANN401 - as the function it wraps
        api_id, attributes = provision(*arguments)
        source = arguments[properties].get("ApiKeySourceType", "HEADER")
        gateway._rest_apis[api_id]["apiKeySource"] = source
        return api_id, attributes

    return provisioned


def _with_usage_key(invoke: Callable[..., Awaitable[Json | None]]) -> Callable[..., Any]:
    """MiniStack keeps only the context of an authorizer's answer, so the key travels in it."""

    async def invoked(*arguments: Any) -> Json | None:  # noqa: ANN401 - as the function it wraps
        result = await invoke(*arguments)
        if result is None or result.get("error"):
            return result
        answer = result.get("body")
        answer = json.loads(answer) if isinstance(answer, str | bytes) else answer
        if not isinstance(answer, dict) or _USAGE_KEY not in answer:
            return result
        context = (answer.get("context") or {}) | {_USAGE_KEY: answer[_USAGE_KEY]}
        return result | {"body": answer | {"context": context}}

    return invoked


def _deciding(authorize: Callable[..., Awaitable[tuple[Any, Json | None]]]) -> Callable[..., Any]:
    async def authorized(api_id: str, *arguments: Any) -> tuple[Any, Json | None]:  # noqa: ANN401 - as above
        error, context = await authorize(api_id, *arguments)
        kept = dict(context or {})
        key = str(kept.pop(_USAGE_KEY, ""))
        by_authorizer = gateway._rest_apis[api_id].get("apiKeySource") == "AUTHORIZER"
        _decided.set(key if by_authorizer else None)
        return error, kept if context is not None else None

    return authorized


def _as_decided(read: Callable[[Json], str]) -> Callable[[Json], str]:
    def key(headers: Json) -> str:
        decided = _decided.get()
        return read(headers) if decided is None else decided

    return key


def _as_permitted(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def permitted(*arguments: Any) -> str | None:  # noqa: ANN401 - as the function it wraps
        action = extract(*arguments)
        is_batch = action is not None and action.startswith("sqs:") and action.endswith(_BATCH)
        return action.removesuffix("Batch") if action and is_batch else action

    return permitted


@cache
def _workers(_function: str) -> threading.Semaphore:
    return threading.Semaphore(_MOST_WORKERS)


def _waiting(acquire: Callable[..., tuple[str | None, str | None]]) -> Callable[..., Any]:
    """Each invocation has its own thread, and no function of ours invokes another."""

    def acquired(function: Json, config: Json) -> tuple[str | None, str | None]:
        turn = _workers(lambda_svc._inflight_key(config))
        turn.acquire()
        slot, limit = acquire(function, config)
        if slot is None:
            turn.release()
        return slot, limit

    return acquired


def _leaving(release: Callable[[str | None], None]) -> Callable[[str | None], None]:
    def released(slot: str | None) -> None:
        release(slot)
        if slot is not None:
            _workers(slot).release()

    return released
