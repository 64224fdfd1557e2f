"""Demo accounts of staff: one for each role, in the local stack's user pool."""

import secrets
from collections.abc import Mapping
from typing import Any

import boto3

from aftercare.staff.model import Member, Role

type Accounts = dict[str, dict[str, str]]

_NAMES = {
    Role.AGENT: "Ada Agent",
    Role.LEAD: "Lee Lead",
    Role.QA: "Quinn Quality",
    Role.WAREHOUSE: "Wen Warehouse",
    Role.STORE: "Sam Store",
    Role.AUDITOR: "Ash Auditor",
}


def seed(pool_id: str, kept: Mapping[str, Mapping[str, str]]) -> Accounts:
    """An account for each role, with the passwords that are kept. Safe to repeat.

    Returns address and password by role, for stack.json.
    """
    # The stubs of this client are not installed: only the demo needs it.
    pool: Any = boto3.client("cognito-idp")
    return {role.value: _account(pool, pool_id, role, kept.get(role, {})) for role in Role}


def members(pool_id: str, accounts: Accounts) -> dict[Role, Member]:
    """The demo accounts as the console knows them once they have signed in."""
    pool: Any = boto3.client("cognito-idp")
    return {
        Role(role): _member(pool, pool_id, Role(role), account["email"])
        for role, account in accounts.items()
    }


def _member(pool: Any, pool_id: str, role: Role, email: str) -> Member:  # noqa: ANN401 - no stubs
    found = pool.admin_get_user(UserPoolId=pool_id, Username=email)["UserAttributes"]
    facts = {each["Name"]: each["Value"] for each in found}
    return Member(facts["sub"], _NAMES[role], email, frozenset({role}))


def _account(pool: Any, pool_id: str, role: Role, kept: Mapping[str, str]) -> dict[str, str]:  # noqa: ANN401 - no stubs
    email = f"{role}@example.com"
    password = kept.get("password") or f"Demo-{secrets.token_hex(6)}-1"
    facts = {"email": email, "email_verified": "true", "name": _NAMES[role]}
    attributes = [{"Name": name, "Value": value} for name, value in facts.items()]
    try:
        pool.admin_create_user(
            UserPoolId=pool_id,
            Username=email,
            UserAttributes=attributes,
            MessageAction="SUPPRESS",
            TemporaryPassword=password,
        )
    except pool.exceptions.UsernameExistsException:
        if kept:
            return dict(kept)  # as the developer left it
    pool.admin_set_user_password(
        UserPoolId=pool_id, Username=email, Password=password, Permanent=True
    )
    pool.admin_add_user_to_group(UserPoolId=pool_id, Username=email, GroupName=role.value)
    return {"email": email, "password": password}
