"""A till that moves points, and its members."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aftercare.kernel.clock import Clock, to_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.ids import new_id
from aftercare.members.model import Member, MemberEvent
from aftercare.members.service import MemberService
from aftercare.members.wiring import MembersConfig, member_service
from aftercare.orders.service import OrderService
from aftercare.orders.wiring import OrdersConfig, order_service
from aftercare.points.audit import audit
from aftercare.points.earning import EarningService
from aftercare.points.request import Caller
from aftercare.points.service import PointsService
from aftercare.points.wiring import PointsConfig, earning_service, points_service
from tests.fakes.points import BY_TILL, MEMBERS_INGEST
from tests.fakes.till import Reply, Till

MEMBER = "/points/{member_id}"
STATEMENT = f"{MEMBER}/statement"
OPERATIONS = {
    "earn": f"{MEMBER}/earn",
    "refund": f"{MEMBER}/refunds",
    "spend": f"{MEMBER}/spend",
    "return": f"{MEMBER}/spend/{{spend_id}}/return",
    "hold": f"{MEMBER}/holds",
    "capture": f"{MEMBER}/holds/{{hold_id}}/capture",
    "release": f"{MEMBER}/holds/{{hold_id}}/release",
    "extend": f"{MEMBER}/holds/{{hold_id}}/extend",
    "return_capture": f"{MEMBER}/holds/{{hold_id}}/return",
    "adjust": f"{MEMBER}/adjustments",
    "close": f"{MEMBER}/close",
}
FIND = "/members/find"
NOBODY = "mem_01JXC0000000000000000000C0"
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
_numbers = itertools.count(1)


def points() -> PointsService:
    return points_service(read(PointsConfig))


def earning(clock: Clock = utc_now) -> EarningService:
    return earning_service(read(PointsConfig), clock=clock)


def members() -> MemberService:
    return member_service(read(MembersConfig))


def orders() -> OrderService:
    return order_service(read(OrdersConfig))


def fresh(prefix: str) -> str:
    """A name that no other test uses."""
    return f"{prefix}-{next(_numbers):06d}"


def joined(email: str = "", **changes: Any) -> Member:
    """A member since the program began."""
    member_id = new_id("mem", LONG_AGO + timedelta(seconds=next(_numbers)))
    details: dict[str, Any] = {"language": "en", "reminders": True} | changes
    event = MemberEvent(member_id, LONG_AGO, email or f"{fresh('member')}@example.com", **details)
    return members().record(event, actor=MEMBERS_INGEST)


def open_account(tables: Mapping[str, str], points: int) -> str:
    """A member with that many points on these tables, without the functions' settings."""
    names = PointsConfig(
        *(tables[name] for name in ("PointsTable", "MembersTable", "OrdersTable", "DueTable"))
    )
    service = points_service(names)
    member_id = new_id("mem", LONG_AGO + timedelta(seconds=next(_numbers)))
    service.members.record(
        MemberEvent(member_id, LONG_AGO, f"{member_id}@example.com", "en", True),
        actor=MEMBERS_INGEST,
    )
    service.adjust(
        member_id,
        Caller("tests"),
        "opening",
        points,
        who="tests",
        why="To begin with.",
        actor=BY_TILL,
    )
    return member_id


def earned_long_ago(member_id: str, points: int, days_ago: int) -> None:
    """Earns points on that day, and expires them if it is more than a year ago."""
    then = utc_now() - timedelta(days=days_ago)
    earning(lambda: then).earn(
        member_id,
        Caller("tests"),
        store_id="S-0412",
        receipt_number=fresh("R"),
        net=points * 100,
        currency="USD",
        occurred_at=then,
        actor=BY_TILL,
    )


def hold(member_id: str, number: int) -> None:
    """Sets points of the member aside, for as long as a hold lasts."""
    points().hold(member_id, Caller("tests"), fresh("H"), number, actor=BY_TILL)


def sound(member_id: str) -> bool:
    """Whether the audit finds nothing wrong with the member's ledger."""
    journal = points().journal
    store, now = journal.store, journal.clock()
    today = journal.rules.at(now).day_of(now)
    return audit(store.account(member_id), store.entries(member_id), today) == ()


@dataclass
class PointsTill(Till):
    """Moves points as a store's system does; each request has its own key by default."""

    scopes: str = "points:read points:write points:admin"

    def balance(self, member_id: str) -> Reply:
        return self.ask("GET", MEMBER, {"member_id": member_id})

    def statement(self, member_id: str, accept: str = "application/json", **query: str) -> Reply:
        return self.ask(
            "GET", STATEMENT, {"member_id": member_id}, headers={"accept": accept}, query=query
        )

    def move(
        self,
        operation: str,
        member_id: str,
        *,
        key: str | None = None,
        path: Mapping[str, str] | None = None,
        **body: Any,
    ) -> Reply:
        """Requests an operation; `path` has the other ids in its address."""
        return self.send(operation, member_id, json.dumps(body), key=key, path=path)

    def send(
        self,
        operation: str,
        member_id: str,
        body: str | bytes | None,
        *,
        key: str | None = None,
        path: Mapping[str, str] | None = None,
    ) -> Reply:
        """The same with any body; an empty key leaves the header out."""
        named = fresh("key") if key is None else key
        headers = {"Idempotency-Key": named} if named else {}
        parameters = {"member_id": member_id, **(path or {})}
        return self.ask("POST", OPERATIONS[operation], parameters, body=body, headers=headers)

    def find(self, **named: Any) -> Reply:
        """Looks up a member by what names them."""
        return self.ask("POST", FIND, body=json.dumps(named))

    def earn(self, member_id: str, points: int, days_ago: float = 0) -> Reply:
        """A purchase for a number of dollars, a number of days ago."""
        at = utc_now() - timedelta(days=days_ago)
        return self.move(
            "earn",
            member_id,
            receipt=fresh("R"),
            amount=points * 100,
            currency="USD",
            occurred_at=to_text(at),
        )

    def available(self, member_id: str) -> int:
        available: int = self.balance(member_id).body["available"]
        return available
