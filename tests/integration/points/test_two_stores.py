"""Two stores of the points table stay apart: each has the table that it was made for."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from aftercare.kernel.aws import client
from aftercare.points.model import Account
from aftercare.points.night.errors import RunNotFoundError
from aftercare.points.night.model import Run, run_id_of
from aftercare.points.night.store import NightStore
from aftercare.points.store import PointsStore
from tests.fakes.night import SCHEDULED
from tests.fakes.points import MEMBER, TODAY
from tests.fakes.template import create_tables

pytestmark = pytest.mark.integration


@pytest.fixture
def second(tables: dict[str, str]) -> Iterator[str]:
    name = f"{tables['PointsTable']}-second"
    create_tables(client("dynamodb"), {"PointsTable": name})
    yield name
    client("dynamodb").delete_table(TableName=name)


def test_accounts_of_one_store_are_not_those_of_another(
    tables: dict[str, str], second: str
) -> None:
    ours, theirs = PointsStore(tables["PointsTable"]), PointsStore(second)
    ours.replace(Account(MEMBER, {TODAY: 5}))
    assert theirs.account(MEMBER) == Account(MEMBER)
    assert ours.account(MEMBER).lots == {TODAY: 5}


def test_runs_of_one_store_are_not_those_of_another(tables: dict[str, str], second: str) -> None:
    ours, theirs = NightStore(tables["PointsTable"]), NightStore(second)
    ours.open(Run(run_id_of(SCHEDULED), SCHEDULED, frozenset(), datetime(2026, 6, 10, tzinfo=UTC)))
    assert ours.run(run_id_of(SCHEDULED)).since == SCHEDULED
    with pytest.raises(RunNotFoundError):
        theirs.run(run_id_of(SCHEDULED))
