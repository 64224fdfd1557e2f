"""A loopback AWS with recorded responses, so that only the measured process works."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

type Answers = Mapping[tuple[str, str], Mapping[str, Any]]
"""By operation and the name of its table or secret."""


@contextmanager
def recorded_aws(answers: Answers) -> Iterator[str]:
    """An endpoint for DynamoDB and Secrets Manager; other requests get {}."""

    class Handler(BaseHTTPRequestHandler):
        """Responds by the operation in the request's header."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            operation = self.headers["X-Amz-Target"].rpartition(".")[2]
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            subject = request.get("TableName") or request.get("SecretId", "")
            body = json.dumps(answers.get((operation, subject), {})).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
