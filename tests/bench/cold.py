"""Measures cold starts: the CPU time of a new process, compared with other handlers."""

import hashlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from botocore.httpsession import DEFAULT_CA_BUNDLE

from aftercare.clients.model import Client
from aftercare.clients.service import ClientService
from aftercare.clients.store import _item
from aftercare.kernel.clock import utc_now
from aftercare.kernel.trust import AMAZON
from infra.local.settings import ROOT
from tests.bench.tables import table
from tests.fakes.actors import LI
from tests.fakes.artifact import REGION, Artifact, build_artifact
from tests.fakes.authority import Authority
from tests.fakes.codes import KEYS_TEXT, code
from tests.fakes.counter import FORGED
from tests.fakes.environment import SETTINGS, TABLES
from tests.fakes.recorded_aws import Answers, recorded_aws

ROUNDS = 13
PEERS = ROOT / ".tools" / "peers" / "lib" / "python3.13" / "site-packages"
_EVENTS = ROOT / "events"
_SAMPLES = ROOT / "tests" / "samples"
_TOKEN = "t" * 43
RECORDED_KEY = "k"
_MEMBER = "mem_01KB0000000000000000000000"
BARE = "bare boto3 handler"
_MOST_FRAMES = 64

# Runs with -I -S, so that only the paths in argv can be imported from. The import starts at another
# stack depth in each process: where calls cross the end of a block of the interpreter's frame
# stack, the block is mapped and unmapped thousands of times, and where that happens is luck.
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
    return [handler(event, Context()).get("statusCode", 200) for event in json.loads(events)]
statuses = answer_from(int(depth))
print(file=sys.stderr)
print(*statuses, file=sys.stderr)
"""

type Json = dict[str, Any]


@dataclass(frozen=True)
class Handler:
    """A handler, what one person asks of it, and the paths that it imports from."""

    name: str
    target: str
    events: tuple[Json, ...]
    paths: tuple[str, ...]
    settings: Mapping[str, str]
    statuses: tuple[int, ...] = (200,)

    def cpu(self, endpoint: str) -> float:
        """Milliseconds of user and system CPU time of a new process."""
        depth = str(random.randrange(_MOST_FRAMES))  # noqa: S311 - nothing to guess
        command = [sys.executable, "-I", "-S", "-c", _CALL, self.target, depth]
        aws = {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        with tempfile.TemporaryFile("w+") as errors:
            process = subprocess.Popen(
                [*command, json.dumps(self.events), *self.paths],
                env={**self.settings, **aws},
                cwd="/",
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            output = errors.read()
        statuses = " ".join(map(str, self.statuses))
        if process.returncode or output.splitlines()[-1] != statuses:
            raise AssertionError(f"{self.name}: {output}")
        return (used.ru_utime + used.ru_stime) * 1000


def report() -> str:
    """The cold starts of each HTTP function and of the peers, over HTTP and over TLS."""
    plain, secured = _medians(measured(ROUNDS)), _medians(measured(ROUNDS, tls=True))
    rows = [
        [name, *(cell for times in (plain, secured) for cell in _cells(name, times))]
        for name in plain
    ]
    ratio = "ratio to bare boto3"
    heads = ["a new process and its first response", "CPU ms", ratio, "over TLS", ratio]
    note = (
        f"Medians of {ROUNDS} interleaved rounds, user and system CPU; AWS responses are recorded."
    )
    return f"{table(heads, rows)}\n\n{note}"


def _medians(times: Mapping[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(taken) for name, taken in times.items()}


def _cells(name: str, times: Mapping[str, float]) -> tuple[str, str]:
    return f"{times[name]:.0f}", f"{times[name] / times[BARE]:.2f}"


def measured(rounds: int, *, tls: bool = False) -> dict[str, list[float]]:
    """Milliseconds of CPU by handler, one for each round."""
    key, client_item = _client()
    handlers = [*_peers(), *_ours(build_artifact(), key)]
    with tempfile.TemporaryDirectory() as folder:
        authority = Authority(Path(folder), "ours") if tls else None
        if authority:
            handlers = [_trusts(handler, authority, Path(folder)) for handler in handlers]
        served = authority.serving if authority else None
        with recorded_aws(_answers(client_item), served) as endpoint:
            return _timed(handlers, endpoint, rounds)


def _timed(handlers: list[Handler], endpoint: str, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {handler.name: [] for handler in handlers}
    for handler in handlers:
        handler.cpu(endpoint)  # an uncounted run, so that the files are in memory
    for _ in range(rounds):
        for handler in random.sample(handlers, len(handlers)):
            times[handler.name].append(handler.cpu(endpoint))
    return times


def _trusts(handler: Handler, authority: Authority, folder: Path) -> Handler:
    """The handler, trusting one authority more: among Amazon's roots, or among all of botocore's.

    Amazon's are in a copy of our layer; a deployment's own bundle would have us read all, too.
    """
    layer = [path for path in handler.paths if Path(path, "aftercare", "kernel").is_dir()]
    if not layer:
        bundle = folder / "all.pem"
        bundle.write_text(Path(DEFAULT_CA_BUNDLE).read_text() + authority.root.read_text())
        return replace(handler, settings={**handler.settings, "AWS_CA_BUNDLE": str(bundle)})
    copy = folder / "layer"
    if not copy.exists():
        shutil.copytree(layer[0], copy)
        roots = copy / "aftercare" / "kernel" / AMAZON.name
        roots.write_text(roots.read_text() + authority.root.read_text())
    paths = tuple(str(copy) if path == layer[0] else path for path in handler.paths)
    return replace(handler, paths=paths)


def _peers() -> Iterator[Handler]:
    paths = (str(ROOT), str(PEERS))
    event = _sample("points_api", "balance")
    names = {
        "empty handler": "empty",
        BARE: "bare",
        "Powertools' resolver": "resolver",
        "FastAPI and Mangum": "fastapi_mangum",
    }
    for name, module in names.items():
        yield Handler(name, f"tests.bench.peers.{module}.handler", (event,), paths, {})


def _ours(artifact: Artifact, key: str) -> Iterator[Handler]:
    authorizer = _sample("client_authorizer", "unknown_key")
    authorizer["multiValueHeaders"] = {"Authorization": [f"Bearer {key}"]}
    link = _sample("codes_download", "look")
    link["pathParameters"] = {"token": _TOKEN}
    requests: list[tuple[str, str, Json | tuple[Json, ...]]] = [
        ("PortalFunction", "the first page", _sample("portal", "find_page")),
        ("CheckPageFunction", "its form", _sample("check_page", "page")),
        ("CheckPageFunction", "a forged code", _checked(FORGED)),
        ("CheckPageFunction", "a recorded check", _checked(code(1))),
        ("AuthenticityApiFunction", "a forged code", _check(FORGED)),
        ("AuthenticityApiFunction", "a recorded check", _check(code(1))),
        ("PointsApiFunction", "a balance", _sample("points_api", "balance")),
        ("ClientAuthorizerFunction", "a key", authorizer),
        ("CodesDownloadFunction", "a link's page", link),
    ]
    for name, what, asked in requests:
        function = artifact.functions[name]
        settings = {each: SETTINGS.get(each, "x") for each in function.variables}
        label = f"{name.removesuffix('Function')}: {what}"
        events, statuses = (asked, (303, 200)) if isinstance(asked, tuple) else ((asked,), (200,))
        yield Handler(label, function.handler, events, tuple(function.path), settings, statuses)


def recorded() -> AbstractContextManager[str]:
    """The address of an AWS that answers the requests of these handlers."""
    return recorded_aws(_answers(_client()[1]))


def _answers(client_item: Json) -> Answers:
    batch = _stored("batches", "01-00-active")
    link = {
        "pk": {"S": f"LINK#{hashlib.sha256(_TOKEN.encode()).hexdigest()}"},
        "sk": {"S": "LINK"},
        "batch_id": {"S": "B00-0000000000"},
        "sku": {"S": "BB-1"},
        "codes": {"N": "10"},
        "size": {"N": "870"},
        "object_key": {"S": "codes/B00-0000000000/exp_1.csv"},
        "live_until": {"N": "4102444800"},
        "expires_at": {"N": "4102444800"},
    }
    member = {"Item": _stored("members", "01-mem-open")}
    return {
        ("GetItem", "members"): member,
        ("GetItem", TABLES["MembersTable"]): member,
        ("GetItem", TABLES["PointsTable"]): {"Item": _stored("points", "05-m-account-open")},
        ("GetItem", TABLES["ClientsTable"]): {"Item": client_item},
        ("GetItem", TABLES["BatchesTable"]): {"Item": link},
        ("Query", TABLES["BatchesTable"]): {"Items": [batch], "Count": 1, "ScannedCount": 1},
        ("QueryPrefix", TABLES["BatchesTable"]): {"Items": [], "Count": 0, "ScannedCount": 0},
        ("GetSecretValue", SETTINGS["CODE_KEYS_SECRET"]): {"SecretString": KEYS_TEXT},
        ("GetSecretValue", SETTINGS["SIGNING_SECRET"]): {
            "SecretString": json.dumps({"key": RECORDED_KEY})
        },
        ("GetSecretValue", SETTINGS["CAPTURE_SECRET"]): {
            "SecretString": json.dumps({"key": RECORDED_KEY})
        },
    }


def _client() -> tuple[str, Json]:
    """A client's key and its stored item."""
    added: list[Client] = []

    class Recorder:
        """Records added clients."""

        def add(self, client: Client) -> None:
            added.append(client)

    service = ClientService(Recorder(), utc_now, random.SystemRandom().getrandbits)  # type: ignore[arg-type]
    _, key = service.issue("store", "S-0412", "US", ["points:read"], actor=LI)
    return key, dict(_item(added[0]))


def _sample(function: str, case: str) -> Json:
    event: Json = json.loads((_EVENTS / function / f"{case}.json").read_text())
    return event


def _stored(room: str, name: str) -> Json:
    item: Json = json.loads((_SAMPLES / room / f"{name}.json").read_text())
    return item


def _check(text: str) -> Json:
    return _sample("authenticity_api", "mistyped") | {"body": json.dumps({"code": text})}


def _checked(text: str) -> tuple[Json, Json]:
    """A check on the page and the page that it leads to.

    The recorded table does not remember the check, so that this page is the form's again.
    """
    query = {"code": text, "state": "checked"}
    page = {
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()},
    }
    form = _sample("check_page", "check") | {"body": f"code={text}"}
    return form, _sample("check_page", "page") | page
