"""A fresh execution environment of the API: what of the SDK it has loaded after each answer."""

import json
from dataclasses import dataclass
from typing import Any

# boto3, pynamodb, and what the client of any AWS service is made with.
SDK = frozenset({"boto3", "pynamodb", "botocore.client", "botocore.session", "botocore.loaders"})

# The last line that it prints is what it found; those before it are the function's log.
SCRIPT = """
import json, sys
events, *paths = sys.argv[1:]
sys.path[:0] = paths
from authenticity_api.app import app
found = [["imported", list(sys.modules)]]
for event in json.loads(events):
    body = json.loads(app(event, None)["body"])
    found.append([body.get("verdict") or body["code"], list(sys.modules)])
print()
print(json.dumps(found))
"""

type Event = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """A verdict, or a problem's code, and which parts of the SDK were loaded by then."""

    what: str
    sdk: frozenset[str]


def settings(vault: str, dynamodb: str) -> dict[str, str]:
    """What template.yaml tells the function, and where it finds AWS."""
    return {
        "AUTHENTICITY_TABLE": "checks",
        "BATCHES_TABLE": "batches",
        "CODE_KEYS_SECRET": "test-code-keys",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER": vault,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
    }


def told(*events: Event) -> str:
    return json.dumps(events)


def read(printed: str) -> list[Answered]:
    found = json.loads(printed.splitlines()[-1])
    return [Answered(what, SDK.intersection(modules)) for what, modules in found]
