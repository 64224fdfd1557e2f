"""`make invoke`: the samples, what it says without one, and what counts as a failure."""

import base64
import json
from typing import Any

import pytest

from infra.local import invoke
from infra.local.settings import ROOT, StackError
from infra.seeds.members import MEMBER_ID

DEMO = json.loads((ROOT / "infra/seeds/orders.json").read_text())
LOG = '{"level": "WARNING", "error": "ReturnNotFoundError"}\n{"level": "INFO"}\nno JSON\n'


def reply(payload: Any, *, log: str = "", **facts: str) -> dict[str, Any]:
    return {"Payload": payload, "LogResult": base64.b64encode(log.encode()).decode(), **facts}


def test_without_a_name_it_lists_every_sample(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["invoke", "", ""])
    invoke.main()
    printed = capsys.readouterr().out
    assert {line.split()[0] for line in printed.splitlines()} == {
        path.name
        for path in (ROOT / "events").iterdir()
        if (ROOT / "functions" / path.name).is_dir()
    }
    assert {"delivered,", "paid,"} <= set(printed.split())


@pytest.mark.parametrize(
    ("function", "case", "message"),
    [
        ("nobody", "paid", "No function 'nobody' has samples. These have:\nauthenticity_api "),
        ("../docs", "paid", "No function '../docs' has samples"),
        ("orders_ingest", "", "orders_ingest has no sample ''. It has: "),
        ("orders_ingest", "../portal/find_page", "orders_ingest has no sample"),
    ],
)
def test_an_unknown_name_is_answered_with_those_that_there_are(
    function: str, case: str, message: str
) -> None:
    with pytest.raises(StackError) as refused:
        invoke.sample_of(function, case)
    assert message in str(refused.value)


def test_no_sample_that_writes_is_about_the_demo_customers() -> None:
    """Their orders, points and codes stay as they were seeded, whatever is invoked."""
    demo = {
        MEMBER_ID,
        *(order["email"] for order in DEMO),
        *(order["order_number"] for order in DEMO),
    }
    for function, names in invoke.samples().items():
        for name in names if function != "portal" else ():
            text = invoke.sample_of(function, name).read_text()
            assert not {word for word in demo if word in text}, f"{function}/{name}"


@pytest.mark.parametrize(
    ("response", "failure"),
    [
        (reply({"batchItemFailures": []}), ""),
        (reply({"statusCode": 200}), ""),
        (reply({"statusCode": 404}), ""),
        (reply(None), ""),
        (reply({"statusCode": 503}), "The function answered with status 503."),
        (
            reply({"batchItemFailures": [{"itemIdentifier": "1"}]}, log=LOG),
            "The function refused 1 of the sample's messages: ReturnNotFoundError.",
        ),
        (
            reply({"batchItemFailures": [{"itemIdentifier": "1"}]}),
            "The function refused 1 of the sample's messages: see .local/logs/emulator.log.",
        ),
        (
            reply({"errorMessage": "no table"}, FunctionError="Unhandled"),
            "The function failed: no table.",
        ),
    ],
)
def test_what_failed_inside_is_a_failure(response: dict[str, Any], failure: str) -> None:
    assert invoke.failure_in(response) == failure
