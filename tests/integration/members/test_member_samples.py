"""Members as other versions stored them: yesterday's sample, and a newer version's item."""

from datetime import UTC, datetime

import boto3
import pytest

from aftercare.kernel.actor import system
from aftercare.members.model import Member, MemberStatus
from aftercare.members.service import MemberService
from aftercare.members.wiring import MembersConfig, member_service
from tests.fakes.points import NOON
from tests.fakes.samples import Item, items

pytestmark = pytest.mark.integration
SAMPLE, CHINESE, UNSUBSCRIBED, PHONED = items("members").values()
MEMBER_ID = "mem_01JHMMR0G0DEM0MEJ00000000A"
JOINED = datetime(2025, 1, 10, 19, tzinfo=UTC)
MEI = Member(MEMBER_ID, "mei.tanaka@example.com", "en", True, JOINED, JOINED)
NEWER: Item = SAMPLE | {
    "schema": {"N": "2"},
    "birthday": {"S": "05-17"},
    "consents": {"M": {"sms": {"BOOL": False}}},
}


@pytest.fixture
def members(tables: dict[str, str]) -> MemberService:
    return member_service(MembersConfig(tables["MembersTable"]), clock=lambda: NOON)


def put(tables: dict[str, str], item: Item) -> None:
    boto3.client("dynamodb").put_item(TableName=tables["MembersTable"], Item=item)


def test_yesterdays_member_is_read_by_id_and_by_mailbox(
    members: MemberService, tables: dict[str, str]
) -> None:
    put(tables, SAMPLE)
    assert members.get(MEMBER_ID) == MEI
    assert members.by_email(MEI.email_key) == MEI


def test_a_member_whose_language_was_stored_as_zh_reads_simplified_chinese(
    members: MemberService, tables: dict[str, str]
) -> None:
    put(tables, CHINESE)
    assert members.get(CHINESE["member_id"]["S"]).language == "zh-Hans"


def test_who_ended_reminders_is_read_so(members: MemberService, tables: dict[str, str]) -> None:
    put(tables, UNSUBSCRIBED)
    member = members.get(UNSUBSCRIBED["member_id"]["S"])
    assert (member.unsubscribed, member.wants_reminders) == (True, False)


def test_who_has_a_phone_number_is_found_by_it(
    members: MemberService, tables: dict[str, str]
) -> None:
    put(tables, PHONED)
    member = members.get(PHONED["member_id"]["S"])
    assert member.phone == "+14155550142"
    assert members.by_phone(member.phone) == member


def test_after_a_roll_back_the_newer_versions_member_is_read_and_goes_on(
    members: MemberService, tables: dict[str, str]
) -> None:
    put(tables, NEWER)
    assert members.get(MEMBER_ID) == MEI
    assert members.by_email(MEI.email_key) == MEI
    closed = members.close(MEMBER_ID, actor=system("tests"))
    assert members.get(MEMBER_ID) == closed
    assert closed.status is MemberStatus.CLOSED
