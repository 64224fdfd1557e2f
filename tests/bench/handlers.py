"""The handlers that the benches `cold` and `warm` start, and the recorded AWS that they ask."""

import hashlib
import json
import random
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botocore.httpsession import DEFAULT_CA_BUNDLE

from aftercare.clients.model import Client
from aftercare.clients.service import ClientService
from aftercare.clients.store import _item
from aftercare.kernel.clock import utc_now
from aftercare.kernel.trust import AMAZON
from aftercare.orders.model import email_key_of
from aftercare.web import customers
from infra.local.settings import ROOT
from tests.fakes.actors import LI
from tests.fakes.artifact import REGION, Artifact
from tests.fakes.authority import Authority
from tests.fakes.browser import Browser
from tests.fakes.codes import KEYS_TEXT, code
from tests.fakes.counter import FORGED
from tests.fakes.environment import SETTINGS, TABLES
from tests.fakes.recorded_aws import Answers, Heard, recorded_aws

PEERS = ROOT / ".tools" / "peers" / "lib" / "python3.13" / "site-packages"
BARE = "bare boto3 handler"
RECORDED_KEY = "k"
_EVENTS = ROOT / "events"
_SAMPLES = ROOT / "tests" / "samples"
_TOKEN = "t" * 43
_MOST_FRAMES = 64
# What a worker is sent after a deployment, so that it has started before its first message.
_WARMING: Mapping[str, Any] = {"Records": []}
# Settings whose text a start reads; of the others any is as good.
_READ_AT_ONCE = {"CARRIERS": "", "PYTHONTZPATH": "", "AWS_READ_SECONDS": "1"}

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

    def command(self, script: str, *more: str) -> list[str]:
        """The command that runs a script with this handler's target, depth, events and paths.

        With -I -S, so that only the paths can be imported from. The import starts at another stack
        depth in each process: where calls cross the end of a block of the interpreter's frame
        stack, the block is mapped and unmapped thousands of times, and where that happens is luck.
        """
        depth = str(random.randrange(_MOST_FRAMES))  # noqa: S311 - nothing to guess
        asked = [*more, self.target, depth, json.dumps(self.events)]
        return [sys.executable, "-I", "-S", "-c", script, *asked, *self.paths]

    def environment(self, endpoint: str) -> dict[str, str]:
        """The environment of its process."""
        return {
            **self.settings,
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "none",
            "AWS_SECRET_ACCESS_KEY": "none",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }


@contextmanager
def recorded_for(
    handlers: list[Handler], item: Json, *, tls: bool, heard: Heard | None = None
) -> Iterator[tuple[list[Handler], str]]:
    """The handlers as they trust that AWS, and its address; `heard` is told of each request."""
    with TemporaryDirectory() as folder:
        authority = Authority(Path(folder), "ours") if tls else None
        if authority:
            handlers = [_trusts(handler, authority, Path(folder)) for handler in handlers]
        served = authority.serving if authority else None
        with recorded_aws(_answers(item), served, heard) as endpoint:
            yield handlers, endpoint


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


def peers() -> Iterator[Handler]:
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


def http_functions(artifact: Artifact, key: str) -> Iterator[Handler]:
    authorizer = _sample("client_authorizer", "unknown_key")
    authorizer["multiValueHeaders"] = {"Authorization": [f"Bearer {key}"]}
    link = _sample("codes_download", "look")
    link["pathParameters"] = {"token": _TOKEN}
    requests: list[tuple[str, str, tuple[Json, ...], int]] = [
        ("PortalFunction", "the first page", (_sample("portal", "find_page"),), 200),
        ("PortalFunction", "My points", (_signed_in("/points"),), 200),
        ("CheckPageFunction", "its form", (_sample("check_page", "page"),), 200),
        ("CheckPageFunction", "a forged code", _checked(FORGED), 303),
        ("CheckPageFunction", "a mistyped code", _checked("0K5D"), 303),
        ("CheckPageFunction", "a recorded check", _checked(code(1)), 303),
        ("AuthenticityApiFunction", "a forged code", (_check(FORGED),), 200),
        ("AuthenticityApiFunction", "a mistyped code", (_check("0K5D"),), 200),
        ("AuthenticityApiFunction", "a recorded check", (_check(code(1)),), 200),
        ("PointsApiFunction", "a balance", (_sample("points_api", "balance"),), 200),
        ("ReturnsApiFunction", "an unknown return", (_sample("returns_api", "expected"),), 404),
        ("TicketsApiFunction", "an unknown ticket", (_sample("tickets_api", "look"),), 404),
        ("ConsoleFunction", "its sign-in", (_sample("console", "sign_in"),), 200),
        ("WechatFunction", "a forged call", (_sample("wechat", "written"),), 403),
        ("HooksFunction", "a webhook", (_sample("hooks", "tracked"),), 202),
        ("ClientAuthorizerFunction", "a key", (authorizer,), 200),
        ("CodesDownloadFunction", "a link's page", (link,), 200),
    ]
    for name, what, events, first in requests:
        statuses = (first, *[200] * (len(events) - 1))
        yield _of(artifact, name, what, events, statuses)


def workers(artifact: Artifact) -> Iterator[Handler]:
    """Every other function, with the event that warms it: its import, and no message."""
    asked = {each.target for each in http_functions(artifact, "")}
    for name, function in artifact.functions.items():
        if function.handler not in asked:
            yield _of(artifact, name, "its start", (dict(_WARMING),), (200,))


def _of(
    artifact: Artifact, name: str, what: str, events: tuple[Json, ...], statuses: tuple[int, ...]
) -> Handler:
    function = artifact.functions[name]
    settings = {each: {**SETTINGS, **_READ_AT_ONCE}.get(each, "x") for each in function.variables}
    label = f"{name.removesuffix('Function')}: {what}"
    return Handler(label, function.handler, events, tuple(function.path), settings, statuses)


def _signed_in(path: str) -> Json:
    session = customers.signed_in(email_key_of("mei@example.com"))
    return Browser().take(session, RECORDED_KEY).event("GET", path)


def recorded() -> AbstractContextManager[str]:
    """The address of an AWS that answers the requests of these handlers."""
    return recorded_aws(_answers(client()[1]))


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
        ("Query", TABLES["MembersTable"]): {
            "Items": [member["Item"]],
            "Count": 1,
            "ScannedCount": 1,
        },
        ("Query", TABLES["PointsTable"]): {"Items": [], "Count": 0, "ScannedCount": 0},
        ("SendMessageBatch", ""): {"Successful": [], "Failed": []},
        ("Query", TABLES["BatchesTable"]): {"Items": [batch], "Count": 1, "ScannedCount": 1},
        ("QueryPrefix", TABLES["BatchesTable"]): {"Items": [], "Count": 0, "ScannedCount": 0},
        ("GetSecretValue", SETTINGS["CODE_KEYS_SECRET"]): {"SecretString": KEYS_TEXT},
        ("GetSecretValue", SETTINGS["SIGNING_SECRET"]): {
            "SecretString": json.dumps({"key": RECORDED_KEY})
        },
        ("GetSecretValue", SETTINGS["WECHAT_SECRET"]): {
            "SecretString": json.dumps({"token": "a token of the account"})
        },
        ("GetSecretValue", SETTINGS["CAPTURE_SECRET"]): {
            "SecretString": json.dumps({"key": RECORDED_KEY})
        },
        ("GetSecretValue", SETTINGS["CONSOLE_SECRET"]): {
            "SecretString": json.dumps({"key": RECORDED_KEY})
        },
    }


def client() -> tuple[str, Json]:
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
