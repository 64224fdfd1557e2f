"""Photo slots as other versions stored them: yesterday's samples, a newer version's items."""

import pytest

from aftercare.evidence.model import EvidenceKind, EvidenceState
from aftercare.kernel.actor import CUSTOMER, UNKNOWN, system
from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError
from tests.fakes.house import House
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("evidence")
[SLOT] = [item for item in SAMPLES.values() if "state" in item and "schema" not in item]
[SECOND, TAKEN_OVER] = [item for item in SAMPLES.values() if "schema" in item]
RETURN_ID, EVIDENCE_ID = SLOT["return_id"]["S"], SLOT["evidence_id"]["S"]
NEWER: Item = {
    "schema": {"N": "99"},
    "colour": {"S": "warm"},
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
    assert house.evidence.of_return(RETURN_ID)[0] == slot
    assert house.evidence.accepted(RETURN_ID) == 1


def test_a_photo_from_before_attempts_were_counted_is_read(house: House) -> None:
    slot = house.evidence.slot(RETURN_ID, SECOND["evidence_id"]["S"])
    assert (slot.state, slot.refusal) == (EvidenceState.REFUSED, "too_small")
    assert (slot.opened_by, slot.screened_by) == (CUSTOMER, system("evidence_intake"))
    assert slot.attempts == 0


def test_after_a_roll_back_the_newer_versions_photo_is_read(
    house: House, tables: dict[str, str]
) -> None:
    before = house.evidence.slot(RETURN_ID, EVIDENCE_ID)
    put(tables, SLOT | NEWER)
    assert house.evidence.slot(RETURN_ID, EVIDENCE_ID) == before
    assert house.evidence.of_return(RETURN_ID)[0] == before


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
    known = [each["evidence_id"] for each in (SECOND, TAKEN_OVER)]
    [made] = [row for row in rows if "schema" in row and row["evidence_id"] not in known]
    assert made["schema"] == {"N": "4"}


def test_a_photo_that_was_taken_over_is_read_with_the_files_of_its_first_return(
    house: House,
) -> None:
    slot = house.evidence.slot(TAKEN_OVER["return_id"]["S"], TAKEN_OVER["evidence_id"]["S"])
    assert slot.state is EvidenceState.ACCEPTED
    first = TAKEN_OVER["kept_under"]["S"]
    assert slot.photo_key.startswith(f"evidence/{first}/{slot.evidence_id}-")
    assert first != slot.return_id


def test_a_photo_from_before_photos_were_of_a_kind_is_one_that_nobody_sorted(house: House) -> None:
    slot = house.evidence.slot(RETURN_ID, EVIDENCE_ID)
    assert (slot.kind, slot.marks, slot.advice, slot.matches) == (EvidenceKind.PHOTO, (), (), ())
    assert (slot.serial, slot.before_delivery, slot.measures) == ("", None, {})
