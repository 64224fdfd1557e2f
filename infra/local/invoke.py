"""Sends a sample event to a function of the running stack: `make invoke FUNCTION=… CASE=…`."""

import argparse
import json
import sys

import boto3

from infra.local.processes import running_stack
from infra.local.settings import ROOT, Settings, StackError, from_environment


def invoke(settings: Settings, function: str, case: str) -> str:
    """The function's response to events/<function>/<case>.json, as indented JSON."""
    stack = running_stack(settings)
    if not stack:
        raise StackError("The stack is not running: `make up` starts it.")
    sample = ROOT / "events" / function / f"{case}.json"
    if not sample.exists():
        cases = sorted(path.stem for path in (ROOT / "events" / function).glob("*.json"))
        raise StackError(f"There is no sample {function}/{case}. Available: {', '.join(cases)}.")
    logical_id = "".join(part.capitalize() for part in function.split("_")) + "Function"
    name = stack["outputs"][logical_id]
    client = boto3.client(
        "lambda",
        endpoint_url=stack["endpoint_url"],
        region_name=stack["region"],
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 - the emulator accepts any
    )
    response = client.invoke(FunctionName=name, Payload=sample.read_bytes())
    return json.dumps(json.load(response["Payload"]), indent=2)


def main() -> None:
    """Parse the arguments and print the response."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("function")
    arguments.add_argument("case")
    options = arguments.parse_args()
    try:
        print(invoke(from_environment(), options.function, options.case))
    except StackError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
