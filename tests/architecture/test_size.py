"""The template stays small: what a worker costs in lines, and what the stack costs in resources."""

import json
from functools import cache

import pytest
import yaml

from tests.fakes.template import ROOT, Loader, deployed, template

TEXT = (ROOT / "template.yaml").read_text()
# CloudFormation takes 500 resources and 200 outputs; the others are for what is to come.
# Alarms come with what they watch: a function has two, a queue and its dead letters one
# each, a table one.
MOST_RESOURCES = 500 - 40
MOST_WITHOUT_ALARMS = 315
MOST_OUTPUTS = 120
MOST_LINES = 46
# QueuesPolicy has a line for each queue. The loops' lists have room for names in their lines.
MENTIONS = 1
WORKERS = {
    worker: queue
    for queue, row in template()["Mappings"]["Queues"].items()
    for worker in row.get("Workers", [])
}


@cache
def _document() -> yaml.MappingNode:
    document = yaml.compose(TEXT, Loader)
    assert isinstance(document, yaml.MappingNode)
    return document


def _lines(*keys: str) -> int:
    """How many lines the template has under these keys, comments and all."""
    node: yaml.Node = _document()
    start = 0
    for wanted in keys:
        assert isinstance(node, yaml.MappingNode)
        [(key, node)] = [pair for pair in node.value if pair[0].value == wanted]
        start = key.start_mark.line
    lines = TEXT.split("\n")[start : node.end_mark.line + bool(node.end_mark.column)]
    while not lines[-1].strip() or lines[-1].lstrip().startswith("#"):
        lines.pop()
    return len(lines)


def test_the_stack_leaves_room_for_forty_resources() -> None:
    kinds = [body["Type"] for body in deployed()["Resources"].values()]
    assert len(kinds) <= MOST_RESOURCES
    assert len(kinds) - kinds.count("AWS::CloudWatch::Alarm") <= MOST_WITHOUT_ALARMS
    assert len(deployed()["Outputs"]) <= MOST_OUTPUTS


def test_the_template_is_far_smaller_than_cloudformation_takes() -> None:
    """It takes a megabyte, before and after the transforms; forty resources more add 50 KB."""
    for text in (TEXT, json.dumps(deployed())):
        assert len(text.encode()) <= 1_000_000 * 0.63


def test_no_loop_is_left_after_the_transforms() -> None:
    assert not [name for name in deployed()["Resources"] if name.startswith("Fn::")]
    assert "${Name}" not in str(deployed())


@pytest.mark.parametrize("worker", WORKERS)
def test_a_worker_costs_few_lines(worker: str) -> None:
    own = (_lines("Resources", f"{worker}{part}") + 1 for part in ("Function", "Role"))
    rows = _lines("Mappings", "Queues", WORKERS[worker]), _lines("Mappings", "Functions", worker)
    assert sum(own) + sum(rows) + MENTIONS <= MOST_LINES
