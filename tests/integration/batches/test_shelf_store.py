"""Batches that checks read without the SDK are those that the SDK's store reads."""

from typing import Any

import boto3
import pytest

from aftercare.batches.model import BatchStatus
from aftercare.batches.service import BatchService
from aftercare.batches.shelf_store import ShelfStore
from aftercare.batches.store import BatchStore
from aftercare.kernel import direct
from aftercare.kernel.errors import UnavailableError
from tests.fakes.actors import LI
from tests.fakes.aws import RefusalError, answering
from tests.fakes.batches import drafted
from tests.fakes.samples import items

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches")]

type Shelves = tuple[BatchStore, ShelfStore]


@pytest.fixture
def shelves(tables: dict[str, str]) -> Shelves:
    table = tables["BatchesTable"]
    return BatchStore(table), ShelfStore(table, direct.dynamodb)


def test_batches_are_found_alike(shelves: Shelves, batches: BatchService) -> None:
    theirs, ours = shelves
    made = [drafted(batches, 10, sku=sku) for sku in ("BB-1", "BB-1", "BB-2")]
    drafted(batches, 5, key_id=1, sku="BB-3")
    for each in made:
        batches.activate(each.batch_id, actor=LI)
    issue = {"en": "Loose paint"}
    batches.set_status(made[1].batch_id, BatchStatus.RECALLED, issue, issue, actor=LI)
    batches.mark_key_leaked(1, actor=LI)
    for key_id in (0, 1, 2):
        for serial in (0, 9, 10, 29, 30, 1_000):
            found = ours.covering(key_id, serial)
            assert found == theirs.covering(key_id, serial), (key_id, serial)
    assert ours.covering(0, 10) is not None
    assert ours.leaked() == theirs.leaked() == {1}
    assert ours.recalled() == theirs.recalled() == {"BB-1"}
    assert ours.of_product("BB-1") == theirs.of_product("BB-1")
    assert {each.batch_id for each in ours.of_product("BB-1")} == {m.batch_id for m in made[:2]}


def test_the_batches_of_every_version_are_read_alike(
    shelves: Shelves, tables: dict[str, str]
) -> None:
    theirs, ours = shelves
    for item in items("batches").values():
        boto3.client("dynamodb").put_item(TableName=tables["BatchesTable"], Item=item)
        if item["pk"] == {"S": "BATCHES"}:
            key_id, serial = map(int, item["sk"]["S"].split("#"))
            assert ours.covering(key_id, serial) == theirs.covering(key_id, serial) is not None


def test_every_page_is_read(shelves: Shelves) -> None:
    pages: list[dict[str, Any]] = [
        {"Items": [{"sk": {"S": "KEY#01"}}], "LastEvaluatedKey": {"sk": {"S": "KEY#01"}}},
        {"Items": [{"sk": {"S": "KEY#02"}}]},
    ]
    starts: list[object] = []

    def page(request: dict[str, Any]) -> dict[str, Any]:
        starts.append(request.get("ExclusiveStartKey"))
        return pages[len(starts) - 1]

    with answering("dynamodb", "Query", page):
        assert shelves[1].leaked() == {1, 2}
    assert starts == [None, {"sk": {"S": "KEY#01"}}]


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalServerError"])
def test_a_table_that_does_not_answer_is_unavailable(shelves: Shelves, code: str) -> None:
    def refuse(_: object) -> dict[str, Any]:
        raise RefusalError(code)

    with answering("dynamodb", "Query", refuse):
        for ask in (lambda: shelves[1].covering(0, 1), shelves[1].leaked, shelves[1].recalled):
            with pytest.raises(UnavailableError, match="batches cannot be read"):
                ask()
