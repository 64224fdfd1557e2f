"""Stores in memory, under the same conditions as DynamoDB's; a contract test holds them to it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from aftercare.kernel.errors import StaleWriteError
from aftercare.members.model import Member
from aftercare.orders.model import Order, email_key_of
from tests.fakes.crashes.faults import Plan

# Accounts, rows and postings are `Any` here: those of a mutant are of classes of their own.


class Wire:
    """What lies between a process and its tables: here a plan strikes."""

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
        """One request. Sent again, a transaction is known by its token; other writes are not."""
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
    marked: set[tuple[date, int, str]] = field(default_factory=set)
    entries: list[Any] = field(default_factory=list)

    def account(self, member_id: str) -> Any:
        def read() -> Any:
            return self.accounts.get(member_id) or self.empty(member_id)

        return self.wire.send("GetItem", read)

    def replace(self, account: Any) -> None:
        self.wire.send("PutItem", lambda: self._put(account))

    def row(self, member_id: str, operation_id: str) -> Any:
        return self.wire.send("GetItem", lambda: self.ledger.get((member_id, operation_id)))

    def rows(self, member_id: str) -> tuple[Any, ...]:
        def read() -> tuple[Any, ...]:
            return tuple(row for (owner, _), row in self.ledger.items() if owner == member_id)

        return self.wire.send("Query", read)

    def newest(self, member_id: str, before: str, limit: int) -> tuple[Any, ...]:
        earlier = [row for row in self.rows(member_id) if row.recorded < before]
        return tuple(sorted(earlier, key=lambda row: row.recorded, reverse=True)[:limit])

    def claimed_by(self, operation_id: str) -> str:
        return self.wire.send("GetItem", lambda: self.claims.get(operation_id, ""))

    def answered(self, key: Any) -> Any:
        return self.wire.send("GetItem", lambda: self.keys.get((key.client_id, key.key_hash)))

    def commit(self, posting: Any, key: Any = None) -> None:
        self.wire.send("TransactWriteItems", lambda: self._commit(posting, key))

    def keep(self, key: Any, row: Any, _now: datetime) -> None:
        self.wire.send("PutItem", lambda: self._use(key, row))

    def markers(self, due: date, shard: int) -> Iterable[str]:
        return sorted(who for day, part, who in self.marked if (day, part) == (due, shard))

    def _commit(self, posting: Any, key: Any) -> None:
        row, owner = posting.row, posting.row.member_id
        rows = (row, *posting.settled)
        self._require("version", self._is_current(posting.account))
        self._require("row", all((owner, new.operation_id) not in self.ledger for new in rows))
        self._require("claim", not posting.claims or row.operation_id not in self.claims)
        self._require("key", not key or (key.client_id, key.key_hash) not in self.keys)
        self._require("undoing", all(map(self._is_untouched, posting.undoings)))
        self._put(posting.account)
        self.ledger |= {(owner, new.operation_id): new for new in rows}
        for undoing in posting.undoings:
            self.ledger[owner, undoing.row.operation_id] = undoing.after
        if posting.claims:
            self.claims[row.operation_id] = owner
        if key:
            self._use(key, row)
        if posting.marker:
            marker = posting.marker
            self.marked.add((marker.due, marker.shard, marker.member_id))
        if posting.entry:
            self.entries.append(posting.entry)

    def _use(self, key: Any, row: Any) -> None:
        self._require("key", (key.client_id, key.key_hash) not in self.keys)
        used = _Answered(row.member_id, row.operation_id, key.digest)
        self.keys[key.client_id, key.key_hash] = used

    def _put(self, account: Any) -> None:
        self._require("version", self._is_current(account))
        self.accounts[account.member_id] = replace(account, version=(account.version or 0) + 1)

    def _is_current(self, account: Any) -> bool:
        known = self.accounts.get(account.member_id)
        return bool(account.version == (known.version if known else None))

    def _is_untouched(self, undoing: Any) -> bool:
        was = undoing.row
        known = self.ledger[was.member_id, was.operation_id]
        return (known.undone, known.refunded) == (was.undone, was.refunded)

    def _require(self, condition: str, held: bool) -> None:
        if not held and condition not in self.loose:
            raise StaleWriteError("Something changed in the meantime; nothing was written.")


@dataclass
class MemoryMembers:
    """`MemberStore` in memory."""

    wire: Wire = field(default_factory=Wire)
    members: dict[str, Member] = field(default_factory=dict)

    def get(self, member_id: str) -> Member | None:
        return self.wire.send("GetItem", lambda: self.members.get(member_id))

    def save(self, member: Member) -> None:
        self.wire.send("PutItem", lambda: self._save(member))

    def by_email(self, email_key: str) -> Member | None:
        found = [member for member in self.members.values() if member.email_key == email_key]
        newest = sorted(found, key=lambda member: member.joined_at, reverse=True)
        return self.wire.send("Query", lambda: next(iter(newest), None))

    def _save(self, member: Member) -> None:
        known = self.members.get(member.member_id)
        if member.version != (known.version if known else None):
            raise StaleWriteError("Something changed in the meantime; nothing was written.")
        after = replace(member, version=(member.version or 0) + 1)
        self.members[member.member_id] = after


@dataclass
class MemoryOrders:
    """`OrderStore` in memory; the shop's events are not what fails here."""

    orders: dict[str, Order] = field(default_factory=dict)

    def get(self, order_number: str) -> Order:
        return self.orders.get(order_number, Order(order_number))

    def save(self, order: Order) -> None:
        self.orders[order.order_number] = replace(order, version=(order.version or 0) + 1)

    def of_customer(self, email_key: str, limit: int | None = None) -> tuple[Order, ...]:
        paid = [order for order in self.orders.values() if order.paid_at and order.purchase]
        theirs = [o for o in paid if o.purchase and email_key_of(o.purchase.email) == email_key]
        return tuple(sorted(theirs, key=lambda o: str(o.paid_at), reverse=True)[:limit])
