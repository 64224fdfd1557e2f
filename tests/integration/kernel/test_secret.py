"""The one request that fetches a secret: signed, tried twice, given up in time."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from aftercare.kernel.errors import UnavailableError
from aftercare.kernel.secret import read_secret
from tests.fakes.refusals import refused
from tests.fakes.servers import closed_port, refusing, silence

NAME = "aftercare-test-code-keys"
FOUND = json.dumps({"Name": NAME, "SecretString": '{"0": "…"}'}).encode()
UNAVAILABLE = "The secret can't be read now."
ROLE = {
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "ROLE",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": "session",
}


@dataclass
class SecretsManager:
    """Gives prepared answers, request by request, and keeps the requests."""

    answers: list[tuple[int, bytes]]
    asked: list[tuple[Message, bytes]] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        status, told = self.answers[len(self.asked)]
        self.asked.append((handler.headers, body))
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(told)))
        handler.end_headers()
        handler.wfile.write(told)


@pytest.fixture
def manager() -> SecretsManager:
    return SecretsManager([(200, FOUND)])


@pytest.fixture
def url(manager: SecretsManager) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        """Hands each request to the manager."""

        def do_POST(self) -> None:
            manager.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Says nothing of its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def at(url: str) -> dict[str, str]:
    return {**ROLE, "AWS_ENDPOINT_URL": url}


def test_a_secret_is_asked_for_by_name_in_one_signed_request(
    manager: SecretsManager, url: str
) -> None:
    assert read_secret(NAME, at(url)) == '{"0": "…"}'
    [(headers, body)] = manager.asked
    assert json.loads(body) == {"SecretId": NAME}
    assert headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
    assert headers["Content-Type"] == "application/x-amz-json-1.1"
    assert headers["X-Amz-Security-Token"] == "session"
    algorithm, credential, signed, signature = headers["Authorization"].split()
    assert algorithm == "AWS4-HMAC-SHA256"
    day = headers["X-Amz-Date"][:8]
    assert credential == f"Credential=ROLE/{day}/us-west-2/secretsmanager/aws4_request,"
    assert {"host", "x-amz-date", "x-amz-security-token", "x-amz-target"} <= set(
        signed.removeprefix("SignedHeaders=").rstrip(",").split(";")
    )
    assert len(signature.removeprefix("Signature=")) == 64


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_a_request_that_fails_is_made_once_more(
    manager: SecretsManager, url: str, status: int
) -> None:
    manager.answers.insert(0, (status, b'{"__type": "ThrottlingException"}'))
    assert read_secret(NAME, at(url)) == '{"0": "…"}'
    assert len(manager.asked) == 2


def test_two_failures_are_enough(manager: SecretsManager, url: str) -> None:
    manager.answers[:0] = [(500, b""), (503, b"")]
    with refused(UnavailableError, "unavailable", UNAVAILABLE):
        read_secret(NAME, at(url))
    assert len(manager.asked) == 2


@pytest.mark.parametrize("told", [b"", b"<html>", b"[]", b'"text"', b"{}", b'{"SecretBinary": ""}'])
def test_an_answer_without_the_secret_is_none(
    manager: SecretsManager, url: str, told: bytes
) -> None:
    manager.answers[:] = [(200, told)]
    with refused(UnavailableError, "unavailable", UNAVAILABLE):
        read_secret(NAME, at(url))


@pytest.mark.parametrize("code", ["ResourceNotFoundException", "AccessDeniedException"])
def test_what_aws_says_when_it_refuses_is_not_passed_on(code: str) -> None:
    with refusing(code) as url, refused(UnavailableError, "unavailable", UNAVAILABLE):
        read_secret(NAME, at(url))


def test_where_nobody_listens_it_is_unavailable_at_once() -> None:
    started = time.monotonic()
    with closed_port() as url, refused(UnavailableError, "unavailable", UNAVAILABLE):
        read_secret(NAME, at(url))
    assert time.monotonic() - started < 5


def test_silence_is_given_up_after_two_times_three_seconds() -> None:
    started = time.monotonic()
    with silence() as url, refused(UnavailableError, "unavailable", UNAVAILABLE):
        read_secret(NAME, at(url))
    assert 6 <= time.monotonic() - started < 9
