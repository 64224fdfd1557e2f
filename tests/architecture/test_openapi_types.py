"""The bodies in infra/openapi are compared with the types by which the code reads them."""

import ast
from typing import Any

import msgspec
import pytest

from points_api.bodies import BODIES as OF_POINTS
from returns_api.bodies import BODIES as OF_RETURNS
from tests.fakes import openapi
from tests.fakes.template import ROOT
from tickets_api.bodies import BODIES as OF_TICKETS

type Json = dict[str, Any]

TYPES = {kind.__name__: kind for kind in (*OF_POINTS, *OF_RETURNS, *OF_TICKETS)}
# The document is more exact than the type: it names the currencies of the rules in force.
NARROWER = {("Earning", "currency")}
# Read without a type, since a check's cold start pays for each module: kernel.reading's rule for
# text, in web.api.text_in.
UNTYPED = {"CheckRequest": {"code": {"type": "string", "minLength": 1, "maxLength": 2000}}}
ANSWERS = {
    "tickets_api": ("TicketTaken", "PartnersTicket", "CaseHandedOver"),
    "returns_api": ("ReturnProgress", "ExpectedReturn", "HandedIn"),
    "points_api": ("Balance", "FoundMember", "Statement", "Movement", "Receipt"),
    "authenticity_api": ("AnswerForOurCode", "AnswerForNoCode", "CheckRecord"),
}
WORDS = {"title", "description", "examples"}
# Only Python needs these: its $ matches before a last line break, and its texts may have halves of
# characters, which valid UTF-8 cannot.
PYTHONS = ("(?!\\n)", "\\ud800-\\udfff")


def bare(node: Any, definitions: Json) -> Any:
    """The schema without words, with what it refers to in its place."""
    if isinstance(node, list):
        return [bare(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return bare(definitions[name], definitions)
    if set(node) - WORDS == {"allOf"} and len(node["allOf"]) == 1:
        return bare(node["allOf"][0], definitions)
    kept = {
        key: {name: bare(each, definitions) for name, each in value.items()}
        if key == "properties"
        else bare(value, definitions)
        for key, value in node.items()
        if key not in WORDS
    }
    return plain(kept)


def plain(schema: Json) -> Json:
    """The schema as both sides write it: an enumeration is text, and nothing is left out empty."""
    for part in PYTHONS:
        if "pattern" in schema:
            schema["pattern"] = str(schema["pattern"]).replace(part, "")
    if "required" in schema:
        schema["required"] = sorted(schema["required"])
    if "enum" in schema:
        schema.setdefault("type", "string")
    return {key: value for key, value in schema.items() if value not in ([], ())}


def of_the_code(name: str) -> Json:
    schema = msgspec.json.schema(TYPES[name])
    found: Json = bare(schema, schema["$defs"])
    return found


def of_the_document(name: str) -> Json:
    schemas = openapi.document()["components"]["schemas"]
    found: Json = bare(schemas[name], schemas)
    return found


def body_names() -> set[str]:
    """The schema of each body that an operation takes."""
    return {
        operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        for operation in openapi.operations().values()
        if "requestBody" in operation
    }


def test_every_body_of_an_operation_has_a_type() -> None:
    assert body_names() == {*TYPES, *UNTYPED}


@pytest.mark.parametrize("name", TYPES)
def test_a_body_in_the_document_is_its_type(name: str) -> None:
    told, typed = of_the_document(name), of_the_code(name)
    for field in [field for owner, field in NARROWER if owner == name]:
        assert told["properties"].pop(field)["type"] == typed["properties"].pop(field)["type"]
    assert told == typed


@pytest.mark.parametrize("name", UNTYPED)
def test_a_body_without_a_type_is_as_it_is_read(name: str) -> None:
    assert of_the_document(name)["properties"] == UNTYPED[name]


def names_written(function: str) -> set[str]:
    """Every member that a function's views and documents can put into an answer."""
    names: set[object] = set()
    for name in ("app.py", "spending.py", "documents.py", "cases.py"):
        path = ROOT / "functions" / function / name
        nodes = list(ast.walk(ast.parse(path.read_text()))) if path.exists() else []
        names |= {node.value for node in nodes if isinstance(node, ast.Constant)}
        names |= {node.arg for node in nodes if isinstance(node, ast.keyword)}
    return {name for name in names if isinstance(name, str)}


@pytest.mark.parametrize(("function", "answers"), ANSWERS.items())
def test_every_member_of_an_answer_is_one_that_the_function_writes(
    function: str, answers: tuple[str, ...]
) -> None:
    """Each answer in the tests is checked for the reverse: that no other is written."""
    for answer in answers:
        told = set(openapi.schema(answer)["properties"])
        assert told <= names_written(function), answer
