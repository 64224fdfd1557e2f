"""All paths respond to all methods: HEAD like GET, and unsupported methods with a problem."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.fakes.stack.local_stacks import LocalStack

pytestmark = pytest.mark.stack

PAGES = ("/", "/authenticity")


def ask(stack: LocalStack, method: str, path: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(stack.portal_url).netloc, timeout=60)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", PAGES)
def test_head_responds_like_get_without_a_body(stack: LocalStack, path: str) -> None:
    status, headers, body = ask(stack, "HEAD", path)
    shown, whole, page = ask(stack, "GET", path)
    assert (status, body) == (shown, b"") == (200, b"")
    assert headers["content-type"] == whole["content-type"]
    assert page


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", [*PAGES, "/points", "/codes/none"])
def test_an_unsupported_method_is_a_problem(stack: LocalStack, path: str, method: str) -> None:
    status, headers, body = ask(stack, method, path)
    assert status == 405
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] == "method_not_allowed"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_unknown_path_is_a_problem(stack: LocalStack, method: str) -> None:
    status, headers, body = ask(stack, method, "/nothing/here")
    assert (status, headers["content-type"]) == (404, "application/problem+json")
    assert json.loads(body)["detail"] == "There is no page at this address."
