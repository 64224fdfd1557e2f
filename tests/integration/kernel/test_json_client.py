"""The client without the SDK does what botocore's does: request by request, and fault by fault."""

import json
import socket
from base64 import b64encode
from binascii import crc32
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from botocore.retries.standard import (
    ExponentialBackoff,
    ThrottledRetryableChecker,
    TransientRetryableChecker,
)
from botocore.session import get_session

from aftercare.kernel import aws
from aftercare.kernel.json_client import JsonClient
from aftercare.kernel.signed import DYNAMODB, SECRETS
from aftercare.kernel.sigv4 import Credentials, Scope, signed
from tests.fakes.direct_requests import Request, requests_in_use
from tests.fakes.scripted import CUT, DROPS, FOUND, HANGS, OK, Act, error, playing
from tests.fakes.servers import closed_port

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("_aws", "as_on_lambda")]
NOW = datetime(2026, 11, 29, 12, 30, 15, tzinfo=UTC)
SIGNED = ("Host", "X-Amz-Target", "Content-Type", "X-Amz-Date", "X-Amz-Security-Token")
KEY = {"TableName": "clients", "Key": {"client_id": {"S": "ac_1"}}, "ConsistentRead": True}
ROLE = {"AWS_ACCESS_KEY_ID": "ROLE", "AWS_SECRET_ACCESS_KEY": "test"}

type Json = dict[str, Any]


def environ(url: str) -> dict[str, str]:
    given = {"AWS_READ_SECONDS": "1", "AWS_DEFAULT_REGION": "us-west-2", "AWS_ENDPOINT_URL": url}
    return ROLE | given


def of_sdk(url: str, service: str = "dynamodb") -> Any:
    """A client of botocore, as kernel/aws.py makes it."""
    made: Any = aws._session().create_client(service, config=aws._config(), endpoint_url=url)
    return made


def of_ours(
    url: str, *, at: datetime | None = None, pauses: list[float] | None = None
) -> JsonClient:
    waited: Callable[[float], None] = pauses.append if pauses is not None else (lambda _: None)
    clock = (lambda: at) if at else (lambda: datetime.now(UTC))
    return JsonClient(DYNAMODB, environ(url), clock=clock, pause=waited, draw=lambda: 1.0)


def outcome(call: Callable[[], Json]) -> object:
    """What a caller sees: the answer, or the error's class, code, words and operation."""
    try:
        answer = dict(call())
    except ClientError as error:
        return "ClientError", error.operation_name, error.response["Error"]
    except BotoCoreError as error:
        return type(error).__name__
    answer.pop("ResponseMetadata", None)
    return answer


# ---------------------------------------------------------------- the requests


@pytest.mark.parametrize("request_", requests_in_use(), ids=lambda each: each.name)
def test_the_bytes_that_are_sent_are_botocores(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {**ROLE, "AWS_SESSION_TOKEN": "session/+="}.items():
        monkeypatch.setenv(name, text)
    with playing(OK) as (url, script):
        sdk = get_session().create_client(
            request_.service, config=aws._config(), endpoint_url=url, region_name="us-west-2"
        )
        outcome(lambda: getattr(sdk, request_.method)(**request_.body))
        sdk.close()
        [(theirs, their_body)] = script.asked
        moment = datetime.strptime(theirs["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        service = DYNAMODB if request_.service == "dynamodb" else SECRETS
        given = environ(url) | {"AWS_SESSION_TOKEN": "session/+="}
        ours_ = JsonClient(service, given, clock=lambda: moment)
        ours_.ask(request_.operation, request_.body)
        ours_.wire.close()
    our_headers, our_body = script.asked[1]
    assert our_body == their_body
    for name in (*SIGNED, "Content-Length", "Authorization", "Accept-Encoding"):
        assert our_headers[name] == theirs[name], name


def test_lasting_credentials_sign_without_a_token() -> None:
    headers = signed("x", {}, b"", Credentials("ID", "s"), scope=Scope("us-west-2", "x"), now=NOW)
    assert set(headers) == {"X-Amz-Date", "Authorization"}


def test_credentials_are_read_for_each_request() -> None:
    with playing(OK) as (url, script):
        given = environ(url)
        client = JsonClient(DYNAMODB, given)
        client.get_item(**KEY)
        given |= {"AWS_ACCESS_KEY_ID": "NEW", "AWS_SESSION_TOKEN": "new"}
        client.get_item(**KEY)
        client.wire.close()
    before, after = (headers for headers, _ in script.asked)
    assert "Credential=ROLE/" in before["Authorization"]
    assert "X-Amz-Security-Token" not in before
    assert "Credential=NEW/" in after["Authorization"]
    assert after["X-Amz-Security-Token"] == "new"


def test_bytes_are_read_as_botocore_reads_them() -> None:
    item: Json = {"bs": {"BS": ["eHg=", ""]}, "m": {"M": {"BS": {"L": []}}}}
    item |= {"who": {"M": {"a": {"B": b64encode(b"\0\1").decode()}, "B": {"S": "x"}}}}
    item |= {"B": {"B": ""}, "l": {"L": [{"B": "eHgA"}, {"NULL": True}]}}
    with playing(Act(content=json.dumps({"Item": item}).encode())) as (url, _):
        sdk, client = of_sdk(url), of_ours(url)
        assert outcome(lambda: client.get_item(**KEY)) == outcome(lambda: sdk.get_item(**KEY))
        sdk.close()
        client.wire.close()


# ---------------------------------------------------------------- the faults


THROTTLED = ThrottledRetryableChecker._THROTTLED_ERROR_CODES  # type: ignore[attr-defined]
PASSING = TransientRetryableChecker._TRANSIENT_ERROR_CODES  # type: ignore[attr-defined]
LASTING = ["AccessDeniedException", "ConditionalCheckFailedException", "ValidationException"]
LASTING += ["ResourceNotFoundException", "TransactionConflictException", "ExpiredTokenException"]
SPOILT = Act(content=FOUND.replace(b"12", b"13"), headers={"x-amz-crc32": str(crc32(FOUND))})
FAULTS = {
    **{code: error(code) for code in sorted({*THROTTLED, *PASSING, *LASTING})},
    **{f"status {status}": Act(status, b"") for status in (301, 400, 403, 413, 429)},
    **{f"passing {status}": Act(status, b"<html>") for status in (500, 502, 503, 504, 505)},
    "InternalServerError": error("InternalServerError", 500),
    "an error without a type": Act(400, b'{"Message": "no"}'),
    "an error with a prefix": Act(400, b'{"__type": "a#ThrottlingException:http://x/"}'),
    "an error that is no object": Act(400, b"nonsense"),
    "dropped": DROPS,
    "slow": HANGS,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("lasts", [True, False], ids=["for good", "once"])
def test_each_fault_ends_and_is_repeated_as_by_botocore(fault: str, *, lasts: bool) -> None:
    acts = [FAULTS[fault]] if lasts else [FAULTS[fault], OK]
    seen = []
    for make in (of_sdk, of_ours):
        with playing(*acts) as (url, script), pytest.MonkeyPatch.context() as patch:
            patch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0.0)
            client: Any = make(url)
            told = outcome(lambda client=client: client.get_item(**KEY))  # type: ignore[misc]
            seen.append((told, len(script.asked)))
            (client.wire if isinstance(client, JsonClient) else client).close()
    assert seen[0] == seen[1]


DELETE: Json = {"TransactItems": [{"Delete": {key: KEY[key] for key in ("TableName", "Key")}}]}
CANCELLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    "Message": "Transaction cancelled, please refer cancellation reasons",
    "CancellationReasons": [
        {"Code": "None"},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"pk": {"S": "1"}, "b": {"B": "eHg="}, "bs": {"BS": ["eHg=", ""]}},
        },
    ],
}


def test_a_cancelled_transaction_says_why_as_by_botocore() -> None:
    reasons = []
    with playing(Act(400, json.dumps(CANCELLED).encode())) as (url, script):
        for client in (of_sdk(url), of_ours(url)):
            with pytest.raises(ClientError) as refusal:
                client._make_api_call("TransactWriteItems", dict(DELETE))
            reasons.append((refusal.value.response["CancellationReasons"], refusal.value.args))
            (client.wire if isinstance(client, JsonClient) else client).close()
    assert reasons[0] == reasons[1]
    assert len(script.asked) == 2


def test_a_transaction_that_is_sent_again_has_its_token() -> None:
    with playing(DROPS, OK, OK, OK) as (url, script):
        client = of_ours(url)
        for request in (DELETE, DELETE, DELETE | {"ClientRequestToken": "ours"}):
            client.ask("TransactWriteItems", request)
        client.wire.close()
    first, again, second, given = (
        json.loads(body)["ClientRequestToken"] for _, body in script.asked
    )
    assert first == again != second
    assert 1 <= len(first) <= 36
    assert given == "ours"
    assert DELETE.keys() == {"TransactItems"}


def test_where_nobody_listens_the_error_is_botocores() -> None:
    with closed_port() as url:
        sdk, client = of_sdk(url), of_ours(url)
        theirs = outcome(lambda: sdk.get_item(**KEY))
        assert outcome(lambda: client.get_item(**KEY)) == theirs == "EndpointConnectionError"
        sdk.close()


def test_nobody_to_connect_with_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> socket.socket:
        raise TimeoutError

    monkeypatch.setattr("socket.create_connection", never)
    assert outcome(lambda: of_ours("http://127.0.0.1:9").get_item(**KEY)) == "ConnectTimeoutError"


@pytest.mark.parametrize(
    ("act", "seconds"),
    [
        (error("ThrottlingException"), 1.0),
        (error("InternalServerError", 500), 0.025),
        (DROPS, 0.025),
        (Act(503, b"", {"x-amz-retry-after": "900"}), 0.9),
        (Act(503, b"", {"x-amz-retry-after": "60000"}), 5.025),
        (Act(503, b"", {"x-amz-retry-after": "-1"}), 0.025),
    ],
)
def test_the_longest_wait_before_another_try_is_botocores(act: Act, seconds: float) -> None:
    pauses: list[float] = []
    with playing(act, OK) as (url, _):
        client = of_ours(url, pauses=pauses)
        client.get_item(**KEY)
        client.wire.close()
    assert pauses == [pytest.approx(seconds)]


def test_many_failures_in_a_row_are_not_repeated_for_ever() -> None:
    with playing(error("InternalServerError", 500)) as (url, script):
        client = of_ours(url)
        for _ in range(60):
            assert "ClientError" in str(outcome(lambda: client.get_item(**KEY)))
        assert len(script.asked) == 60 + 500 // 14
        script.acts = [OK]
        client.get_item(**KEY)
        client.wire.close()


@pytest.mark.parametrize(
    "act", [SPOILT, CUT, *(Act(content=content) for content in (b"", b"{", b"[]"))]
)
def test_an_answer_that_is_not_whole_is_asked_for_again_and_is_no_missing_item(act: Act) -> None:
    """botocore repeats the first as well; the others it reads as `{}`: nobody checked that code."""
    with playing(act, OK, act) as (url, _):
        client = of_ours(url)
        assert client.get_item(**KEY)["Item"]["n"] == {"N": "12"}
        assert outcome(lambda: client.get_item(**KEY)) == "ConnectionClosedError"
        client.wire.close()


def test_what_does_not_add_up_is_repeated_by_botocore_as_well() -> None:
    with playing(SPOILT, OK) as (url, script):
        sdk = of_sdk(url)
        assert sdk.get_item(**KEY)["Item"]["n"] == {"N": "12"}
        sdk.close()
    assert len(script.asked) == 2


def test_what_adds_up_is_taken_at_once() -> None:
    with playing(OK._replace(headers={"x-amz-crc32": str(crc32(FOUND))})) as (url, script):
        client = of_ours(url)
        client.get_item(**KEY)
        client.wire.close()
    assert len(script.asked) == 1


# ---------------------------------------------------------------- clocks


@pytest.mark.parametrize("code", ["InvalidSignatureException", "RequestTimeTooSkewed"])
@pytest.mark.parametrize("hours", [-2, 2])
def test_a_clock_that_is_wrong_is_set_by_the_services(code: str, hours: int) -> None:
    theirs = NOW + timedelta(hours=hours)
    refusal = error(code)._replace(headers={"Date": f"{theirs:%a, %d %b %Y %H:%M:%S GMT}"})
    with playing(refusal, OK) as (url, script):
        client = of_ours(url, at=NOW)
        assert "Item" in client.get_item(**KEY)
        assert "Item" in client.get_item(**KEY)
        client.wire.close()
    dates = [headers["X-Amz-Date"] for headers, _ in script.asked]
    assert dates == [f"{NOW:%Y%m%dT%H%M%SZ}", *[f"{theirs:%Y%m%dT%H%M%SZ}"] * 2]


def test_a_signature_that_is_wrong_by_the_right_clock_is_not_tried_again() -> None:
    date = {"Date": f"{NOW:%a, %d %b %Y %H:%M:%S GMT}"}
    for headers in (date, {}, {"Date": "nonsense"}):
        with playing(error("InvalidSignatureException")._replace(headers=headers)) as (url, script):
            client = of_ours(url, at=NOW)
            assert "InvalidSignature" in str(outcome(lambda client=client: client.get_item(**KEY)))  # type: ignore[misc]
            client.wire.close()
            assert len(script.asked) == 1
