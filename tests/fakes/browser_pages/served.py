"""The pages' own apps on a loopback port, over emulated tables: a browser opens any state fast."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.fakes.browser import APPS, Browser, deployed_with, matched

_SENT = ("accept", "accept-language", "content-type", "cookie", "origin", "sec-fetch-site")


@contextmanager
def serving_pages() -> Iterator[str]:
    """The address at which a browser finds the portal and the check page."""
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    url = f"http://127.0.0.1:{server.server_port}"
    with deployed_with(portal_url=url):
        thread.start()
        try:
            yield url
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Gateway(BaseHTTPRequestHandler):
    """Passes requests on as API Gateway does."""

    def do_GET(self) -> None:
        self._pass_on("GET", None)

    def do_POST(self) -> None:
        self._pass_on("POST", self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its base's name
        """Logs nothing."""

    def _pass_on(self, method: str, body: str | None) -> None:
        parts = urlsplit(self.path)
        route, parameters = matched(unquote(parts.path))
        headers = {name: self.headers.get(name) for name in _SENT}
        event = replace(Browser(), accept="").event(
            method, route, parameters, query=parts.query, body=body, headers=headers
        )
        self._answer(APPS[route](event, None))

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
