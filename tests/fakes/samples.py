"""Items as earlier versions stored them: tests/samples, in DynamoDB JSON."""

import json
from typing import Any

from tests.fakes.template import ROOT

type Item = dict[str, dict[str, Any]]


def items(table: str) -> dict[str, Item]:
    """File name → item of each sample of that table."""
    folder = ROOT / "tests" / "samples" / table
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
