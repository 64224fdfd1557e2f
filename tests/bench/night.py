"""Runs a night on an in-memory table that counts requests and units by DynamoDB's rules.

It runs our service on items that our stores write. Emulators would take hours for as many members
and count units incorrectly. For comparison, it also models the usual design: scan the table, then
one transaction of account and ledger entry for each member with points due.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from aftercare.kernel.ids import CROCKFORD
from aftercare.kernel.timeline import Entry
from aftercare.points import rows as points_rows
from aftercare.points import store as points_items
from aftercare.points.auditor import Auditor
from aftercare.points.model import Account, Marker, shard_of
from aftercare.points.night.errors import RunNotFoundError
from aftercare.points.night.model import (
    Chore,
    Part,
    PartRecord,
    Reminder,
    Run,
    RunState,
    Task,
    Terms,
    run_id_of,
)
from aftercare.points.night.service import NightService, reminder_entry
from aftercare.points.night.store import reminder_row
from aftercare.points.posting import Kind, LedgerEntry
from aftercare.points.rules import published
from tests.bench.capacity import Item, item_size
from tests.fakes.house import SetClock
from tests.fakes.night import BY_NIGHT
from tests.fakes.points import NOON, entry, rules

DUE, SCHEDULED = date(2026, 6, 9), date(2026, 6, 10)
POINTS = 40
_READ, _WRITE, _PAGE = 4096, 1024, 1_000_000


@dataclass
class Bill:
    """The requests to the table and their units."""

    requests: int = 0
    read_units: float = 0
    write_units: float = 0

    def read(self, size: int, price: float = 1.0) -> None:
        self.requests += 1
        self.read_units += price * max(1, -(-size // _READ))

    def write(self, *sizes: int, price: int = 1) -> None:
        self.requests += 1
        self.write_units += price * sum(max(1, -(-size // _WRITE)) for size in sizes)


@dataclass
class Table:
    """Accounts and markers of the members, and the size of all items."""

    accounts: dict[str, Account] = field(default_factory=dict)
    markers: dict[tuple[date, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    bill: Bill = field(default_factory=Bill)
    bytes: int = 0


def table_of(members: int, due: int, on: date = DUE) -> Table:
    """A table in which each member has two lots; `due` members have a lot that is due that day.

    Nobody else has points due within two months.
    """
    table, terms, other_bytes = Table(), _terms(), _other_bytes()
    for number in range(members):
        member_id = member_id_of(number)
        first = on if number < due else DUE + timedelta(days=60 + number % 300)
        account = Account(member_id, {first: POINTS, first + timedelta(days=2): 25}, version=2)
        table.accounts[member_id] = account
        for day in account.lots:
            table.markers[day, shard_of(member_id, terms.shards)].append(member_id)
        table.bytes += other_bytes
    table.bytes += members * account_size(account)
    for member_ids in table.markers.values():
        member_ids.sort()
    return table


@cache
def _other_bytes() -> int:
    """The size of a member's markers and ledger entries, the same for all members."""
    return 2 * (marker_size(member_id_of(0)) + entry_size(member_id_of(0)))


def member_id_of(number: int) -> str:
    digits = "".join(CROCKFORD[(number * 7919 >> (5 * place)) & 31] for place in range(26))
    return f"mem_{digits[::-1]}"


def account_size(account: Account) -> int:
    return _size(points_rows.account_row(account))


@cache
def reminder_size(member_id: str) -> int:
    """A reminder of one day, with the entry that has it sent."""
    reminder = Reminder(member_id, SCHEDULED, (SCHEDULED + timedelta(days=30),))
    return _size(reminder_row(reminder, reminder_entry(reminder, NOON, BY_NIGHT)))


@cache
def marker_size(member_id: str) -> int:
    return _size(points_items.marker_row(Marker(member_id, DUE, 0)))


def entry_size(member_id: str) -> int:
    return _size(points_rows.entry_row(_earned(member_id, DUE, POINTS)))


def _earned(member_id: str, due: date, points: int) -> LedgerEntry:
    name = f"S-0412#R-{due:%Y-%m%d}01"
    lots = {due: points}
    earned = entry(Kind.EARN, points, name=name, lots=lots, due=due, change=points)
    return replace(earned, member_id=member_id)


def _size(item: Any) -> int:
    serialized: Item = item.serialize()
    return item_size(serialized)


def swept(table: Table, *, reminder_days: tuple[int, ...] = (), audits: bool = False) -> Bill:
    """The cost of our design: markers, and one conditional write for each member who is due.

    With reminders for those days ahead, and with an audit of the members who were due.
    """
    table.bill = Bill()
    tasks: list[Task] = []
    service = NightService(
        store=_Store(table, audits=audits),  # type: ignore[arg-type]
        send=tasks.extend,
        accounts=_Accounts(table),  # type: ignore[arg-type]
        auditor=Auditor(_Accounts(table)),  # type: ignore[arg-type]
        terms=[replace(_terms(), reminder_days=reminder_days)],
        zone=published().zone,
        clock=SetClock(datetime(2026, 6, 10, 10, 30, tzinfo=NOON.tzinfo)),
        report=_fail,
    )
    service.run(SCHEDULED, actor=BY_NIGHT)
    while tasks:
        service.work(tasks.pop(), lambda: True, actor=BY_NIGHT)
    return table.bill


def _fail(what: str, sentence: str) -> None:
    raise AssertionError(f"{what}: {sentence}")


def scanned(table: Table) -> Bill:
    """The cost of scanning the table in pages of 1 MB and expiring each lot in a transaction."""
    bill = Bill()
    for start in range(0, table.bytes, _PAGE):
        bill.read(min(_PAGE, table.bytes - start), price=0.5)
    for account in table.accounts.values():
        if account.past(SCHEDULED):
            after = account.expire(SCHEDULED)
            bill.write(account_size(after), entry_size(account.member_id), price=2)
    return bill


def _terms() -> Terms:
    ours = rules(peak_writes_per_second=published().versions[0].peak_writes_per_second)
    return Terms(date(2020, 1, 1), ours.lifetime_days, ours.reminder_days, ours.shards)


@dataclass
class _Accounts:
    """The methods of `PointsStore` that the night uses, in memory."""

    table: Table

    def account(self, member_id: str) -> Account:
        account = self.table.accounts[member_id]
        self.table.bill.read(account_size(account))
        return account

    def entries(self, member_id: str) -> tuple[LedgerEntry, ...]:
        """The purchase of each lot."""
        account = self.table.accounts[member_id]
        lots = {**account.lots, **account.expired}
        earned = tuple(_earned(member_id, due, points) for due, points in lots.items())
        self.table.bill.read(len(earned) * entry_size(member_id))
        return earned

    def replace(self, account: Account) -> None:
        before = self.table.accounts[account.member_id]
        self.table.bill.write(max(account_size(before), account_size(account)))
        self.table.accounts[account.member_id] = account

    def markers(
        self, due: date, shard: int, *, after: str = "", until: str = "", limit: int | None = None
    ) -> tuple[str, ...]:
        member_ids = self.table.markers[due, shard]
        end = bisect_right(member_ids, until) if until else len(member_ids)
        page = tuple(member_ids[bisect_right(member_ids, after) : end][:limit])
        self.table.bill.read(len(page) * marker_size(member_id_of(0)))
        return page


@dataclass
class _Store:
    """`NightStore` in memory."""

    table: Table
    audits: bool = False
    runs: dict[str, Run] = field(default_factory=dict)
    records: dict[str, PartRecord] = field(default_factory=dict)

    def run(self, run_id: str) -> Run:
        self.table.bill.read(0)
        if run_id not in self.runs:
            raise RunNotFoundError(run_id)
        return self.runs[run_id]

    def runs_before(self, scheduled: date) -> Iterator[Run]:
        self.table.bill.read(0)
        yesterday = scheduled - timedelta(days=1)
        part = Part(Chore.REMIND, scheduled, 0).key
        noon = datetime.combine(yesterday, NOON.timetz())
        run = Run(run_id_of(yesterday), yesterday, frozenset({part}), noon)
        yield replace(run, state=RunState.COMPLETE, completed_at=noon)

    def open(self, run: Run) -> None:
        self._save(run)

    def finish_part(self, run_id: str, part: Part) -> Run:
        run = self.runs[run_id]
        return self._save(replace(run, done=run.done | {part.key}))

    def complete(self, run: Run) -> bool:
        # Without an audit the run counts as audited.
        done = run.parts if self.audits else run.parts | run.audits
        self._save(replace(run, state=RunState.COMPLETE, done=done))
        return True

    def note_audit(self, run: Run) -> bool:
        return run.is_complete

    def count(self, task: Task, _now: datetime) -> PartRecord:
        key = task.part.key
        record = self.records.get(key, PartRecord(task.part))
        last = task.number if task.is_last else record.last
        slices = record.slices | {task.number}
        self.records[key] = PartRecord(task.part, slices, last, record.tally + task.tally)
        self.table.bill.write(200)
        return self.records[key]

    def part(self, run_id: str, part: Part) -> PartRecord:
        raise NotImplementedError(run_id, part)

    def parts(self, run_id: str) -> Mapping[str, PartRecord]:
        self.table.bill.read(200 * len(self.records))
        assert run_id in self.runs
        return self.records | {
            key: self.records[key.replace("audit", "expire")] for key in self.runs[run_id].audits
        }

    def remind(self, reminder: Reminder, entry: Entry) -> None:
        self.table.bill.write(_size(reminder_row(reminder, entry)))

    def _save(self, run: Run) -> Run:
        self.runs[run.run_id] = run
        self.table.bill.write(300 + sum(map(len, [*run.parts, *run.done])))
        return run
