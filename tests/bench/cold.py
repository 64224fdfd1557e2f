"""Measures cold starts: a new process until its first answer, compared with other handlers."""

import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from tests.bench.handlers import (
    BARE,
    Handler,
    client,
    http_functions,
    peers,
    recorded_for,
    workers,
)
from tests.bench.tables import table
from tests.fakes.artifact import build_artifact

ROUNDS = 13

_CALL = """
import importlib, json, sys
target, depth, events, *paths = sys.argv[1:]
sys.path[:0] = paths
module, _, name = target.rpartition(".")
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"
    def get_remaining_time_in_millis(self): return 30000
def answer_from(depth):
    if depth:
        return answer_from(depth - 1)
    handler = getattr(importlib.import_module(module), name)
    answers = [handler(event, Context()) or {} for event in json.loads(events)]
    return [answer.get("statusCode", 200) for answer in answers]
statuses = answer_from(int(depth))
print(file=sys.stderr)
print(*statuses, file=sys.stderr)
"""


class Taken(NamedTuple):
    """Milliseconds of a process: user and system CPU, and by the clock on the wall."""

    cpu: float
    wall: float


type Times = Mapping[str, list[Taken]]


def report() -> str:
    """The starts of each HTTP function, each worker and the peers, over HTTP and over TLS."""
    plain, secured = measured(ROUNDS), measured(ROUNDS, tls=True)
    heads = ["a new process and its first answer", "CPU ms", "ratio", "wall ms", "ratio"]
    heads += ["over TLS: CPU ms", "ratio", "wall ms", "ratio"]
    rows = [[name, *_cells(name, plain), *_cells(name, secured)] for name in plain]
    note = (
        f"Medians of {ROUNDS} interleaved rounds, their ranges, and ratios to the {BARE}. "
        "AWS's answers are recorded. "
        "A worker's start is its import and an empty batch."
    )
    return f"{table(heads, rows)}\n\n{versions()}\n\n{note}"


def versions() -> str:
    """The versions of the peers' libraries."""
    from importlib.metadata import distributions  # noqa: PLC0415 - of another environment

    from tests.bench.handlers import PEERS  # noqa: PLC0415

    names = {"boto3", "botocore", "aws-lambda-powertools", "fastapi", "mangum"}
    found = {each.name.replace("_", "-"): each.version for each in distributions(path=[str(PEERS)])}
    return ", ".join(f"{name} {found[name]}" for name in sorted(names & found.keys()))


def _cells(name: str, times: Times) -> Iterable[str]:
    parts: tuple[Callable[[Taken], float], ...] = (lambda each: each.cpu, lambda each: each.wall)
    for part in parts:
        taken, bare = [part(each) for each in times[name]], [part(each) for each in times[BARE]]
        yield f"{statistics.median(taken):.0f} ({min(taken):.0f} to {max(taken):.0f})"
        yield f"{statistics.median(taken) / statistics.median(bare):.2f}"


def measured(rounds: int, *, tls: bool = False) -> Times:
    """What each handler took, once for each round."""
    key, item = client()
    artifact = build_artifact()
    handlers = [*peers(), *http_functions(artifact, key), *workers(artifact)]
    with recorded_for(handlers, item, tls=tls) as (trusting, endpoint):
        times: dict[str, list[Taken]] = {handler.name: [] for handler in trusting}
        for handler in trusting:
            started(handler, endpoint)  # an uncounted run, so that the files are in memory
        for _ in range(rounds):
            for handler in random.sample(trusting, len(trusting)):
                times[handler.name].append(started(handler, endpoint))
        return times


def started(handler: Handler, endpoint: str) -> Taken:
    """What a new process of that handler takes until it has answered."""
    with tempfile.TemporaryFile("w+") as errors:
        begun = time.perf_counter()
        process = subprocess.Popen(
            handler.command(_CALL),
            env=handler.environment(endpoint),
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        output = errors.read()
    if process.returncode or output.splitlines()[-1] != " ".join(map(str, handler.statuses)):
        raise AssertionError(f"{handler.name}: {output}")
    return Taken((used.ru_utime + used.ru_stime) * 1000, wall * 1000)
