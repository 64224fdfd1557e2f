"""Runs a decoder in a child process with bounded memory and time."""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from aftercare.kernel.observe import failure, logger

# The slowest 40-megapixel picture takes below 4 s of a Lambda's processor.
CPU_SECONDS = 20
_MEGABYTE = 1024 * 1024
# What a decoder needs whatever the picture's size: its tables, threads and input, colour profiles.
FIXED_BYTES = 96 * _MEGABYTE
# The most that a decoder, the copy and its encoder need: a 12-bit AVIF with alpha.
BYTES_PER_PIXEL = 24
_FAILED = 1

type Allow = Callable[[int], None]


def unlimited(pixels: int) -> None:
    """The memory of a caller that trusts the picture."""


def within_budget(work: Callable[[Allow], bytes], cpu_seconds: int = CPU_SECONDS) -> bytes | None:
    """Runs `work` in a child process and returns its answer; none if the child died.

    The child may use `cpu_seconds` of processor time, and `FIXED_BYTES` of memory beyond what this
    process has. `work` raises the latter with its argument, by `BYTES_PER_PIXEL` for each pixel
    that the picture's header states: a picture that is larger than its header says dies.
    A child that crashes takes nothing else along. Safe to repeat. Not for a process with threads.

    Raises:
        OSError: The child could not be started.
    """
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(writing, work, cpu_seconds)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status == 0:
        return answer
    cause = signal.Signals(-status).name if status < 0 else "error"
    logger.warning("decoder died", extra={"cause": cause, "failure": _failure_in(answer)})
    return None


def _answer(writing: int, work: Callable[[Allow], bytes], cpu_seconds: int) -> NoReturn:
    status = _FAILED
    try:
        present = _address_space()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
        _limit_memory(present, 0)
        answer = work(lambda pixels: _limit_memory(present, pixels))
        _write(writing, answer)
        status = 0
    except Exception as error:  # noqa: BLE001  it ends here: the parent reports it
        _write(writing, json.dumps(failure(error)).encode())
    finally:
        os._exit(status)  # at once: this is a copy of a process that others have plans with


def _write(writing: int, answer: bytes) -> None:
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(answer)


def _failure_in(answer: bytes) -> object:
    """What the child reported of itself; a part of it, if it died while it wrote."""
    try:
        return json.loads(answer)
    except ValueError:
        return None


def _limit_memory(present: int, pixels: int) -> None:
    most = present + FIXED_BYTES + BYTES_PER_PIXEL * pixels
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.RLIM_INFINITY))


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").partition(" ")[0]
    return int(pages) * resource.getpagesize()
