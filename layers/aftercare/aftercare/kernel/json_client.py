"""A client of DynamoDB and Secrets Manager that loads no SDK.

It sends what botocore would send, tries again when botocore would, and raises what botocore would
raise; `tests/integration/kernel/test_json_client.py` compares the two. `direct.py` says where it is
used.
"""

import json
import random
import secrets
import time
from base64 import b64decode, b64encode
from binascii import crc32
from collections.abc import Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, NoReturn

from aftercare.kernel.clock import Clock, utc_now
from aftercare.kernel.config import ENVIRONMENT, patience, setting
from aftercare.kernel.http1 import Reply
from aftercare.kernel.signed import DYNAMODB, SECRETS, Service, endpoint
from aftercare.kernel.sigv4 import Credentials, Scope, signed
from aftercare.kernel.wire import NoReplyError, Wire

type Json = dict[str, Any]

# The numbers are those of botocore's standard mode, with the attempts of kernel/aws.py.
_ATTEMPTS = 2
_PASSING_STATUSES = frozenset({500, 502, 503, 504})
_THROTTLED = frozenset(
    {
        *("BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException"),
        *("PriorRequestNotComplete", "ProvisionedThroughputExceededException"),
        *("RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown"),
        *("ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"),
        *("TransactionInProgressException", "429"),
    }
)
_PASSING = _THROTTLED | {"RequestTimeout", "RequestTimeoutException"}
_SKEWED = frozenset(
    {
        *("InvalidSignatureException", "RequestExpired", "RequestInTheFuture"),
        *("RequestTimeTooSkewed", "SignatureDoesNotMatch"),
    }
)
_LEAST_SKEW = timedelta(minutes=4)  # AWS allows five
_BASE_SECONDS = {DYNAMODB: 0.025, SECRETS: 0.05}
_MOST_WAITED = 5.0
_QUOTA, _COST, _COST_THROTTLED = 500, 14, 5
_FIRST_ERROR = 301
_CUT = "ConnectionClosedError"  # the exception for an answer that is not whole


class JsonClient:
    """Requests to one service. Its methods are named and called as those of botocore's clients."""

    # pynamodb asks a client whether its signer has credentials; ours reads them for each request.
    _request_signer = None

    def __init__(
        self,
        service: Service,
        environ: Mapping[str, str] = ENVIRONMENT,
        *,
        clock: Clock = utc_now,
        pause: Callable[[float], None] = time.sleep,
        draw: Callable[[], float] = random.random,
    ) -> None:
        region = setting("AWS_DEFAULT_REGION", environ)
        self._service, self._environ = service, environ
        self._scope = Scope(region, service.name)
        self._clock, self._pause, self._draw = clock, pause, draw
        self._ahead = timedelta()
        self._quota = _QUOTA
        self.wire = Wire(endpoint(service, region, environ), patience(environ))

    def get_item(self, **request: object) -> Json:
        return self.ask("GetItem", request)

    def put_item(self, **request: object) -> Json:
        return self.ask("PutItem", request)

    def update_item(self, **request: object) -> Json:
        return self.ask("UpdateItem", request)

    def query(self, **request: object) -> Json:
        return self.ask("Query", request)

    def _make_api_call(self, operation: str, request: Json) -> Json:
        """As pynamodb calls botocore's clients."""
        return self.ask(operation, request)

    def ask(self, operation: str, request: Mapping[str, object]) -> Json:
        """The service's answer.

        Raises:
            ClientError, ConnectionError, HTTPClientError: botocore's, as its clients raise them.
        """
        try:
            reply = self.reply(operation, request)
        except NoReplyError as error:
            _raise_as_botocore(error, self.wire.url)
        if reply.status >= _FIRST_ERROR:
            _raise_refusal(reply, operation)
        has_binary = b'"B"' in reply.content or b'"BS"' in reply.content
        answer: Json = json.loads(reply.content, object_hook=_with_bytes if has_binary else None)
        return answer

    def reply(self, operation: str, request: Mapping[str, object]) -> Reply:
        """The reply to the last attempt, of at most two.

        Raises:
            NoReplyError: There was none.
        """
        body = body_of(operation, request)
        spent = attempt = 0
        while True:
            attempt += 1
            reply, lost = self._attempt(operation, body)
            code = _error_code(reply) if reply else ""
            if attempt < _ATTEMPTS and reply and self._was_skewed(reply, code):
                continue
            is_throttled = code in _THROTTLED
            cost = _COST_THROTTLED if is_throttled else _COST
            may_pass = reply is None or reply.status in _PASSING_STATUSES or code in _PASSING
            if may_pass and attempt < _ATTEMPTS and self._quota >= cost:
                self._quota, spent = self._quota - cost, cost
                self._pause(self._seconds(reply, attempt, is_throttled=is_throttled))
                continue
            if reply is None:
                raise lost or NoReplyError(_CUT)
            if not code:
                self._quota = min(_QUOTA, self._quota + (spent or 1))
            return reply

    def _attempt(self, operation: str, body: bytes) -> tuple[Reply | None, NoReplyError | None]:
        headers = {
            "X-Amz-Target": f"{self._service.target}.{operation}",
            "Content-Type": f"application/x-amz-json-{self._service.json_version}",
        }
        now, host = self._clock() + self._ahead, self.wire.host
        made = signed(host, headers, body, self._credentials(), scope=self._scope, now=now)
        try:
            reply = self.wire.post(made, body)
        except NoReplyError as error:
            return None, error
        if reply.status < _FIRST_ERROR and not _is_whole(reply):
            # botocore takes it for an answer that says nothing, and an item for one not there.
            return None, NoReplyError(_CUT)
        return reply, None

    def _credentials(self) -> Credentials:
        """Read for each request: whoever runs the process may renew them."""
        return Credentials(
            setting("AWS_ACCESS_KEY_ID", self._environ),
            setting("AWS_SECRET_ACCESS_KEY", self._environ),
            self._environ.get("AWS_SESSION_TOKEN", ""),
        )

    def _was_skewed(self, reply: Reply, code: str) -> bool:
        """Whether our clock was the trouble; the next attempts then go by the service's."""
        if code not in _SKEWED:
            return False
        from email.utils import parsedate_to_datetime  # noqa: PLC0415 - clocks are rarely wrong

        try:
            ahead = parsedate_to_datetime(reply.headers.get("date") or "") - self._clock()
        except (ValueError, TypeError):
            return False
        if abs(ahead - self._ahead) < _LEAST_SKEW:
            return False
        self._ahead = ahead
        return True

    def _seconds(self, reply: Reply | None, attempt: int, *, is_throttled: bool) -> float:
        """How long to wait after that attempt: at random, and as long as the service asks for."""
        longest = 1.0 if is_throttled else _BASE_SECONDS[self._service]
        drawn: float = self._draw() * longest * 2 ** (attempt - 1)
        asked = (reply.headers.get("x-amz-retry-after") or "" if reply else "").strip()
        if not (asked.isascii() and asked.isdigit()):
            return drawn
        return max(drawn, min(int(asked) / 1000, drawn + _MOST_WAITED))


def body_of(operation: str, request: Mapping[str, object]) -> bytes:
    """The request as botocore writes it; a transaction with a token, so that it is done once."""
    if operation == "TransactWriteItems" and "ClientRequestToken" not in request:
        request = {**request, "ClientRequestToken": secrets.token_hex(16)}
    return json.dumps(request, default=_as_text).encode()


def _is_whole(reply: Reply) -> bool:
    """Whether all of an answer is there: DynamoDB says what its bytes add up to."""
    told = reply.headers.get("x-amz-crc32")
    if told and told != str(crc32(reply.content)):
        return False
    try:
        return isinstance(json.loads(reply.content), dict)
    except ValueError:
        return False


def _problem(reply: Reply) -> Json:
    text = reply.content.decode(errors="replace").strip()
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR and (not text or text.startswith("<html>")):
        known = {each.value: each.phrase for each in HTTPStatus}
        return {"message": known.get(reply.status, "")}
    try:
        problem = json.loads(text or "{}", object_hook=_with_bytes)
    except ValueError:
        return {"message": text}
    return problem if isinstance(problem, dict) else {}


def _error_code(reply: Reply) -> str:
    """The code of an error; empty for an answer."""
    if reply.status < _FIRST_ERROR:
        return ""
    named = str(_problem(reply).get("__type") or reply.status)
    return named.partition(":")[0].rpartition("#")[2]


def _raise_refusal(reply: Reply, operation: str) -> NoReturn:
    from botocore.exceptions import ClientError  # noqa: PLC0415 - few requests are refused

    problem = _problem(reply)
    message = str(problem.get("message") or problem.get("Message") or "")
    response: Any = {
        "Error": {"Code": _error_code(reply), "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": reply.status, "HTTPHeaders": reply.headers},
    }
    if "CancellationReasons" in problem:
        response["CancellationReasons"] = problem["CancellationReasons"]
    raise ClientError(response, operation)


def _raise_as_botocore(lost: NoReplyError, url: str) -> NoReturn:
    from botocore import exceptions  # noqa: PLC0415 - as above

    raise getattr(exceptions, lost.kind)(endpoint_url=url, error=lost) from lost


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _with_bytes(found: Json) -> Json | dict[str, bytes]:
    """Binary values as bytes: an attribute named B has a value that is no text."""
    if len(found) != 1:
        return found
    [(kind, value)] = found.items()
    if kind == "B" and isinstance(value, str):
        return {"B": b64decode(value)}
    if kind == "BS" and isinstance(value, list):
        return {"BS": [b64decode(each) for each in value]}
    return found
