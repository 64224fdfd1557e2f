"""Photo slots as other versions stored them: yesterday's samples, a newer version's items."""

import json
from dataclasses import replace

import pytest

from aftercare.authenticity.codes import normalise
from aftercare.evidence.match_store import Indexed, MatchStore, Traced
from aftercare.evidence.model import (
    Advice,
    Evidence,
    EvidenceKind,
    EvidenceState,
    Likeness,
    Mark,
    Match,
)
from aftercare.evidence.video_uploads_store import VideoUpload
from aftercare.kernel.actor import CUSTOMER, UNKNOWN, system
from aftercare.kernel.aws import client
from aftercare.kernel.errors import NewerDataError, StaleWriteError
from aftercare.kernel.ids import new_id
from tests.fakes.house import House
from tests.fakes.orders import NOON
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLES = items("evidence")
SLOT, SECOND, TAKEN_OVER = (SAMPLES[name] for name in ("01-ret", "03-ret", "04-ret-taken-over"))
FILE, MOMENT, LOOK = (SAMPLES[name] for name in ("06-file", "07-moment", "08-look"))
MOVED, SERIAL, MOVED_PHOTO = (
    SAMPLES[name] for name in ("09-ret-moved", "10-ret-serial", "13-ret-where-it-is")
)
SENT = SAMPLES["14-tkt-picture"]
VIDEO, UPLOAD = SAMPLES["11-ret-video"], SAMPLES["12-ret-upload"]
RETURN_ID, EVIDENCE_ID = SLOT["return_id"]["S"], SLOT["evidence_id"]["S"]
SHOWN = "0Z9F-JK41-YR0H-TE8T"
CODE = normalise(SHOWN)
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


@pytest.mark.parametrize(
    "added", [{"state": {"S": "in_review"}}, {"kind": {"S": "certificate"}}], ids=["state", "kind"]
)
def test_after_a_roll_back_a_slot_that_is_not_understood_is_left_to_a_newer_function(
    house: House, tables: dict[str, str], added: Item
) -> None:
    put(tables, SLOT | NEWER | added)
    with pytest.raises(NewerDataError):
        house.evidence.accepted(RETURN_ID)


def test_a_slot_is_stored_with_the_version_of_its_shape(
    house: House, tables: dict[str, str]
) -> None:
    draft = house.draft(house.delivered_order(), RETURN_ID)
    house.add_good_photo(draft)
    rows = client("dynamodb").scan(TableName=tables["EvidenceTable"])["Items"]
    known = [each["evidence_id"] for each in SAMPLES.values()]
    [made] = [row for row in rows if "state" in row and row["evidence_id"] not in known]
    assert made["schema"] == {"N": "6"}


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


def place(item: Item) -> tuple[str, str]:
    return item["return_id"]["S"], item["evidence_id"]["S"]


def test_a_photo_of_schema_4_is_read_with_its_marks_its_serial_and_its_look_alike(
    house: House,
) -> None:
    slot = house.evidence.slot(*place(SERIAL))
    assert (slot.kind, slot.marks) == (EvidenceKind.SERIAL_CODE, (Mark(4000, 5000, "A scratch"),))
    assert (slot.serial, slot.advice, slot.measures) == (SHOWN, (Advice.DARK,), {"sharpness": 31})
    assert slot.matches == (Match(*traced(FILE), Likeness.SAME_PICTURE),)
    assert slot.delivered_at == NOON


def test_a_photo_of_schema_4_is_found_by_its_code_once_it_is_marked(house: House) -> None:
    """Before that it is not in the index, which only newer versions fill."""
    assert not list(house.evidence.with_code(CODE))
    house.evidence.mark(*place(SERIAL), Mark(1, 1, "A crack"))
    assert [place_of(slot) for slot in house.evidence.with_code(CODE)] == [place(SERIAL)]


def test_after_a_roll_back_a_photo_with_a_code_is_read_and_marked(
    house: House, tables: dict[str, str]
) -> None:
    """What schema 4 does not know, it leaves where it is; so does this version."""
    put(tables, SERIAL | NEWER | {"code": {"S": CODE}})
    house.evidence.mark(*place(SERIAL), Mark(1, 1, "A crack"))
    [slot] = house.evidence.with_code(CODE)
    assert len(slot.marks) == 2


def test_after_a_roll_back_a_photo_of_which_more_is_known_is_typed_from_and_moved(
    house: House, tables: dict[str, str]
) -> None:
    """This version would not write the stored texts as they are."""
    findings = {"lens": "wide", "advice": ["foggy"], "matches": [[*traced(FILE), "same_dream", 1]]}
    columns: Item = {
        "findings": {"S": json.dumps(findings)},
        "marks": {"S": '[[1, 2, "A scratch", "red"]]'},
        "return_id": {"S": new_id("ret", NOON)},
    }
    item = SERIAL | NEWER | columns
    put(tables, item)
    house.evidence.type_serial(*place(item), SHOWN)
    to = new_id("ret", NOON)
    assert house.evidence.take_over(item["return_id"]["S"], to) == 1
    [slot] = house.evidence.of_return(to)
    assert (slot.serial, slot.marks) == (SHOWN, (Mark(1, 2, "A scratch"),))
    assert slot.matches == (Match(*traced(FILE), "same_dream"),)


def test_a_photo_that_was_marked_meanwhile_is_not_written_over(house: House) -> None:
    slot = house.evidence.slot(*place(SERIAL))
    house.evidence.mark(*place(SERIAL), Mark(1, 1, "A crack"))
    with pytest.raises(StaleWriteError):
        house.evidence.store.note(slot, replace(slot, marks=()))
    with pytest.raises(StaleWriteError):
        house.evidence.store.move([slot], new_id("ret", NOON))
    assert len(house.evidence.slot(*place(SERIAL)).marks) == 2


@pytest.mark.parametrize("added", [{}, NEWER], ids=["as they are", "as a later version"])
def test_what_a_photo_is_found_again_by_is_read(tables: dict[str, str], added: Item) -> None:
    for item in (FILE, MOMENT, LOOK):
        put(tables, item | added)
    store = MatchStore(tables["EvidenceTable"])
    sha256 = FILE["return_id"]["S"].partition("#")[2]
    assert store.with_file(sha256) == [Traced(*traced(FILE))]
    moment = MOMENT["return_id"]["S"].partition("#")[2]
    assert store.with_moment(moment) == [Traced(*traced(MOMENT))]
    [look] = store.in_bucket(int(LOOK["return_id"]["S"].partition("#")[2]))
    assert look == Indexed(Traced(*traced(LOOK)), sha256, int(LOOK["signs"]["S"], 16))
    assert store.fingerprints([look]) == {look.photo.evidence_id: FILE["fingerprint"]["B"]}


@pytest.mark.parametrize("added", [{}, NEWER], ids=["as it is", "as a later version"])
def test_a_photo_that_was_moved_is_followed(
    house: House, tables: dict[str, str], added: Item
) -> None:
    put(tables, MOVED | added)
    slot = house.evidence.followed(*traced(FILE))
    assert slot
    assert place_of(slot) == place(MOVED_PHOTO)
    assert slot.kept_under == FILE["added_in"]["S"]


@pytest.mark.parametrize("added", [{}, NEWER], ids=["as it is", "as a later version"])
def test_an_upload_in_parts_goes_on_and_a_newer_file_takes_its_place(
    house: House, tables: dict[str, str], added: Item
) -> None:
    put(tables, UPLOAD | added)
    videos = house.evidence.videos
    slot = videos.slot(*place(VIDEO))
    assert slot.state is EvidenceState.WAITING
    known = videos.uploads.get(slot)
    assert known == VideoUpload("sample-upload-id", 20_000_000, "unpacking.mp4/20000000/1")
    after = VideoUpload("another", 1, "another file")
    videos.uploads.replace(slot, known, after)
    assert videos.uploads.get(slot) == after


def traced(item: Item) -> tuple[str, str]:
    """The photo that an item of the index is about, in the return where it was."""
    return item["added_in"]["S"], item["evidence_id"]["S"]


def place_of(slot: Evidence) -> tuple[str, str]:
    return slot.return_id, slot.evidence_id


def test_a_picture_of_a_message_is_read_with_its_entry(house: House) -> None:
    slot = house.evidence.slot(*place(SENT))
    assert (slot.entry, slot.is_of_message, slot.state) == (3, True, EvidenceState.ACCEPTED)
    assert slot.photo_key.startswith(f"evidence/{SENT['return_id']['S']}/{slot.evidence_id}-")
    assert not house.evidence.slot(*place(SERIAL)).is_of_message
