"""One session, and clients with timeouts: connect 1 s, read 3 s, two attempts."""

from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from aftercare.kernel.config import patience

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_ses import SESClient
    from mypy_boto3_sqs import SQSClient

type Service = Literal["dynamodb", "events", "s3", "secretsmanager", "ses", "sqs"]

# A request that must not be repeated has one attempt: a late answer may be a success.
_ONCE: dict[str, Any] = {"retries": {"total_max_attempts": 1}}
# Presigned links name the bucket's regional host: the global host redirects requests for a new
# bucket, which breaks signatures and CORS preflights.
_S3: dict[str, Any] = {"signature_version": "s3v4", "s3": {"addressing_style": "virtual"}}


def _config() -> "Config":
    """Made with the first client of a service: commands choose their stack after the import."""
    from botocore.config import Config  # noqa: PLC0415 - few functions need the SDK

    connect, read = patience()
    return Config(
        connect_timeout=connect,
        read_timeout=read,
        # Three times would take longer than customers are to wait for a clear page.
        retries={"total_max_attempts": 2, "mode": "standard"},
        max_pool_connections=10,
    )


@cache
def _session() -> "Session":
    from botocore.session import get_session  # noqa: PLC0415 - as above

    # Not boto3's: it brings resources and file transfers, 65 modules, which no client of ours has.
    return get_session()


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(service: Literal["s3"]) -> "S3Client": ...
@overload
def client(service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["ses"], *, once: bool = False) -> "SESClient": ...
@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...
def client(service: Service, *, once: bool = False) -> object:
    """The process's one client of that service; one that never retries if `once`."""
    return _client(service, once=once) if once else _client(service)


@cache
def _client(service: Service, *, once: bool = False) -> object:
    from botocore.config import Config  # noqa: PLC0415 - few functions need the SDK

    from aftercare.kernel.trust import amazon, trusting  # noqa: PLC0415 - as above

    more = (_S3 if service == "s3" else {}) | (_ONCE if once else {})
    made: Any = _session().create_client(service, config=_config().merge(Config(**more)))
    made._endpoint.http_session = trusting(made._endpoint.http_session, amazon())
    return made


def forget() -> None:
    """Drops the session and its clients, for tests that change the endpoint or credentials."""
    _client.cache_clear()
    _session.cache_clear()
