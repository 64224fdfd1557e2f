"""Generates the JSON Schema of each event's detail; this folder has the output."""

import json
from pathlib import Path
from typing import Any

import msgspec

from infra.events.catalogue import OURS, details

FOLDER = Path(__file__).parent
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


_SAMPLES = FOLDER.parents[1] / "events"


def texts() -> dict[str, str]:
    """The text of each file, by its path in this folder."""
    return {
        f"{source}/{name}.json": json.dumps(
            _schema(source, name, kind), indent=2, ensure_ascii=False
        )
        + "\n"
        for (source, name), kind in sorted(details().items())
    }


def _schema(source: str, name: str, kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": f"{name} of {source}",
        **msgspec.json.schema(kind),
        **({"examples": examples} if (examples := _examples(source, name)) else {}),
    }


def _examples(source: str, name: str) -> list[Any]:
    """The details in the samples of that event, in the order of the files' names; not of ours."""
    events = [
        json.loads(record["body"])
        for path in sorted(_SAMPLES.glob("*/*.json"))
        for record in json.loads(path.read_text(encoding="utf-8")).get("Records", [])
        if "body" in record
    ]
    details = [
        event["detail"]
        for event in events
        if event.get("source") == source != OURS and event.get("detail-type") == name
    ]
    return [detail for place, detail in enumerate(details) if detail not in details[:place]]
