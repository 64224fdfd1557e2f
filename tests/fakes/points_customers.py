"""Members at the counter: who have earned, hold and spent points; and all they can do there."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from aftercare.kernel.due.store import DueStore
from aftercare.kernel.ids import new_id
from aftercare.members.store import MemberStore
from aftercare.orders.store import OrderStore
from aftercare.points.audit import audit
from aftercare.points.model import Account
from aftercare.points.posting import Kind, Receipt
from aftercare.points.request import Caller
from aftercare.points.store import PointsStore
from tests.fakes.crashes.world import empty_tables
from tests.fakes.orders import ORDERS_INGEST
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, NOON, member_event
from tests.fakes.points_room import Counter, counter_on

SHOP = Caller("ac_1")
SPENT = "spend#ac_1#done"

type Verb = Callable[["Customer", Caller], Receipt]


@dataclass
class Customer:
    """A member at the counter."""

    counter: Counter
    member_id: str
    email: str
    number: str

    @property
    def account(self) -> Account:
        account: Account = self.counter.store.account(self.member_id)
        return account

    def earn(self, receipt: str = "R1", net: Any = 17_899, days_ago: int = 0, **of: Any) -> Receipt:
        said = {"currency": "USD", "occurred_at": NOON - timedelta(days=days_ago)} | of
        caller = said.pop("caller", SHOP)
        receipt_number = f"{receipt}-{self.number}"
        got: Receipt = self.counter.earning.earn(
            self.member_id,
            caller,
            store_id="S1",
            receipt_number=receipt_number,
            net=net,
            **said,
            actor=BY_TILL,
        )
        return got

    def refund(self, amount: Any, refund_id: str = "f1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.earning.refund(
            self.member_id,
            caller,
            store_id="S1",
            receipt_number=f"R1-{self.number}",
            refund_id=refund_id,
            amount=amount,
            actor=BY_TILL,
        )
        return got

    def spend(self, points: Any, spend_id: str = "1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.points.spend(
            self.member_id, caller, spend_id, points, actor=BY_TILL
        )
        return got

    def hold(self, points: Any, hold_id: str = "1", caller: Caller = SHOP) -> Receipt:
        got: Receipt = self.counter.points.hold(
            self.member_id, caller, hold_id, points, actor=BY_TILL
        )
        return got

    def order(self, *events: Any) -> None:
        """The shop reports the customer's order, and the ledger follows."""
        for event in events:
            self.counter.orders.record(event, actor=ORDERS_INGEST)
            order = self.counter.orders.get(event.order_number)
            self.counter.earning.settle_order(order, actor=BY_TILL)

    def check(self) -> None:
        entries = self.counter.store.entries(self.member_id)
        assert audit(self.account, entries, self.counter.today()) == ()


def joins(counter: Counter, **of: Any) -> Customer:
    dice = random.SystemRandom().getrandbits
    member_id = new_id("mem", NOON, dice)
    email = f"{member_id.lower()}@example.com"
    counter.members.record(member_event(member_id, email, **of), actor=MEMBERS_INGEST)
    return Customer(counter, member_id, email, f"PM-{member_id[-12:]}")


def open_counter(tables: dict[str, str]) -> Counter:
    """A counter on empty tables."""
    names = ("PointsTable", "MembersTable", "OrdersTable", "DueTable")
    ours = {name: tables[name] for name in names}
    empty_tables(ours)
    return counter_on(
        PointsStore(ours["PointsTable"], DueStore(ours["DueTable"])),
        MemberStore(ours["MembersTable"]),
        OrderStore(ours["OrdersTable"]),
    )


def with_points(newcomer: Customer) -> Customer:
    """Earned 178 points, holds 20 of them, spent 30."""
    newcomer.earn()
    newcomer.hold(20, "kept")
    newcomer.spend(30, "done")
    return newcomer


VERBS: dict[Kind, Verb] = {
    Kind.EARN: lambda who, caller: who.earn("R2", caller=caller),
    Kind.SPEND: lambda who, caller: who.spend(5, caller=caller),
    Kind.HOLD: lambda who, caller: who.hold(5, caller=caller),
    Kind.CAPTURE: lambda who, caller: who.counter.points.capture(
        who.member_id, caller, "kept", 7, actor=BY_TILL
    ),
    Kind.RELEASE: lambda who, caller: who.counter.points.release(
        who.member_id, caller, "kept", actor=BY_TILL
    ),
    Kind.EXTEND: lambda who, caller: who.counter.holds.extend(
        who.member_id, caller, "kept", "e1", actor=BY_TILL
    ),
    Kind.REVERSAL: lambda who, caller: who.counter.points.reverse(
        who.member_id, caller, SPENT, "r1", 4, actor=BY_TILL
    ),
    Kind.CLAWBACK: lambda who, caller: who.refund(5_000, caller=caller),
    Kind.ADJUST_UP: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "up", 9, who="agent-7", why="Sorry.", actor=BY_TILL
    ),
    Kind.ADJUST_DOWN: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "down", -9, who="agent-7", why="A mistake.", actor=BY_TILL
    ),
}
OTHERWISE: dict[Kind, Verb] = {
    Kind.EARN: lambda who, caller: who.earn("R2", 99_900, caller=caller),
    Kind.SPEND: lambda who, caller: who.spend(6, caller=caller),
    Kind.HOLD: lambda who, caller: who.hold(6, caller=caller),
    Kind.CAPTURE: lambda who, caller: who.counter.points.capture(
        who.member_id, caller, "kept", 8, actor=BY_TILL
    ),
    Kind.REVERSAL: lambda who, caller: who.counter.points.reverse(
        who.member_id, caller, SPENT, "r1", 5, actor=BY_TILL
    ),
    Kind.CLAWBACK: lambda who, caller: who.refund(5_001, caller=caller),
    Kind.ADJUST_UP: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "up", 10, who="agent-7", why="Sorry.", actor=BY_TILL
    ),
    Kind.ADJUST_DOWN: lambda who, caller: who.counter.points.adjust(
        who.member_id, caller, "down", -9, who="agent-8", why="A mistake.", actor=BY_TILL
    ),
}
verbs = pytest.mark.parametrize("kind", VERBS, ids=str)


def kept(customer: Customer) -> tuple[Account, int | None, list[Any]]:
    """Everything that the ledger has of the customer."""
    store = customer.counter.store
    entries = sorted(store.entries(customer.member_id), key=lambda entry: str(entry.operation_id))
    return customer.account, customer.account.version, entries
