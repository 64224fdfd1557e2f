"""A night on a test's tables: accounts with lots, the service, and a queue in memory."""

import itertools
import random
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any, cast

from aftercare.kernel.actor import system
from aftercare.kernel.aws import client
from aftercare.kernel.ids import new_id
from aftercare.mail.model import Outcome
from aftercare.mail.service import MailService
from aftercare.points.earning import EarningService
from aftercare.points.model import Lots
from aftercare.points.night.model import Run, Task, run_id_of, terms_of
from aftercare.points.night.reminders import ReminderService
from aftercare.points.night.service import NightService
from aftercare.points.night.wiring import (
    NightConfig,
    NoticesConfig,
    night_service,
    reminder_service,
)
from aftercare.points.request import Caller
from aftercare.points.rules import RuleBook
from aftercare.points.service import PointsService
from aftercare.points.store import PointsStore
from aftercare.points.wiring import PointsConfig, earning_service, points_service
from tests.fakes.actors import MAILER
from tests.fakes.house import SetClock
from tests.fakes.mails import Outbox, mails_on
from tests.fakes.points import BY_TILL, MEMBERS_INGEST, book, member_event, rules
from tests.fakes.template import create_tables

BY_NIGHT = system("expiry_worker")
# The rules of a program in Los Angeles whose points last 365 days.
SCHEDULED = date(2026, 6, 10)
DUE = date(2026, 6, 9)
DAY = timedelta(days=1)
# Runs cover these two days only, which keeps the tests short.
LAST = SCHEDULED - 2 * DAY
SLICE = 3
TILL = Caller("ac_1")
# Several test modules and processes share one stack, and a receipt earns once.
_RUN = uuid.uuid4().hex[:8]
_numbers = itertools.count(1)
SECRET = b"a key of tests"


def plenty() -> bool:
    """Never runs out of time."""
    return True


@dataclass
class Night:
    """All services on one clock. `tasks` is the queue; `reports` are the night's reports."""

    clock: SetClock
    points: PointsService
    earning: EarningService
    accounts: PointsStore
    service: NightService
    reminders: ReminderService
    post: MailService
    tasks: list[Task] = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)
    outbox: Outbox = field(default_factory=Outbox)

    def member(self, **changes: Any) -> str:
        """A new member, who joined long ago."""
        dice = random.Random(next(_numbers))  # noqa: S311
        member_id = new_id("mem", datetime(2020, 1, 1, tzinfo=UTC), dice.getrandbits)
        self.points.members.record(
            member_event(member_id, f"{member_id[4:]}@example.com", **changes), actor=MEMBERS_INGEST
        )
        return member_id

    def members(self, count: int, lots: Lots) -> list[str]:
        """`count` new members with these lots."""
        member_ids = [self.member() for _ in range(count)]
        for member_id in member_ids:
            for due, points in lots.items():
                self.earns(member_id, due, points)
        return member_ids

    def earns(self, member_id: str, due: date, points: int) -> None:
        """A purchase at noon, 365 days before those points are due."""
        now = self.clock.now
        day = due - timedelta(days=365)
        self.clock.now = datetime.combine(day, time(12), self.service.zone).astimezone(UTC)
        self.earning.earn(
            member_id,
            TILL,
            store_id="S-1",
            receipt_number=f"R-{_RUN}-{next(_numbers)}",
            net=points * 100,
            currency="USD",
            occurred_at=self.clock.now,
            actor=BY_TILL,
        )
        self.clock.now = now

    def spends(self, member_id: str, points: int) -> None:
        name = f"S-{next(_numbers)}"
        self.points.spend(member_id, TILL, name, points, actor=BY_TILL)

    def completed(self, scheduled: date) -> None:
        """That night's run with no members due."""
        run = Run(run_id_of(scheduled), scheduled, frozenset(), self.clock())
        self.service.store.open(run)
        self.service.store.complete(replace(run, completed_at=self.clock()))

    def at(self, scheduled: date) -> None:
        """Sets the clock to 03:30 of that day in the program's zone."""
        moment = datetime.combine(scheduled, time(3, 30), self.service.zone)
        self.clock.now = moment.astimezone(UTC)

    def run(self, scheduled: date = SCHEDULED, preview: str = "") -> Run:
        """Plans that night's run and does all its tasks."""
        run = self.service.run(scheduled, preview, actor=BY_NIGHT)
        self.drain()
        return self.service.record(run.run_id)

    def drain(self, has_time: Callable[[], bool] = plenty) -> None:
        while self.tasks:
            self.service.work(self.tasks.pop(0), has_time, actor=BY_NIGHT)

    def record(self, scheduled: date = SCHEDULED) -> Run:
        return self.service.record(run_id_of(scheduled))

    def books(self, members: Iterable[str]) -> dict[str, Any]:
        """The accounts of these members in order, without their ids and versions."""
        accounts = [self.accounts.account(member_id) for member_id in members]
        return {
            str(place): (account.lots, account.expired, account.lapsed, account.debt)
            for place, account in enumerate(accounts)
        }

    def remind(self, member_id: str, scheduled: date = SCHEDULED) -> bool:
        """Sends the member's reminder; returns whether it was sent."""
        send = partial(self.post.send, actor=MAILER)
        return self.reminders.send(member_id, scheduled, send) is Outcome.SENT

    @property
    def mails(self) -> list[tuple[str, Lots]]:
        """The members who were reminded, with their points."""
        return [
            (mail.mail_id.split("_", 2)[2], dict(cast("Any", mail.values["days"])))
            for mail in self.outbox.sent
        ]


def fresh_night(tables: Mapping[str, str], last: date = LAST, **settings: Any) -> Night:
    """A night on empty tables, after the completed run of that date."""
    names = {name: tables[name] for name in ("PointsTable", "MembersTable", "MailTable")}
    for name in names.values():
        client("dynamodb").delete_table(TableName=name)
    create_tables(client("dynamodb"), names)
    night = night_on(tables, **settings)
    night.completed(last)
    return night


def night_on(
    tables: Mapping[str, str], rule_book: RuleBook | None = None, page: int = SLICE
) -> Night:
    """A night on these tables, in slices of three markers, by default with two shards."""
    rule_book = rule_book or book(rules(peak_writes_per_second=1000))
    clock, dice = SetClock(), random.SystemRandom().getrandbits
    outbox = Outbox()
    names = PointsConfig(
        *(tables[name] for name in ("PointsTable", "MembersTable", "OrdersTable", "DueTable"))
    )
    points = points_service(names, clock=clock, entropy=dice)
    journal = replace(points.journal, rules=rule_book)
    notices = NoticesConfig(names.points_table, names.members_table)
    tasks: list[Task] = []
    reports: list[tuple[str, str]] = []
    service = replace(
        night_service(NightConfig(names.points_table, ""), clock=clock),
        send=tasks.extend,
        terms=terms_of(rule_book),
        zone=rule_book.zone,
        report=lambda event, sentence: reports.append((event, sentence)),
        slice=page,
    )
    night = Night(
        clock=clock,
        points=replace(points, journal=journal),
        earning=replace(earning_service(names, clock=clock, entropy=dice), journal=journal),
        accounts=journal.store,
        service=service,
        reminders=replace(
            reminder_service(notices, lambda: SECRET, clock=clock), zone=rule_book.zone
        ),
        post=mails_on(tables, outbox, clock),
        tasks=tasks,
        reports=reports,
        outbox=outbox,
    )
    night.at(SCHEDULED)
    return night
