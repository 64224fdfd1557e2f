"""Which AWS clients a new execution environment builds for its first requests: no needless one."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from aftercare.orders.model import email_key_of
from aftercare.web import customers
from tests.bench.handlers import RECORDED_KEY, recorded
from tests.fakes.browser import Browser, checking, looking
from tests.fakes.codes import code
from tests.fakes.counter import FORGED
from tests.fakes.environment import SETTINGS
from tests.fakes.template import ROOT, template
from tests.fakes.till import asking

pytestmark = pytest.mark.integration
_PATHS = [str(ROOT / "layers/aftercare"), str(ROOT / "functions")]
# Prints the services with a client after the import, and after each event.
_SCRIPT = """
import gc, importlib, json, sys
targets, events, *paths = sys.argv[1:]
sys.path[:0] = paths
class Context:
    function_name = memory_limit_in_mb = invoked_function_arn = aws_request_id = "x"
    def get_remaining_time_in_millis(self): return 30000
def built():
    module = sys.modules.get("botocore.client")
    kind = module.BaseClient if module else ()
    clients = [each for each in gc.get_objects() if isinstance(each, kind)]
    return sorted(each.meta.service_model.service_name for each in clients)
for target in targets.split():
    module, _, name = target.rpartition(".")
    handler = getattr(importlib.import_module(module), name)
found = [built()]
for event in json.loads(events):
    try:
        handler(event, Context())
    except Exception as refused:
        print(refused)
    found.append(built())
print()
print(json.dumps(found))
"""

type Json = dict[str, Any]


def sample(name: str) -> Json:
    event: Json = json.loads((ROOT / "events" / f"{name}.json").read_text())
    return event


def signed_in(path: str) -> Json:
    session = customers.signed_in(email_key_of("mei@example.com"))
    return Browser().take(session, RECORDED_KEY).event("GET", path)


def clients(targets: str, events: Sequence[Json] = ()) -> list[list[str]]:
    """The services with a client after the import, and after each of those events."""
    with recorded() as endpoint:
        aws = {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": "us-west-2"}
        keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
        done = subprocess.run(
            [sys.executable, "-c", _SCRIPT, targets, json.dumps(events), *_PATHS],
            env={**SETTINGS, **aws, **keys, "POWERTOOLS_TRACE_DISABLED": "true"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def handlers() -> str:
    """All of the template's."""
    functions = [
        each["Properties"]["Handler"]
        for each in template()["Resources"].values()
        if each["Type"] == "AWS::Serverless::Function"
    ]
    assert len(functions) > 20
    return " ".join(functions)


def test_no_function_builds_a_client_before_its_first_request() -> None:
    assert clients(handlers()) == [[]]


def test_no_page_of_the_portal_builds_a_client_of_the_sdk() -> None:
    pages = [Browser().event("GET", "/"), Browser().event("GET", "/points/sign-in")]
    assert clients("portal.app.app", pages) == [[], [], []]
    data = [signed_in("/points"), signed_in("/orders"), signed_in("/points/history")]
    assert clients("portal.app.app", data) == [[]] * 4


def test_a_check_builds_no_client_of_the_sdk() -> None:
    page = [looking(), checking(FORGED), checking("0K5D"), checking(code(1))]
    assert clients("check_page.app.app", page) == [[]] * 5
    store = [asking(FORGED), asking("0K5D"), asking(code(1))]
    assert clients("authenticity_api.app.app", store) == [[]] * 4


@pytest.mark.parametrize(
    ("target", "event", "services"),
    [
        ("points_api.app.app", "points_api/balance", []),
        ("client_authorizer.app.handler", "client_authorizer/unknown_key", []),
        ("codes_download.app.app", "codes_download/look", []),
        ("console.app.app", "console/sign_in", []),
        ("hooks.app.app", "hooks/tracked", ["sqs"]),
    ],
)
def test_an_application_builds_the_clients_that_it_uses(
    target: str, event: str, services: list[str]
) -> None:
    assert clients(target, [sample(event)]) == [[], services]
