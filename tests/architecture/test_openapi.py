"""infra/openapi/aftercare.yaml is OpenAPI, and has the routes, values and refusals of the code."""

import importlib
import json
import pkgutil
import re
import subprocess
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import pytest

import aftercare
from aftercare.authenticity.codes import Slip
from aftercare.authenticity.model import Audience, Signal, Verdict
from aftercare.batches.model import BatchStatus
from aftercare.clients.model import Scope
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.symbols import folded, is_sealed
from aftercare.points.model import MOST_POINTS
from aftercare.points.posting import Kind
from aftercare.points.request import MOST_LISTED
from aftercare.points.rules import published
from aftercare.web.problems import _STATUSES, PROBLEM_TYPE
from points_api.bodies import MOST_AMOUNT
from tests.fakes import openapi
from tests.fakes.template import ROOT, function_of, paths, resources

OPERATIONS = openapi.operations()
EXAMPLES = {place: (schema, value) for place, schema, value in openapi.examples()}
FUNCTIONS = resources("AWS::Serverless::Function")
API = resources("AWS::Serverless::Api")["Api"]
# Refusals of our gateway that a client may meet at an operation's own address.
GATEWAYS: dict[str, Any] = API["GatewayResponses"]
# From Chalice, or for unexpected errors.
EDGES = {("unsupported_media_type", 415), ("fault", 500)}


def client_paths() -> dict[str, str]:
    """Each path that needs a client's key, and the function behind it."""
    return {
        path: function_of(operations["get"])
        for path, operations in paths().items()
        if "security" in operations["get"]
    }


def test_the_document_is_valid_openapi() -> None:
    validator = ROOT / ".tools/schemathesis/bin/openapi-spec-validator"
    done = subprocess.run(
        [validator, openapi.PATH], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_paths_are_those_that_need_a_client_key() -> None:
    assert {path for _, path in OPERATIONS} == set(client_paths())


def test_its_operations_are_the_routes_of_the_apps() -> None:
    routes = set()
    for name in set(client_paths().values()):
        module, _, attribute = FUNCTIONS[name]["Handler"].rpartition(".")
        app = getattr(importlib.import_module(module), attribute)
        routes |= {
            (method.lower(), path)
            for path, views in app.routes.items()
            for method in views
            if method != "HEAD"  # as GET, by HTTP's own rule
        }
    assert set(OPERATIONS) == routes


def test_path_parameters_are_named_in_the_path() -> None:
    for (_, path), operation in OPERATIONS.items():
        named = {
            parameter["name"]
            for parameter in map(openapi.resolved, operation.get("parameters", []))
            if parameter["in"] == "path"
        }
        assert named == set(re.findall(r"\{(\w+)\}", path))


def test_every_operation_asks_for_a_client_key_with_a_scope_there_is() -> None:
    schemes = openapi.document()["components"]["securitySchemes"]
    assert {name: (body["type"], body["scheme"]) for name, body in schemes.items()} == {
        "clientKey": ("http", "bearer")
    }
    for operation in OPERATIONS.values():
        (requirement,) = operation["security"]
        (scope,) = requirement["clientKey"]
        assert scope in set(Scope)


@pytest.mark.parametrize(
    ("name", "values"),
    [("Verdict", Verdict), ("Signal", Signal), ("Slip", Slip), ("MovementKind", Kind)],
)
def test_values_are_those_of_the_code_and_each_is_explained(
    name: str, values: Iterable[str]
) -> None:
    schema = openapi.schema(name)
    assert schema["enum"] == list(values)
    explained = re.findall(r"^- `(\w+)`: \w", schema["description"], re.MULTILINE)
    assert explained == list(values)


def test_each_verdict_is_told_of_our_codes_or_of_others_and_not_both() -> None:
    ours, others = (
        openapi.schema(name)["properties"]["verdict"]["allOf"][1]["enum"]
        for name in ("AnswerForOurCode", "AnswerForNoCode")
    )
    assert ours + others == list(Verdict)


def test_a_looked_up_check_has_the_values_of_the_code() -> None:
    properties = openapi.schema("CheckRecord")["properties"]
    assert set(properties["audience"]["enum"]) == set(Audience)
    assert set(properties["batch_status"]["enum"]) == set(BatchStatus)


def test_the_bounds_of_points_are_those_of_the_code() -> None:
    points, change = openapi.schema("Points"), openapi.schema("Adjustment")["properties"]["points"]
    assert (points["minimum"], points["maximum"]) == (1, MOST_POINTS)
    assert (change["minimum"], change["maximum"]) == (-MOST_POINTS, MOST_POINTS)
    assert openapi.schema("Amount")["maximum"] == MOST_AMOUNT
    assert openapi.schema("Statement")["properties"]["movements"]["maxItems"] == MOST_LISTED


def test_points_are_earned_in_the_currencies_of_the_rules() -> None:
    told = openapi.schema("Earning")["properties"]["currency"]["enum"]
    assert told == sorted(published().versions[-1].per_point)


def test_whatever_moves_points_returns_or_tickets_needs_an_idempotency_key() -> None:
    required = {"$ref": "#/components/parameters/RequiredKey"}
    for (method, path), operation in OPERATIONS.items():
        places = ("/points/", "/returns/", "/counter/", "/tickets")
        moves = path.startswith(places) and method == "post"
        assert (required in operation.get("parameters", [])) == moves, path


def test_every_verdict_has_an_example() -> None:
    check = OPERATIONS["post", "/authenticity/checks"]
    told = check["responses"]["200"]["content"]["application/json"]["examples"]
    assert {name: example["value"]["verdict"] for name, example in told.items()} == {
        verdict: verdict for verdict in Verdict
    }


@pytest.mark.parametrize("place", EXAMPLES)
def test_every_example_is_what_its_schema_says(place: str) -> None:
    schema, value = EXAMPLES[place]
    assert openapi.faults(schema, value, strict=isinstance(value, dict)) == []


def test_codes_and_references_in_examples_are_well_formed() -> None:
    text = openapi.PATH.read_text(encoding="utf-8")
    mistyped = {"0K5D-U5VA-8H02-HHD1"}
    codes = set(re.findall(r"(?<![-\w])(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}(?![-\w])", text)) - mistyped
    references = set(re.findall(r"\b([VN])-((?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})\b", text))
    assert len(codes) >= 7
    assert len(references) >= len(Verdict)
    assert all(is_sealed(folded(code)) for code in codes)
    assert all(is_sealed(folded(body), kind) for kind, body in references)


def documented_problems() -> set[tuple[str, int]]:
    """Code and status of every problem in the document."""
    told = set()
    for operation in OPERATIONS.values():
        for status, response in openapi.responses(operation).items():
            if status >= 400:
                told |= {(code, status) for code in codes_of(response)}
    return told


def codes_of(response: openapi.Json) -> list[str]:
    assert set(response["content"]) == {PROBLEM_TYPE}
    problem, narrowed = response["content"][PROBLEM_TYPE]["schema"]["allOf"]
    assert problem == {"$ref": "#/components/schemas/Problem"}
    code = narrowed["properties"]["code"]
    codes: list[str] = code["enum"] if "enum" in code else [code["const"]]
    return codes


def our_problems() -> set[tuple[str, int]]:
    """Code and status of every refusal in the code."""
    for module in pkgutil.walk_packages(aftercare.__path__, "aftercare."):
        importlib.import_module(module.name)
    return {
        (kind.code, int(status))
        for family, (status, _) in _STATUSES.items()
        for kind in [family, *descendants(family)]
    }


def descendants(kind: type[AftercareError]) -> list[type[AftercareError]]:
    return [each for child in kind.__subclasses__() for each in (child, *descendants(child))]


def gateways_problems() -> set[tuple[str, int]]:
    """Code and status of every refusal by the gateway itself."""
    return {(body["code"], body["status"]) for body in map(gateways_body, GATEWAYS.values())}


def gateways_body(response: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(response["ResponseTemplates"]["application/json"])
    assert body["status"] == response["StatusCode"]
    return body


def test_every_problem_it_tells_of_is_in_the_code_or_in_the_gateway() -> None:
    assert documented_problems() <= our_problems() | gateways_problems() | EDGES


def test_whatever_the_gateway_refuses_is_told_of() -> None:
    assert gateways_problems() <= documented_problems()


def test_every_refusal_explains_its_codes() -> None:
    for operation in OPERATIONS.values():
        for status, response in openapi.responses(operation).items():
            assert HTTPStatus(status)
            if status >= 400:
                explained = re.findall(r"`([a-z_]+)`[,:]", response["description"])
                assert set(codes_of(response)) <= set(explained), status


@pytest.mark.parametrize("name", GATEWAYS)
def test_what_the_gateway_says_is_a_problem_as_the_document_has_it(name: str) -> None:
    body = gateways_body(GATEWAYS[name])
    problem = {"$ref": "#/components/schemas/Problem"}
    assert openapi.faults(problem, body, strict=True) == []
    headers = GATEWAYS[name]["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == f"'{PROBLEM_TYPE}'"
    if body["status"] == 401:
        assert headers["WWW-Authenticate"] == "'Bearer'"
