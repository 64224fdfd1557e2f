"""Kills workers and the emulator of a test's own stack, at random moments."""

import os
import random
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import boto3.exceptions
import urllib3.exceptions
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.errors import AftercareError
from tests.fakes.stack.local_stacks import LocalStack

# What a client sees of a killed worker or emulator, or of an answer that it did not expect.
TROUBLE = (
    AssertionError,
    AftercareError,
    BotoCoreError,
    ClientError,
    OSError,
    PynamoDBException,
    ValueError,
    boto3.exceptions.Boto3Error,
    urllib3.exceptions.HTTPError,
)
_RETRY_SECONDS = 0.4
# A machine that is busy with everything else may be too slow for one start.
_STARTS = 3


class Strike(StrEnum):
    """What is killed, with SIGKILL."""

    WORKER = "a worker"
    WORKERS = "all workers"
    EMULATOR = "the emulator and its workers"


@dataclass
class Havoc:
    """Strikes at random moments, in another thread, until `calm` is set.

    `failed_starts` is what a start of the killed stack printed that did not end well.
    """

    stack: LocalStack
    dice: random.Random
    emulators: int
    workers: int
    calm: threading.Event = field(default_factory=threading.Event)
    struck: list[str] = field(default_factory=list)
    failed_starts: list[str] = field(default_factory=list)

    @property
    def is_lost(self) -> bool:
        """Whether the killed stack does not start any more."""
        return len(self.failed_starts) == _STARTS

    def rage(self) -> None:
        """Carries out the planned strikes; the stack is up when it returns, unless it is lost."""
        plan = [Strike.EMULATOR] * self.emulators
        plan += [self.dice.choice([Strike.WORKER, Strike.WORKERS]) for _ in range(self.workers)]
        self.dice.shuffle(plan)
        for strike in plan:
            self.calm.wait(self.dice.uniform(0.2, 1.5))
            self._carry_out(strike)
            if self.is_lost:
                break
        self.calm.set()

    def _carry_out(self, strike: Strike) -> None:
        if strike is Strike.EMULATOR:
            pid = self.stack.pid
            os.killpg(pid, signal.SIGKILL)
            self.struck.append(strike)
            self._start_again()
            return
        running = workers(self.stack)
        if strike is Strike.WORKER and running:
            running = dict([self.dice.choice(sorted(running.items()))])
        for pid, function in running.items():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.struck.append(function)

    def _start_again(self) -> None:
        self.failed_starts.clear()
        while not self.is_lost:
            started = self.stack.command("up")
            if not started.returncode:
                return
            self.failed_starts.append(started.stdout + started.stderr)


def workers(stack: LocalStack) -> dict[int, str]:
    """The functions' processes: pid → the function's name."""
    found: dict[int, str] = {}
    start = str(stack.data / "tmp" / "ministack-lambda-")
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            _, is_worker, rest = path.read_text().partition(start)
            if is_worker:
                found[int(path.parent.name)] = rest.split("Function-")[0].rpartition("-")[2]
    return found


def insisted[T](walk: Callable[[], T], until: Callable[[], bool]) -> T | None:
    """Walks again after any trouble, as a patient client does; None if it is over before."""
    pause = threading.Event()
    while not until():
        try:
            return walk()
        except TROUBLE:
            pause.wait(_RETRY_SECONDS)
    return None
