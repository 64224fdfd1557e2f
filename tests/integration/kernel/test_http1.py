"""Replies are read as Python's `http.client` reads them, or not at all."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from threading import Thread

import pytest

from aftercare.kernel.http1 import Connection, Reply, ReplyBrokenError

pytestmark = pytest.mark.integration

OK = b"HTTP/1.1 200 OK\r\n"
WHOLE = {
    "with a length": OK + b"Content-Length: 2\r\n\r\n{}",
    "with more than it says": OK + b"Content-Length: 2\r\n\r\n{}HTTP/1.1 500 Oh\r\n\r\n",
    "without a length": OK + b"\r\n{}",
    "with a length that is none": OK + b"Content-Length: -2\r\n\r\n{}",
    "in chunks": OK
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;a=b\r\n}\r\n0\r\nX: y\r\n\r\n",
    "empty": b"HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\n",
    "of an error": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}",
    "without words": b"HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n",
    "with a header twice": OK + b"Content-Length: 2\r\nX-A: 1\r\nx-a: 2\r\n\r\n{}",
    "with a header of other letters": OK + b"Content-Length: 2\r\nX-A: \xe9\r\nX-B:\r\n\r\n{}",
    "after another that says to go on": b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n"
    + OK
    + b"Content-Length: 2\r\n\r\n{}",
    "that closes": OK + b"Content-Length: 2\r\nConnection: Close\r\n\r\n{}",
    "of an old server": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "of an old server that stays": b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n"
    b"Connection: keep-alive\r\n\r\n{}",
    "with bare ends of lines": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}",
}
BROKEN = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH\r\n\r\n",
    "no status": b"HTTP/1.1 two OK\r\n\r\n",
    "a status that is cut": b"HTTP/1.1 2",
    "content that is cut": OK + b"Content-Length: 3\r\n\r\n{}",
    "a chunk that is cut": OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\n{}",
    "a chunk of no size": OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\n{}",
    "a line without end": OK + b"A: " + b"a" * 70_000,
    "headers without end": OK + b"A: a\r\n" * 120 + b"\r\n",
}


@contextmanager
def sending(reply: bytes) -> Iterator[tuple[int, list[socket.socket]]]:
    """The port of a server that sends those bytes to whoever connects, and no more."""
    accepted = list[socket.socket]()

    def serve() -> None:
        with suppress(OSError):
            line, _ = server.accept()
            accepted.append(line)
            line.recv(1)
            line.sendall(reply)
            line.shutdown(socket.SHUT_WR)

    with socket.create_server(("127.0.0.1", 0)) as server:
        serving = Thread(target=serve)
        serving.start()
        try:
            yield server.getsockname()[1], accepted
        finally:
            serving.join(5)
            for line in accepted:
                line.close()


def ours(reply: bytes) -> tuple[Reply, bool]:
    """The reply, and whether its connection is not to be used again."""
    with sending(reply) as (port, _):
        connection = Connection("127.0.0.1", port, 5, None)
        try:
            return connection.post({"Host": "there"}, b"{}"), connection.will_close
        finally:
            connection.close()


def pythons(reply: bytes) -> tuple[Reply, bool]:
    """The same by Python's client."""
    with sending(reply) as (port, _):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("POST", "/", b"{}", {"Host": "there"})
            response = connection.getresponse()
            # It knows when to close once it has read.
            content = response.read()
            headers = {name.lower(): response.headers[name] for name in response.headers}
            return Reply(response.status, headers, content), bool(response.will_close)
        finally:
            connection.close()


@pytest.mark.parametrize("reply", WHOLE.values(), ids=WHOLE)
def test_a_reply_is_read_as_pythons_client_reads_it(reply: bytes) -> None:
    assert ours(reply) == pythons(reply)


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN)
def test_a_reply_that_is_not_whole_is_none(reply: bytes) -> None:
    with pytest.raises(ReplyBrokenError):
        ours(reply)
    with pytest.raises(HTTPException):
        pythons(reply)


def test_what_comes_after_a_reply_is_no_reply_to_the_next_request() -> None:
    with sending(WHOLE["with more than it says"]) as (port, _):
        connection = Connection("127.0.0.1", port, 5, None)
        assert connection.post({}, b"{}").status == 200
        with pytest.raises((ReplyBrokenError, OSError)):
            connection.post({}, b"{}")
        connection.close()


def test_a_request_is_one_line_for_each_header() -> None:
    with sending(WHOLE["with a length"]) as (port, accepted):
        connection = Connection("127.0.0.1", port, 5, None)
        with pytest.raises(ValueError, match="more than one line"):
            connection.post({"X-Amz-Security-Token": "a\r\nb"}, b"")
        connection.post({"Host": "there", "X-A": "b"}, b"{1}")
        asked = b"P" + accepted[0].recv(4_096)
        connection.close()
    assert asked == (
        b"POST / HTTP/1.1\r\nHost: there\r\nX-A: b\r\nAccept-Encoding: identity\r\n"
        b"Content-Length: 3\r\n\r\n{1}"
    )
