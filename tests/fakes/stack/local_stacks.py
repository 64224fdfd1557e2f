"""The tests' own local stacks, with free ports and their own data."""

import fcntl
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from infra.local.settings import ROOT
from tests.fakes.environment import without_settings

START_SECONDS = 280.0


def await_true[T](condition: Callable[[], T], seconds: float = 60.0, what: str = "it") -> T:
    """Poll until the condition is true and return its value; fail at the deadline."""
    deadline = time.monotonic() + seconds
    while not (met := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return met


@dataclass(frozen=True)
class LocalStack:
    """One stack: a data directory and a port."""

    data: Path
    port: int
    checkout: Path = ROOT

    @property
    def facts(self) -> dict[str, Any]:
        """The current content of stack.json."""
        facts: dict[str, Any] = json.loads((self.data / "stack.json").read_text())
        return facts

    @property
    def outputs(self) -> dict[str, str]:
        outputs: dict[str, str] = self.facts["outputs"]
        return outputs

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def portal_url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def pid(self) -> int:
        return int(self.facts["pid"])

    def command(self, verb: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m infra.local.stack`, as make does."""
        settings = {"PORT": str(self.port), "AFTERCARE_LOCAL": str(self.data)}
        return subprocess.run(
            [sys.executable, "-m", "infra.local.stack", verb],
            cwd=self.checkout,
            env=without_settings() | settings,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
            check=False,
        )

    def up(self) -> None:
        started = self.command("up")
        assert started.returncode == 0, started.stdout + started.stderr

    def down(self) -> None:
        stopped = self.command("down")
        assert stopped.returncode == 0, stopped.stdout + stopped.stderr

    def client(self, service: str) -> Any:
        """Make a client with the emulator's root credentials."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint_url,
            region_name="us-west-2",
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(connect_timeout=30, read_timeout=60, retries={"total_max_attempts": 2}),
        )

    def invoke(self, output: str, event: object) -> Any:
        """Invoke the function that the output names; return its answer, or fail with it.

        The answer is always read: an unread one keeps its connection, which is not closed but
        collected, whenever that is, with a warning that fails the test running then.
        """
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs[output], Payload=json.dumps(event).encode()
        )
        with answer["Payload"] as payload:
            read = payload.read()
        assert "FunctionError" not in answer, read
        return json.loads(read)


def free_port() -> int:
    """Find a free port outside the system's ephemeral range, so that it stays free at a restart."""
    for port in random.sample(range(20000, 30000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    raise AssertionError("no free port")


@contextmanager
def own_stack(data: Path) -> Iterator[LocalStack]:
    """A stack for one test module, which may stop and kill it."""
    stack = LocalStack(data, free_port())
    try:
        stack.up()
        yield stack
    finally:
        _end(stack)


@contextmanager
def shared_stack(directory: Path) -> Iterator[LocalStack]:
    """The stack that all tests of a session share; pytest-xdist's workers too."""
    stack = _join(directory)
    try:
        yield stack
    finally:
        _leave(directory, stack)


def _join(directory: Path) -> LocalStack:
    with _users(directory) as users:
        port = int(users[0]) if users else free_port()
        stack = LocalStack(directory / "data", port)
        stack.up()
        users[:] = [str(port), *users[1:], str(os.getpid())]
        return stack


def _leave(directory: Path, stack: LocalStack) -> None:
    with _users(directory) as users:
        users.remove(str(os.getpid()))
        if len(users) == 1:
            users.clear()
            _end(stack)


@contextmanager
def _users(directory: Path) -> Iterator[list[str]]:
    """The port, then the process of each user; under a lock."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "users").open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        users = file.read().split()
        yield users
        file.seek(0)
        file.truncate()
        file.write(" ".join(users))


def _end(stack: LocalStack) -> None:
    stack.down()
    shutil.rmtree(stack.data / "state", ignore_errors=True)
