"""A loopback AWS that plays a script: refuses, hangs, drops or cuts what it is told to."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

FOUND = b'{"Item": {"who": {"M": {"B": {"B": "eHgA"}}}, "n": {"N": "12"}}}'


class Act(NamedTuple):
    """What the server does with a request."""

    status: int = 200
    content: bytes = FOUND
    headers: Mapping[str, str] = {}
    how: str = "answers"  # or hangs, drops, cuts


OK = Act()
DROPS, HANGS, CUT = Act(how="drops"), Act(how="hangs"), Act(how="cuts")


@dataclass
class Script:
    """Acts in turn, and keeps what was asked."""

    acts: list[Act]
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    freed: threading.Event = field(default_factory=threading.Event)

    def play(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        act = self.acts[min(len(self.asked), len(self.acts) - 1)]
        self.asked.append((dict(handler.headers), body))
        if act.how == "hangs":
            self.freed.wait(10)
        if act.how in {"hangs", "drops"}:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        handler.send_response_only(act.status)
        for name, text in act.headers.items():
            handler.send_header(name, text)
        handler.send_header("Content-Length", str(len(act.content)))
        handler.end_headers()
        handler.wfile.write(act.content[:20] if act.how == "cuts" else act.content)
        handler.close_connection |= act.how == "cuts"


@contextmanager
def playing(*acts: Act) -> Iterator[tuple[str, Script]]:
    script = Script(list(acts))

    class Handler(BaseHTTPRequestHandler):
        """Has the script answer."""

        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            script.play(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
            """Logs nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", script
    finally:
        script.freed.set()
        server.shutdown()
        thread.join()
        server.server_close()


def error(code: str, status: int = 400) -> Act:
    """A refusal as DynamoDB words it."""
    told = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "…"}
    return Act(status, json.dumps(told).encode())
