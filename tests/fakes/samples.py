"""Items as earlier versions stored them: tests/samples, in DynamoDB JSON."""

import base64
import json
from typing import Any

from tests.fakes.template import ROOT

type Item = dict[str, dict[str, Any]]


def items(table: str) -> dict[str, Item]:
    """The sample items of that table by file name, in boto3's format."""
    folder = ROOT / "tests" / "samples" / table
    return {
        path.stem: json.loads(path.read_text(), object_hook=_binary)
        for path in sorted(folder.glob("*.json"))
    }


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    if value.keys() == {"B"} and isinstance(value["B"], str):
        return {"B": base64.b64decode(value["B"])}
    return value
