"""Stores read what was written; emulated tables always do, so that no other test would fail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.settings import ROOT

LAYER = ROOT / "layers" / "aftercare" / "aftercare"
READS = {"get", "query", "batch_get", "scan"}
# Stores that are given a client, and the client's verbs.
CLIENT = "self._dynamodb"
CLIENTS_READS = {"get_item", "query", "batch_get_item", "scan"}
# Global indexes have no consistent reads; their readers allow for seconds of delay.
GLOBAL_INDEXES = {
    "by_actor",
    "by_code",
    "by_customer",
    "by_email",
    "by_list",
    "by_order",
    "by_phone",
    "by_status",
}


def reads() -> Iterator[tuple[str, str, bool]]:
    """Every read of a table in a store: its place, what it reads, and whether consistently."""
    for path in sorted(LAYER.rglob("*store*.py")):
        module = ast.parse(path.read_text())
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                rows = ast.unparse(node.func.value)
                if rows.startswith(CLIENT):
                    continue
                if node.func.attr in READS and rows.startswith("self._"):
                    place = f"{path.relative_to(LAYER)}:{node.lineno}"
                    yield place, rows, is_consistent(node, module)


def is_consistent(call: ast.Call, module: ast.Module) -> bool:
    """By a setting of its own, or by the module's settings that it takes."""
    taken = [ast.unparse(setting.value) for setting in call.keywords if setting.arg is None]
    shared = [
        ast.unparse(statement.value)
        for statement in module.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value
        if ast.unparse(statement).partition(":")[0].partition(" =")[0] in taken
    ]
    own = {setting.arg: ast.unparse(setting.value) for setting in call.keywords}
    return own.get("consistent_read") == "True" or any(
        "'consistent_read': True" in settings for settings in shared
    )


READ = [pytest.param(rows, consistent, id=place) for place, rows, consistent in reads()]


@pytest.mark.parametrize(("rows", "consistent"), READ)
def test_a_table_is_read_consistently(rows: str, consistent: bool) -> None:
    assert consistent != (rows.rpartition(".")[2] in GLOBAL_INDEXES)


def reads_by_a_client() -> Iterator[tuple[str, bool, bool]]:
    """Every read by a client: its place, whether it is consistent, and whether of an index."""
    stores = {path: path.read_text() for path in sorted(LAYER.rglob("*store.py"))}
    for path, text in stores.items():
        for node in ast.walk(ast.parse(text)) if CLIENT in text else ():
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            by_client = ast.unparse(node.func.value).startswith(CLIENT)
            is_read = node.func.attr in CLIENTS_READS and by_client
            own = {setting.arg: ast.unparse(setting.value) for setting in node.keywords}
            # What is passed on is read as its caller says.
            if (is_read and None not in own) or ast.unparse(node.func) == "self._rows":
                place = f"{path.relative_to(LAYER)}:{node.lineno}"
                yield place, own.get("ConsistentRead") == "True", "IndexName" in own


READ_BY_A_CLIENT = [
    pytest.param(consistent, of_index, id=place)
    for place, consistent, of_index in reads_by_a_client()
]


@pytest.mark.parametrize(("consistent", "of_index"), READ_BY_A_CLIENT)
def test_a_table_is_read_consistently_by_a_client_too(consistent: bool, of_index: bool) -> None:
    assert consistent != of_index


def test_every_read_by_a_client_is_found() -> None:
    assert len(READ_BY_A_CLIENT) == 5  # a client of ours, a history, a batch, keys, an index


def test_there_are_reads_in_most_rooms() -> None:
    assert len(READ) > 30
    assert len({Path(str(param.id)).parts[0] for param in READ}) > 8
