"""infra/openapi/aftercare.yaml as plain data, and what an answer must be to keep to it."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from tests.fakes.template import ROOT

PATH = ROOT / "infra" / "openapi" / "aftercare.yaml"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}

type Json = dict[str, Any]


@cache
def document() -> Json:
    loaded: Json = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def operations() -> dict[tuple[str, str], Json]:
    """Method and path → each operation of the document."""
    return {
        (method, path): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def resolved(node: Json) -> Json:
    """The node, or the target of its `$ref`."""
    if "$ref" not in node:
        return node
    target: Any = document()
    for name in node["$ref"].removeprefix("#/").split("/"):
        target = target[name]
    return resolved(target)


def responses(operation: Json) -> dict[int, Json]:
    return {int(status): resolved(body) for status, body in operation["responses"].items()}


def schema(name: str) -> Json:
    component: Json = document()["components"]["schemas"][name]
    return component


def faults(schema: Json, value: object, *, strict: bool = False) -> list[str]:
    """The faults of a value by its schema; if strict, undocumented members are faults too."""
    whole = {"components": document()["components"], "allOf": [schema]}
    if strict:
        whole["unevaluatedProperties"] = False
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in validator.iter_errors(value)
    ]


def examples() -> Iterator[tuple[str, Json, object]]:
    """The place, the schema and the value of every example of a body, a header or a parameter."""
    for (method, path), operation in operations().items():
        place = f"{method} {path}"
        for parameter in map(resolved, operation.get("parameters", [])):
            yield from _examples(f"{place} {parameter['name']}", parameter)
        for kind, media in resolved(operation.get("requestBody", {})).get("content", {}).items():
            yield from _examples(f"{place} {kind}", media)
        for status, response in responses(operation).items():
            for kind, media in response["content"].items():
                yield from _examples(f"{place} {status} {kind}", media)


def _examples(place: str, node: Json) -> Iterator[tuple[str, Json, object]]:
    for name, example in node.get("examples", {}).items():
        yield f"{place} {name}", node["schema"], resolved(example)["value"]


def keeps_to_it(
    method: str, path: str, status: int, headers: Mapping[str, str], body: object
) -> None:
    """Asserts that the document has such an answer to that operation."""
    documented = responses(operations()[method.lower(), path])
    assert status in documented, f"{status} is not among {sorted(documented)}"
    content = documented[status]["content"]
    kind = headers["Content-Type"]
    assert kind in content, f"{status} as {kind}"
    assert faults(content[kind]["schema"], body, strict=True) == []
    for name, header in map(_named, documented[status].get("headers", {}).items()):
        if name in headers:
            assert faults(header["schema"], _value(headers[name], header["schema"])) == []
        else:
            assert not header.get("required", False), f"{status} without {name}"


def _named(item: tuple[str, Json]) -> tuple[str, Json]:
    return item[0], resolved(item[1])


def _value(text: str, schema: Json) -> object:
    return int(text) if schema["type"] == "integer" else text


def members_of(method: str, path: str) -> tuple[str, ...]:
    """The members that an operation's body may have."""
    body = resolved(operations()[method, path].get("requestBody", {}))
    if not body:
        return ()
    schema = resolved(body["content"]["application/json"]["schema"])
    return tuple(schema.get("properties", {}))
