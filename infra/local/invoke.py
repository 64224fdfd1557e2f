"""Sends a sample event to a function of the running stack: `make invoke FUNCTION=… CASE=…`.

Without a sample's name it lists the samples. It exits with 1 if the function failed, or refused a
message.
"""

import argparse
import base64
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3

from infra.local.processes import running_stack
from infra.local.settings import ROOT, Settings, StackError, from_environment

EVENTS = ROOT / "events"
_SERVER_ERROR = 500

type Json = dict[str, Any]


def samples() -> dict[str, list[str]]:
    """The names of the samples, by function."""
    found: dict[str, list[str]] = {}
    for path in sorted(EVENTS.glob("*/*.json")):
        found.setdefault(path.parent.name, []).append(path.stem)
    return found


def listed(available: Mapping[str, list[str]]) -> str:
    """A line per function: its name and its samples."""
    return "\n".join(f"{function:20}  {', '.join(names)}" for function, names in available.items())


def sample_of(function: str, case: str) -> Path:
    """The file of a sample.

    Raises:
        StackError: There is none of that name; the message names those that there are.
    """
    available = samples()
    if function not in available:
        raise StackError(f"No function {function!r} has samples. These have:\n{listed(available)}")
    if case not in available[function]:
        names = ", ".join(available[function])
        raise StackError(f"{function} has no sample {case!r}. It has: {names} (CASE=…).")
    return EVENTS / function / f"{case}.json"


def invoke(settings: Settings, function: str, case: str) -> Json:
    """Lambda's response to events/<function>/<case>.json; its `Payload` is parsed."""
    sample = sample_of(function, case)
    stack = running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    logical_id = "".join(part.capitalize() for part in function.split("_")) + "Function"
    if logical_id not in stack["outputs"]:
        raise StackError(f"The stack has no {logical_id} yet: `make deploy` deploys it.")
    client = boto3.client(
        "lambda",
        endpoint_url=stack["endpoint_url"],
        region_name=stack["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator accepts any
    )
    response = client.invoke(
        FunctionName=stack["outputs"][logical_id], LogType="Tail", Payload=sample.read_bytes()
    )
    answer: Json = {**response, "Payload": json.load(response["Payload"])}
    return answer


def failure_in(response: Json) -> str:
    """What went wrong inside of the function, as a sentence; empty if nothing did."""
    payload = response["Payload"]
    if response.get("FunctionError"):
        return f"The function failed: {payload.get('errorMessage', payload)}."
    if not isinstance(payload, dict):
        return ""
    if failures := payload.get("batchItemFailures"):
        reasons = ", ".join(sorted(set(_errors_in(response)))) or "see .local/logs/emulator.log"
        return f"The function refused {len(failures)} of the sample's messages: {reasons}."
    if int(payload.get("statusCode", 0)) >= _SERVER_ERROR:
        return f"The function answered with status {payload['statusCode']}."
    return ""


def _errors_in(response: Json) -> Iterator[str]:
    """The kinds of error that the function logged for this invocation."""
    for line in (
        base64.b64decode(response.get("LogResult", "")).decode(errors="replace").split("\n")
    ):
        try:
            error = json.loads(line).get("error", "")
        except (ValueError, AttributeError):
            continue
        if error:
            yield str(error)


def main() -> None:
    """Parse the arguments and print the response."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("function", nargs="?", default="")
    arguments.add_argument("case", nargs="?", default="")
    options = arguments.parse_args()
    if not options.function:
        print(listed(samples()))
        return
    try:
        response = invoke(from_environment(), options.function, options.case)
    except StackError as error:
        sys.exit(f"error: {error}")
    print(json.dumps(response["Payload"], indent=2))
    if failure := failure_in(response):
        sys.exit(f"error: {failure}")


if __name__ == "__main__":
    main()
