"""Tables of a `.local/` from before they had indexes get them all, and keep what is in them."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local import processes
from infra.local.settings import Settings
from tests.fakes.stack.local_stacks import LocalStack, free_port
from tests.fakes.template import resources

pytestmark = pytest.mark.stack
_INDEXES, _LOCAL = "GlobalSecondaryIndexes", "LocalSecondaryIndexes"
_KEPT = ("BillingMode", "AttributeDefinitions", "KeySchema", _INDEXES, _LOCAL)
_VALUES = {"S": {"S": "one"}, "N": {"N": "1"}, "B": {"B": b"one"}}

type Properties = dict[str, Any]


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[LocalStack]:
    """An emulator without a deployment: AWS alone."""
    settings = Settings(port=free_port(), data=tmp_path / "local")
    process = processes.start_emulator(settings)
    yield LocalStack(settings.data, settings.port)
    processes.stop_emulator(process.pid, process.poll)


def test_a_table_of_before_gets_its_indexes_and_keeps_its_items(emulator: LocalStack) -> None:
    """AWS adds one index in one deployment (docs/operations.md); the emulator adds them all."""
    now = {
        name: {key: value for key, value in properties.items() if key in _KEPT}
        for name, properties in resources("AWS::DynamoDB::Table").items()
        if _INDEXES in properties
    }
    stacks, tables = emulator.client("cloudformation"), emulator.client("dynamodb")
    stacks.create_stack(StackName="old", TemplateBody=template(map_of(now, without_indexes)))
    names = physical_names(stacks, "CREATE_COMPLETE")
    assert set(names) == set(now)
    for name, properties in now.items():
        tables.put_item(TableName=names[name], Item=item_of(properties))
    stacks.update_stack(StackName="old", TemplateBody=template(now))
    assert physical_names(stacks, "UPDATE_COMPLETE") == names
    for name, properties in now.items():
        item, keys = item_of(properties), key_names(properties["KeySchema"])
        got = tables.get_item(TableName=names[name], Key={key: item[key] for key in keys})
        assert got["Item"] == item
        for index in properties[_INDEXES]:
            hash_key = key_names(index["KeySchema"])[0]
            found = tables.query(
                TableName=names[name],
                IndexName=index["IndexName"],
                KeyConditionExpression="#key = :value",
                ExpressionAttributeNames={"#key": hash_key},
                ExpressionAttributeValues={":value": item[hash_key]},
            )
            assert [each[keys[0]] for each in found["Items"]] == [item[keys[0]]], index


def without_indexes(properties: Properties) -> Properties:
    # A table has its local indexes from the start.
    schemas = [each["KeySchema"] for each in (properties, *properties.get(_LOCAL, []))]
    keys = {name for schema in schemas for name in key_names(schema)}
    known = [each for each in properties["AttributeDefinitions"] if each["AttributeName"] in keys]
    rest = {key: value for key, value in properties.items() if key != _INDEXES}
    return rest | {"AttributeDefinitions": known}


def map_of(
    tables: dict[str, Properties], change: Callable[[Properties], Properties]
) -> dict[str, Properties]:
    return {name: change(properties) for name, properties in tables.items()}


def template(tables: dict[str, Properties]) -> str:
    body = {
        name: {"Type": "AWS::DynamoDB::Table", "Properties": properties}
        for name, properties in tables.items()
    }
    return json.dumps({"Resources": body})


def physical_names(stacks: Any, status: str) -> dict[str, str]:
    """The tables' names, once the stack is there."""
    waiter = stacks.get_waiter(f"stack_{status.lower()}")
    waiter.wait(StackName="old", WaiterConfig={"Delay": 1, "MaxAttempts": 30})
    found = stacks.describe_stack_resources(StackName="old")["StackResources"]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}


def key_names(schema: list[dict[str, str]]) -> list[str]:
    return [key["AttributeName"] for key in schema]


def item_of(properties: Properties) -> dict[str, Any]:
    """An item in every index of its table."""
    return {
        each["AttributeName"]: _VALUES[each["AttributeType"]]
        for each in properties["AttributeDefinitions"]
    }
