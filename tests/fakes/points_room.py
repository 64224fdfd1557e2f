"""The points room's services as tests use them, on any stores."""

import random
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, cast

from aftercare.members.service import MemberService
from aftercare.orders.service import OrderService
from aftercare.points.earning import EarningService
from aftercare.points.holding import HoldService
from aftercare.points.journal import Journal
from aftercare.points.limits import Meter
from aftercare.points.limits import published as limits
from aftercare.points.limits_store import LimitStore
from aftercare.points.model import Account
from aftercare.points.request import Caller
from aftercare.points.rules import RuleBook, published
from aftercare.points.service import PointsService
from tests.fakes.house import SetClock
from tests.fakes.points import MEMBER, MEMBERS_INGEST, OTHER, member_event
from tests.fakes.points_memory import MemoryLimits, MemoryMembers, MemoryOrders, MemoryPoints

CHANGED = date(2026, 12, 1)
UNITS, BONUSES = (100, 50), (20, 35)
EMAILS = {MEMBER: "mei@example.com", OTHER: "ana@example.com"}


@dataclass
class Counter:
    """The room's services on one clock."""

    clock: SetClock
    store: Any
    members: MemberService
    orders: OrderService
    points: Any
    earning: Any
    holds: Any
    rules: RuleBook

    def caller(self, client_id: str = "ac_1", key: str = "") -> Any:
        return Caller(client_id, key)

    def today(self) -> date:
        now = self.clock()
        return self.rules.at(now).day_of(now)

    def expire(self, member_id: str) -> None:
        """What the nightly run does to one member: one conditional write, if any."""
        account = self.store.account(member_id)
        after = account.expire(self.today())
        if after != account:
            self.store.replace(after)


def counter_on(store: Any, members: Any, orders: Any) -> Counter:
    """The services on these stores, with two members who joined long ago.

    From `CHANGED` on, the rules give two points for a dollar, and more for a review.
    """
    clock, dice = SetClock(), random.SystemRandom().getrandbits
    today = published().versions[0]
    later = replace(
        today,
        version="later",
        valid_from=CHANGED,
        review_bonus=BONUSES[1],
        per_point={"USD": UNITS[1], "JPY": 1},
    )
    book = RuleBook([today, later])
    member_service, order_service = (
        MemberService(members, clock, dice),
        OrderService(orders, clock, dice),
    )
    # Its limits are the published ones; nobody counts across processes here.
    meter: Any = Meter(cast(LimitStore, MemoryLimits()), limits())
    journal = Journal(store, member_service, book, clock, dice)
    for member_id, email in EMAILS.items():
        member_service.record(member_event(member_id, email), actor=MEMBERS_INGEST)
    return Counter(
        clock=clock,
        store=store,
        members=member_service,
        orders=order_service,
        points=PointsService(journal, member_service, order_service, meter),
        earning=EarningService(journal, member_service, order_service, meter),
        holds=HoldService(journal),
        rules=book,
    )


def counter_in_memory(*loose: str) -> Counter:
    store = MemoryPoints(Account, loose=frozenset(loose))
    return counter_on(store, MemoryMembers(store.wire), MemoryOrders())
