"""Photo slots as other versions stored them: yesterday's samples, a newer version's items."""

import pytest

from aftercare.evidence.model import EvidenceState
from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from tests.fakes.house import House
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("evidence")
[SLOT] = [item for item in SAMPLES.values() if "state" in item]
RETURN_ID, EVIDENCE_ID = SLOT["return_id"]["S"], SLOT["evidence_id"]["S"]
NEWER: Item = {
    "schema": {"N": "99"},
    "kind": {"S": "video"},
    "frames": {"L": [{"N": "1"}, {"N": "25"}]},
}


@pytest.fixture(autouse=True)
def _stored(tables: dict[str, str]) -> None:
    for item in SAMPLES.values():
        put(tables, item)


def put(tables: dict[str, str], item: Item) -> None:
    client("dynamodb").put_item(TableName=tables["EvidenceTable"], Item=item)


def test_yesterdays_photo_is_read(house: House) -> None:
    slot = house.evidence.slot(RETURN_ID, EVIDENCE_ID)
    assert slot.state is EvidenceState.ACCEPTED
    assert (slot.opened_by, slot.screened_by) == (UNKNOWN, UNKNOWN)
    assert slot.photo_key == f"evidence/{RETURN_ID}/{EVIDENCE_ID}-779447aac9ede357.jpg"
    assert house.evidence.of_return(RETURN_ID) == (slot,)
    assert house.evidence.accepted(RETURN_ID) == 1


def test_after_a_roll_back_the_newer_versions_photo_is_read(
    house: House, tables: dict[str, str]
) -> None:
    before = house.evidence.slot(RETURN_ID, EVIDENCE_ID)
    put(tables, SLOT | NEWER)
    assert house.evidence.slot(RETURN_ID, EVIDENCE_ID) == before
    assert house.evidence.of_return(RETURN_ID) == (before,)


def test_after_a_roll_back_a_verdict_that_is_not_understood_is_left_to_a_newer_function(
    house: House, tables: dict[str, str]
) -> None:
    put(tables, SLOT | NEWER | {"state": {"S": "in_review"}})
    with pytest.raises(NewerDataError):
        house.evidence.accepted(RETURN_ID)


def test_a_slot_is_stored_with_the_version_of_its_shape(
    house: House, tables: dict[str, str]
) -> None:
    draft = house.draft(house.delivered_order(), RETURN_ID)
    house.add_good_photo(draft)
    rows = client("dynamodb").scan(TableName=tables["EvidenceTable"])["Items"]
    assert [row["schema"] for row in rows if "schema" in row] == [{"N": "2"}]
