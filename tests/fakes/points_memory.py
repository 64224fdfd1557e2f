"""Stores in memory with the same conditions as DynamoDB's, which a contract test checks."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from aftercare.kernel.errors import StaleWriteError
from aftercare.kernel.timeline import Entry
from aftercare.members.model import Member
from aftercare.orders.model import Order, email_key_of
from tests.fakes.crashes.faults import Plan


class Wire:
    """The connection between a process and its tables, where a plan takes effect."""

    def __init__(self) -> None:
        self._plan: Plan | None = None

    @contextmanager
    def during(self, plan: Plan | None) -> Iterator[None]:
        """Carries out the plan within the block."""
        outer, self._plan = self._plan, plan
        try:
            yield
        finally:
            self._plan = outer

    def send[R](self, operation: str, act: Callable[[], R]) -> R:
        """One request. A transaction is idempotent by its token; other writes are not."""
        plan = self._plan
        if plan is None:
            return act()
        with self.during(None):
            plan.before(operation)
        answer = act()
        plan.after(operation)
        if plan.resend(operation) and operation != "TransactWriteItems":
            return act()
        return answer


@dataclass(frozen=True)
class _Answered:
    member_id: str
    operation_id: str
    digest: str


@dataclass
class MemoryPoints:
    """`PointsStore` in memory. `empty` makes an account for who has none yet.

    `loose` names conditions that are not held to: what would go wrong without them.
    """

    empty: Callable[[str], Any]
    wire: Wire = field(default_factory=Wire)
    loose: frozenset[str] = frozenset()
    accounts: dict[str, Any] = field(default_factory=dict)
    ledger: dict[tuple[str, str], Any] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    keys: dict[tuple[str, str], _Answered] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    marked: set[tuple[date, int, str]] = field(default_factory=set)
    timeline: list[Any] = field(default_factory=list)
    timers: set[Any] = field(default_factory=set)

    def account(self, member_id: str) -> Any:
        def read() -> Any:
            return self.accounts.get(member_id) or self.empty(member_id)

        return self.wire.send("GetItem", read)

    def replace(self, account: Any) -> None:
        self.wire.send("PutItem", lambda: self._put(account))

    def entry(self, member_id: str, operation_id: str) -> Any:
        return self.wire.send("GetItem", lambda: self.ledger.get((member_id, operation_id)))

    def entries(self, member_id: str) -> tuple[Any, ...]:
        def read() -> tuple[Any, ...]:
            return tuple(entry for (owner, _), entry in self.ledger.items() if owner == member_id)

        return self.wire.send("Query", read)

    def purchases(self, member_id: str) -> tuple[str, ...]:
        ids = (entry.operation_id for entry in self.entries(member_id))
        return tuple(name.removeprefix("earn#") for name in ids if name.startswith("earn#"))

    def newest(self, member_id: str, before: str, limit: int | None) -> tuple[Any, ...]:
        earlier = [entry for entry in self.entries(member_id) if entry.recorded < before]
        return tuple(sorted(earlier, key=lambda entry: entry.recorded, reverse=True)[:limit])

    def claimed_by(self, operation_id: str) -> str:
        return self.wire.send("GetItem", lambda: self.claims.get(operation_id, ""))

    def shown_for(self, name: str) -> str:
        return self.wire.send("GetItem", lambda: self.shown.get(name, ""))

    def answered(self, key: Any) -> Any:
        return self.wire.send("GetItem", lambda: self.keys.get((key.client_id, key.key_hash)))

    def commit(self, posting: Any, key: Any = None) -> None:
        self.wire.send("TransactWriteItems", lambda: self._commit(posting, key))

    def keep(self, key: Any, entry: Any, _now: datetime) -> None:
        self.wire.send("PutItem", lambda: self._use(key, entry))

    def markers(self, due: date, shard: int) -> Iterable[str]:
        return sorted(who for day, part, who in self.marked if (day, part) == (due, shard))

    def _commit(self, posting: Any, key: Any) -> None:
        entry, owner = posting.entry, posting.entry.member_id
        entries = (entry, *posting.settled)
        self._require("version", self._is_current(posting.account))
        self._require("entry", all((owner, new.operation_id) not in self.ledger for new in entries))
        self._require("claim", not posting.claims or entry.operation_id not in self.claims)
        self._require("key", not key or (key.client_id, key.key_hash) not in self.keys)
        self._require("reversal", all(map(self._is_untouched, posting.reversals)))
        self._put(posting.account)
        self.ledger |= {(owner, new.operation_id): new for new in entries}
        for reversal in posting.reversals:
            self.ledger[owner, reversal.entry.operation_id] = reversal.after
        if posting.claims:
            self.claims[entry.operation_id] = owner
        if posting.shown:
            self.shown[posting.shown] = entry.operation_id
        if key:
            self._use(key, entry)
        if posting.marker:
            marker = posting.marker
            self.marked.add((marker.due, marker.shard, marker.member_id))
        self.timers |= set(posting.timers)
        if posting.timeline_entry:
            self.timeline.append(posting.timeline_entry)

    def _use(self, key: Any, entry: Any) -> None:
        self._require("key", (key.client_id, key.key_hash) not in self.keys)
        used = _Answered(entry.member_id, entry.operation_id, key.digest)
        self.keys[key.client_id, key.key_hash] = used

    def _put(self, account: Any) -> None:
        self._require("version", self._is_current(account))
        self.accounts[account.member_id] = replace(account, version=(account.version or 0) + 1)

    def _is_current(self, account: Any) -> bool:
        stored = self.accounts.get(account.member_id)
        return bool(account.version == (stored.version if stored else None))

    def _is_untouched(self, reversal: Any) -> bool:
        was = reversal.entry
        stored = self.ledger[was.member_id, was.operation_id]
        return (stored.reversed_points, stored.refunded) == (was.reversed_points, was.refunded)

    def _require(self, condition: str, held: bool) -> None:
        if not held and condition not in self.loose:
            raise StaleWriteError("Something changed in the meantime; nothing was written.")


@dataclass
class MemoryLimits:
    """`LimitStore` in memory, without faults."""

    moved: dict[tuple[str, str, date], int] = field(default_factory=dict)

    def add(self, client_id: str, kind: str, now: datetime, points: int, most: int) -> bool:
        key = client_id, kind, now.date()
        if self.moved.get(key, 0) + points > most:
            return False
        self.moved[key] = self.moved.get(key, 0) + points
        return True


@dataclass
class MemoryMembers:
    """`MemberStore` in memory."""

    wire: Wire = field(default_factory=Wire)
    members: dict[str, Member] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)

    def get(self, member_id: str) -> Member | None:
        return self.wire.send("GetItem", lambda: self.members.get(member_id))

    def save(self, member: Member, entry: Entry) -> None:
        self.wire.send("TransactWriteItems", lambda: self._save(member, entry))

    def by_email(self, email_key: str) -> Member | None:
        owners = [member for member in self.members.values() if member.email_key == email_key]
        newest = sorted(owners, key=lambda member: member.joined_at, reverse=True)
        return self.wire.send("Query", lambda: next(iter(newest), None))

    def _save(self, member: Member, entry: Entry) -> None:
        stored = self.members.get(member.member_id)
        if member.version != (stored.version if stored else None):
            raise StaleWriteError("Something changed in the meantime; nothing was written.")
        after = replace(member, version=(member.version or 0) + 1)
        self.members[member.member_id] = after
        self.entries.append(entry)


@dataclass
class MemoryOrders:
    """`OrderStore` in memory, without faults."""

    orders: dict[str, Order] = field(default_factory=dict)

    def get(self, order_number: str) -> Order:
        return self.orders.get(order_number, Order(order_number))

    def save(self, order: Order, _entry: Entry) -> None:
        self.orders[order.order_number] = replace(order, version=(order.version or 0) + 1)

    def of_numbers(self, numbers: Iterable[str]) -> tuple[Order, ...]:
        return tuple(self.orders[number] for number in numbers if number in self.orders)

    def of_customer(self, email_key: str, limit: int | None = None) -> tuple[Order, ...]:
        paid = [order for order in self.orders.values() if order.paid_at and order.purchase]
        theirs = [o for o in paid if o.purchase and email_key_of(o.purchase.email) == email_key]
        return tuple(sorted(theirs, key=lambda o: str(o.paid_at), reverse=True)[:limit])
