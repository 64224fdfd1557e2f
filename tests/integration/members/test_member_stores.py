"""Two stores of members, each on its own table, in one process."""

from collections.abc import Iterator

import boto3
import pytest

from aftercare.members.errors import MemberNotFoundError
from aftercare.members.wiring import MembersConfig, member_service
from tests.fakes.points import MEMBER, MEMBERS_INGEST, member_event
from tests.fakes.template import create_tables

pytestmark = pytest.mark.integration


@pytest.fixture
def second_table(tables: dict[str, str]) -> Iterator[str]:
    name = f"{tables['MembersTable']}-second"
    dynamodb = boto3.client("dynamodb")
    create_tables(dynamodb, {"MembersTable": name})
    yield name
    dynamodb.delete_table(TableName=name)


def test_two_stores_of_members_keep_to_their_own_tables(
    tables: dict[str, str], second_table: str
) -> None:
    first = member_service(MembersConfig(tables["MembersTable"]))
    second = member_service(MembersConfig(second_table))
    first.record(member_event(MEMBER), actor=MEMBERS_INGEST)
    with pytest.raises(MemberNotFoundError):
        second.get(MEMBER)
    second.record(member_event(MEMBER, "other@example.com"), actor=MEMBERS_INGEST)
    assert (first.get(MEMBER).email, second.get(MEMBER).email) == (
        "mei@example.com",
        "other@example.com",
    )
