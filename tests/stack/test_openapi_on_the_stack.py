"""The deployed API follows its OpenAPI document for all requests that Schemathesis generates."""

import copy
import json
import os
import secrets
import subprocess
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests.fakes import openapi
from tests.fakes.browser_pages.shop import Shop
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.operator import new_key
from tests.fakes.stack.till import Till
from tests.fakes.template import ROOT

pytestmark = pytest.mark.stack
CHECKS = "/authenticity/checks"
CHECK = f"{CHECKS}/V-03M0-XVFJ-9EPD-CCDR"
SETTINGS = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = ROOT / ".tools/schemathesis/bin/schemathesis"
EARNED_AT = "2026-11-20T18:30:00Z"
# The hold that each operation ends or that has already ended.
HOLDS = {"captureHold": "spent", "releaseHold": "let-go", "returnCapturedPoints": "gone"}
UNKNOWN = f"ac_{'0' * 10}_{'0' * 52}"
_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=30, read=60), retries=False)


def reply_to(
    stack: LocalStack, method: str, path: str, authorization: str | None, body: object = None
) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return _POOL.request(method, f"{stack.portal_url}{path}", json=body, headers=headers)


def checked(stack: LocalStack, code: str) -> dict[str, Any]:
    """The response to a check by the demo store."""
    bearer = f"Bearer {stack.facts['demo']['store_key']}"
    answer = reply_to(stack, "POST", CHECKS, bearer, {"code": code})
    assert answer.status == 200, answer.data
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture(scope="module")
def codes(stack: LocalStack) -> dict[str, str]:
    """A code for each verdict."""
    demo_codes: dict[str, str] = stack.facts["demo"]["codes"]
    return demo_codes


def with_examples(codes: dict[str, str], references: list[str]) -> openapi.Json:
    """The document, with codes and references of this stack as examples."""
    document = copy.deepcopy(openapi.document())
    body = document["paths"][CHECKS]["post"]["requestBody"]["content"]["application/json"]
    body["examples"] = {name: {"value": {"code": code}} for name, code in codes.items()}
    reference = document["paths"][f"{CHECKS}/{{reference}}"]["get"]["parameters"][0]
    reference["examples"] = {text: {"value": text} for text in references}
    return document


def with_points(document: openapi.Json, stack: LocalStack) -> openapi.Json:
    """The document, with members who have points and with operations on them as examples."""
    name = secrets.token_hex(6)
    # Of a system that spends without a card: the demo store's key does not, whatever is made up.
    till = Till(stack.portal_url, new_key(stack, "points:read points:write points:admin"))
    shop = Shop(stack)
    member, leaving = (shop.enrols(f"{who}.{name}@example.com") for who in ("stays", "leaves"))
    began = {"points": 20_000, "who": "tests", "why": "To begin with."}
    receipt = {"receipt": name, "amount": 5000, "currency": "USD", "occurred_at": EARNED_AT}
    for path, body in (
        ("adjustments", began),
        ("earn", receipt),
        ("spend", {"points": 50, "spend_id": f"{name}-s"}),
        *(("holds", {"points": 50, "hold_id": f"{name}-{hold}"}) for hold in HOLDS.values()),
        (f"holds/{name}-gone/capture", {}),
    ):
        answer = till.move(f"{member}/{path}", f"{name}-{path}-{body.get('hold_id')}", body)
        assert answer.status == 200, answer.data
    for (_, path), operation in operations_of(document).items():
        examples = {
            "member_id": leaving if path.endswith("/close") else member,
            "spend_id": f"{name}-s",
            "hold_id": f"{name}-{HOLDS.get(operation['operationId'], '')}",
        }
        for parameter in operation["parameters"]:
            parameter.pop("examples", None)  # each request needs its own key
            if parameter["name"] in examples:
                parameter["examples"] = {"real": {"value": examples[parameter["name"]]}}
    refund = document["paths"]["/points/{member_id}/refunds"]["post"]["requestBody"]
    half = {"receipt": name, "amount": 2500}
    refund["content"]["application/json"]["examples"] = {"half": {"value": half}}
    return document


def operations_of(document: openapi.Json) -> dict[tuple[str, str], openapi.Json]:
    """The points operations, each with its own copy of the parameters."""
    operations = {}
    for path, item in document["paths"].items():
        if path.startswith("/points/"):
            for method, operation in item.items():
                operation["parameters"] = [
                    dict(openapi.resolved(parameter)) for parameter in operation["parameters"]
                ]
                operations[method, path] = operation
    return operations


def test_each_demo_code_gets_its_verdict(stack: LocalStack, codes: dict[str, str]) -> None:
    for verdict, code in codes.items():
        body = checked(stack, code)
        first = {"genuine_first_check", "genuine_checked_before"}
        assert body["verdict"] in (first if verdict in first else {verdict})
        answer = {"$ref": "#/components/schemas/Answer"}
        assert openapi.faults(answer, body, strict=True) == []


@pytest.mark.parametrize(
    ("method", "path", "authorization"),
    [
        ("POST", CHECKS, "Bearer"),
        ("POST", CHECKS, "Bearer nonsense"),
        ("POST", CHECKS, "Basic YTpi"),
        ("POST", CHECKS, f"Bearer {UNKNOWN}"),
        ("GET", CHECK, None),
        ("GET", CHECK, f"Bearer {UNKNOWN}"),
    ],
)
def test_all_requests_without_a_valid_key_get_the_same_response(
    stack: LocalStack, method: str, path: str, authorization: str | None
) -> None:
    without_key = reply_to(stack, "POST", CHECKS, None, {"code": "0K5D"})
    answer = reply_to(stack, method, path, authorization, {"code": "0K5D"})
    openapi.keeps_to_it("POST", CHECKS, answer.status, answer.headers, answer.json())
    assert answer.status == without_key.status == 401
    assert answer.json() | {"instance": ""} == without_key.json() | {"instance": ""}


@pytest.mark.slow
def test_all_generated_requests_get_responses_as_documented(
    stack: LocalStack, codes: dict[str, str], tmp_path: Path
) -> None:
    references = [checked(stack, code)["reference"] for code in codes.values()]
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(with_points(with_examples(codes, references), stack)))
    settings = ["--config-file", str(SETTINGS)]
    done = subprocess.run(
        [str(SCHEMATHESIS), *settings, "run", str(document), "-u", stack.portal_url],
        cwd=tmp_path,
        env=os.environ | {"STORE_KEY": stack.facts["demo"]["store_key"]},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Tested: {len(openapi.operations())}\n" in done.stdout
