"""Starts, finds and stops the emulator's process."""

import fcntl
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.settings import Settings, StackError

# A busy machine takes long to read a large state.
READY_SECONDS = 120.0
STOP_SECONDS = 20.0
# What SAM puts before a builder's own message.
_BUILDER = re.compile(r"^Error: \w+:\w+ - (Make Failed: )?")
_MAKE = re.compile(r"^make(\[\d+\])?: \*\*\* ")
INHERITED_VARIABLES = ("HOME", "PATH", "LANG", "LC_ALL", "TZ")


def start_emulator(settings: Settings) -> subprocess.Popen[bytes]:
    """Start the emulator in its own session and wait until it is ready.

    Raises StackError if the port is in use or the emulator does not start; no process is left
    running.
    """
    check_port_is_free(settings)
    emulator = _spawn(settings)
    try:
        _await_ready(settings, emulator)
    except BaseException:
        stop_emulator(emulator.pid, emulator.poll)
        raise
    return emulator


def check_port_is_free(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.port))
        except OSError:
            raise StackError(
                f"Port {settings.port} is in use: stop the program that uses it or choose another "
                f"port, as in `make run PORT={settings.port + 1}`."
            ) from None


def is_ready(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.endpoint_url}/_ministack/ready", timeout=2):  # noqa: S310
            return True
    except (OSError, urllib.error.URLError):
        return False


def stop_emulator(pid: int, poll: Callable[[], object] | None = None) -> None:
    """Ask the emulator to save and stop, then kill any process left in its session."""
    has_stopped = (lambda: poll() is not None) if poll else (lambda: not _exists(pid))
    _signal(os.kill, pid, signal.SIGTERM)
    _wait(has_stopped, STOP_SECONDS)
    _signal(os.killpg, pid, signal.SIGKILL)
    _wait(has_stopped, STOP_SECONDS)


def running_stack(settings: Settings) -> dict[str, Any] | None:
    """The content of stack.json, or None unless its pid belongs to this stack's emulator."""
    try:
        stack: dict[str, Any] = json.loads(settings.stack_file.read_text())
        command = _command_line(int(stack["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return stack if "infra.local.emulator" in command and str(settings.data) in command else None


def write_stack_file(settings: Settings, stack: dict[str, Any]) -> None:
    pending = settings.stack_file.with_suffix(".tmp")
    pending.write_text(json.dumps(stack, indent=2) + "\n")
    pending.replace(settings.stack_file)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on a file. The system releases it when the process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def last_error(log: Path, about: str = "") -> str:
    """The last line of a log that reports an error, or else its last line, as a sentence.

    After the error itself each make on its way says only which of its targets failed.
    """
    content = log.read_text(errors="replace").splitlines()
    lines = [line.strip() for line in content if line.strip() and about in line]
    lines = [line for line in lines if not _MAKE.match(line)]
    errors = [line for line in lines if "error" in line.lower() or "failed" in line.lower()]
    last = (errors or lines or ["the log says nothing about it"])[-1]
    return _BUILDER.sub("", last)[:300].rstrip(".") + "."


def _spawn(settings: Settings) -> subprocess.Popen[bytes]:
    python = settings.tool("ministack", "python")
    options = ["--port", str(settings.port), "--data", str(settings.data)]
    if settings.carrier_port:
        options += ["--carrier-port", str(settings.carrier_port), "--carrier-python"]
        options += [sys.executable]
    with settings.log("emulator").open("wb") as output:
        return subprocess.Popen(
            [python, "-m", "infra.local.emulator", *options],
            cwd=settings.root,
            env=_emulator_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _await_ready(settings: Settings, emulator: subprocess.Popen[bytes]) -> None:
    failure = "did not become ready"
    if _wait(lambda: emulator.poll() is not None or is_ready(settings), READY_SECONDS):
        if emulator.poll() is None:
            return
        failure = "exited during startup"
    raise StackError(f"The emulator {failure}: see {settings.shown(settings.log('emulator'))}.")


def _emulator_environment(settings: Settings) -> dict[str, str]:
    # The functions inherit this environment, so the developer's own variables are left out.
    inherited = {name: os.environ[name] for name in INHERITED_VARIABLES if name in os.environ}
    aws = settings.aws_environment
    del aws["AWS_ENDPOINT_URL"]
    return inherited | aws


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not (is_met := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return is_met


def _signal(send: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        send(pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _exists(pid: int) -> bool:
    return bool(_command_line(pid))


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return ""
    command = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
