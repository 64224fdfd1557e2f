"""A new execution environment of a function, and the modules loaded after each response."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.fakes.template import ROOT

# pynamodb, and the modules for AWS clients.
SDK = frozenset({"pynamodb", "botocore.client", "botocore.session", "botocore.loaders"})

# The last printed line has the results; the lines before it are the function's log.
SCRIPT = """
import importlib, json, re, sys
module, events, *paths = sys.argv[1:]
sys.path[:0] = paths
app = importlib.import_module(module).app
def outcome(answer):
    if answer["headers"].get("Content-Type", "").endswith("json"):
        body = json.loads(answer["body"])
        return body.get("verdict") or body["code"]
    verdict = re.search('data-verdict="(.+?)"', answer["body"])
    return verdict[1] if verdict else str(answer["statusCode"])
answers = [["imported", list(sys.modules)]]
for event in json.loads(events):
    answers.append([outcome(app(event, None)), list(sys.modules)])
print()
print(json.dumps(answers))
"""
_PATHS = [str(ROOT / "layers/aftercare"), str(ROOT / "functions")]
_ROLE = {
    "AWS_DEFAULT_REGION": "us-west-2",
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}

type Event = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """A verdict, a problem's code or a status, and the modules loaded so far."""

    what: str
    modules: frozenset[str]

    @property
    def sdk(self) -> frozenset[str]:
        return self.modules & SDK

    @property
    def rooms(self) -> set[str]:
        """The rooms of our package that were loaded."""
        return {name.split(".")[1] for name in self.modules if name.startswith("aftercare.")}


def settings(vault: str, dynamodb: str) -> dict[str, str]:
    """The environment of the functions that check codes, with the AWS endpoint."""
    return {
        "AUTHENTICITY_TABLE": "checks",
        "BATCHES_TABLE": "batches",
        "CODE_KEYS_SECRET": "test-code-keys",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": vault,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
    }


def arguments(module: str, *events: Event) -> tuple[str, str]:
    """The arguments of SCRIPT before the paths."""
    return module, json.dumps(events)


def answers(module: str, variables: dict[str, str], *events: Event) -> list[Answered]:
    """The results of these events, in order, in a new interpreter with the sources."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments(module, *events), *_PATHS],
        env=os.environ | _ROLE | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return read(done.stdout)


def read(printed: str) -> list[Answered]:
    return [
        Answered(what, frozenset(modules)) for what, modules in json.loads(printed.splitlines()[-1])
    ]
