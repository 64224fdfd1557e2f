"""The seller of a local stack's labels: its port, its process, its webhooks.

The emulator starts it and holds its input open, so that it ends with the emulator, however that
ends. It runs in the project's own environment, not in the emulator's.
"""

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from infra.local.settings import PORTS, Settings, StackError

_APART = 1000
_FREED_SECONDS = 2.0
_READY_SECONDS = 20.0
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def directory(data: Path) -> Path:
    """Where it keeps what it sold, and its log of that stack's data."""
    return data / "carrier"


def port_for(settings: Settings) -> int:
    """Its port: the one that it had before, unless that is in use by now.

    The deployed functions know the port, so another one takes a new deployment.
    """
    file = directory(settings.data) / "port"
    kept = int(file.read_text()) if file.exists() else 0
    port = next(each for each in _candidates(settings.port, kept) if _is_free(each))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(str(port))
    return port


def start(python: Path, port: int, data: Path, log: Path) -> subprocess.Popen[bytes]:
    """Starts it on that port, without waiting for it; it ends when its input does."""
    options = ["--data", str(directory(data)), "--until-input-ends"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [python, "-m", "infra.local.carrier.server", str(port), *options],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def register(settings: Settings, secret: str) -> None:
    """Has it tell the portal of each parcel that moves, with webhooks signed by that secret.

    Raises:
        StackError: It does not answer; the message names its log.
    """
    hook = {"url": f"{settings.portal_url}/hooks/easypost", "webhook_secret": secret}
    deadline = time.monotonic() + _READY_SECONDS
    while True:
        try:
            ask(f"{settings.carrier_url}/v2/webhooks", {"webhook": hook})
        except OSError:
            if time.monotonic() < deadline:
                time.sleep(0.05)
                continue
            log = settings.shown(settings.log("carrier"))
            raise StackError(f"The carrier's simulator does not answer: see {log}.") from None
        return


def ask(url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Its answer to a request.

    Raises:
        StackError: It refuses; the message is its own.
        OSError: It does not answer.
    """
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)  # noqa: S310 - its own
    try:
        with _DIRECT.open(request, timeout=_READY_SECONDS) as answer:
            said: dict[str, Any] = json.load(answer)
            return said
    except urllib.error.HTTPError as error:
        with error:
            raise StackError(str(json.load(error)["error"]["message"])) from None


def _candidates(emulator: int, kept: int) -> Iterator[int]:
    if kept and kept != emulator:
        yield kept
        # The one that has just been stopped may not have let it go yet.
        deadline = time.monotonic() + _FREED_SECONDS
        while time.monotonic() < deadline:
            time.sleep(0.05)
            yield kept
    beside = emulator + _APART
    yield beside if beside in PORTS else emulator - _APART
    with socket.socket() as any_free:
        any_free.bind(("127.0.0.1", 0))
        port: int = any_free.getsockname()[1]
    yield port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
