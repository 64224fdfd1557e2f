"""The stores of points: DynamoDB's and the one in memory keep one contract, which a bug breaks."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.outcomes import Failed

from aftercare.points.model import Account
from aftercare.points.store import PointsStore
from tests.fakes.crashes.points_mutants import SOUND_STORE, STORE_MUTANTS, Mutant, planted
from tests.fakes.points_contract import CHECKS
from tests.fakes.points_memory import MemoryPoints

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
class TestStore:
    def test_in_memory(self, check: Callable[[Any], None]) -> None:
        check(MemoryPoints(Account))

    def test_on_a_table(self, tables: dict[str, str], check: Callable[[Any], None]) -> None:
        check(PointsStore(tables["PointsTable"]))


def test_a_copy_of_the_store_without_a_bug_keeps_the_contract(
    tables: dict[str, str], tmp_path: Path
) -> None:
    with planted(SOUND_STORE, tmp_path) as package:
        store = import_module(f"{package}.store").PointsStore(tables["PointsTable"])
        for check in CHECKS:
            check(store)


@pytest.mark.parametrize("mutant", STORE_MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_bug_planted_in_the_store_breaks_the_contract(
    tables: dict[str, str], mutant: Mutant, tmp_path: Path
) -> None:
    with planted(mutant, tmp_path) as package:
        store = import_module(f"{package}.store").PointsStore(tables["PointsTable"])
        assert any(_breaks(check, store) for check in CHECKS)


def _breaks(check: Callable[[Any], None], store: Any) -> bool:
    try:
        check(store)
    except (AssertionError, Failed):
        return True
    return False
