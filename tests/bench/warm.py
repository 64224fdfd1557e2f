"""Measures warm requests: the CPU time of a route, beside the same calls through bare boto3."""

import json
import random
import statistics
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import IO, Any, cast

from tests.bench.cold import Taken, versions
from tests.bench.handlers import Handler, Json, client, http_functions, peers, recorded_for
from tests.bench.tables import table
from tests.fakes.artifact import build_artifact

ROUNDS, REQUESTS, WARM_UPS = 11, 60, 20
_REPLAY = "tests.bench.peers.replay.handler"

# Answers the events, as often as each line on its standard input says, and prints what that took.
_ASKED = """
import gc, importlib, json, os, sys, time
target, depth, events, *paths = sys.argv[1:]
sys.path[:0] = paths
module, _, name = target.rpartition(".")
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"
    def get_remaining_time_in_millis(self): return 30000
out, sys.stdout = sys.stdout, open(os.devnull, "w")
def answer_from(depth):
    if depth:
        return answer_from(depth - 1)
    handler, asked = getattr(importlib.import_module(module), name), json.loads(events)
    for line in sys.stdin:
        texts = [json.dumps(event) for event in asked * int(line)]
        gc.collect()
        wall, cpu = time.perf_counter(), time.process_time()
        answers = [handler(json.loads(text), Context()) or {} for text in texts]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        statuses = [answer.get("statusCode", 200) for answer in answers[-len(asked):]]
        print(json.dumps([cpu, wall, statuses]), file=out, flush=True)
answer_from(int(depth))
"""


@dataclass
class Heard:
    """The requests that the recorded AWS got since it was last emptied."""

    calls: list[Json] = field(default_factory=list)

    def __call__(self, target: str, body: Mapping[str, Any]) -> None:
        self.calls.append({"target": target, "body": body})


def report() -> str:
    """Each route of ours, and the calls that it makes through bare boto3, over HTTP and TLS."""
    plain, secured = measured(ROUNDS), measured(ROUNDS, tls=True)
    heads = ["a warm request", "calls", "CPU ms", "bare boto3", "ratio", "wall ms"]
    heads += ["over TLS: CPU ms", "bare boto3", "ratio", "wall ms"]
    rows = []
    for name, (calls, _, _) in plain.items():
        cells = [cell for found in (plain, secured) for cell in _cells(*found[name][1:])]
        rows.append([name, str(calls), *cells])
    note = (
        f"CPU of the process for one request, of {REQUESTS} in a row: medians of {ROUNDS} "
        "interleaved rounds, their ranges, and the ratio to a process that makes the same calls "
        "through boto3 and nothing else."
    )
    return f"{table(heads, rows)}\n\n{versions()}\n\n{note}"


def _cells(ours: list[Taken], bare: list[Taken]) -> Iterable[str]:
    for taken in (ours, bare):
        cpu = [each.cpu for each in taken]
        yield f"{statistics.median(cpu):.2f} ({min(cpu):.2f} to {max(cpu):.2f})" if cpu else ""
    medians = [statistics.median(each.cpu for each in taken) for taken in (ours, bare) if taken]
    yield f"{medians[0] / medians[1]:.2f}" if len(medians) > 1 else ""
    yield f"{statistics.median(each.wall for each in ours):.2f}"


def measured(
    rounds: int, *, tls: bool = False
) -> Mapping[str, tuple[int, list[Taken], list[Taken]]]:
    """Of each route, how many calls it makes, what it took, and what its calls alone took."""
    key, item = client()
    heard = Heard()
    bare = next(each for each in peers() if each.target.endswith("bare.handler"))
    handlers = [bare, *http_functions(build_artifact(), key)]
    with (
        recorded_for(handlers, item, tls=tls, heard=heard) as (trusting, endpoint),
        ExitStack() as running,
    ):
        bare, *ours = trusting
        found: dict[str, tuple[int, list[Taken], list[Taken]]] = {}
        sides: list[tuple[_Running, list[Taken]]] = []
        for handler in ours:
            mine = running.enter_context(_running(handler, endpoint))
            mine.take(WARM_UPS)
            heard.calls.clear()
            mine.take(1)
            calls = list(heard.calls)
            found[handler.name] = len(calls), [], []
            sides.append((mine, found[handler.name][1]))
            if calls:
                replay = replace(bare, target=_REPLAY, events=({"calls": calls},))
                theirs = running.enter_context(_running(replay, endpoint))
                theirs.take(WARM_UPS)
                sides.append((theirs, found[handler.name][2]))
        for _ in range(rounds):
            for side, times in random.sample(sides, len(sides)):
                times.append(side.take(REQUESTS))
        return found


@dataclass
class _Running:
    handler: Handler
    asked: IO[str]
    told: IO[str]

    def take(self, requests: int) -> Taken:
        """What one of that many requests takes; a request may be two, of which one leads on."""
        self.asked.write(f"{requests}\n")
        self.asked.flush()
        cpu, wall, statuses = json.loads(self.told.readline())
        if tuple(statuses) != self.handler.statuses:
            raise AssertionError(f"{self.handler.name}: {statuses}")
        return Taken(cpu * 1000 / requests, wall * 1000 / requests)


@contextmanager
def _running(handler: Handler, endpoint: str) -> Iterator[_Running]:
    with subprocess.Popen(
        handler.command(_ASKED),
        env=handler.environment(endpoint),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        asked, told = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
        try:
            yield _Running(handler, asked, told)
        finally:
            asked.close()
