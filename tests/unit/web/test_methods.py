"""HEAD is answered as GET is, without the body; other methods get a 405 problem."""

import importlib
import json
from typing import Any

import pytest
from chalice.app import Chalice, Request, Response

from aftercare.web.api import endpoint, respond
from aftercare.web.methods import answer_head
from tests.fakes.template import ROOT

# Carriers tell it things, and nobody asks it anything.
TAKES_ONLY = {"hooks"}
APPS = sorted(
    path.parent.name
    for path in (ROOT / "functions").glob("*/app.py")
    if "Chalice(" in path.read_text()
)


def app() -> Chalice:
    made = Chalice(app_name="made")
    made.register_middleware(respond, "http")

    @made.route("/things/{name}", methods=["GET"])
    @endpoint(made)
    def thing(request: Request, name: str) -> Response:  # noqa: ARG001
        return Response({"name": name}, {"ETag": "7"})

    @made.route("/things", methods=["POST"])
    @endpoint(made)
    def add(request: Request) -> Response:  # noqa: ARG001
        return Response({})

    answer_head(made)
    return made


def answer(method: str, route: str, name: str = "") -> dict[str, Any]:
    context = {"resourcePath": route, "httpMethod": method, "requestId": "req-1"}
    event = {
        "requestContext": context,
        "headers": {},
        "pathParameters": {"name": name},
        "multiValueQueryStringParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
    }
    answer: dict[str, Any] = app()(event, None)
    return answer


def test_head_has_the_status_and_headers_of_get_and_no_body() -> None:
    got, head = answer("GET", "/things/{name}", "hare"), answer("HEAD", "/things/{name}", "hare")
    assert json.loads(got["body"]) == {"name": "hare"}
    assert head == got | {"body": ""}


@pytest.mark.parametrize(
    ("method", "route", "allowed"),
    [
        ("DELETE", "/things/{name}", {"GET", "HEAD"}),
        ("OPTIONS", "/things/{name}", {"GET", "HEAD"}),
        ("GET", "/things", {"POST"}),
    ],
)
def test_another_method_is_a_problem_that_names_the_right_ones(
    method: str, route: str, allowed: set[str]
) -> None:
    refused = answer(method, route)
    problem = json.loads(refused["body"])
    assert (refused["statusCode"], problem["status"]) == (405, 405)
    assert (problem["code"], problem["instance"]) == ("method_not_allowed", "req-1")
    assert refused["headers"]["Content-Type"] == "application/problem+json"
    assert set(refused["headers"]["Allow"].split(", ")) == allowed


def test_head_where_get_is_not_has_no_body_either() -> None:
    refused = answer("HEAD", "/things")
    assert (refused["statusCode"], refused["body"]) == (405, "")
    assert refused["headers"]["Allow"] == "POST"


@pytest.mark.parametrize("name", APPS)
def test_every_application_answers_head_wherever_it_answers_get(name: str) -> None:
    routes = importlib.import_module(f"{name}.app").app.routes
    got = {path for path, methods in routes.items() if "GET" in methods}
    assert bool(got) is (name not in TAKES_ONLY)
    assert {path for path, methods in routes.items() if "HEAD" in methods} == got
