"""Batches on an empty table, with a set clock."""

import random
from collections.abc import Iterator

import boto3
import pytest

from aftercare.batches.service import BatchService
from aftercare.batches.store import BatchStore
from tests.fakes.batches import items
from tests.fakes.house import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def batches(tables: dict[str, str], clock: SetClock) -> Iterator[BatchService]:
    """Batches on an empty table."""
    dice = random.SystemRandom().getrandbits
    yield BatchService(BatchStore(tables["BatchesTable"]), clock, dice)
    dynamodb = boto3.client("dynamodb")
    for item in items(tables):
        key = {name: item[name] for name in ("pk", "sk")}
        dynamodb.delete_item(TableName=tables["BatchesTable"], Key=key)
