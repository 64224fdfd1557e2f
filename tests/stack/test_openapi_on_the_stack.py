"""The deployed API keeps to its OpenAPI document, whatever Schemathesis makes up to ask it."""

import copy
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import urllib3

from tests import openapi
from tests.stack.local_stacks import LocalStack
from tests.template import ROOT

pytestmark = pytest.mark.stack
CHECKS = "/authenticity/checks"
CHECK = f"{CHECKS}/V-03M0-XVFJ-9EPD-CCDR"
SETTINGS = Path(__file__).with_name("schemathesis.toml")
SCHEMATHESIS = ROOT / ".tools/schemathesis/bin/schemathesis"
UNKNOWN = f"ac_{'0' * 10}_{'0' * 52}"
_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2, read=30), retries=False)


def asked(
    stack: LocalStack, method: str, path: str, authorization: str | None, body: object = None
) -> urllib3.BaseHTTPResponse:
    headers = {"Authorization": authorization} if authorization is not None else {}
    return _POOL.request(method, f"{stack.portal_url}{path}", json=body, headers=headers)


def checked(stack: LocalStack, code: str) -> dict[str, Any]:
    """The answer to a check of the demo store's."""
    bearer = f"Bearer {stack.facts['demo']['store_key']}"
    answer = asked(stack, "POST", CHECKS, bearer, {"code": code})
    assert answer.status == 200, answer.data
    told: dict[str, Any] = answer.json()
    return told


@pytest.fixture(scope="module")
def codes(stack: LocalStack) -> dict[str, str]:
    """A code for each verdict."""
    found: dict[str, str] = stack.facts["demo"]["codes"]
    return found


def with_examples(codes: dict[str, str], references: list[str]) -> openapi.Json:
    """The document, with what there is on this stack for its examples."""
    document = copy.deepcopy(openapi.document())
    body = document["paths"][CHECKS]["post"]["requestBody"]["content"]["application/json"]
    body["examples"] = {name: {"value": {"code": code}} for name, code in codes.items()}
    reference = document["paths"][f"{CHECKS}/{{reference}}"]["get"]["parameters"][0]
    reference["examples"] = {text: {"value": text} for text in references}
    return document


def test_each_demo_code_is_told_its_verdict(stack: LocalStack, codes: dict[str, str]) -> None:
    for verdict, code in codes.items():
        told = checked(stack, code)
        first = {"genuine_first_check", "genuine_checked_before"}
        assert told["verdict"] in (first if verdict in first else {verdict})
        answer = {"$ref": "#/components/schemas/Answer"}
        assert openapi.faults(answer, told, strict=True) == []


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
def test_whoever_shows_no_valid_key_is_told_the_same(
    stack: LocalStack, method: str, path: str, authorization: str | None
) -> None:
    nobody = asked(stack, "POST", CHECKS, None, {"code": "0K5D"})
    answer = asked(stack, method, path, authorization, {"code": "0K5D"})
    openapi.keeps_to_it("POST", CHECKS, answer.status, answer.headers, answer.json())
    assert answer.status == nobody.status == 401
    assert answer.json() | {"instance": ""} == nobody.json() | {"instance": ""}


@pytest.mark.slow
def test_whatever_is_asked_is_answered_as_the_document_says(
    stack: LocalStack, codes: dict[str, str], tmp_path: Path
) -> None:
    references = [checked(stack, code)["reference"] for code in codes.values()]
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(with_examples(codes, references)))
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
