"""Single requests to AWS without its clients: loading the SDK would take longer than all the rest.

For what a function asks of a service now and then: a secret, who somebody is in the user pool.
"""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from aftercare.kernel.config import ENVIRONMENT, patience, setting

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest

_ATTEMPTS = 2  # as the clients of kernel/aws.py


class Service(NamedTuple):
    """An AWS service with a JSON API: its host's name, its operations' prefix, its own endpoint."""

    name: str
    target: str
    endpoint_variable: str
    json_version: str = "1.1"


DYNAMODB = Service("dynamodb", "DynamoDB_20120810", "AWS_ENDPOINT_URL_DYNAMODB", "1.0")
SECRETS = Service("secretsmanager", "secretsmanager", "AWS_ENDPOINT_URL_SECRETS_MANAGER", "1.1")


class Answer(NamedTuple):
    """What a service answered; a status of 0 if it did not."""

    status: int
    content: bytes

    @property
    def is_ok(self) -> bool:
        return self.status == HTTPStatus.OK


NO_ANSWER = Answer(0, b"")


def signed_request(
    service: Service, operation: str, body: Mapping[str, str], environ: Mapping[str, str]
) -> "AWSPreparedRequest":
    """The request for that operation, signed as the function's own role.

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
        "Content-Type": f"application/x-amz-json-{service.json_version}",
        "X-Amz-Target": f"{service.target}.{operation}",
    }
    request = AWSRequest("POST", endpoint(service, region, environ), headers, json.dumps(body))
    SigV4Auth(credentials, service.name, region).add_auth(request)
    return request.prepare()


def asked(
    service: Service,
    operation: str,
    body: Mapping[str, str],
    environ: Mapping[str, str] = ENVIRONMENT,
) -> Answer:
    """The service's answer to that operation, which must be one that changes nothing.

    Tried twice, each time with 1 s to connect and 3 s for the answer.

    Raises:
        ConfigurationError: The environment lacks the region or the credentials.
    """
    return send(signed_request(service, operation, body, environ))


def posted(url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """The answer to a form that is sent once: it must not be repeated."""
    from botocore.awsrequest import AWSRequest  # noqa: PLC0415

    sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
    return send(AWSRequest("POST", url, sent, urlencode(form)).prepare(), once=True)


def send(request: "AWSPreparedRequest", *, once: bool = False) -> Answer:
    """The answer to a prepared request; tried again if it is not a good one, unless `once`."""
    from botocore.exceptions import BotoCoreError  # noqa: PLC0415

    from aftercare.kernel.trust import TrustingSession, amazon  # noqa: PLC0415

    session = TrustingSession(amazon(), patience())
    answer = NO_ANSWER
    try:
        for _ in range(1 if once else _ATTEMPTS):
            try:
                response = session.send(request)
            except BotoCoreError:
                continue
            answer = Answer(response.status_code, response.content)
            if answer.is_ok:
                break
    finally:
        session.close()
    return answer


def endpoint(service: Service, region: str, environ: Mapping[str, str]) -> str:
    """Where the service is: as the environment says, or its regional host."""
    for name in (service.endpoint_variable, "AWS_ENDPOINT_URL"):
        if url := environ.get(name):
            return url
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service.name}.{region}.{suffix}/"
