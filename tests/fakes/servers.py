"""Loopback servers that simulate AWS failures: no response, refusals, no listener."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

type Answer = Callable[[Mapping[str, str], bytes], bytes]
"""The JSON that answers a request's headers and body."""


@contextmanager
def serving(
    answer: Answer,
    *,
    status: int = 200,
    json_version: str = "1.0",
    keep_alive: bool = False,
    prepared: Callable[[ThreadingHTTPServer], object] = id,
) -> Iterator[str]:
    """The address of a loopback server that responds as an AWS service does.

    `prepared` gets the server before it begins.
    """

    class Handler(BaseHTTPRequestHandler):
        """Responds to each POST."""

        protocol_version = "HTTP/1.1" if keep_alive else "HTTP/1.0"
        disable_nagle_algorithm = True  # else a body waits 40 ms for its headers' receipt

        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            body = answer(dict(self.headers), request)
            self.send_response(status)
            self.send_header("Content-Type", f"application/x-amz-json-{json_version}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = keep_alive  # a client may leave its connection open
    prepared(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def closed_port() -> Iterator[str]:
    """An address without a listener; it is bound, so that no other process can listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def silence() -> Iterator[str]:
    """Accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def refusing(code: str, status: int = 400, **members: object) -> Iterator[str]:
    """Responds to all requests with an error, as DynamoDB does."""
    problem = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "mei@example.com"}
    body = json.dumps(problem | members).encode()
    with serving(lambda _headers, _request: body, status=status) as url:
        yield url
