"""The gateway's part of template.yaml: who is asked for a key, who counts, and what is refused."""

import json
import re
from typing import Any

import pytest

from tests.fakes.given import Given
from tests.fakes.template import deployed, function_of, paths, resources

FUNCTIONS = resources("AWS::Serverless::Function")
API = resources("AWS::Serverless::Api")["Api"]
REFUSALS: dict[str, dict[str, Any]] = API["GatewayResponses"]
MEMBERS = {"type", "title", "status", "detail", "code", "instance"}
REST_API = "AWS::ApiGateway::RestApi"
CLIENT_ROUTE: list[dict[str, list[str]]] = [{"ClientAuthorizer": [], "api_key": []}]
METHODS = {"get", "head", "post", "put", "patch", "delete", "options"}
CLIENT_APIS = {
    "AuthenticityApiFunction",
    "PointsApiFunction",
    "ReturnsApiFunction",
    "TicketsApiFunction",
}
APIS = ("Api", "ConsoleApi")


def document(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(REFUSALS[kind]["ResponseTemplates"]["application/json"])
    return found


def headers(kind: str) -> dict[str, str]:
    found: dict[str, str] = REFUSALS[kind]["ResponseParameters"]["Headers"]
    return found


@pytest.mark.parametrize(("api", "path"), [(api, path) for api in APIS for path in paths(api)])
def test_a_path_takes_every_method_for_one_function(api: str, path: str) -> None:
    operations = paths(api)[path]
    assert set(operations) == METHODS
    [behind] = {function_of(operation) for operation in operations.values()}
    secured = CLIENT_ROUTE if behind in CLIENT_APIS else None
    for operation in operations.values():
        assert operation.get("security") == secured
        assert operation["x-amazon-apigateway-integration"]["type"] == "aws_proxy"
        assert operation["x-amazon-apigateway-integration"]["httpMethod"] == "POST"


def test_a_key_is_needed_of_a_client_and_of_nobody_else() -> None:
    behind = {function_of(operations["get"]) for operations in paths().values()}
    assert behind > CLIENT_APIS
    assert "DefaultAuthorizer" not in API["Auth"]


def test_the_gateway_may_call_each_function_behind_a_path() -> None:
    permissions = resources("AWS::Lambda::Permission").values()
    called = [permission["FunctionName"]["Ref"] for permission in permissions]
    behind = {function_of(each["get"]): api for api in APIS for each in paths(api).values()}
    assert sorted(called) == sorted(behind)
    for permission in permissions:
        api = behind[permission["FunctionName"]["Ref"]]
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert permission["SourceArn"]["Fn::Sub"].endswith(f":${{{api}}}/live/*")


def test_answers_above_one_kilobyte_are_compressed() -> None:
    assert API["MinimumCompressionSize"] == 1024


def test_no_method_has_metrics_of_its_own_since_each_is_billed() -> None:
    assert not any(settings.get("MetricsEnabled") for settings in API["MethodSettings"])


LOGGED = {
    "requestId", "httpMethod", "resourcePath", "status", "responseLatency", "error.responseType",
    "waf.status", "authorizer.status", "authorizer.client_id",
}  # fmt: skip
PROD = {"Stage": "prod", "MailSender": "returns@example.com", "SecretNames": "generated"}


def test_the_gateways_log_names_routes_and_refusals_and_nothing_personal() -> None:
    """No address, no path (some are one-time links and codes), no query, no browser."""
    given = Given(PROD | {"AccessLogs": "enabled"})
    setting = given.resources("AWS::Serverless::Api")["Api"]["AccessLogSetting"]
    assert setting["DestinationArn"] == "${GatewayLogs.Arn}"
    assert set(re.findall(r"\$context\.([\w.]+\w)", setting["Format"])) == LOGGED
    assert json.loads(setting["Format"])
    kept = given.resources("AWS::Logs::LogGroup")["GatewayLogs"]
    assert kept == {"LogGroupName": "/aftercare/prod/gateway", "RetentionInDays": 30}


def test_without_the_accounts_role_for_logs_the_gateway_logs_nothing() -> None:
    """It is one for the account and region, so an application must not set it."""
    given = Given(PROD)
    assert "AccessLogSetting" not in given.resources("AWS::Serverless::Api")["Api"]
    assert "GatewayLogs" not in given.resources("AWS::Logs::LogGroup")


def test_a_revoked_key_may_live_five_minutes_at_the_gateway() -> None:
    authorizer = API["Auth"]["Authorizers"]["ClientAuthorizer"]
    assert authorizer["Identity"] == {"Headers": ["Authorization"], "ReauthorizeEvery": 300}
    assert authorizer["FunctionPayloadType"] == "REQUEST"
    assert authorizer["FunctionArn"] == {"Fn::GetAtt": "ClientAuthorizerFunction.Arn"}


def test_requests_are_counted_by_whom_the_authorizer_names() -> None:
    assert API["ApiKeySourceType"] == "AUTHORIZER"
    for plan in resources("AWS::ApiGateway::UsagePlan").values():
        [stage] = plan["ApiStages"]
        assert stage == {"ApiId": {"Ref": "Api"}, "Stage": {"Ref": "Api.Stage"}}


@pytest.mark.parametrize(
    ("logical_id", "rate", "burst", "a_day"),
    [("StoreUsagePlan", 100, 1000, 200_000), ("PartnerUsagePlan", 20, 100, 50_000)],
)
def test_each_kind_of_client_has_a_plan(logical_id: str, rate: int, burst: int, a_day: int) -> None:
    plan = resources("AWS::ApiGateway::UsagePlan")[logical_id]
    assert plan["Throttle"] == {"RateLimit": rate, "BurstLimit": burst}
    assert plan["Quota"] == {"Limit": a_day, "Period": "DAY"}


def test_the_authorizer_may_read_clients_and_nothing_else() -> None:
    [policy] = resources("AWS::IAM::Role")["ClientAuthorizerRole"]["Policies"]
    _, read = policy["PolicyDocument"]["Statement"]
    assert read == {
        "Effect": "Allow",
        "Action": "dynamodb:GetItem",
        "Resource": {"Fn::GetAtt": "ClientsTable.Arn"},
    }


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refusal_is_a_problem_document_that_nobody_keeps(kind: str) -> None:
    problem = document(kind)
    assert set(problem) == MEMBERS
    assert problem["type"] == "about:blank"
    assert problem["status"] == REFUSALS[kind]["StatusCode"]
    assert problem["instance"] == "$context.requestId"
    assert problem["detail"].endswith((".", "ac_..."))
    assert headers(kind)["Content-Type"] == "'application/problem+json'"
    assert headers(kind)["Cache-Control"] == "'no-store'"


def test_without_a_valid_key_all_read_the_same() -> None:
    assert REFUSALS["UNAUTHORIZED"] == REFUSALS["INVALID_API_KEY"]
    assert document("UNAUTHORIZED")["status"] == 401
    assert headers("UNAUTHORIZED")["WWW-Authenticate"] == "'Bearer'"


@pytest.mark.parametrize("kind", ["AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"])
def test_an_authorizer_in_trouble_says_come_again(kind: str) -> None:
    assert document(kind)["status"] == 503
    assert headers(kind)["Retry-After"] == "'30'"


def test_the_deployed_api_knows_what_its_routes_ask_of_a_client() -> None:
    """After the SAM transform, which moves security schemes about."""
    api = deployed()["Resources"]["Api"]
    assert api["Type"] == REST_API
    body = api["Properties"]["Body"]
    asked = {
        scheme
        for path in body["paths"].values()
        for operation in path.values()
        for requirement in operation.get("security", [])
        for scheme in requirement
    }
    assert asked == {"ClientAuthorizer", "api_key"}
    assert asked <= set(body["components"]["securitySchemes"])
