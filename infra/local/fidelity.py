"""Teaches MiniStack what API Gateway does and it does not: before any state is loaded.

Three things, each a wrapper around a function of its own: gateway responses that come in an API's
body, the source of API keys that a template names, and an authorizer that says by which API key its
caller is counted.
"""

import json
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from ministack.services import apigateway_v1 as gateway
from ministack.services.cloudformation import provisioners

_RESPONSES = "x-amazon-apigateway-gateway-responses"
_USAGE_KEY = "usageIdentifierKey"
_REFUSED = 400

type Json = dict[str, Any]

# The key by which the present request is counted, where an authorizer decides that.
_decided: ContextVar[str | None] = ContextVar("decided", default=None)


def teach() -> None:
    """Wrap MiniStack's functions in their modules, where they look each other up."""
    ours = vars(gateway)
    ours["_import_rest_api"] = _with_responses(gateway._import_rest_api)
    ours["_invoke_authorizer_lambda"] = _with_usage_key(gateway._invoke_authorizer_lambda)
    ours["_authorize_request_v1"] = _deciding(gateway._authorize_request_v1)
    ours["_api_key_from_request"] = _as_decided(gateway._api_key_from_request)
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
    """The authorizer's context is what MiniStack keeps of its answer: the key rides in it."""

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
