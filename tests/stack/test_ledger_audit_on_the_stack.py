"""The weekly audit on the deployed stack: it audits the members in each file of an export.

The emulator accepts an export but writes no files, so the test writes them as DynamoDB would.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.exports import exported, file_of
from tests.fakes.stack.local_stacks import LocalStack, await_true

pytestmark = pytest.mark.stack
LOGS = "/aftercare/local/ledger-audit"


def logged_lines(stack: LocalStack, message: str) -> Iterator[dict[str, Any]]:
    """The function's log lines with that message."""
    pages = stack.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=LOGS):
        for event in page["events"]:
            line = json.loads(event["message"]) if event["message"].startswith("{") else {}
            if line.get("message") == message:
                yield line


def audited(stack: LocalStack, lines: list[str]) -> dict[str, Any]:
    """Uploads a file of those lines to the exports' bucket; returns the log line of its audit."""
    key = f"AWSDynamoDB/{secrets.token_hex(8)}/data/{secrets.token_hex(8)}.json.gz"
    bucket = stack.outputs["LedgerExportsBucket"]
    stack.client("s3").put_object(Bucket=bucket, Key=key, Body=file_of(lines))

    def audited() -> dict[str, Any] | None:
        return next(
            (line for line in logged_lines(stack, "file audited") if line["file"] == key), None
        )

    line = await_true(audited, what="the audit of a file")
    assert line
    return line


def test_a_file_of_the_export_is_audited_and_a_difference_is_logged(stack: LocalStack) -> None:
    dynamodb, table = stack.client("dynamodb"), stack.outputs["PointsTable"]
    lines = exported(dynamodb, table)
    line = audited(stack, lines)
    assert line["members"] >= 1
    assert line["faults"] == 0
    member_id = f"mem_{secrets.token_hex(13).upper()}"
    wrong = {
        "pk": {"S": f"M#{member_id}"},
        "sk": {"S": "ACCOUNT"},
        "lots": {"M": {"2099-01-01": {"N": "5"}}},
        "version": {"N": "1"},
        "status": {"S": "open"},
    }
    dynamodb.put_item(TableName=table, Item=wrong)
    line = audited(stack, [json.dumps({"Item": wrong})])
    dynamodb.delete_item(TableName=table, Key={name: wrong[name] for name in ("pk", "sk")})
    assert (line["members"], line["reread"], line["faults"]) == (1, 1, 1)
    sentences = [each["sentence"] for each in logged_lines(stack, "audit difference")]
    assert f"the books of {member_id} differ by -5" in sentences
