"""Store systems at the deployed API: keys, usage plans and identical refusals."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import urllib3

from aftercare.clients.model import Scope
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.operator import id_in, make, new_key

pytestmark = pytest.mark.stack
_POOL = urllib3.PoolManager(maxsize=8, timeout=urllib3.Timeout(connect=30, read=60), retries=False)
UNKNOWN = f"ac_{'0' * 10}_{'0' * 52}"
ROUTE = "/authenticity/checks"
# Headers that differ in each response.
OF_THE_REQUEST = {"x-amzn-requestid", "x-amz-request-id", "date"}


@dataclass(frozen=True)
class Answer:
    """One response; `comparable` leaves out the parts that differ in each response."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        members: dict[str, Any] = json.loads(self.body)
        return members

    @property
    def comparable(self) -> tuple[int, dict[str, str], str]:
        request_id = self.headers["x-amzn-requestid"]
        assert self.problem["instance"] == request_id
        headers = {
            name: value for name, value in self.headers.items() if name not in OF_THE_REQUEST
        }
        return self.status, headers, self.body.replace(request_id, "")


def check(
    stack: LocalStack, *authorizations: str, url: str = "", path: str = ROUTE, **others: str
) -> Answer:
    headers = urllib3.HTTPHeaderDict({"Content-Type": "application/json"})
    for authorization in authorizations:
        headers.add("Authorization", authorization)
    for name, value in others.items():
        headers.add(name.replace("_", "-"), value)
    answer = _POOL.request(
        "POST", f"{url or stack.portal_url}{path}", body=b'{"code": "0"}', headers=headers
    )
    lower_case = {name.lower(): value for name, value in answer.headers.items()}
    return Answer(answer.status, lower_case, answer.data.decode())


@pytest.fixture(scope="module")
def key(stack: LocalStack) -> str:
    return new_key(stack)


def test_a_valid_key_works_at_both_addresses(stack: LocalStack, key: str) -> None:
    for url in (stack.portal_url, stack.facts["api_url"]):
        assert check(stack, f"Bearer {key}", url=url).status == 200


def test_missing_malformed_unknown_wrong_and_revoked_keys_get_identical_responses(
    stack: LocalStack, key: str
) -> None:
    revoked = new_key(stack)
    assert make(stack, "revoke", CLIENT=id_in(revoked), YES="1").returncode == 0
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    answers = [
        check(stack),
        check(stack, ""),
        check(stack, "Bearer nonsense"),
        check(stack, "Basic c3RvcmU6c2VjcmV0"),
        check(stack, f"Bearer {UNKNOWN}"),
        check(stack, f"Bearer {wrong}"),
        check(stack, f"Bearer {revoked}"),
        check(stack, f"Bearer {key}", f"Bearer {UNKNOWN}"),
        check(stack, "Bearer " + "a" * 10_240),
        check(stack, f"Bearer {key}\N{LATIN SMALL LETTER E WITH ACUTE}"),
    ]
    first = answers[0]
    assert (first.status, first.problem["code"]) == (401, "unauthorized")
    assert first.headers["www-authenticate"] == "Bearer"
    assert first.headers["cache-control"] == "no-store"
    for answer in answers:
        assert answer.comparable == first.comparable


def test_a_refusal_names_the_missing_scope(stack: LocalStack) -> None:
    answer = check(stack, f"Bearer {new_key(stack, scopes='points:read')}")
    assert (answer.status, answer.problem["code"]) == (403, "insufficient_scope")
    assert "authenticity:check" in answer.problem["detail"]


def test_a_revoked_key_in_the_gateways_cache_stops_working(stack: LocalStack) -> None:
    key = new_key(stack)
    assert check(stack, f"Bearer {key}").status == 200
    gone = make(stack, "revoke", CLIENT=id_in(key), YES="1")
    assert gone.stdout.endswith("is revoked; its key no longer works.\n")
    refused, unknown = check(stack, f"Bearer {key}"), check(stack)
    assert (refused.status, refused.comparable[2]) == (401, unknown.comparable[2])


def test_a_reissued_key_works(stack: LocalStack) -> None:
    first = new_key(stack)
    again = make(stack, "reissue", CLIENT=id_in(first), YES="1")
    [second] = re.findall(r"^Key +(ac_\w+)$", again.stdout, re.MULTILINE)
    assert check(stack, f"Bearer {second}").status == 200
    assert check(stack, f"Bearer {first}").status == 401


def test_an_unknown_scope_prints_one_line_with_the_list_and_issues_no_key(
    stack: LocalStack,
) -> None:
    scopes = "authenticity:check,points:mint"
    failed = make(stack, "client", STORE="S-0412", SCOPES=scopes, YES="1")
    assert failed.returncode != 0
    assert failed.stdout == ""
    known = ", ".join(Scope)
    assert failed.stderr.startswith(
        f"error: There is no scope 'points:mint'. The scopes are: {known}.\n"
    )


def test_a_client_is_counted_by_its_plan_until_its_quota_is_used_up(stack: LocalStack) -> None:
    key, gateway = new_key(stack), stack.client("apigateway")
    [counted] = gateway.get_api_keys(nameQuery=id_in(key))["items"]
    api = re.search(r"execute-api/(\w+)/", stack.facts["api_url"])
    assert api
    plan = gateway.create_usage_plan(
        name=f"two of {id_in(key)}",
        apiStages=[{"apiId": api[1], "stage": "live"}],
        quota={"limit": 2, "period": "DAY"},
    )
    gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=counted["id"], keyType="API_KEY")
    try:
        answers = [check(stack, f"Bearer {key}", X_Api_Key="of-somebody-else") for _ in range(3)]
    finally:
        gateway.delete_usage_plan(usagePlanId=plan["id"])
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].problem["code"] == "quota_exceeded"


def test_an_api_gateway_key_alone_gives_no_access(stack: LocalStack, key: str) -> None:
    assert check(stack, X_Api_Key=f"aftercare-{id_in(key)}").status == 401


def test_a_failing_authorizer_refuses_everybody_and_asks_for_a_retry(stack: LocalStack) -> None:
    broken = f"ac_br0ken0000_{'0' * 52}"
    stack.client("dynamodb").put_item(
        TableName=stack.outputs["ClientsTable"], Item={"client_id": {"S": id_in(broken)}}
    )
    answer = check(stack, f"Bearer {broken}")
    assert (answer.status, answer.problem["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "30"


def test_an_unknown_path_is_a_problem_document_for_clients_too(stack: LocalStack, key: str) -> None:
    answer = check(stack, f"Bearer {key}", path="/authenticity/nothing")
    assert (answer.status, answer.problem["code"]) == (404, "no_such_page")


def test_a_signed_request_reaches_aws_at_either_host_name(stack: LocalStack) -> None:
    tables = boto3.client(
        "dynamodb",
        endpoint_url=stack.portal_url,
        region_name="us-west-2",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    ).list_tables()
    assert stack.outputs["ClientsTable"] in tables["TableNames"]


def test_no_key_was_ever_logged(stack: LocalStack, key: str) -> None:
    check(stack, f"Bearer {key}")
    wrong = key[:-1] + ("0" if key[-1] != "0" else "1")
    check(stack, f"Bearer {wrong}")
    logged = "".join(function_logs(stack))
    assert '"key refused"' in logged
    assert id_in(key) in logged
    log = logged + (stack.data / "logs" / "emulator.log").read_text()
    for each in (key, wrong, UNKNOWN):
        assert each.rpartition("_")[2] not in log


def function_logs(stack: LocalStack) -> Iterator[str]:
    """All log lines of the authorizer and of the functions behind it."""
    pages = stack.client("logs").get_paginator("filter_log_events")
    for name in ("client-authorizer", "authenticity-api"):
        for page in pages.paginate(logGroupName=f"/aftercare/local/{name}"):
            yield from (event["message"] for event in page["events"])
