"""Wiring: in the room, from a configuration, each table by its owning room alone."""

import ast
import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.fakes.documents import is_store
from tests.fakes.template import ROOT, resources

PACKAGE = ROOT / "layers" / "aftercare" / "aftercare"
OUTSIDE = [*(ROOT / "functions").rglob("*.py"), *(ROOT / "infra").rglob("*.py")]
WIRINGS = sorted(PACKAGE.rglob("wiring.py"))
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()
STORE = re.compile(r"\b(\w*Store|\w+Bucket|HouseCarrier)\(")
TABLE = re.compile(r"\w+Store\(config\.(\w+_table)")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def test_every_room_with_a_store_is_wired_in_the_room() -> None:
    stores = {room_of(path) for path in PACKAGE.rglob("store.py")}
    assert stores == {room_of(path) for path in WIRINGS}


def test_a_table_has_one_owning_room() -> None:
    owners = defaultdict(set)
    for path in WIRINGS:
        for table in TABLE.findall(path.read_text()):
            owners[table].add(room_of(path))
    assert {table: rooms for table, rooms in owners.items() if len(rooms) > 1} == {}
    tables = {_snake(name) for name in resources("AWS::DynamoDB::Table")}
    assert tables == set(owners)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_functions_operators_and_seeds_build_no_store_of_their_own(path: Path) -> None:
    assert STORE.findall(path.read_text()) == []


def test_table_and_row_names_stay_in_stores() -> None:
    for path in PACKAGE.rglob("*.py"):
        if is_store(path) or {"kernel", "carriers"} & set(path.parts):
            continue
        text = path.read_text()
        assert "pynamodb" not in text, path
        assert not re.search(r"table_name\b", text), path


def rooms_used() -> dict[str, set[str]]:
    """The other rooms that each room imports anything of."""
    graph: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aftercare."):
                graph[room_of(path)].add(str(node.module).split(".")[1])
    for room, others in graph.items():
        others.discard(room)
    return graph


def test_the_architecture_lists_the_rooms_that_a_room_uses() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\|([a-z, ]*)\|$", ARCHITECTURE, re.MULTILINE)
    listed = {room: {*filter(None, used.strip().split(", "))} for room, used in rows}
    for room, used in rooms_used().items():
        assert room == "kernel" or listed[room] == used - {"kernel"}, room


def test_rooms_form_no_circle() -> None:
    graph = rooms_used()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"rooms in a circle: {' -> '.join(circle.args[1])}")


def test_a_wiring_keeps_nothing_and_reads_no_environment() -> None:
    for path in WIRINGS:
        text = path.read_text()
        assert "os.environ" not in text, path
        assert "read(" not in text.replace("read_keys", "").replace("_read(", ""), path
        decorated = re.findall(r"^@cache\ndef ", text, flags=re.MULTILINE)
        assert decorated == [], path
