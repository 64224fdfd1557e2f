"""What is due is published once or more, never before its moment, and never lost."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import boto3
import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from aftercare.kernel.aws import client
from aftercare.kernel.due.model import SHARDS, Timer
from aftercare.kernel.due.store import DueStore
from aftercare.kernel.due.sweeping import Sweep, Sweeper
from aftercare.kernel.due.wiring import DueConfig, due_store, due_sweeper
from aftercare.kernel.tables import Transaction
from aftercare.kernel.timeline import Entry
from due_sweeper.app import handler
from tests.fakes.aws import Json, answering
from tests.fakes.crashes.faults import CrashError, Fault, Plan, Saboteur
from tests.fakes.events import CONTEXT
from tests.fakes.house import SetClock
from tests.fakes.logs import logged
from tests.fakes.orders import NOON
from tests.fakes.samples import items
from tests.fakes.template import create_tables

pytestmark = pytest.mark.integration
KIND = "due.evidence_lapse"


@dataclass
class Index:
    """A due index, its sweeper on the test's clock, and a bus that counts what it took."""

    table: str
    store: DueStore
    clock: SetClock = field(default_factory=SetClock)
    published: Counter[str] = field(default_factory=Counter)
    order: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    turns: int = 10_000

    def sweeper(self) -> Sweeper:
        return due_sweeper(DueConfig(self.table), self._publish, clock=self.clock)

    def _publish(self, entries: Sequence[Entry]) -> list[Entry]:
        taken = [entry for entry in entries if entry.subject not in self.refuses]
        self.published.update(entry.subject for entry in taken)
        self.order += [entry.subject for entry in taken]
        return [entry for entry in entries if entry not in taken]

    def write(self, *timers: Timer) -> None:
        for timer in timers:
            with Transaction(self.store._timers) as commit:
                self.store.add(commit, timer)

    def sweep(self) -> Sweep:
        turns = iter(range(self.turns))
        return self.sweeper().sweep(lambda: next(turns, None) is not None)

    def left(self) -> int:
        return int(boto3.client("dynamodb").scan(TableName=self.table)["Count"])


@pytest.fixture
def index(tables: dict[str, str]) -> Index:
    dynamodb, name = boto3.client("dynamodb"), tables["DueTable"]
    dynamodb.delete_table(TableName=name)
    create_tables(dynamodb, {"DueTable": name})
    return Index(name, due_store(DueConfig(name)))


def timer(number: int, minutes: float = 0) -> Timer:
    return Timer(KIND, f"ret_{number:04d}", NOON + timedelta(minutes=minutes))


def test_a_timer_is_published_at_its_moment_and_not_before(index: Index) -> None:
    index.write(timer(1, 1))
    index.clock.forward(seconds=59)
    assert index.sweep() == Sweep()
    index.clock.forward(seconds=1)
    assert index.sweep() == Sweep(published=1)
    assert index.sweep() == Sweep()
    assert (index.published, index.left()) == ({"ret_0001": 1}, 0)


def test_a_timer_whose_moment_is_past_when_it_is_written_is_swept_all_the_same(
    index: Index,
) -> None:
    index.sweep()
    index.write(timer(1, -600))
    assert index.sweep() == Sweep(published=1, late=timedelta(minutes=600))


def test_after_an_outage_of_hours_nothing_is_missed_and_the_earliest_of_a_shard_is_first(
    index: Index,
) -> None:
    timers = [timer(number, number / 4) for number in range(400)]
    index.write(*timers)
    index.clock.forward(hours=5)
    swept = index.sweep()
    assert (swept.published, swept.refused, swept.complete) == (400, 0, True)
    assert swept.late == timedelta(hours=5)
    assert (set(index.published.values()), index.left()) == ({1}, 0)
    for shard in range(SHARDS):
        own = [each.subject for each in timers if each.shard == shard]
        assert [subject for subject in index.order if subject in own] == own


def test_a_sweep_that_runs_out_of_time_says_so_and_the_next_one_goes_on(index: Index) -> None:
    index.write(*(timer(number) for number in range(400)))
    index.turns = SHARDS
    first = index.sweep()
    assert not first.complete
    assert 0 < first.published < 400
    assert {timer(int(subject[4:])).shard for subject in index.published} == {*range(SHARDS)}
    while not index.sweep().complete:
        index.clock.forward(minutes=1)
    assert (len(index.published), set(index.published.values()), index.left()) == (400, {1}, 0)


def test_what_the_bus_refuses_stays_and_holds_nothing_up(index: Index) -> None:
    index.write(*(timer(number) for number in range(100)))
    index.refuses = {"ret_0007", "ret_0008"}
    assert index.sweep() == Sweep(published=98, refused=2)
    index.refuses = set()
    index.clock.forward(minutes=1)
    assert index.sweep() == Sweep(published=2, late=timedelta(minutes=1))
    assert set(index.published.values()) == {1}


def test_a_timer_that_cannot_be_read_holds_nothing_up_and_is_logged(index: Index) -> None:
    bad = {"pk": {"S": f"DUE#{timer(1).shard:02d}"}, "sk": {"S": "2020-01-01"}}
    boto3.client("dynamodb").put_item(TableName=index.table, Item=bad)
    index.write(timer(1))
    with logged() as log:
        assert index.sweep() == Sweep(published=1)
    assert [line["message"] for line in log.lines] == ["timer unread"]
    assert index.left() == 1


def test_a_timer_that_is_written_again_is_one(index: Index) -> None:
    index.write(timer(1), timer(1))
    assert index.sweep() == Sweep(published=1)


def test_a_timer_of_a_transaction_that_is_refused_does_not_exist(index: Index) -> None:
    with suppress(RuntimeError), Transaction(index.store._timers) as commit:
        index.store.add(commit, timer(1))
        raise RuntimeError
    assert index.left() == 0


@pytest.mark.parametrize("fault", [fault for fault in Fault if fault is not Fault.RACED])
@pytest.mark.parametrize("write", [1, 2, 3])
def test_a_sweeper_that_is_killed_anywhere_loses_nothing(
    index: Index, fault: Fault, write: int
) -> None:
    index.write(*(timer(number) for number in range(60)))
    plan = Plan(fault, write, lambda: None)
    with Saboteur().planted() as saboteur:
        failures = (CrashError, PynamoDBException, BotoCoreError, ClientError)
        with suppress(*failures), saboteur.during(plan):
            index.sweep()
    assert plan.struck
    index.sweep()
    assert set(index.published) == {timer(number).subject for number in range(60)}
    assert max(index.published.values()) <= 2
    assert index.left() == 0


@pytest.mark.parametrize("request_number", range(1, 12))
def test_two_sweepers_at_once_publish_everything(index: Index, request_number: int) -> None:
    index.write(*(timer(number) for number in range(60)))
    plan = Plan(Fault.RACED, request_number, index.sweep)
    with Saboteur().planted() as saboteur, saboteur.during(plan):
        index.sweep()
    assert plan.struck
    assert len(index.published) == 60
    assert index.left() == 0


def test_a_sweep_asks_each_shard_once_and_removes_ten_timers_a_request(index: Index) -> None:
    index.write(*(timer(number) for number in range(400)))
    asked = Counter[str]()
    events = client("dynamodb").meta.events
    count = lambda model, **_: asked.update([model.name])  # noqa: E731
    events.register("before-call", count)
    index.sweep()
    index.sweep()
    events.unregister("before-call", count)
    assert asked["Query"] == 2 * SHARDS
    assert asked["BatchWriteItem"] <= 400 / 10 + SHARDS


@pytest.mark.usefixtures("functions")
def test_the_function_puts_what_is_due_on_the_bus_and_says_how_late(index: Index) -> None:
    index.write(timer(1), timer(2, 60 * 24 * 365 * 100))
    taken: list[Json] = []

    def accept(asked: Json) -> Json:
        taken.extend(asked["Entries"])
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "x"} for _ in asked["Entries"]]}

    with answering("events", "PutEvents", accept), logged() as log:
        answer = handler({"scheduled": "2026-06-10T19:00:00Z"}, CONTEXT)
    assert [(put["DetailType"], put["Source"]) for put in taken] == [(KIND, "aftercare")]
    assert (answer["published"], answer["complete"]) == (1, True)
    assert answer["late_seconds"] > 60
    [line] = log.lines
    assert (line["message"], line["late_seconds"]) == ("swept", answer["late_seconds"])


def test_a_timer_that_was_stored_before_is_swept(index: Index) -> None:
    [sample] = items("due").values()
    newer = sample | {"schema": {"N": "99"}, "why": {"S": "a promise"}, "sk": sample["sk"]}
    boto3.client("dynamodb").put_item(TableName=index.table, Item=newer)
    index.clock.forward(days=2)
    assert index.sweep().published == 1
    assert set(index.published) == {sample["sk"]["S"].rpartition("#")[2]}
    assert index.left() == 0
