"""Generates the JSON Schema of each event's detail; this folder has the output."""

import json
from pathlib import Path
from typing import Any

import msgspec

from infra.events.catalogue import details

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def texts() -> dict[str, str]:
    """The text of each file, by its path in this folder."""
    return {
        f"{source}/{name}.json": json.dumps(_schema(source, name, kind), indent=2) + "\n"
        for (source, name), kind in sorted(details().items())
    }


def _schema(source: str, name: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": f"{name} of {source}",
        **msgspec.json.schema(kind),
    }
