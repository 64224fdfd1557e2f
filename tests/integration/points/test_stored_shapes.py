"""What earlier and later versions stored of points is read: accounts, entries, runs, reminders."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import boto3
import pytest

from aftercare.kernel.actor import UNKNOWN
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.requests import RequestKey
from aftercare.points import rows
from aftercare.points.ledger import extend
from aftercare.points.model import AccountStatus
from aftercare.points.night.model import Part, RunState, Tally
from aftercare.points.night.store import NightStore
from aftercare.points.posting import Kind
from aftercare.points.store import PointsStore
from tests.fakes.crashes.world import empty_tables
from tests.fakes.orders import FIGURE, paid, refunded
from tests.fakes.points import (
    BY_TILL,
    MEMBERS_INGEST,
    TODAY,
    account,
    entry,
    member_event,
    operation,
)
from tests.fakes.points_customers import Customer
from tests.fakes.points_memory import MemoryMembers, MemoryOrders
from tests.fakes.points_room import counter_on
from tests.fakes.template import ROOT

pytestmark = pytest.mark.integration
SAMPLES = sorted((ROOT / "tests" / "samples" / "points").glob("*.json"))
MEMBER = "mem_01JHMMR0G0DEM0MEJ00000000A"
EDITED = "mem_01JHMMR0G0DEM0MEJ00000000B"
LENT = "mem_01JHMMR0G0DEM0MEJ00000000C"
HELD = "mem_01JHMMR0G0DEM0MEJ00000000D"
RUN, NIGHT = "2026-11-27", date(2026, 11, 27)
LATER: Mapping[str, Any] = {
    "schema": {"N": "99"},
    "colour": {"S": "red"},
    "shapes": {"M": {"round": {"L": [{"N": "1"}, {"BOOL": True}]}}},
}


@pytest.fixture(params=["as it was", "as a later version wrote it"])
def table(tables: dict[str, str], request: pytest.FixtureRequest) -> str:
    """A table with one of each item."""
    empty_tables({"PointsTable": tables["PointsTable"]})
    later = LATER if request.param != "as it was" else {}
    for sample in SAMPLES:
        item = json.loads(sample.read_text()) | later
        if later and item["pk"]["S"] == "RUNS":
            for sums in ("expired", "reminded"):  # a later version counts more of each
                item[sums] = {"S": json.dumps([*json.loads(item[sums]["S"]), 7])}
        boto3.client("dynamodb").put_item(TableName=tables["PointsTable"], Item=item)
    return tables["PointsTable"]


def test_an_account_and_its_ledger_are_read(table: str) -> None:
    store = PointsStore(table)
    account = store.account(MEMBER)
    assert (account.status, account.version) == (AccountStatus.OPEN, 16)
    assert (account.lots[date(2027, 11, 18)], account.expired) == (292, {date(2026, 11, 22): 20})
    assert account.held == 90
    entries = {entry.kind: entry for entry in store.entries(MEMBER)}
    assert entries.keys() == {Kind.EARN, Kind.REVIEW, Kind.HOLD, Kind.SPEND}
    assert (entries[Kind.EARN].points, entries[Kind.EARN].net) == (292, 29_200)
    assert {entry.actor for entry in entries.values()} == {UNKNOWN}
    assert len(store.newest(MEMBER, "~", 9)) == 4


def test_loans_and_the_rest_of_a_capture_are_read_and_older_items_have_none(table: str) -> None:
    store = PointsStore(table)
    assert store.account(LENT).loans == {date(2026, 11, 20): {date(2027, 2, 20): 7}}
    assert store.account(MEMBER).loans == {}
    [capture] = store.entries(LENT)
    assert capture.rest == {date(2027, 2, 20): 20}
    assert {entry.rest for entry in store.entries(MEMBER)} == {None}
    store.replace(store.account(LENT))
    assert store.account(LENT).loans == {date(2026, 11, 20): {date(2027, 2, 20): 7}}


def test_ends_of_holds_and_extensions_are_read_and_older_holds_have_none(table: str) -> None:
    store = PointsStore(table)
    name, until = "hold#S-0412#DEMO-20261127", datetime(2026, 12, 26, 20, tzinfo=UTC)
    assert store.account(HELD).ends == {name: until}
    assert len(store.account(HELD).holds) == 2
    assert store.account(MEMBER).ends == {}
    [extension] = store.entries(HELD)
    assert (extension.kind, extension.of) == (Kind.EXTEND, name)
    assert extension.until == until + timedelta(days=2)
    assert {entry.until for entry in store.entries(MEMBER)} == {None}
    store.replace(store.account(HELD))
    assert store.account(HELD).ends == {name: until}


def test_an_extension_is_stored_as_a_hold_of_no_points_which_earlier_versions_read() -> None:
    """Rolled back, they read its kind, and their audit counts nothing of it."""
    made = operation(Kind.EXTEND, "ac_1#h1#e1", actor=BY_TILL)
    held = entry(Kind.HOLD, 5, "ac_1#h1", lots={TODAY: 5})
    of = account(holds={held.operation_id: {TODAY: 5}}, version=3)
    extension = extend(of, made, held).entry
    row = rows.entry_row(extension)
    assert (row.kind, row.of, row.points, row.lots) == ("hold", held.operation_id, 0, {})
    assert rows.entry_of(row) == extension


def test_an_edited_purchase_and_its_edits_are_read(table: str) -> None:
    store = PointsStore(table)
    entries = {entry.kind: entry for entry in store.entries(EDITED)}
    assert entries.keys() == {Kind.EARN, Kind.EDIT_UP, Kind.EDIT_DOWN}
    bought = entries[Kind.EARN]
    assert (bought.credited, bought.refunded, bought.edited, bought.settled) == (
        250,
        5_000,
        10_000,
        4,
    )
    assert (bought.due_now, entries[Kind.EDIT_UP].due) == (date(2027, 11, 26),) * 2


def test_an_order_that_earned_before_edits_were_followed_is_edited_and_refunded(
    tables: dict[str, str], table: str
) -> None:
    """Its entry has none of the attributes that edits brought."""
    memory = MemoryMembers()
    store = PointsStore(table, DueStore(tables["DueTable"]))
    counter = counter_on(store, memory, MemoryOrders())
    counter.clock.now = datetime(2026, 11, 28, tzinfo=UTC)
    counter.members.record(member_event(MEMBER, "demo@example.com"), actor=MEMBERS_INGEST)
    who = Customer(counter, MEMBER, "demo@example.com", "PM-2026-10001")
    bought = counter.store.entry(MEMBER, "earn#PM-2026-10001")
    line = replace(FIGURE, unit_price=14_600)
    who.order(paid(line, number=who.number, at=bought.occurred_at, email=who.email))
    assert counter.store.entry(MEMBER, bought.operation_id) == bought, "it is right already"
    edited = replace(line, quantity=1)
    later = bought.occurred_at + timedelta(hours=1)
    who.order(paid(edited, number=who.number, at=later, email=who.email))
    assert counter.store.account(MEMBER).lots[date(2027, 11, 18)] == 146
    who.order(refunded("rf-1", number=who.number, line_1=1))
    assert date(2027, 11, 18) not in counter.store.account(MEMBER).lots
    after = counter.store.entry(MEMBER, bought.operation_id)
    assert (after.credited, after.edited, after.refunded) == (0, -14_600, 14_600)


def test_a_stored_account_can_be_written_again(table: str) -> None:
    store = PointsStore(table)
    store.replace(store.account(MEMBER).expire(date(2026, 12, 28)))
    after = store.account(MEMBER)
    assert (after.version, after.expired[date(2026, 12, 27)]) == (17, 79)


def test_claims_keys_and_markers_are_read(table: str) -> None:
    store = PointsStore(table)
    assert store.claimed_by("earn#PM-2026-10001") == MEMBER
    assert store.markers(date(2026, 11, 22), 0) == (MEMBER,)
    [sample] = [path for path in SAMPLES if "key" in path.name]
    item = json.loads(sample.read_text())

    class Key(RequestKey):
        @property
        def key_hash(self) -> str:
            return str(item["pk"]["S"].rpartition("#")[2])

    answered = store.answered(Key("ac_fk6k9kqsf5", "", ""))
    assert answered
    assert (answered.member_id, answered.digest) == (MEMBER, item["digest"]["S"])


def test_a_run_its_parts_and_a_reminder_are_read(table: str) -> None:
    store = NightStore(table)
    run = store.run(RUN)
    assert (run.state, run.planned_by, run.errors) == (RunState.COMPLETE, UNKNOWN, 0)
    assert run.is_over
    assert isinstance(run.expired, Tally)
    part = Part.of("audit#2026-01-06#0")
    assert store.parts(RUN)[part.key].is_done
    reminder = store.reminder(NIGHT, MEMBER)
    assert reminder
    assert reminder.is_claimed
    assert reminder.dues == (date(2026, 11, 28), date(2026, 12, 4), date(2026, 12, 27))


def test_kinds_and_states_are_stored_as_these_texts() -> None:
    assert {kind.name: kind.value for kind in Kind} == {
        "EARN": "earn",
        "REVIEW": "review",
        "SPEND": "spend",
        "HOLD": "hold",
        "EXTEND": "extend",
        "CAPTURE": "capture",
        "RELEASE": "release",
        "REVERSAL": "return",
        "CLAWBACK": "clawback",
        "EDIT_UP": "edit_up",
        "EDIT_DOWN": "edit_down",
        "ADJUST_UP": "adjust_up",
        "ADJUST_DOWN": "adjust_down",
        "FORFEIT": "forfeit",
        "EXPIRED": "expired",
    }
    assert [state.value for state in (*AccountStatus, *RunState)] == [
        "open",
        "closed",
        "open",
        "complete",
    ]
