"""What an order's returns have asked for, as other versions stored it."""

import json

import pytest

from aftercare.kernel.aws import client
from aftercare.orders.remaining import Claim, Worth
from aftercare.returns.asking_store import AskingStore
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
ASKED = items("returns")["17-order-asked"]
NUMBER = "PM-2026-40001"


def stored(tables: dict[str, str], item: Item) -> AskingStore:
    client("dynamodb").put_item(TableName=tables["ReturnsTable"], Item=item)
    return AskingStore(tables["ReturnsTable"])


def test_what_was_asked_for_is_read(tables: dict[str, str]) -> None:
    asked = stored(tables, ASKED).asked(NUMBER)
    assert asked.version == 2
    assert asked.claims == {
        "R-9R7J-C49S-F#1": Claim("R-9R7J-C49S-F", {"1": Worth(1, 8_900, 712)}),
        "R-7K4M-2P9D-X#2": Claim(
            "R-7K4M-2P9D-X", {"2": Worth(0, 400, 32)}, rest=1_250, kept=795, by_seller=False
        ),
    }


def test_after_a_roll_back_what_a_newer_version_asked_for_is_read(tables: dict[str, str]) -> None:
    document = json.loads(ASKED["requests"]["S"]) | {"schema": 2, "gifts": {}}
    for claim in document["claims"].values():
        claim |= {"points": 12}
    newer = ASKED | {"requests": {"S": json.dumps(document)}, "checked": {"BOOL": True}}
    assert stored(tables, newer).asked(NUMBER) == stored(tables, ASKED).asked(NUMBER)


def test_what_is_written_is_as_it_was_read(tables: dict[str, str]) -> None:
    asked = stored(tables, ASKED).asked(NUMBER)
    assert json.loads(asked.to_text()) == json.loads(ASKED["requests"]["S"])
