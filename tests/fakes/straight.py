"""The straight way of a request from botocore to moto's DynamoDB, and of its answer back.

On its usual way a request becomes HTTP, is signed, read again, answered, written as JSON and read
once more: half of a crash schedule's time. Parameters are still checked and written as JSON, each
event before and after the request is still told, and moto's own operation still answers.
`test_shortcuts.py` holds both ways side by side.
"""

import itertools
import json
import re
from typing import Any, override

from botocore.awsrequest import AWSResponse
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel, Shape
from moto.core.botocore_stubber import MockRawResponse
from moto.core.common_types import TYPE_RESPONSE
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.responses import ActionResult
from moto.dynamodb.responses import DynamoHandler

type Json = dict[str, Any]
type Answer = tuple[AWSResponse, Json]

DYNAMODB = re.compile(r"https://dynamodb\.([a-z0-9-]+)\.amazonaws\.com")  # no test's own server
_OPERATIONS = frozenset(
    {
        *("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan"),
        *("BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    }
)
# What moto reads of a binary value is not what is in the JSON; as a name it is only slower.
_BINARY = (b'"B":', b'"BS":')
_numbers = itertools.count()


def send_request(usual: Any) -> Any:
    """Botocore's endpoint sends what it sends, or hands it over to moto."""

    def send(endpoint: Any, request: Json, operation: OperationModel) -> Answer:
        region = DYNAMODB.match(request["url"])
        if not region or operation.name not in _OPERATIONS or _has_binary(request["body"]):
            sent: Answer = usual(endpoint, request, operation)
            return sent
        return _sent(endpoint, request, operation, region[1])

    return send


def _has_binary(body: bytes) -> bool:
    return any(mark in body for mark in _BINARY)


def _sent(endpoint: Any, request: Json, operation: OperationModel, region: str) -> Answer:
    """As often as botocore's rules of retries, and the hooks on them, have it sent."""
    retries = request["context"].setdefault("retries", {})
    attempts = 0
    while True:
        attempts += 1
        retries["attempt"] = attempts
        answer, fault = _answered(endpoint, request, operation, region)
        endpoint._event_emitter.emit(
            f"response-received.dynamodb.{operation.name}",
            response_dict=answer and convert_to_response_dict(answer[0], operation),
            parsed_response=answer and answer[1],
            context=request["context"],
            exception=fault,
        )
        if not endpoint._needs_retry(attempts, operation, request, answer, fault):
            break
    if not answer:
        assert fault
        raise fault
    answer[1]["ResponseMetadata"]["RetryAttempts"] = attempts - 1
    return answer


def _answered(
    endpoint: Any, request: Json, operation: OperationModel, region: str
) -> tuple[Answer, None] | tuple[None, Exception]:
    body = request["body"].decode()
    handler: Any = _Handler()
    handler.headers, handler.body, handler.params = request["headers"], body, json.loads(body)
    handler.region, handler.current_account = region, DEFAULT_ACCOUNT_ID
    handler.response_headers, handler.querystring, handler.uri_match = {}, {}, {}
    try:
        status, headers, content = handler.call_action()
    except Exception as fault:  # noqa: BLE001 - as botocore, which asks its rules of retries
        return None, fault
    response = AWSResponse(request["url"], status, headers, MockRawResponse(content))
    if not isinstance(content, _Result):
        return (response, _parsed(endpoint, response, operation)), None
    metadata = {
        "RequestId": headers["x-amzn-requestid"],
        "HTTPStatusCode": status,
        "HTTPHeaders": headers,
    }
    parsed: Json = _members(content.value, operation.output_shape)
    return (response, parsed | {"ResponseMetadata": metadata}), None


def _parsed(endpoint: Any, response: AWSResponse, operation: OperationModel) -> Json:
    """A refusal, as botocore reads it."""
    answer = convert_to_response_dict(response, operation)
    parser = endpoint._response_parser_factory.create_parser(
        operation.service_model.resolved_protocol
    )
    parsed: Json = parser.parse(answer, operation.output_shape)
    endpoint._add_modeled_error_fields(answer, parsed, operation, parser)
    return parsed


class _Result(bytes):
    """An answer's body that nobody reads, with what it would say."""

    value: Json


class _Handler(DynamoHandler):
    """Moto's operations, whose results are handed over as they are."""

    @override
    def serialized(self, action_result: ActionResult) -> TYPE_RESPONSE:
        if isinstance(action_result.result, Exception):
            return super().serialized(action_result)
        content: Any = _Result()
        content.value = action_result.result
        return 200, {}, content

    @staticmethod
    @override
    def _enrich_response(headers: dict[str, str], body: Any) -> tuple[dict[str, str], Any]:
        return headers | {"x-amzn-requestid": f"{next(_numbers):052}"}, body


def _members(value: Any, shape: Shape | None) -> Any:
    """What botocore reads of that value's JSON: the members that the shape has, but no nulls."""
    of: Any = shape
    match of.type_name:
        case "structure" if of.name != "AttributeValue":
            return {
                name: _members(value[name], member)
                for name, member in of.members.items()
                if value.get(name) is not None
            }
        case "list":
            return [_members(part, of.member) for part in value]
        case "map" if of.value.name != "AttributeValue":
            return {name: _members(part, of.value) for name, part in value.items()}
        case _:
            return value
