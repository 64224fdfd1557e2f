"""The stores of points: DynamoDB's and the one in memory keep one contract, which a bug breaks."""

from collections.abc import Callable
from typing import Any

import pytest
from _pytest.outcomes import Failed

from aftercare.kernel.due.store import DueStore
from aftercare.points.model import Account
from aftercare.points.store import PointsStore
from tests.fakes.crashes.planting import Mutant, planted
from tests.fakes.crashes.points_store_mutants import SOUND_STORE, STORE_MUTANTS
from tests.fakes.points_contract import CHECKS
from tests.fakes.points_memory import MemoryPoints

pytestmark = pytest.mark.integration


def store_on(tables: dict[str, str]) -> PointsStore:
    return PointsStore(tables["PointsTable"], DueStore(tables["DueTable"]))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.__name__))
class TestStore:
    def test_in_memory(self, check: Callable[[Any], None]) -> None:
        check(MemoryPoints(Account))

    def test_on_a_table(self, tables: dict[str, str], check: Callable[[Any], None]) -> None:
        check(store_on(tables))


def test_a_store_with_a_substitute_without_a_bug_keeps_the_contract(
    tables: dict[str, str],
) -> None:
    with planted(SOUND_STORE):
        for check in CHECKS:
            check(store_on(tables))


@pytest.mark.parametrize("mutant", STORE_MUTANTS, ids=lambda mutant: str(mutant.name))
def test_a_bug_planted_in_the_store_breaks_the_contract(
    tables: dict[str, str], mutant: Mutant
) -> None:
    with planted(mutant):
        assert any(_breaks(check, store_on(tables)) for check in CHECKS)


def _breaks(check: Callable[[Any], None], store: Any) -> bool:
    try:
        check(store)
    except (AssertionError, Failed):
        return True
    return False
