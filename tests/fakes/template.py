"""template.yaml as plain data, and the tables it defines, so that keys in tests cannot drift."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
_CREATE = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short tags as the long form."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)  # noqa: S506
    return loaded


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of every resource of that type."""
    found = template()["Resources"].items()
    return {name: body.get("Properties", {}) for name, body in found if body["Type"] == kind}


def table_names(prefix: str) -> dict[str, str]:
    """Logical id → a name for each of the template's tables."""
    return {name: f"{prefix}{name}" for name in resources("AWS::DynamoDB::Table")}


def create_tables(dynamodb: Any, names: dict[str, str]) -> None:
    """Makes those of the template's tables, under those names."""
    every = resources("AWS::DynamoDB::Table")
    for logical_id, name in names.items():
        properties = every[logical_id]
        settings = {name: properties[name] for name in _CREATE if name in properties}
        if "StreamSpecification" in settings:
            stream = settings["StreamSpecification"] | {"StreamEnabled": True}
            settings["StreamSpecification"] = stream
        dynamodb.create_table(TableName=name, **settings)
