"""Reads a secret with one signed request: loading the SDK would take longer than all the rest.

A cold start answers a forged code from the keys alone; boto3 is loaded when a table is needed.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from aftercare.kernel.config import ENVIRONMENT, setting
from aftercare.kernel.errors import UnavailableError

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

# As the clients of kernel/aws.py: connect, read, attempts.
_TIMEOUTS = (1, 3)
_ATTEMPTS = 2
_SERVICE = "secretsmanager"


def read_secret(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> str:
    """The text of the secret of that name or ARN, read as the function's own role.

    Tried twice, each time with 1 s to connect and 3 s for the answer.

    Raises:
        UnavailableError: Secrets Manager does not answer, or not with the secret.
        ConfigurationError: The environment lacks the region or the credentials.
    """
    content = _answer(request_for(name, environ))
    try:
        return str(json.loads(content)["SecretString"])
    except (ValueError, LookupError, TypeError):
        raise UnavailableError("The secret can't be read now.") from None


def signing_key(name: str, environ: Mapping[str, str] = ENVIRONMENT) -> bytes:
    """The key that signs cookies and from which one-time codes are derived.

    Raises:
        UnavailableError, ConfigurationError: As for `read_secret`.
    """
    return str(json.loads(read_secret(name, environ))["key"]).encode()


def request_for(name: str, environ: Mapping[str, str]) -> "AWSPreparedRequest":
    """The signed request that asks for a secret's present value.

    Raises:
        ConfigurationError: The environment lacks the region or the credentials.
    """
    from botocore.auth import SigV4Auth  # noqa: PLC0415 - a function may never need it
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415
    from botocore.credentials import ReadOnlyCredentials  # noqa: PLC0415

    region = setting("AWS_DEFAULT_REGION", environ)
    credentials = ReadOnlyCredentials(
        setting("AWS_ACCESS_KEY_ID", environ),
        setting("AWS_SECRET_ACCESS_KEY", environ),
        environ.get("AWS_SESSION_TOKEN"),
    )
    headers = {
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "secretsmanager.GetSecretValue",
    }
    body = json.dumps({"SecretId": name})
    request = AWSRequest("POST", _endpoint(region, environ), headers, body)
    SigV4Auth(credentials, _SERVICE, region).add_auth(request)
    return request.prepare()


def _endpoint(region: str, environ: Mapping[str, str]) -> str:
    for name in ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL"):
        if url := environ.get(name):
            return url
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{_SERVICE}.{region}.{suffix}/"


def _answer(request: "AWSPreparedRequest") -> bytes:
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    # Its stubs accept a number only; botocore's own clients pass a pair.
    session = URLLib3Session(timeout=_TIMEOUTS)  # type: ignore[arg-type]
    try:
        for _ in range(_ATTEMPTS):
            try:
                response = session.send(request)
            except BotoCoreError:
                continue
            if response.status_code == HTTPStatus.OK:
                return response.content
    finally:
        session.close()
    return b""
