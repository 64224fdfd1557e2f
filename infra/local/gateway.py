"""Serves MiniStack on one loopback port, to one origin, and saves snapshots of its state."""

import asyncio
import contextlib
import logging
import re
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config
from ministack import app as ministack

from infra.local import fidelity, mailbox
from infra.local.settings import PORTAL_HOST
from infra.local.snapshots import Snapshots

SNAPSHOT_SECONDS = 5.0
# Its mail services log the address and the subject of each mail; a code's subject has the code.
MAIL_LOGGERS = ("ses", "ses-v2")
SIGNED = b"AWS4-HMAC-SHA256 "
REFUSAL = b"The local stack only accepts requests from its own pages and from this machine.\n"

type Scope = dict[str, Any]
type Message = dict[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Gate:
    """Refuses requests from other origins and routes the portal and AWS by host name.

    Any web page can send requests to a port on this machine: the Origin header reveals it, and the
    Host header reveals a rebound DNS name. `localhost` is the portal, `127.0.0.1` the AWS endpoint.
    Requests to the endpoint count as TLS, so that the buckets' TLS-only policies accept them.
    """

    def __init__(self, inner: App, port: int) -> None:
        self._inner = inner
        self._allowed_host = re.compile(rf"(?:127\.0\.0\.1|(?:[\w-]+\.)*localhost):{port}")
        self._portal = f"{PORTAL_HOST}:{port}".encode()
        self._localhost = f"localhost:{port}".encode()
        self.changed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._inner(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not self._is_allowed(headers):
            await _refuse(scope, send)
            return
        if scope["path"] == mailbox.PATH and scope["method"] == "GET":
            await _respond(send, 200, b"text/html; charset=utf-8", mailbox.page(_sent_mails()))
            return
        self.changed = self.changed or not scope["path"].startswith("/_ministack/")
        if headers[b"host"].lower() == self._localhost and not _is_signed(headers):
            scope = _with_header(scope, b"host", self._portal)
        elif headers[b"host"].startswith(b"127.0.0.1"):
            scope = _with_header(scope, b"x-forwarded-proto", b"https")
        await self._inner(scope, receive, send)

    def _is_allowed(self, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        allowed = self._allowed_host.fullmatch
        return bool(allowed(host)) and (not origin or bool(allowed(origin.removeprefix("http://"))))


def _is_signed(headers: dict[bytes, bytes]) -> bool:
    """Whether an AWS client sent it. Stores also send Authorization, with their API keys."""
    return headers.get(b"authorization", b"").startswith(SIGNED)


def _with_header(scope: Scope, name: bytes, value: bytes) -> Scope:
    others = [header for header in scope["headers"] if header[0] != name]
    return scope | {"headers": [(name, value), *others]}


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await _respond(send, 403, b"text/plain", REFUSAL)


async def _respond(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _sent_mails() -> list[dict[str, Any]]:
    boxes = ministack._get_module("ses")._sent_emails.to_dict().values()
    return [mail for box in boxes for mail in box]


async def serve(port: int, data: Path) -> None:
    """Run until SIGTERM or SIGINT; save a snapshot after each change."""
    for logger in map(logging.getLogger, MAIL_LOGGERS):
        logger.setLevel(logging.WARNING)
    snapshots = Snapshots(data / "state", port)
    snapshots.install()
    fidelity.install()
    ministack.save_all = snapshots.save
    gate = Gate(ministack.app, port)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)

    async def snapshot_until_stopped() -> None:
        while not stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopped.wait(), SNAPSHOT_SECONDS)
            if gate.changed and not stopped.is_set():
                gate.changed = False
                gate.changed = not await snapshots.take(ministack._build_persistence_save_dict())

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    # 200 requests at once, and the calls that their functions make, wait in line to be accepted.
    config.backlog = 1024
    await hypercorn_serve(gate, config, shutdown_trigger=snapshot_until_stopped)
