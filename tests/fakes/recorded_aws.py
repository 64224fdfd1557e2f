"""A loopback AWS with recorded responses, so that only the measured process works."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.fakes.servers import serving

type Answers = Mapping[tuple[str, str], Mapping[str, Any]]
"""By operation and the name of its table or secret."""


@contextmanager
def recorded_aws(answers: Answers) -> Iterator[str]:
    """An endpoint for DynamoDB and Secrets Manager; other requests get {}."""

    def answer(headers: Mapping[str, str], request: bytes) -> bytes:
        operation, body = headers["X-Amz-Target"].rpartition(".")[2], json.loads(request)
        subject = body.get("TableName") or body.get("SecretId", "")
        return json.dumps(answers.get((operation, subject), {})).encode()

    with serving(answer, keep_alive=True) as url:
        yield url
