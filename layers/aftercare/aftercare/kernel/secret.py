"""Reads a secret with one signed request, without the SDK's clients.

A cold start answers a forged code from the keys alone.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from aftercare.kernel.config import ENVIRONMENT
from aftercare.kernel.direct import is_plain
from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.signed import SECRETS, send, signed_request

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest


def read_secret(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> str:
    """The text of the secret of that name or ARN, read as the function's own role.

    Tried twice, each time with 1 s to connect and 3 s for the answer.

    Raises:
        UnavailableError: Secrets Manager does not answer, or not with the secret.
        ConfigurationError: The environment lacks the region or the credentials.
    """
    content = _content(name, environ) if is_plain(SECRETS, environ) else _by_sdk(name, environ)
    try:
        return str(json.loads(content)["SecretString"])
    except (ValueError, LookupError, TypeError):
        raise UnavailableError("The secret can't be read now.") from None


def _content(name: str, environ: Mapping[str, str]) -> bytes:
    from aftercare.kernel.json_client import JsonClient  # noqa: PLC0415 - few requests need it
    from aftercare.kernel.wire import NoReplyError  # noqa: PLC0415

    client = JsonClient(SECRETS, environ)
    try:
        reply = client.reply("GetSecretValue", {"SecretId": name})
    except NoReplyError:
        return b""
    finally:
        client.wire.close()
    return reply.content if reply.status == HTTPStatus.OK else b""


def _by_sdk(name: str, environ: Mapping[str, str]) -> bytes:
    """With botocore's signature and roots: its requests may need what only it knows."""
    answer = send(request_for(name, environ))
    return answer.content if answer.is_ok else b""


def signing_key(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> bytes:
    """The key that signs cookies and from which one-time codes are derived.

    Raises:
        UnavailableError, ConfigurationError: As for `read_secret`.
    """
    return key_in(read_secret(name, environ))


def key_in(text: str) -> bytes:
    """The key in the text of a secret that CloudFormation generated."""
    return str(json.loads(text)["key"]).encode()


def request_for(name: str, environ: Mapping[str, str]) -> "AWSPreparedRequest":
    """The signed request that asks for a secret's present value.

    Raises:
        ConfigurationError: The environment lacks the region or the credentials.
    """
    return signed_request(SECRETS, "GetSecretValue", {"SecretId": name}, environ)
