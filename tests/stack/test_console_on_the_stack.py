"""The deployed console: staff sign in at the user pool, with the roles that they have now."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercare.kernel.clock import to_text
from aftercare.staff.model import Role
from tests.fakes.stack.local_stacks import LocalStack
from tests.fakes.stack.staff_member import StaffMember
from tests.fakes.stack.visitor import Visitor

pytestmark = pytest.mark.stack


@pytest.mark.parametrize("role", Role)
def test_each_demo_account_signs_in_with_its_role(stack: LocalStack, role: Role) -> None:
    member = StaffMember.at(stack)
    assert "Where you are signed in" in member.enters(role, "/sessions").body
    assert (member.get("/members").status == 200) is (role is Role.LEAD)
    assert (member.get("/audit").status == 200) is (role is Role.AUDITOR)


def test_a_wrong_password_leads_nowhere(stack: LocalStack) -> None:
    member = StaffMember.at(stack)
    assert member.proves(member.begins(), "lead@example.com", "wrong") == ""
    assert member.get("/sessions").location.startswith("/sign-in")


def test_customers_and_staff_have_origins_of_their_own(stack: LocalStack) -> None:
    member = StaffMember.at(stack)
    member.enters("lead")
    assert member.get("/orders").status == 404
    assert Visitor(stack.portal_url, cookie=member.cookie).get("/sessions").status == 404
    assert Visitor(stack.portal_url).get("/sign-in").status == 404


def test_a_role_that_is_taken_away_in_the_user_pool_is_gone_within_a_minute(
    stack: LocalStack,
) -> None:
    pool, member = stack.client("cognito-idp"), StaffMember.at(stack)
    where = {"UserPoolId": stack.outputs["StaffPool"], "Username": "lead@example.com"}
    assert "End all sessions" in member.enters("lead", "/members").body
    pool.admin_remove_user_from_group(**where, GroupName="lead")
    try:
        _a_minute_passes(stack)
        assert member.get("/members").status == 403
    finally:
        pool.admin_add_user_to_group(**where, GroupName="lead")
    _a_minute_passes(stack)
    assert member.get("/members").status == 200


def test_who_is_locked_out_in_the_user_pool_is_out(stack: LocalStack) -> None:
    pool, member = stack.client("cognito-idp"), StaffMember.at(stack)
    where = {"UserPoolId": stack.outputs["StaffPool"], "Username": "store@example.com"}
    member.enters("store", "/sessions")
    pool.admin_disable_user(**where)
    try:
        _a_minute_passes(stack)
        assert member.get("/sessions").location.startswith("/sign-in")
    finally:
        pool.admin_enable_user(**where)
    assert member.get("/sessions").location.startswith("/sign-in"), "its session has ended"


def test_signing_out_ends_both_sessions(stack: LocalStack) -> None:
    member = StaffMember.at(stack)
    member.enters("agent", "/sessions")
    copy = StaffMember(stack.endpoint_url, member.cookie, headers=member.headers)
    left = member.post("/sign-out")
    assert left.location.startswith(f"{stack.endpoint_url}/logout?")
    assert copy.get("/sessions").location.startswith("/sign-in")


def test_the_consoles_role_changes_nobody(stack: LocalStack) -> None:
    """It reads the user pool; neither accounts nor groups are its to change."""
    client = stack.client("iam")
    [role] = [
        each["RoleName"]
        for each in client.list_roles()["Roles"]
        if "ConsoleRole" in each["RoleName"]
    ]
    policy = client.get_role_policy(RoleName=role, PolicyName="console")["PolicyDocument"]
    document: dict[str, Any] = json.loads(policy) if isinstance(policy, str) else policy
    actions = [
        action
        for statement in document["Statement"]
        for action in (
            statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        )
        if action.startswith("cognito-idp:")
    ]
    assert sorted(actions) == [
        "cognito-idp:AdminGetUser",
        "cognito-idp:AdminListGroupsForUser",
        "cognito-idp:DescribeUserPoolClient",
    ]


def _a_minute_passes(stack: LocalStack) -> None:
    """For every session: it was checked more than a minute ago."""
    tables, name = stack.client("dynamodb"), stack.outputs["StaffTable"]
    earlier = to_text(datetime.now(UTC) - timedelta(minutes=2))
    for item in tables.scan(TableName=name)["Items"]:
        if "checked_at" in item:
            tables.update_item(
                TableName=name,
                Key={"pk": item["pk"], "sk": item["sk"]},
                UpdateExpression="SET checked_at = :earlier",
                ExpressionAttributeValues={":earlier": {"S": earlier}},
            )
