"""The simulated seller as an HTTP server on loopback: `python -m infra.local.carrier.server PORT`.

Below /v2 it answers as EasyPost does, below /shippo as Shippo. `POST /faults {"fault":
"answer_lost"}` plants a fault, at Shippo with `"seller": "shippo"`. `POST /scans {"tracking_code",
"status", "datetime"}` has a parcel scanned, now by default, and sends the webhooks that were asked
for; `GET /sales` lists what was sold. With `--data DIRECTORY` it remembers what it sold as EasyPost
from one start to the next.
"""

import argparse
import json
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from infra.local.carrier.archive import Archive
from infra.local.carrier.books import CarrierBooks, RefusedError
from infra.local.carrier.faults import Answer, CarrierFault
from infra.local.carrier.shippo import ShippoBooks

_API, _FILES = "/v2", "/files/"
_SHIPPO = "/shippo"
_OWN_HOST = re.compile(r"(127\.0\.0\.1|localhost)(:[0-9]+)?")


class CarrierServer(ThreadingHTTPServer):
    """Two sellers' books, on a port of loopback; port 0 takes a free one."""

    daemon_threads = False  # the end waits for answers that are on their way

    def __init__(
        self, books: CarrierBooks, port: int = 0, shippo: ShippoBooks | None = None
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.books = books
        self.shippo = shippo or ShippoBooks()
        books.origin = f"http://127.0.0.1:{self.server_port}"
        self.shippo.origin = self.shippo_url
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"{self.books.origin}{_API}"

    @property
    def shippo_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{_SHIPPO}"

    def control(self, path: str, body: dict[str, str]) -> Answer:
        """What is not the seller's: faults, scans, and a look into the books."""
        if path == "/scans":
            return self._scanned(body)
        if path == "/faults":
            seller = self.shippo if body.get("seller") == "shippo" else self.books
            seller.faults.append(CarrierFault(body["fault"]))
        return Answer(
            200, {"sales": [asdict(sale) for sale in [*self.books.sales, *self.shippo.sales]]}
        )

    def _scanned(self, body: dict[str, str]) -> Answer:
        """Scans a parcel, and tells whoever asked for it before it answers."""
        try:
            event = self.books.scan(body["tracking_code"], body["status"], body.get("datetime", ""))
        except RefusedError as error:
            return error.answer
        told = [{"url": hook.url, "status": hook.tell(event)} for hook in self.books.asked_for()]
        return Answer(200, {"event": event["id"], "webhooks": told})


class _Handler(BaseHTTPRequestHandler):
    server: CarrierServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        # Any web page may send requests to this machine: its origin, or its name, gives it away.
        if self.headers.get("Origin") or not _OWN_HOST.fullmatch(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        body: dict[str, Any] = {}
        if length := int(self.headers.get("Content-Length") or 0):
            body = json.loads(self.rfile.read(length))
        path, _, query = self.path.partition("?")
        if path.startswith(_FILES):
            self._send_file(self.server.books.file(path.removeprefix(_FILES)))
            return
        if path.startswith(_SHIPPO + _FILES):
            self._send_file(self.server.shippo.file(path.removeprefix(_SHIPPO + _FILES)))
            return
        if path.startswith(_API):
            asked = body | dict(parse_qsl(query))
            answer = self.server.books.answer(path.removeprefix(_API), asked)
        elif path.startswith(_SHIPPO):
            target = self.path.removeprefix(_SHIPPO)
            answer = self.server.shippo.answer(self.command, target, body)
        else:
            answer = self.server.control(path, body)
        self.server.ending.wait(answer.delay)
        if not answer.is_lost:
            with suppress(ConnectionError):  # who asked has left
                self._send(answer)

    def _send_file(self, file: bytes | None) -> None:
        if file is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(file)))
        self.end_headers()
        self.wfile.write(file)

    def _send(self, answer: Answer) -> None:
        text = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        if answer.retry_after:
            self.send_header("Retry-After", str(answer.retry_after))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Logs nothing."""


@contextmanager
def serving(books: CarrierBooks, shippo: ShippoBooks | None = None) -> Iterator[CarrierServer]:
    """The sellers on a free port, until the end of the block."""
    server = CarrierServer(books, shippo=shippo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _end_with_the_stack() -> None:
    """Ends this process once whoever started it has: then its input ends, too."""
    sys.stdin.buffer.read()
    os._exit(0)  # what is kept is in files, each whole


def main() -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="A seller of labels, like EasyPost.")
    parser.add_argument("port", type=int)
    parser.add_argument("--data", type=Path, help="where its shipments are kept")
    parser.add_argument("--until-input-ends", action="store_true")
    options = parser.parse_args()
    archive = Archive(options.data / "shipments") if options.data else None
    server = CarrierServer(CarrierBooks(archive), options.port)
    if options.until_input_ends:
        threading.Thread(target=_end_with_the_stack, daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    main()
