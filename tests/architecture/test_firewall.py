"""The firewall bounds what one address asks: by the connection, or as the network in front says."""

import re
from typing import Any

import pytest

from aftercare.access.model import ASKS_PER_SOURCE
from aftercare.web.network import SECRET_HEADER
from aftercare.words.model import LANGUAGES
from tests.fakes.given import Given, InvalidParameterError
from tests.fakes.template import function_of, paths, resources

PROD = {"Stage": "prod", "MailSender": "returns@example.com", "SecretNames": "generated"}
SECRET = "a-secret-of-the-edge-of-thirty-two-characters"
BEFORE = "the-secret-that-the-edge-had-until-now-0123456789"
NETWORK = {
    "EdgeSecret": SECRET,
    "AddressHeader": "Viewer-Address",
    "PortalUrl": "https://returns.example.com",
}
BEHIND = PROD | NETWORK
CLIENT_APIS = {
    "AuthenticityApiFunction",
    "PointsApiFunction",
    "ReturnsApiFunction",
    "TicketsApiFunction",
}


def rules(chosen: dict[str, str]) -> dict[str, dict[str, Any]]:
    firewall = Given(chosen).resources("AWS::WAFv2::WebACL")["Firewall"]
    return {rule["Name"]: rule for rule in firewall["Rules"]}


def rates(chosen: dict[str, str]) -> dict[str, dict[str, Any]]:
    """The rules per address: name → statement."""
    found = {name: rule["Statement"] for name, rule in rules(chosen).items()}
    return {
        name: statement["RateBasedStatement"]
        for name, statement in found.items()
        if "RateBasedStatement" in statement
    }


def holds(statement: dict[str, Any], method: str, path: str, edge: str = "") -> bool:
    """Whether a request matches the statement."""
    ((kind, body),) = statement.items()
    if kind == "NotStatement":
        return not holds(body["Statement"], method, path, edge)
    if kind in {"AndStatement", "OrStatement"}:
        parts = [holds(part, method, path, edge) for part in body["Statements"]]
        return all(parts) if kind == "AndStatement" else any(parts)
    if kind == "RegexMatchStatement":
        assert body["FieldToMatch"] == {"UriPath": {}}
        return re.search(body["RegexString"], path) is not None
    assert kind == "ByteMatchStatement"
    assert body["PositionalConstraint"] == "EXACTLY"
    of_request = {"Method": method, "SingleHeader": edge}
    ((field, _),) = body["FieldToMatch"].items()
    return bool(of_request[field] == body["SearchString"])


def bounding(method: str, path: str) -> set[str]:
    return {
        name
        for name, rate in rates(PROD).items()
        if holds(rate["ScopeDownStatement"], method, path)
    }


# With the stage's name on the API's own address, without it on the custom domain.
STAGES = pytest.mark.parametrize("stage", ["", "/live"])


@STAGES
@pytest.mark.parametrize("path", ["/", "/code", "/code/"])
def test_what_sends_mail_or_guesses_codes_is_bounded(stage: str, path: str) -> None:
    assert "sign-in-per-address" in bounding("POST", stage + path)
    assert "sign-in-per-address" not in bounding("GET", stage + path)


@STAGES
@pytest.mark.parametrize("path", ["/authenticity", "/authenticity/"])
def test_the_check_page_is_bounded(stage: str, path: str) -> None:
    assert "checks-per-address" in bounding("POST", stage + path)


@STAGES
@pytest.mark.parametrize(
    "path", [path for path, each in paths().items() if function_of(each["get"]) in CLIENT_APIS]
)
def test_both_apis_of_stores_are_bounded_and_not_as_tightly_as_pages(stage: str, path: str) -> None:
    assert bounding("POST", stage + re.sub(r"\{\w+\}", "x-1", path)) == {"keys-per-address"}


@STAGES
@pytest.mark.parametrize("path", paths())
def test_no_path_is_unbounded(stage: str, path: str) -> None:
    for method in ("GET", "POST"):
        assert bounding(method, stage + re.sub(r"\{\w+\}", "x-1", path))


def test_a_store_may_use_its_whole_plan_from_one_address() -> None:
    keys = rates(PROD)["keys-per-address"]
    plan = resources("AWS::ApiGateway::UsagePlan")["StoreUsagePlan"]["Throttle"]
    assert keys["Limit"] >= plan["RateLimit"] * keys["EvaluationWindowSec"]


def test_the_portals_own_limit_which_answers_in_words_comes_first() -> None:
    sign_in = rates(PROD)["sign-in-per-address"]
    per_window = ASKS_PER_SOURCE.most * sign_in["EvaluationWindowSec"] / ASKS_PER_SOURCE.seconds
    assert sign_in["Limit"] > per_window


def test_every_rule_blocks_and_is_counted() -> None:
    firewall = Given(BEHIND).resources("AWS::WAFv2::WebACL")["Firewall"]
    priorities = [rule["Priority"] for rule in firewall["Rules"]]
    assert priorities == sorted(set(priorities))
    for rule in firewall["Rules"]:
        blocks = "Block" in rule.get("Action", {})
        assert blocks or rule["OverrideAction"] == {"None": {}}
        assert rule["VisibilityConfig"]["CloudWatchMetricsEnabled"]
        assert not rule["VisibilityConfig"]["SampledRequestsEnabled"], "they carry keys"


def test_without_a_network_the_connections_address_counts() -> None:
    assert "around-the-network" not in rules(PROD)
    for rate in rates(PROD).values():
        assert rate["AggregateKeyType"] == "IP"
        assert "ForwardedIPConfig" not in rate


def test_behind_a_network_the_address_that_it_names_counts() -> None:
    assert rates(BEHIND)
    for rate in rates(BEHIND).values():
        assert rate["AggregateKeyType"] == "FORWARDED_IP"
        assert rate["ForwardedIPConfig"] == {
            "HeaderName": "Viewer-Address",
            "FallbackBehavior": "NO_MATCH",
        }


@pytest.mark.parametrize(
    ("sent", "is_blocked"),
    [("", True), ("guessed", True), (SECRET, False), (SECRET.upper(), True), (BEFORE, True)],
)
def test_nobody_goes_around_the_network(sent: str, is_blocked: bool) -> None:
    rule = rules(BEHIND)["around-the-network"]
    assert rule["Priority"] == 0
    assert holds(rule["Statement"], "GET", "/", sent) is is_blocked


def test_while_the_secret_is_replaced_both_are_let_through() -> None:
    rule = rules(BEHIND | {"PreviousEdgeSecret": BEFORE})["around-the-network"]
    for sent, is_blocked in ((SECRET, False), (BEFORE, False), ("", True), ("guessed", True)):
        assert holds(rule["Statement"], "GET", "/", sent) is is_blocked


def test_the_firewall_and_the_functions_look_at_one_header() -> None:
    rule = rules(BEHIND)["around-the-network"]
    either = rule["Statement"]["NotStatement"]["Statement"]["OrStatement"]["Statements"]
    looked_at = {
        part["ByteMatchStatement"]["FieldToMatch"]["SingleHeader"]["Name"] for part in either
    }
    assert looked_at == {SECRET_HEADER}


@pytest.mark.parametrize("function", ["PortalFunction", "CheckPageFunction"])
def test_functions_that_count_or_recognise_are_told_of_the_network(function: str) -> None:
    told = Given(BEHIND | {"CountryHeader": "Country"}).variables(function)
    assert (told["EDGE_SECRET"], told["PREVIOUS_EDGE_SECRET"]) == (SECRET, "")
    assert told["ADDRESS_HEADER"] == "Viewer-Address"
    if "COUNTRY_HEADER" in told:
        assert told["COUNTRY_HEADER"] == "Country"


@pytest.mark.parametrize(
    ("chosen", "named"),
    [
        ({"CountryHeader": "CloudFront-Viewer-Country"}, "CountryHeader needs EdgeSecret"),
        (NETWORK | {"AddressHeader": ""}, "AddressHeader does not match"),
        (NETWORK | {"PortalUrl": ""}, "EdgeSecret needs PortalUrl"),
        ({"PreviousEdgeSecret": BEFORE}, "PreviousEdgeSecret needs EdgeSecret"),
        (NETWORK | {"EdgeSecret": "short"}, "EdgeSecret does not match"),
        (NETWORK | {"AddressHeader": "X: y"}, "AddressHeader does not match"),
    ],
    ids=str,
)
def test_half_a_network_is_refused_before_anything_changes(
    chosen: dict[str, str], named: str
) -> None:
    with pytest.raises(InvalidParameterError, match=named):
        Given(PROD | chosen).check()


def test_a_whole_network_is_taken() -> None:
    Given(BEHIND | {"CountryHeader": "CloudFront-Viewer-Country"}).check()
    Given(BEHIND | {"PreviousEdgeSecret": BEFORE}).check()


PEOPLES = {"sign-in-per-address", "checks-per-address", "pages-per-address"}


def test_people_who_are_refused_get_a_page_and_programs_a_problem() -> None:
    """The gateway's own answer to what the firewall refuses is one, in JSON."""
    firewall = Given(BEHIND).resources("AWS::WAFv2::WebACL")["Firewall"]
    body = firewall["CustomResponseBodies"]["page"]
    assert body["ContentType"] == "TEXT_HTML"
    assert len(body["Content"].encode()) < 4096, "the most that WAF takes"
    assert body["Content"].startswith("<!doctype html>")
    for language in LANGUAGES:
        assert f'lang="{language}"' in body["Content"]
    actions = {rule["Name"]: rule["Action"] for rule in firewall["Rules"] if "Action" in rule}
    for name, action in actions.items():
        response = action["Block"].get("CustomResponse")
        assert bool(response) is (name in PEOPLES), name
        if response:
            assert (response["ResponseCode"], response["CustomResponseBodyKey"]) == (429, "page")
            assert response["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "300"}]
