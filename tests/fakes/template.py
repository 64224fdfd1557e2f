"""template.yaml as plain data, and the tables it defines, so that tests use the same keys."""

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.fakes.loops import Loops

ROOT = Path(__file__).parents[2]
_CREATE = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)
_SHIPPED_FROM = {"CodeUri": "s3://bucket/code", "ContentUri": "s3://bucket/layer"}
# The translator is part of the SAM CLI, which has its own environment.
_TRANSLATE = """
import json, logging, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
logging.disable()
given = json.load(sys.stdin)
json.dump(Translator({}, Parser()).translate(given["template"], given["parameters"]), sys.stdout)
"""


class Loader(yaml.CSafeLoader):
    """Reads CloudFormation's short tags as the long form."""


def _intrinsic(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    if isinstance(node, yaml.ScalarNode):
        return {name: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {name: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {name: loader.construct_mapping(node, deep=True)}


Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    """The template with its loops expanded, as by AWS::LanguageExtensions."""
    loaded: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader)  # noqa: S506
    loops = Loops(loaded["Mappings"], {})
    for section in ("Resources", "Outputs"):
        loaded[section] = loops.written(loaded[section])
    return loaded


@cache
def deployed() -> dict[str, Any]:
    """The template after both transforms, to which CloudFormation's limits apply."""
    own = json.loads(json.dumps(template())) | {"Transform": "AWS::Serverless-2016-10-31"}
    own["Globals"]["Function"]["CodeUri"] = _SHIPPED_FROM["CodeUri"]
    for body in own["Resources"].values():
        properties = body.get("Properties", {})
        properties |= {name: at for name, at in _SHIPPED_FROM.items() if name in properties}
    done = subprocess.run(
        [ROOT / ".tools/sam/bin/python", "-c", _TRANSLATE],
        input=json.dumps(
            {"template": own, "parameters": {"Stage": "prod", "MailSender": "mail@example.com"}}
        ),
        env={"AWS_DEFAULT_REGION": "us-west-2"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    translated: dict[str, Any] = json.loads(done.stdout)
    return translated


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Logical id → properties of every resource of that type."""
    all_resources = template()["Resources"].items()
    return {
        name: body.get("Properties", {}) for name, body in all_resources if body["Type"] == kind
    }


def paths(api: str = "Api") -> dict[str, dict[str, dict[str, Any]]]:
    """An API's paths: method → operation."""
    body: dict[str, Any] = resources("AWS::Serverless::Api")[api]["DefinitionBody"]
    every: dict[str, dict[str, dict[str, Any]]] = body["paths"]
    return every


def function_of(operation: dict[str, Any]) -> str:
    """Logical id of the function behind an operation of the API."""
    uri = operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
    for name, body in resources("AWS::Serverless::Function").items():
        if "FunctionName" in body and f":function:{body['FunctionName']['Fn::Sub']}/" in uri:
            return name
    behind = re.search(r"\$\{(\w+)\.Arn\}", uri)
    assert behind, uri
    return behind[1]


def table_names(prefix: str) -> dict[str, str]:
    """Logical id → a name for each of the template's tables."""
    return {name: f"{prefix}{name}" for name in resources("AWS::DynamoDB::Table")}


def create_tables(dynamodb: Any, names: dict[str, str]) -> None:
    """Creates those of the template's tables, with those names."""
    every = resources("AWS::DynamoDB::Table")
    for logical_id, name in names.items():
        properties = every[logical_id]
        settings = {name: properties[name] for name in _CREATE if name in properties}
        if "StreamSpecification" in settings:
            stream = settings["StreamSpecification"] | {"StreamEnabled": True}
            settings["StreamSpecification"] = stream
        dynamodb.create_table(TableName=name, **settings)


if __name__ == "__main__":
    # For tools that do not expand loops.
    sys.stdout.write(json.dumps(template(), indent=1))
