"""Items as earlier versions stored them: tests/samples, in DynamoDB JSON."""

import base64
import json
from typing import Any

from tests.fakes.template import ROOT

type Item = dict[str, dict[str, Any]]


def items(table: str) -> dict[str, Item]:
    """File name → item of each sample of that table, as boto3 takes and gives it."""
    folder = ROOT / "tests" / "samples" / table
    return {
        path.stem: json.loads(path.read_text(), object_hook=_binary)
        for path in sorted(folder.glob("*.json"))
    }


def _binary(value: dict[str, Any]) -> dict[str, Any]:
    if value.keys() == {"B"} and isinstance(value["B"], str):
        return {"B": base64.b64decode(value["B"])}
    return value
