"""The shop's member events, as they come from the queue."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from aftercare.kernel.ids import new_id
from aftercare.members.model import Member
from aftercare.orders.model import email_key_of
from members_ingest.app import handler
from tests.fakes import points_desk
from tests.fakes.events import CONTEXT, Json, queue_event
from tests.fakes.logs import logged
from tests.fakes.points_desk import fresh

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("functions")]
ALL_WELL: Json = {"batchItemFailures": []}


def event(of: str, kind: str = "member.joined", **detail: Any) -> Json:
    fields = {
        "member_id": of,
        "occurred_at": "2026-06-10T19:00:00Z",
        "email": f"{of.lower()}@example.com",
        "language": "en",
        "reminders": True,
    }
    return {"source": "shop.members", "detail-type": kind, "detail": fields | detail}


def answer_to(*events: Json | str) -> Json:
    return dict(handler(queue_event(*events), CONTEXT))


def stored(member_id: str) -> Member:
    return points_desk.members().get(member_id)


@pytest.fixture
def member_id() -> str:
    return new_id("mem", datetime.now(UTC))


def test_who_joined_is_known_by_id_and_by_mailbox(member_id: str) -> None:
    email = f"{fresh('Anna')}@Example.com"
    assert answer_to(event(member_id, email=email)) == ALL_WELL
    assert stored(member_id).email == email.lower()
    found = points_desk.members().by_email(email_key_of(email))
    assert found is not None
    assert found.member_id == member_id


def test_what_changed_is_known_whatever_the_order_and_however_often(member_id: str) -> None:
    joined = event(member_id)
    later = {"occurred_at": "2026-07-01T00:00:00Z", "language": "fr", "reminders": False}
    changed = event(member_id, "member.changed", **later)
    assert answer_to(changed, joined, changed, joined) == ALL_WELL
    member = stored(member_id)
    assert (member.language, member.reminders) == ("fr", False)
    assert member.joined_at == datetime(2026, 6, 10, 19, tzinfo=UTC)


@pytest.mark.parametrize("at", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z"])
def test_an_event_of_an_impossible_time_changes_nothing(member_id: str, at: str) -> None:
    answer_to(event(member_id))
    before = stored(member_id)
    with logged() as log:
        answer = answer_to(event(member_id, "member.changed", occurred_at=at, language="fr"))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    assert stored(member_id) == before
    [failed] = [line for line in log.lines if line["message"] == "message failed"]
    assert (failed["code"], failed["field"]) == ("member_event_invalid", "occurred_at")


def test_a_time_of_2099_that_was_stored_gives_way_to_the_next_event(
    member_id: str, tables: dict[str, str]
) -> None:
    answer_to(event(member_id))
    boto3.client("dynamodb").update_item(
        TableName=tables["MembersTable"],
        Key={"member_id": {"S": member_id}},
        UpdateExpression="SET as_of = :at, joined_at = :at",
        ExpressionAttributeValues={":at": {"S": "2099-01-01T00:00:00.000000+00:00"}},
    )
    assert answer_to(event(member_id, "member.changed", language="fr")) == ALL_WELL
    member = stored(member_id)
    assert (member.language, member.joined_at) == ("fr", datetime(2026, 6, 10, 19, tzinfo=UTC))


def test_a_new_mailbox_takes_the_place_of_the_old_one(member_id: str) -> None:
    old, new = f"{fresh('old')}@example.com", f"{fresh('new')}@example.com"
    answer_to(event(member_id, email=old))
    answer_to(event(member_id, "member.changed", email=new, occurred_at="2026-07-01T00:00:00Z"))
    members = points_desk.members()
    assert members.by_email(email_key_of(old)) is None
    assert members.by_email(email_key_of(new)) == stored(member_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody"},
        {"email": ""},
        {"member_id": "42"},
        {"occurred_at": "2026-06-10"},
        {"reminders": "yes"},
    ],
)
def test_an_event_that_says_something_impossible_comes_again_alone(
    member_id: str, wrong: Json
) -> None:
    answer = answer_to(event(member_id, **wrong), event(new_id("mem", datetime.now(UTC))))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def test_what_is_no_event_comes_again_alone(member_id: str) -> None:
    strange = event(member_id, "member.left")
    answer = answer_to("no JSON", strange, event(member_id))
    assert [failed["itemIdentifier"] for failed in answer["batchItemFailures"]] == ["m-0", "m-1"]


def test_no_mailbox_is_in_the_log(member_id: str) -> None:
    with logged() as log:
        answer_to(event(member_id), event(member_id, email="mei tanaka at example.com"))
    assert member_id in log.getvalue()
    assert "example.com" not in log.getvalue()
