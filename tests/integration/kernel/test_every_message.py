"""Whatever a message says, its worker does it or refuses it by name: no table is asked for more."""

import copy
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes import hostile
from tests.fakes.aws import Json, answering
from tests.fakes.events import CONTEXT
from tests.fakes.logs import logged
from tests.fakes.template import ROOT, resources

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
HANDLERS = {
    body["Handler"].partition(".")[0]: body["Handler"].rpartition(".")
    for body in resources("AWS::Serverless::Function").values()
}
MESSAGES = [
    path
    for path in sorted((ROOT / "events").glob("*/*.json"))
    if '"aws:sqs"' in path.read_text(encoding="utf-8")
]
FUZZED = settings(
    max_examples=40,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# What AWS says to a request that it does not take at all.
LIMITS = {"ValidationException", "SerializationException", "KeyTooLongError"}

type Place = tuple[str | int, ...]


def places(value: Any, at: Place = ()) -> Iterator[Place]:
    """Where the message has a value."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        yield (*at, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*at, name))


def spoilt(body: Json, bad: dict[Place, Any]) -> Json:
    changed = copy.deepcopy(body)
    # The innermost first: what is around it may be replaced as a whole.
    for place, value in sorted(bad.items(), key=lambda item: -len(item[0])):
        inner: Any = changed
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = value
    return changed


@pytest.mark.parametrize("sample", MESSAGES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_message_is_done_or_refused_by_name(sample: Path) -> None:
    module, _, name = HANDLERS[sample.parent.name]
    handler = getattr(importlib.import_module(module), name)
    event = json.loads(sample.read_text(encoding="utf-8"))
    record = event["Records"][0]
    body = json.loads(record["body"])
    detail = "detail" if "detail" in body else None
    every = [place for place in places(body) if detail is None or place[0] == detail]

    @FUZZED
    @given(
        bad=st.lists(st.sampled_from(every), min_size=1, max_size=2, unique=True).flatmap(
            lambda chosen: st.fixed_dictionaries(dict.fromkeys(chosen, hostile.LEAF))
        )
    )
    def done_or_refused(bad: dict[Place, Any]) -> None:
        message = json.dumps(spoilt(body, bad))
        with answering("events", "PutEvents", _accept), logged() as log:
            handler({"Records": [record | {"body": message}]}, CONTEXT)
        for line in log.lines:
            if line["message"] == "message failed":
                code = line["code"].partition(": ")[2] or line["code"]
                assert code, (line["error"], line["at"][-1], message)
                assert code not in LIMITS, (line["error"], line["at"][-1], message)

    done_or_refused()


def _accept(asked: Json) -> Json:
    return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in asked["Entries"]]}
