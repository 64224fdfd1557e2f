"""Batches as checks read them."""

from typing import Any

import boto3
import pytest

from aftercare.batches.model import BatchStatus
from aftercare.batches.service import BatchService
from aftercare.batches.shelf_store import ShelfStore
from aftercare.batches.store import BatchStore
from aftercare.kernel.errors import UnavailableError
from tests.fakes.actors import LI
from tests.fakes.aws import RefusalError, answering
from tests.fakes.batches import drafted
from tests.fakes.samples import items

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("batches")]


@pytest.fixture
def shelf(tables: dict[str, str]) -> ShelfStore:
    return ShelfStore(tables["BatchesTable"])


def test_batches_are_found_by_serial_and_by_product(
    shelf: ShelfStore, batches: BatchService
) -> None:
    made = [drafted(batches, 10, sku=sku) for sku in ("BB-1", "BB-1", "BB-2")]
    other = drafted(batches, 5, key_id=1, sku="BB-3")
    for each in made:
        batches.activate(each.batch_id, actor=LI)
    issue = {"en": "Loose paint"}
    batches.set_status(made[1].batch_id, BatchStatus.RECALLED, issue, issue, actor=LI)
    batches.mark_key_leaked(1, actor=LI)
    issued = [batches.store.get(each.batch_id) for each in made]
    covered = [shelf.covering(0, serial) for serial in (0, 9, 10, 19, 20, 29)]
    assert covered == [each for each in issued for _ in range(2)]
    assert shelf.covering(1, 4) == other
    assert [shelf.covering(*place) for place in ((0, 30), (1, 5), (2, 0))] == [None] * 3
    assert shelf.leaked() == {1}
    assert shelf.recalled() == {"BB-1"}
    assert {(each.batch_id, each.status) for each in shelf.of_product("BB-1")} == {
        (made[0].batch_id, BatchStatus.ACTIVE),
        (made[1].batch_id, BatchStatus.RECALLED),
    }


def test_the_batches_of_every_version_are_read_as_by_the_store(
    shelf: ShelfStore, tables: dict[str, str]
) -> None:
    store, found = BatchStore(tables["BatchesTable"]), 0
    for item in items("batches").values():
        boto3.client("dynamodb").put_item(TableName=tables["BatchesTable"], Item=item)
        if item["pk"] == {"S": "BATCHES"}:
            found += 1
            key_id, serial = map(int, item["sk"]["S"].split("#"))
            batch = shelf.covering(key_id, serial)
            assert batch
            assert batch == store.get(batch.batch_id)
    assert found


def test_every_page_is_read(shelf: ShelfStore) -> None:
    pages: list[dict[str, Any]] = [
        {"Items": [{"sk": {"S": "KEY#01"}}], "LastEvaluatedKey": {"sk": {"S": "KEY#01"}}},
        {"Items": [{"sk": {"S": "KEY#02"}}]},
    ]
    starts: list[object] = []

    def page(request: dict[str, Any]) -> dict[str, Any]:
        starts.append(request.get("ExclusiveStartKey"))
        return pages[len(starts) - 1]

    with answering("dynamodb", "Query", page):
        assert shelf.leaked() == {1, 2}
    assert starts == [None, {"sk": {"S": "KEY#01"}}]


@pytest.mark.parametrize(
    "code",
    ["ProvisionedThroughputExceededException", "ThrottlingException", "InternalServerError"],
)
def test_a_table_that_does_not_answer_is_unavailable(shelf: ShelfStore, code: str) -> None:
    def refuse(_: object) -> dict[str, Any]:
        raise RefusalError(code)

    with answering("dynamodb", "Query", refuse):
        for ask in (
            lambda: shelf.covering(0, 1),
            lambda: shelf.of_product("BB-1"),
            shelf.leaked,
            shelf.recalled,
        ):
            with pytest.raises(UnavailableError, match="batches cannot be read"):
                ask()
