"""A loopback AWS with recorded responses, so that only the measured process works."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.fakes.servers import Answer, serving

type Heard = Callable[[str, Mapping[str, Any]], None]
"""Is told of each request: its target and its body."""

type Answers = Mapping[tuple[str, str], Mapping[str, Any]]
"""By operation and the name of its table or secret.

A query of keys that begin alike is the operation `QueryPrefix`.
"""


@contextmanager
def recorded_aws(
    answers: Answers,
    served: Callable[[Answer], AbstractContextManager[str]] | None = None,
    heard: Heard | None = None,
) -> Iterator[str]:
    """An endpoint for DynamoDB and Secrets Manager; other requests get {}.

    It speaks HTTP, or as `served` does.
    """

    def answer(headers: Mapping[str, str], request: bytes) -> bytes:
        operation, body = headers["X-Amz-Target"].rpartition(".")[2], json.loads(request)
        if heard:
            heard(headers["X-Amz-Target"], body)
        if "begins_with" in body.get("KeyConditionExpression", ""):
            operation = "QueryPrefix"
        subject = body.get("TableName") or body.get("SecretId", "")
        return json.dumps(answers.get((operation, subject), {})).encode()

    with served(answer) if served else serving(answer, keep_alive=True) as url:
        yield url
