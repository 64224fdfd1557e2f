"""The pages' own apps on a loopback port, over emulated tables: a browser opens any state fast."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from console.edge import edge as console_edge
from tests.fakes.browser import APPS, Apps, Browser, deployed_with, matched
from tests.fakes.colleagues import CONSOLE

_SENT = ("accept", "accept-language", "content-type", "cookie", "origin", "sec-fetch-site")


@contextmanager
def serving_pages() -> Iterator[str]:
    """The address at which a browser finds the portal and the check page."""
    with _serving(_Gateway) as url, deployed_with(portal_url=url):
        yield url


@contextmanager
def serving_console() -> Iterator[str]:
    """The address at which a browser finds the console."""
    kept = console_edge.config
    with _serving(_ConsoleGateway) as url:
        console_edge.config = kept._replace(portal_url=url)
        try:
            yield url
        finally:
            console_edge.config = kept


@contextmanager
def _serving(gateway: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Gateway(BaseHTTPRequestHandler):
    """Passes requests on as API Gateway does."""

    apps: ClassVar[Apps] = APPS

    def do_GET(self) -> None:
        self._pass_on("GET", None)

    def do_POST(self) -> None:
        self._pass_on("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Logs nothing."""

    def _pass_on(self, method: str, body: str | None) -> None:
        parts = urlsplit(self.path)
        route, parameters = matched(unquote(parts.path), self.apps)
        headers = {name: self.headers.get(name) for name in _SENT}
        event = replace(Browser(), accept="").event(
            method, route, parameters, query=parts.query, body=body, headers=headers
        )
        self._answer(self.apps[route](event, None))

    def _answer(self, answer: dict[str, Any]) -> None:
        content = answer["body"].encode()
        self.send_response(int(answer["statusCode"]))
        several = answer.get("multiValueHeaders", {})
        one = {name: [value] for name, value in answer["headers"].items() if name not in several}
        for name, values in {**one, **several}.items():
            for value in values:
                self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class _ConsoleGateway(_Gateway):
    apps = CONSOLE
