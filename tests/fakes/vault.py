"""Secrets Manager on loopback, for code that reads secrets without the SDK and so not from moto."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.fakes.servers import serving


@contextmanager
def answering_secrets(secrets: Mapping[str, str]) -> Iterator[str]:
    """An endpoint that serves the current value of these secrets."""

    def answer(_headers: Mapping[str, str], request: bytes) -> bytes:
        name = json.loads(request)["SecretId"]
        return json.dumps({"SecretString": secrets[name]}).encode()

    with serving(answer, json_version="1.1") as url:
        yield url
