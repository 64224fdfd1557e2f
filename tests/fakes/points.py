"""Rules, accounts, operations and members, with fixed defaults."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aftercare.kernel.actor import client, system
from aftercare.kernel.requests import digest_of
from aftercare.members.model import Member, MemberEvent
from aftercare.points.model import Account, Lots
from aftercare.points.posting import Kind, LedgerEntry, Operation
from aftercare.points.rules import RuleBook, Rules, published
from tests.fakes.actors import SOMEBODY
from tests.fakes.orders import EMAIL

MEMBERS_INGEST = system("members_ingest")
BY_TILL = client("ac_1")
BY_CLOCK = system("points_ingest")
NOON = datetime(2026, 6, 10, 19, 0, tzinfo=UTC)
TODAY = date(2026, 6, 10)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
NEXT_YEAR = TODAY + timedelta(days=365)
MEMBER = "mem_01JXC0000000000000000000A0"
OTHER = "mem_01JXC0000000000000000000B0"
NOBODY = "mem_01JXC0000000000000000000C0"
ZONES = ("America/Los_Angeles", "Asia/Shanghai", "Europe/London")


def rules(zone: str = ZONES[0], **changes: Any) -> Rules:
    """The published rules, valid since long ago, perhaps in another time zone."""
    since: dict[str, Any] = {"valid_from": date(2020, 1, 1), "zone": ZoneInfo(zone)}
    return replace(published().versions[0], **(since | changes))


def book(*versions: Rules) -> RuleBook:
    return RuleBook(versions or (rules(),))


def day(text: str) -> date:
    return date.fromisoformat(text)


def lots(**points: int) -> dict[date, int]:
    """Lots by their day in June 2026 or the year after: `lots(d10=5, y10=7)`."""
    years = {"d": 2026, "y": 2027}
    return {date(years[name[0]], 6, int(name[1:])): count for name, count in points.items()}


def account(of: Lots | None = None, debt: int = 0, **changes: Any) -> Account:
    """An account with these lots; a debt is of points that were due a year from now."""
    owed = {"debts": {NEXT_YEAR: debt}} if debt else {}
    return Account(MEMBER, **({"lots": of or {}} | owed | changes))


def operation(kind: Kind, name: str = "1", at: datetime = NOON, **changes: Any) -> Operation:
    """An operation of that kind, recorded the moment it happened."""
    fields: dict[str, Any] = {
        "operation_id": f"{kind}#{name}",
        "member_id": MEMBER,
        "kind": kind,
        "digest": digest_of(name=name),
        "rules": rules(),
        "occurred_at": at,
        "recorded_at": at,
        "entry_id": "ent_1",
        "actor": SOMEBODY,
    }
    return Operation(**(fields | changes))


def entry(kind: Kind, points: int, name: str = "1", **changes: Any) -> LedgerEntry:
    fields: dict[str, Any] = {
        "operation_id": f"{kind}#{name}",
        "member_id": MEMBER,
        "kind": kind,
        "points": points,
        "digest": digest_of(name=name),
        "rules": rules().version,
        "occurred_at": NOON,
        "recorded_at": NOON,
        "sequence": 1,
        "change": 0,
        "available": 0,
    }
    return LedgerEntry(**(fields | changes))


def member_event(
    member_id: str = MEMBER,
    email: str = EMAIL,
    at: datetime = NOON - timedelta(days=1000),
    **changes: Any,
) -> MemberEvent:
    """An event of the shop about a member who joined long ago."""
    fields: dict[str, Any] = {"language": "en", "reminders": True}
    return MemberEvent(member_id, at, email, **(fields | changes))


def member(member_id: str = MEMBER, email: str = EMAIL, **changes: Any) -> Member:
    fields: dict[str, Any] = {
        "language": "en",
        "reminders": True,
        "joined_at": NOON - timedelta(days=1000),
        "as_of": NOON - timedelta(days=1000),
    }
    return Member(member_id, email, **(fields | changes))
