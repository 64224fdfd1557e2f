"""Adds AWS features that MiniStack lacks. Must run before any state is loaded.

Each feature wraps one MiniStack function: gateway responses defined in an API's body, the API key
source named in a template, an authorizer's `usageIdentifierKey`, the IAM action required for a
message batch, and the text that AWS makes of a number in a function's environment. It also limits
the workers of each function: further requests wait for a free one; it refuses requests beyond AWS's
limits, which are in `limits/`; and it gives functions a busy laptop's time.
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

from infra.local.limits import ministack as limits

_RESPONSES = "x-amazon-apigateway-gateway-responses"
_USAGE_KEY = "usageIdentifierKey"
_REFUSED = 400
_MAX_WORKERS = 8
# Its clients wait up to 2 times 15 s, see `Settings.aws_environment`.
_FUNCTION_SECONDS = 60
# AWS has no IAM action for a batch call; it requires the action of the single call.
_BATCH = "MessageBatch"

type Json = dict[str, Any]

# The API key that the authorizer returned for the current request's usage plan.
_authorizer_key: ContextVar[str | None] = ContextVar("authorizer_key", default=None)


def install() -> None:
    """Replace MiniStack's functions in their modules, where it looks them up."""
    api_gateway = vars(gateway)
    api_gateway["_import_rest_api"] = _with_gateway_responses(gateway._import_rest_api)
    api_gateway["_invoke_authorizer_lambda"] = _with_usage_key(gateway._invoke_authorizer_lambda)
    api_gateway["_authorize_request_v1"] = _storing_usage_key(gateway._authorize_request_v1)
    api_gateway["_api_key_from_request"] = _preferring_usage_key(gateway._api_key_from_request)
    functions = vars(lambda_svc)
    functions["_acquire_execution_slot"] = _limited(lambda_svc._acquire_execution_slot)
    functions["_release_execution_slot"] = _freeing_worker(lambda_svc._release_execution_slot)
    actions = vars(iam_actions)
    actions["extract_iam_action"] = _with_batch_action(iam_actions.extract_iam_action)
    limits.install()
    api = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::RestApi"]
    api["create"] = _with_key_source(api["create"], properties=1)
    api["update"] = _with_key_source(api["update"], properties=2)
    function = provisioners._RESOURCE_HANDLERS["AWS::Lambda::Function"]
    function["create"] = _with_settings(function["create"], properties=1)
    function["update"] = _with_settings(function["update"], properties=2)


def _with_gateway_responses(import_api: Callable[..., str]) -> Callable[..., str]:
    def imported(spec: Json, base_data: Json | None = None) -> str:
        api_id = import_api(spec, base_data)
        for kind, response in spec.get(_RESPONSES, {}).items():
            status, _, body = gateway._put_gateway_response(api_id, kind, response)
            if status >= _REFUSED:
                raise ValueError(f"The gateway response {kind} was refused: {body!r}")
        return api_id

    return imported


def _with_key_source(provision: Callable[..., Any], properties: int) -> Callable[..., Any]:
    def provisioned(*arguments: Any) -> Any:  # noqa: ANN401 - the wrapped signature
        api_id, attributes = provision(*arguments)
        source = arguments[properties].get("ApiKeySourceType", "HEADER")
        gateway._rest_apis[api_id]["apiKeySource"] = source
        return api_id, attributes

    return provisioned


def _with_settings(provision: Callable[..., Any], properties: int) -> Callable[..., Any]:
    def provisioned(*arguments: Any) -> Any:  # noqa: ANN401 - the wrapped signature
        function = arguments[properties]
        variables = function.get("Environment", {}).get("Variables", {})
        variables.update({name: str(value) for name, value in variables.items()})
        function["Timeout"] = max(int(function.get("Timeout", 0)), _FUNCTION_SECONDS)
        return provision(*arguments)

    return provisioned


def _with_usage_key(invoke: Callable[..., Awaitable[Json | None]]) -> Callable[..., Any]:
    """MiniStack keeps only the context of an authorizer's response, so the key goes into it."""

    async def invoked(*arguments: Any) -> Json | None:  # noqa: ANN401 - the wrapped signature
        result = await invoke(*arguments)
        if result is None or result.get("error"):
            return result
        response = result.get("body")
        response = json.loads(response) if isinstance(response, str | bytes) else response
        if not isinstance(response, dict) or _USAGE_KEY not in response:
            return result
        context = (response.get("context") or {}) | {_USAGE_KEY: response[_USAGE_KEY]}
        return result | {"body": response | {"context": context}}

    return invoked


def _storing_usage_key(
    authorize: Callable[..., Awaitable[tuple[Any, Json | None]]],
) -> Callable[..., Any]:
    async def authorized(api_id: str, *arguments: Any) -> tuple[Any, Json | None]:  # noqa: ANN401 - as above
        error, context = await authorize(api_id, *arguments)
        remaining = dict(context or {})
        key = str(remaining.pop(_USAGE_KEY, ""))
        by_authorizer = gateway._rest_apis[api_id].get("apiKeySource") == "AUTHORIZER"
        _authorizer_key.set(key if by_authorizer else None)
        return error, remaining if context is not None else None

    return authorized


def _preferring_usage_key(read: Callable[[Json], str]) -> Callable[[Json], str]:
    def key(headers: Json) -> str:
        authorizer_key = _authorizer_key.get()
        return read(headers) if authorizer_key is None else authorizer_key

    return key


def _with_batch_action(extract: Callable[..., str | None]) -> Callable[..., str | None]:
    def permitted(*arguments: Any) -> str | None:  # noqa: ANN401 - the wrapped signature
        action = extract(*arguments)
        is_batch = action is not None and action.startswith("sqs:") and action.endswith(_BATCH)
        return action.removesuffix("Batch") if action and is_batch else action

    return permitted


@cache
def _workers(_function: str) -> threading.Semaphore:
    return threading.Semaphore(_MAX_WORKERS)


def _limited(acquire: Callable[..., tuple[str | None, str | None]]) -> Callable[..., Any]:
    """Blocking is safe: each invocation has its own thread and no function invokes another."""

    def acquired(function: Json, config: Json) -> tuple[str | None, str | None]:
        workers = _workers(lambda_svc._inflight_key(config))
        workers.acquire()
        slot, limit = acquire(function, config)
        if slot is None:
            workers.release()
        return slot, limit

    return acquired


def _freeing_worker(release: Callable[[str | None], None]) -> Callable[[str | None], None]:
    def released(slot: str | None) -> None:
        release(slot)
        if slot is not None:
            _workers(slot).release()

    return released
