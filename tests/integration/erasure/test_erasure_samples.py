"""The erasures table as other versions stored it, and an order that an older version reads."""

from datetime import UTC, date, datetime

import boto3
import pytest

from aftercare.erasure.model import ErasureState, Why
from aftercare.erasure.store import ErasureStore
from aftercare.erasure.tombstone_store import TombstoneStore
from aftercare.kernel.actor import Actor
from aftercare.kernel.due.store import DueStore
from aftercare.returns.model import OpenReturn
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("erasures")
ERASED_AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
WAITING, DONE = "era_01M7ZWT7EBRZXGXK0P6ZBVJ78F", "era_01M7ZWT7EBRZXGXK0P6ZBVJ78G"


def newer(item: Item) -> Item:
    """The same as a later version may store it, with another field."""
    return item | {"schema": {"N": "2"}, "channel": {"S": "phone"}}


@pytest.fixture(params=["as they are", "as a later version stores them"])
def store(request: pytest.FixtureRequest, tables: dict[str, str]) -> ErasureStore:
    for item in SAMPLES.values():
        stored = newer(item) if request.param.startswith("as a later") else item
        boto3.client("dynamodb").put_item(TableName=tables["ErasuresTable"], Item=stored)
    return ErasureStore(tables["ErasuresTable"], DueStore(tables["DueTable"]))


def test_a_tombstone_is_read(store: ErasureStore, tables: dict[str, str]) -> None:
    assert store
    assert TombstoneStore(tables["ErasuresTable"]).get("5f1d7a0c3b9e") == ERASED_AT


def test_an_erasure_that_waits_is_read_and_is_its_mailboxs_live_one(store: ErasureStore) -> None:
    erasure = store.live_of("0" * 64)
    assert erasure
    assert (erasure.erasure_id, erasure.state, erasure.why) == (
        WAITING,
        ErasureState.CONFIRMED,
        Why.CUSTOMER,
    )
    assert erasure.waits_for == (OpenReturn("R-0001-0002-5", "label_ready", date(2026, 12, 20)),)
    assert erasure.decided_by == Actor("staff:stf_lin")


def test_an_erasure_that_is_done_is_read_without_its_address(store: ErasureStore) -> None:
    erasure = store.get(DONE)
    assert erasure
    assert (erasure.email, erasure.email_key, erasure.counts) == ("", "", {"returns": 2})
    assert (erasure.state, erasure.erased_at) == (ErasureState.DONE, ERASED_AT)
    assert [each.erasure_id for each in store.newest()] == [DONE, WAITING]
