"""Members by their phone numbers, as the shop's events bring and change them."""

from datetime import UTC, datetime, timedelta

import boto3
import pytest

from aftercare.members.model import Member
from tests.fakes import points_desk
from tests.fakes.actors import SOMEBODY
from tests.fakes.points import MEMBERS_INGEST, member_event
from tests.fakes.points_desk import joined

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
LATER = datetime(2025, 3, 1, tzinfo=UTC)


def found(phone: str) -> Member | None:
    return points_desk.members().by_phone(phone)


def test_a_member_is_found_by_the_number_of_the_newest_event() -> None:
    member = joined(phone="+14155550101")
    assert found("+14155550101") == member
    event = member_event(member.member_id, member.email, LATER, phone="+14155550102")
    after = points_desk.members().record(event, actor=MEMBERS_INGEST)
    assert (found("+14155550101"), found("+14155550102")) == (None, after)
    gone = member_event(member.member_id, member.email, LATER + timedelta(days=1))
    points_desk.members().record(gone, actor=MEMBERS_INGEST)
    assert found("+14155550102") is None


def test_a_number_that_two_members_have_finds_nobody() -> None:
    joined(phone="+14155550103")
    assert found("+14155550103")
    joined(phone="+14155550103")
    assert found("+14155550103") is None


def test_a_closed_member_has_no_number_and_is_not_found(tables: dict[str, str]) -> None:
    member = joined(phone="+14155550104")
    points_desk.members().close(member.member_id, actor=SOMEBODY)
    assert found("+14155550104") is None
    key = {"member_id": {"S": member.member_id}}
    item = boto3.client("dynamodb").get_item(TableName=tables["MembersTable"], Key=key)["Item"]
    assert not {"phone", "phone_key", "email"} & item.keys()
