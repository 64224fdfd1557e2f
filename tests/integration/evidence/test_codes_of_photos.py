"""Photos that show a verification code are found by it, wherever they are."""

import itertools
from dataclasses import replace

import pytest

from aftercare.authenticity.codes import shown
from aftercare.evidence.model import Evidence, EvidenceKind, Mark
from aftercare.evidence.verdict import Accepted
from aftercare.kernel.actor import CUSTOMER
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from tests.fakes import codes
from tests.fakes.house import WORKER, House, put_upload
from tests.fakes.orders import NOON

pytestmark = pytest.mark.integration
CODES = map(codes.code, itertools.count(1))


@pytest.fixture
def code() -> str:
    return next(CODES)


def photo(house: House, qr: str = "", return_id: str = "") -> Evidence:
    """A photo of a label that was accepted, with that text in its QR code."""
    place = return_id or new_id("ret", NOON)
    slot = house.evidence.open_slot(place, "image/jpeg", EvidenceKind.SERIAL_CODE, actor=CUSTOMER)
    put_upload(house, slot.upload_key)
    accepted = Accepted(b"photo", b"thumbnail", 1200, 900, "0" * 64, serial=qr)
    judged = house.evidence.screen(slot.upload_key, lambda _: accepted, actor=WORKER)
    assert judged
    return judged


def found(house: House, code: str) -> list[tuple[str, str]]:
    return [(each.return_id, each.evidence_id) for each in house.evidence.with_code(code)]


def place(slot: Evidence) -> tuple[str, str]:
    return slot.return_id, slot.evidence_id


@pytest.mark.parametrize(
    "qr",
    [
        "https://shop.example/check?code={0}",
        "https://id.shop.example/01/09506000134352/21/{1}",
        "{0}",
        " {2} ",
    ],
    ids=["link", "digital link", "code", "small letters"],
)
def test_a_code_that_was_read_from_a_photo_finds_it(house: House, code: str, qr: str) -> None:
    slot = photo(house, qr.format(shown(code), code, shown(code).lower()))
    assert found(house, code) == [place(slot)]


def test_the_newest_photo_is_found_first(house: House, code: str) -> None:
    slots = []
    for _ in range(3):
        slots.append(photo(house, code))
        house.clock.forward(seconds=1)
    assert found(house, code) == [place(slot) for slot in reversed(slots)]


def test_a_typed_code_finds_its_photo_and_the_one_before_it_does_not(
    house: House, code: str
) -> None:
    slot, before = photo(house), next(CODES)
    for typed in (shown(before), f" {shown(code).lower().replace('-', ' ')} "):
        house.evidence.type_serial(*place(slot), typed)
    assert found(house, code) == [place(slot)]
    assert found(house, before) == []


def test_a_messages_picture_finds_no_return(house: House, code: str) -> None:
    slot = house.evidence.open_for_message(new_id("tkt", NOON), 1, "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key)
    accepted = Accepted(b"photo", b"thumbnail", 1200, 900, "0" * 64, serial=shown(code))
    judged = house.evidence.screen(slot.upload_key, lambda _: accepted, actor=WORKER)
    assert judged
    assert (replace(judged, serial=shown(code)).code, found(house, code)) == ("", [])


def test_a_mark_leaves_the_code(house: House, code: str) -> None:
    slot = photo(house, code)
    house.evidence.mark(*place(slot), Mark(1, 1, "A scratch"))
    assert found(house, code) == [place(slot)]


def test_a_photo_is_found_by_its_code_where_it_was_moved_to(house: House, code: str) -> None:
    slot, to = photo(house, code), new_id("ret", NOON)
    house.evidence.take_over(slot.return_id, to)
    assert found(house, code) == [(to, slot.evidence_id)]


def test_a_photo_that_was_removed_is_not_found(house: House, code: str) -> None:
    slot = photo(house, code)
    house.evidence.remove(*place(slot))
    assert found(house, code) == []


def test_what_is_no_code_has_no_column(house: House, tables: dict[str, str]) -> None:
    for qr in ("https://example.com/", "7K4M-2P9D-XW3R-B6TA", "POP-1234"):
        slot = photo(house, qr)
        key = {"return_id": {"S": slot.return_id}, "evidence_id": {"S": slot.evidence_id}}
        item = client("dynamodb").get_item(TableName=tables["EvidenceTable"], Key=key)["Item"]
        assert "code" not in item, qr


def test_a_column_that_an_earlier_version_did_not_keep_up_finds_nothing(
    house: House, tables: dict[str, str], code: str
) -> None:
    """It knows no such column: what is typed after a roll-back changes the serial alone."""
    slot, now = photo(house), next(CODES)
    house.evidence.type_serial(*place(slot), code)
    key = {"return_id": {"S": slot.return_id}, "evidence_id": {"S": slot.evidence_id}}
    client("dynamodb").update_item(
        TableName=tables["EvidenceTable"],
        Key=key,
        UpdateExpression="SET findings = :typed",
        ExpressionAttributeValues={":typed": {"S": f'{{"serial": "{now}", "serial_typed": true}}'}},
    )
    assert found(house, code) == []
    house.evidence.mark(*place(slot), Mark(1, 1, "A scratch"))
    assert found(house, now) == [place(slot)]
