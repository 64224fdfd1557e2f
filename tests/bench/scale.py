"""Calculates a night's units, dollars, minutes and limiting factor by the members due.

Expiring first, then the whole night: reminders with their mails, and the audit.

`python -m tests.bench scale` prints the tables of docs/scale.md. Sizes come from the code.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from aftercare.mail.model import Urgency
from aftercare.mail.pacing import SHARES
from aftercare.points.model import EXPIRED_KEPT, Account
from aftercare.points.night.service import SLICE
from aftercare.points.rules import published
from tests.bench.night import (
    DUE,
    POINTS,
    account_size,
    entry_size,
    marker_size,
    member_id_of,
    reminder_size,
)
from tests.bench.tables import table
from tests.fakes.template import resources, template

NIGHTS = (10_000, 1_000_000, 10_000_000)
# DynamoDB on demand, Lambda (arm64) and SQS in us-west-2, in dollars.
WRITE_DOLLARS, READ_DOLLARS = 0.625e-6, 0.125e-6
GB_SECOND_DOLLARS, INVOCATION_DOLLARS, MESSAGE_DOLLARS = 13.3334e-6, 0.2e-6, 0.4e-6
GB_MONTH_DOLLARS = 0.25
# Units a second: the default quota of a table, and the limits of one partition.
TABLE_WRITES, PARTITION_WRITES, PARTITION_READS = 40_000, 1_000, 3_000
# One worker, with two requests of 4 ms and 3 ms of Python for each member.
MEMBERS_PER_SECOND = 90
# SQS starts with five workers and adds 300 a minute.
FIRST_WORKERS, MORE_WORKERS = 5, 300 / 60
# An audited member takes three requests; 24 entries are two years' monthly ones.
AUDITS_PER_SECOND, ENTRIES = 57, 24
# A reminder's mail, whose units `bench points` prints, and SES's and EventBridge's prices.
MAIL_READS, MAIL_WRITES, MAIL_SECONDS = 4, 2, 0.2
MAIL_DOLLARS, EVENT_DOLLARS = 100e-6, 1e-6
HOURS_FOR_MAIL = 18
_MAIL = "mail the reminders"
CALLS_PER_MESSAGE = 3
PAGE_SECONDS = 0.05
RHYTHMS = {
    "every month": 30,
    "every two weeks": 14,
    "every week": 7,
    "every three days": 3,
    "every day": 1,
}


@dataclass(frozen=True)
class Sizes:
    """The sizes of one member's items, in bytes."""

    account: int
    marker: int
    entry: int
    reminder: int


@dataclass(frozen=True)
class Night:
    """The cost of expiring."""

    members: int
    reads: float
    writes: float
    dollars: float
    minutes: float
    limit: str


def sizes() -> Sizes:
    """The sizes for a member with a dozen monthly lots and one expired lot."""
    days = [DUE + timedelta(days=30 * month) for month in range(12)]
    account = Account(member_id_of(7), dict.fromkeys(days, POINTS), {DUE: POINTS}, version=40)
    member_id = member_id_of(7)
    return Sizes(
        account_size(account),
        marker_size(member_id),
        entry_size(member_id),
        reminder_size(member_id),
    )


def workers() -> int:
    """The maximum concurrency in the template."""
    [source] = resources("AWS::Serverless::Function")["ExpiryWorkerFunction"]["Events"].values()
    return int(source["Properties"]["ScalingConfig"]["MaximumConcurrency"])


def night(members: int, of: Sizes) -> Night:
    """The cost of a run for a number of members due."""
    shards, slices = published().versions[0].shards, math.ceil(members / SLICE)
    pages = _pages(members, of)
    reads = pages + members * math.ceil(of.account / 4096)
    writes = members * math.ceil(of.account / 1024) + slices * _part_units(slices / shards)
    seconds = {
        "one slice by one worker": min(members, SLICE) / MEMBERS_PER_SECOND,
        "the number of workers": _with_workers(members),
        "the table's write quota": writes / TABLE_WRITES,
        "cutting a shard's markers": members / shards / SLICE * PAGE_SECONDS,
        "reading a shard's partition": pages / shards / PARTITION_READS,
    }
    limit = max(seconds, key=lambda name: seconds[name])
    compute = members / MEMBERS_PER_SECOND * GB_SECOND_DOLLARS
    messages = slices * (CALLS_PER_MESSAGE * MESSAGE_DOLLARS + INVOCATION_DOLLARS)
    dollars = writes * WRITE_DOLLARS + reads * READ_DOLLARS + compute + messages
    return Night(members, reads, writes, dollars, seconds[limit] / 60, limit)


@dataclass(frozen=True)
class Chore:
    """What a part of the night takes; `visits` are members, or mails."""

    name: str
    visits: int
    reads: float
    writes: float
    dollars: float
    minutes: float


def chores(members: int, of: Sizes) -> list[Chore]:
    """The whole night: as many members are due on each of the days of which it reminds."""
    ledger = math.ceil(ENTRIES * of.entry / 4096)
    expiring, reminded = night(members, of), members * len(published().versions[0].reminder_days)
    return [
        Chore(
            "expire", members, expiring.reads, expiring.writes, expiring.dollars, expiring.minutes
        ),
        _visiting(
            "remind",
            reminded,
            reads=reminded * math.ceil(of.account / 4096) + _pages(reminded, of),
            writes=reminded * math.ceil(of.reminder / 1024),
            speed=MEMBERS_PER_SECOND,
        ),
        _mails(reminded),
        _visiting(
            "audit",
            members,
            reads=members * (2 * math.ceil(of.account / 4096) + ledger) + _pages(members, of),
            writes=0,
            speed=AUDITS_PER_SECOND,
        ),
    ]


def _visiting(name: str, visits: int, *, reads: float, writes: float, speed: int) -> Chore:
    """A chore of the same workers, who are many by then."""
    slices = math.ceil(visits / SLICE)
    writes += slices * _part_units(slices / published().versions[0].shards)
    dollars = writes * WRITE_DOLLARS + reads * READ_DOLLARS + visits / speed * GB_SECOND_DOLLARS
    dollars += slices * (CALLS_PER_MESSAGE * MESSAGE_DOLLARS + INVOCATION_DOLLARS)
    return Chore(name, visits, reads, writes, dollars, visits / speed / workers() / 60)


def _mails(count: int) -> Chore:
    """A mail for each member reminded, at the rate that the default leaves to reminders."""
    units = MAIL_WRITES * WRITE_DOLLARS + MAIL_READS * READ_DOLLARS
    each = MAIL_DOLLARS + EVENT_DOLLARS + CALLS_PER_MESSAGE * MESSAGE_DOLLARS + INVOCATION_DOLLARS
    compute = MAIL_SECONDS * _mailer_gigabytes() * GB_SECOND_DOLLARS
    return Chore(
        _MAIL,
        count,
        count * MAIL_READS,
        count * MAIL_WRITES,
        count * (units + each + compute),
        count / reminders_per_second() / 60,
    )


def reminders_per_second() -> float:
    """How many mails a second the default rate leaves to reminders."""
    return float(template()["Parameters"]["MailRate"]["Default"]) * SHARES[Urgency.BULK]


def _mailer_gigabytes() -> float:
    properties = resources("AWS::Serverless::Function")["MailerFunction"]
    usual = template()["Globals"]["Function"]["MemorySize"]
    return int(properties.get("MemorySize", usual)) / 1024


def _pages(visits: int, of: Sizes) -> int:
    """Read units of the markers, which are read twice: to cut slices and to work them."""
    return 2 * math.ceil(visits * of.marker / 4096)


def _part_units(slices: float) -> int:
    """Write units of a part's item, which lists on average half of its slices' numbers."""
    return math.ceil(max(1, slices * 5 / 2 / 1024))


def _with_workers(members: int) -> float:
    """Seconds, with workers added gradually."""
    done, seconds = 0.0, 0
    while done < members:
        done += MEMBERS_PER_SECOND * min(workers(), FIRST_WORKERS + MORE_WORKERS * seconds)
        seconds += 1
    return seconds


def report() -> str:
    """The tables of nights, purchase intervals and other designs."""
    of = sizes()
    rows = [
        [
            f"{each.members:,}",
            f"{each.reads:,.0f}",
            f"{each.writes:,.0f}",
            f"{each.dollars:,.2f}",
            f"{each.minutes:.1f}",
            each.limit,
        ]
        for each in (night(members, of) for members in NIGHTS)
    ]
    heads = ["members due", "read units", "write units", "dollars", "minutes", "limiting factor"]
    note = (
        f"An account of {of.account} bytes, a marker of {of.marker}, a ledger entry of {of.entry}, "
        f"a reminder of {of.reminder}; "
        f"{published().versions[0].shards} shards, {workers()} workers of "
        f"{MEMBERS_PER_SECOND} members a second, slices of {SLICE:,}."
    )
    tables = (table(heads, rows), note, whole(of), rhythms(), others(of))
    return "\n\n".join(tables)


def whole(of: Sizes) -> str:
    """Each chore of a night, and all of them."""
    rows = []
    for members in NIGHTS:
        every = chores(members, of)
        rows += [_row(members, each) for each in every]
        in_all = Chore(
            "**in all**",
            visits=0,
            reads=sum(each.reads for each in every),
            writes=sum(each.writes for each in every),
            dollars=sum(each.dollars for each in every),
            minutes=sum(each.minutes for each in every if each.name != _MAIL),
        )
        rows.append(_row(members, in_all))
    heads = ["members due", "chore", "visits", "read units", "write units", "dollars", "minutes"]
    mails = NIGHTS[-1] * len(published().versions[0].reminder_days)
    rate = mails / HOURS_FOR_MAIL / 3600 / SHARES[Urgency.BULK]
    note = (
        f"In all are the workers' minutes; the mails follow at their own pace, "
        f"{reminders_per_second():g} a second by default. {mails:,} mails within "
        f"{HOURS_FOR_MAIL} hours need a MailRate of {rate:,.0f}."
    )
    return f"{table(heads, rows)}\n\n{note}"


def _row(members: int, of: Chore) -> list[str]:
    visits = f"{of.visits:,}" if of.visits else ""
    units = f"{of.reads:,.0f}", f"{of.writes:,.0f}"
    return [f"{members:,}", of.name, visits, *units, f"{of.dollars:,.2f}", f"{of.minutes:,.1f}"]


def steady(apart: int) -> Account:
    """The account of a member who has purchased at this interval of days and never spent points."""
    lots = {DUE + timedelta(days=day): POINTS for day in range(0, 365, apart)}
    expired = {DUE - timedelta(days=day): POINTS for day in range(1, EXPIRED_KEPT.days + 1, apart)}
    return Account(member_id_of(7), lots, expired, version=40)


def rhythms() -> str:
    """An account's size and write units a night, by the interval of purchases."""
    rows = []
    for name, apart in RHYTHMS.items():
        size = account_size(steady(apart))
        rows.append([name, f"{size:,}", f"{math.ceil(size / 1024)}"])
    return table(["a purchase", "bytes", "write units a night"], rows)


def others(of: Sizes) -> str:
    """The cost of other designs with a million of fifty million members due, in dollars."""
    due, members, entries_each = 1_000_000, 50_000_000, 24
    stored = members * (of.account + entries_each * of.entry)
    earned = math.ceil(of.entry / 1024)
    bucket = 2_000 * of.marker
    costs = {
        "this night": (night(due, of).dollars, 2 * due * WRITE_DOLLARS),
        "scan, then a transaction each": (
            stored / 4096 * 0.5 * READ_DOLLARS + due * 4 * WRITE_DOLLARS,
            0.0,
        ),
        "an item per lot, in a GSI by due day": (
            due * (READ_DOLLARS * 0.5 + 4 * WRITE_DOLLARS),
            due * (2 * earned + 1) * WRITE_DOLLARS,
        ),
        "bucket items of 2,000 members": (
            night(due, of).dollars,
            due * math.ceil(bucket / 1024) / 2 * WRITE_DOLLARS,
        ),
        "DynamoDB TTL on an item per lot": (0.0, due * 2 * earned * WRITE_DOLLARS),
    }
    rows = [[name, f"{run:,.2f}", f"{earn:,.2f}"] for name, (run, earn) in costs.items()]
    heads = ["design", "dollars that night", "extra dollars at earning"]
    return table(heads, rows)
