"""Finds the client of a call's key, and returns its identity and rights to the gateway."""

import re
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from aftercare.clients.errors import UnknownKeyError
from aftercare.clients.model import Client, client_id_in
from aftercare.clients.wiring import ClientsConfig, client_service
from aftercare.kernel.config import read
from aftercare.kernel.observe import failure, logger

type Event = dict[str, Any]
type Answer = dict[str, Any]

_BEARER = re.compile(r"bearer +(\S+)", re.IGNORECASE | re.ASCII)
# The gateway answers 401 for exactly this text, and 500 for any other error.
_UNAUTHORIZED = "Unauthorized"

_clients = client_service(read(ClientsConfig))


def handler(event: Event, _: LambdaContext) -> Answer:
    if "methodArn" not in event:  # the call that warms a function after a deployment
        return {}
    key = _key_in(event)
    try:
        client = _clients.authenticate(key)
    except UnknownKeyError:
        # The id at most: a text that is not one of our keys may be another secret.
        logger.info("key refused", extra={"client_id": client_id_in(key)})
        raise Exception(_UNAUTHORIZED) from None  # noqa: TRY002 - the gateway reads its text
    except Exception as error:
        logger.warning("clients unavailable", extra=failure(error))
        raise RuntimeError("The client of this key could not be read.") from error
    logger.info("client", extra={"client_id": client.client_id})
    return _allowed(client, event["methodArn"])


def _key_in(event: Event) -> str:
    """The key after `Bearer`; empty when there is none, or more than one."""
    headers: dict[str, list[str]] = event.get("multiValueHeaders") or {}
    values = [
        value
        for name, listed in headers.items()
        if name.lower() == "authorization"
        for value in listed
    ]
    match = _BEARER.fullmatch(values[0]) if len(values) == 1 else None
    return match[1] if match else ""


def _allowed(client: Client, method_arn: str) -> Answer:
    """Lets the client call the whole API: the gateway caches the answer for its other calls.

    Each function checks the scope it needs.
    """
    api, stage, _ = method_arn.split("/", 2)
    statement = {
        "Action": "execute-api:Invoke",
        "Effect": "Allow",
        "Resource": f"{api}/{stage}/*",
    }
    return {
        "principalId": client.client_id,
        "policyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        "context": {
            "client_id": client.client_id,
            "store_id": client.store_id,
            "country": client.country,
            "kind": client.kind.value,
            "scopes": client.scopes_text,
        },
        "usageIdentifierKey": client.usage_key,
    }
