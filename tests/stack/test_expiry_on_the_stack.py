"""The nightly run on the deployed stack: killed, and beside threads that earn and spend."""

import json
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3

from aftercare.kernel.clock import utc_now
from aftercare.kernel.errors import AftercareError
from aftercare.points.audit import audit
from aftercare.points.model import Lots
from aftercare.points.night.model import Reminder, Run, run_id_of
from aftercare.points.night.service import reminder_entry
from aftercare.points.rules import published
from tests.fakes import wired
from tests.fakes.night import BY_NIGHT, Night, night_on, plenty
from tests.fakes.stack.local_stacks import LocalStack, await_true

pytestmark = [pytest.mark.stack, pytest.mark.slow]
DAY = timedelta(days=1)
MEMBERS, THREADS, SECONDS = 200, 16, 20.0
# Past nights, in order, that no other test runs.
QUIET, KILLED, BUSY = date(2026, 2, 11), date(2026, 2, 21), date(2026, 3, 2)


@pytest.fixture
def night(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Iterator[Night]:
    """Our services on the stack's tables, with the test's own clock."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    monkeypatch.setenv("AWS_ENDPOINT_URL", stack.endpoint_url)
    wired.forget()
    names = ("PointsTable", "MembersTable", "OrdersTable", "MailTable", "DueTable")
    yield night_on({name: stack.outputs[name] for name in names}, published(), page=50)
    wired.forget()


def plan(stack: LocalStack, scheduled: date) -> None:
    """Starts the run of a date, as the schedule or an operator does."""
    stack.invoke("PointsExpiryFunction", {"date": scheduled.isoformat()})


def awaited(night: Night, scheduled: date) -> Run:
    def audited() -> Run | None:
        run = night.service.record(run_id_of(scheduled))
        return run if run.audited_at else None

    run = await_true(audited, 120, f"the run of {scheduled}")
    assert run
    return run


def workers(stack: LocalStack) -> list[int]:
    """The processes that currently run expiry_worker."""
    name = stack.outputs["ExpiryWorkerFunction"].encode()
    pids = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if name in path.read_bytes() and str(stack.data).encode() in path.read_bytes():
                pids.append(int(path.parent.name))
    return pids


def earned(night: Night, lots: Lots) -> list[str]:
    """New members with these lots."""
    with ThreadPoolExecutor(4) as pool:
        created = pool.map(lambda _: own(night).members(1, lots), range(MEMBERS))
        return [member_id for [member_id] in created]


def own(night: Night) -> Night:
    """The same services with their own clock, because each thread has its own date."""
    clock = type(night.clock)(night.clock.now)
    journal = replace(night.points.journal, clock=clock)
    return replace(
        night,
        clock=clock,
        points=replace(night.points, journal=journal),
        earning=replace(night.earning, journal=journal),
        service=replace(night.service, clock=clock),
    )


def test_a_stored_reminder_is_mailed_in_the_members_language(
    stack: LocalStack, night: Night
) -> None:
    night.clock.now = utc_now()
    tomorrow = night.service.today() + DAY
    member_id = night.member(language="zh")
    night.earns(member_id, tomorrow, 1234)
    reminder = Reminder(member_id, night.service.today(), (tomorrow,))
    night.service.store.remind(reminder, reminder_entry(reminder, night.clock(), BY_NIGHT))
    address = f"{member_id[4:]}@example.com"

    def received() -> list[dict[str, Any]]:
        mailbox = json.loads(urllib3.request("GET", str(stack.facts["mailbox_url"])).data)
        mails = [mail for mails in mailbox["messages"].values() for mail in mails]
        return [mail for mail in mails if address in mail["To"]]

    [mail] = await_true(received, what="the reminder in the mailbox")
    assert mail["Subject"] == "您有 1,234 积分即将到期"


def test_a_killed_and_repeated_run_leaves_the_same_ledger_as_an_undisturbed_one(
    stack: LocalStack, night: Night
) -> None:
    night.at(QUIET)
    undisturbed = earned(night, {QUIET - DAY: 5, QUIET - 2 * DAY: 2})
    night.completed(QUIET - 3 * DAY)
    plan(stack, QUIET)
    quiet = awaited(night, QUIET)
    books = relative(night, undisturbed, QUIET)

    night.at(KILLED)
    disturbed = earned(night, {KILLED - DAY: 5, KILLED - 2 * DAY: 2})
    night.completed(KILLED - 3 * DAY)
    plan(stack, KILLED)
    expired = kill_workers(stack, night, disturbed)
    assert 0 < expired < MEMBERS
    assert not night.service.is_over(KILLED)
    plan(stack, KILLED)
    run = awaited(night, KILLED)

    assert run.expired == quiet.expired
    assert run.expired.points == 7 * MEMBERS
    assert not run.differences
    assert relative(night, disturbed, KILLED) == books
    for member_id in disturbed:
        account, rows = night.accounts.account(member_id), night.accounts.entries(member_id)
        assert audit(account, rows, KILLED) == ()


def kill_workers(stack: LocalStack, night: Night, members: list[str]) -> int:
    """Kills all workers after the first expired member; returns the number of expired members."""
    await_true(lambda: expired_count(night, members[::20]), 30, "the first members")
    for pid in workers(stack):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return expired_count(night, members)


def expired_count(night: Night, members: list[str]) -> int:
    return sum(bool(night.accounts.account(member_id).expired) for member_id in members)


def relative(night: Night, members: list[str], scheduled: date) -> list[Any]:
    """The accounts' lots, with days relative to that night."""
    accounts = [night.accounts.account(member_id) for member_id in members]
    return [
        [
            sorted(((due - scheduled).days, points) for due, points in lots.items())
            for lots in (account.lots, account.expired, account.lapsed)
        ]
        for account in accounts
    ]


def test_sixteen_threads_earn_spend_and_expire_and_the_audit_is_exact(
    stack: LocalStack, night: Night
) -> None:
    night.at(BUSY)
    members = earned(night, {BUSY - DAY: 5})
    night.completed(BUSY - 3 * DAY)
    end = time.monotonic() + SECONDS
    verbs: list[Callable[[Night, random.Random, list[str]], object]] = [earn, earn, spend, expire]

    def work(number: int) -> int:
        mine, done = own(night), 0
        dice = random.Random(number)  # noqa: S311
        mine.tasks = []
        mine.service = replace(mine.service, send=mine.tasks.extend)
        while time.monotonic() < end:
            mine.at(BUSY + DAY * int((SECONDS - (end - time.monotonic())) / 4))
            with suppress(AftercareError):
                verbs[number % len(verbs)](mine, dice, members)
                done += 1
        return done

    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(work, range(THREADS)))
    assert min(done) > 0
    last = BUSY + 10 * DAY
    plan(stack, last)
    run = awaited(night, last)
    assert not run.differences
    for member_id in members:
        account, rows = night.accounts.account(member_id), night.accounts.entries(member_id)
        assert audit(account, rows, last) == ()
    print(f"{sum(done)} operations, {run.expired}")  # noqa: T201 - shown with -s


def earn(night: Night, dice: random.Random, members: list[str]) -> None:
    today = night.service.today()
    night.earns(dice.choice(members), today + dice.choice([0, 0, 1, 200]) * DAY, dice.randint(1, 9))


def spend(night: Night, dice: random.Random, members: list[str]) -> None:
    """Spends points that are expiring, at a till whose clock is up to a day behind."""
    night.at(night.service.today() - DAY * dice.choice([0, 0, 1]))
    night.spends(dice.choice(members), dice.randint(1, 9))


def expire(night: Night, dice: random.Random, members: list[str]) -> None:
    """Runs the whole night; several threads run the same night simultaneously."""
    del dice, members
    night.service.run(night.service.today(), actor=BY_NIGHT)
    night.drain(plenty)
