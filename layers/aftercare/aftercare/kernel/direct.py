"""DynamoDB without the SDK: making botocore's client takes longer than most starts do otherwise.

Where a deployment asks for something that only botocore knows (a proxy, roots or endpoints of its
own, profiles), botocore's clients are used.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from aftercare.kernel.config import ENVIRONMENT
from aftercare.kernel.errors import StaleWriteError, UnavailableError
from aftercare.kernel.signed import DYNAMODB, Service, endpoint

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A single write that meets a transaction in flight on its item is as stale as a late one.
_MOVED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})

# What only botocore knows: proxies, whom to trust, other partitions, where credentials come from.
_OF_BOTOCORE = (
    *("AWS_ACCOUNT_ID", "AWS_DEFAULT_PROFILE", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"),
    *("AWS_PROFILE", "AWS_USE_DUALSTACK_ENDPOINT", "AWS_USE_FIPS_ENDPOINT"),
)
_OF_BOTOCORE_OVER_TLS = ("AWS_CA_BUNDLE", "HTTPS_PROXY", "REQUESTS_CA_BUNDLE", "https_proxy")
_GIVEN = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
_REGION = re.compile(r"(af|ap|ca|eu|il|me|mx|sa|us)-(north|south|east|west|central)+-\d", re.ASCII)
_PLAIN_URL = re.compile(r"https?://[^/?#@]+/?", re.ASCII)


def is_plain(service: Service, environ: Mapping[str, str] = ENVIRONMENT) -> bool:
    """Whether these requests are all that botocore would do otherwise in this environment."""
    region = environ.get("AWS_DEFAULT_REGION", "")
    if not _REGION.fullmatch(region) or not all(environ.get(name) for name in _GIVEN):
        return False
    url = endpoint(service, region, environ)
    over = _OF_BOTOCORE_OVER_TLS if url.startswith("https") else ("HTTP_PROXY", "http_proxy")
    asked_for = any(environ.get(name) for name in (*_OF_BOTOCORE, *over))
    return not asked_for and bool(_PLAIN_URL.fullmatch(url))


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item's attributes as Python's values; numbers that are whole as `int`."""
    return {name: _value(each) for name, each in item.items()}


def _value(attribute: Mapping[str, Any]) -> Any:  # noqa: ANN401 - an attribute may be anything
    [(kind, value)] = attribute.items()
    match kind:
        case "M":
            return plain(value)
        case "L":
            return [_value(each) for each in value]
        case "N":
            return json.loads(value)
        case "NULL":
            return None
        case _:
            return value


@contextmanager
def conditional() -> Iterator[None]:
    """Turns a single write's failed condition, or conflict, into `StaleWriteError`."""
    try:
        yield
    except Exception as error:
        # Without the classes, which load the SDK: pynamodb's errors have a cause, and a ClientError
        # a response. An error without a reply has None.
        response = getattr(getattr(error, "cause", error), "response", None) or {}
        if response.get("Error", {}).get("Code") in _MOVED:
            raise StaleWriteError(
                "Something changed in the meantime; nothing was written."
            ) from error
        raise


@contextmanager
def reading(what: str) -> Iterator[None]:
    """Turns AWS's trouble that may pass into `UnavailableError`."""
    try:
        yield
    except Exception as error:
        from aftercare.kernel.tables import is_transient  # noqa: PLC0415 - needs the SDK

        if not is_transient(error):
            raise
        raise UnavailableError(f"The {what} cannot be read now.") from error


@cache
def dynamodb() -> "DynamoDBClient":
    """The process's one client of this kind; botocore's where this one does not do."""
    if is_plain(DYNAMODB):
        from aftercare.kernel.json_client import JsonClient  # noqa: PLC0415 - pages ask nothing

        return cast("DynamoDBClient", JsonClient(DYNAMODB))
    from aftercare.kernel.aws import client  # noqa: PLC0415 - this is what is not to be loaded

    return client("dynamodb")


def forget() -> None:
    """Drops the client, for tests that change the endpoint."""
    dynamodb.cache_clear()
