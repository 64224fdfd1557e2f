"""Each change of a member commits one timeline entry with it; what changes nothing commits none."""

from datetime import timedelta

import boto3
import pytest

from aftercare.kernel.actor import client, system
from aftercare.kernel.ids import new_id
from aftercare.members.errors import MemberNotFoundError
from aftercare.members.service import MemberService
from aftercare.members.store import ENTRY_KEPT
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.model import email_key_of
from tests.fakes.aws import counted
from tests.fakes.points import NOON, member_event

pytestmark = pytest.mark.integration
WORKER = system("members_ingest")


@pytest.fixture
def members(tables: dict[str, str]) -> MemberService:
    return member_service(MembersConfig(tables["MembersTable"]), clock=lambda: NOON)


@pytest.fixture
def member_id() -> str:
    return new_id("mem", NOON)


def test_each_change_commits_an_entry_that_says_what_changed_and_who_caused_it(
    members: MemberService, member_id: str
) -> None:
    members.record(member_event(member_id, at=NOON), actor=WORKER)
    members.record(
        member_event(member_id, at=NOON + timedelta(hours=2), reminders=False), actor=WORKER
    )
    members.record(member_event(member_id, at=NOON - timedelta(days=2)), actor=WORKER)
    members.close(member_id, actor=client("ac_1"))
    entries = members.timeline(member_id)
    assert [dict(entry.data) for entry in entries] == [
        {"version": "1", "changed": "joined", "status": "open"},
        {"version": "2", "changed": "details", "status": "open"},
        {"version": "3", "changed": "joined", "status": "open"},  # an earlier date of joining
        {"version": "4", "changed": "closed", "status": "closed"},
    ]
    assert {(entry.entry_type, entry.subject) for entry in entries} == {
        ("member.changed", member_id)
    }
    assert [entry.actor for entry in entries] == ["system:members_ingest"] * 3 + ["client:ac_1"]
    assert {entry.occurred_at for entry in entries} == {NOON}


def test_a_repeat_commits_nothing(members: MemberService, member_id: str) -> None:
    members.record(member_event(member_id), actor=WORKER)
    members.close(member_id, actor=WORKER)
    with counted("dynamodb") as operations:
        members.record(member_event(member_id), actor=WORKER)
        members.close(member_id, actor=WORKER)
    assert set(operations) == {"GetItem"}
    assert len(members.timeline(member_id)) == 2


def test_a_change_is_one_transaction(members: MemberService, member_id: str) -> None:
    with counted("dynamodb") as operations:
        members.record(member_event(member_id), actor=WORKER)
    assert operations == ["GetItem", "TransactWriteItems"]


def test_an_entry_is_no_member_and_no_mailbox_finds_it(
    members: MemberService, member_id: str
) -> None:
    email = f"{member_id.lower()}@example.com"
    member = members.record(member_event(member_id, email), actor=WORKER)
    with pytest.raises(MemberNotFoundError):
        members.get(f"ENTRY#{member_id}#1")
    assert members.by_email(email_key_of(email)) == member


def test_an_entry_holds_nothing_personal_and_expires(
    members: MemberService, member_id: str, tables: dict[str, str]
) -> None:
    members.record(member_event(member_id), actor=WORKER)
    item = boto3.client("dynamodb").get_item(
        TableName=tables["MembersTable"], Key={"member_id": {"S": f"ENTRY#{member_id}#1"}}
    )["Item"]
    assert item["expires_at"] == {"N": str(int((NOON + ENTRY_KEPT).timestamp()))}
    assert "mei" not in str(item).lower()
    assert email_key_of("mei@example.com") not in str(item)
