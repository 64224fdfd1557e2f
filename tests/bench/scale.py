"""The night on paper: units, dollars and minutes for so many members due, and what binds first.

`python -m tests.bench scale` prints the tables of docs/scale.md, from the code's own sizes.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from aftercare.points.model import EXPIRED_KEPT, Account
from aftercare.points.night.service import SLICE
from aftercare.points.rules import published
from tests.bench.night import DUE, POINTS, account_size, entry_size, marker_size, member_id_of
from tests.bench.tables import table
from tests.fakes.template import resources

NIGHTS = (10_000, 1_000_000, 10_000_000)
# DynamoDB on demand, Lambda (arm64) and SQS in us-west-2, in dollars.
WRITE_DOLLARS, READ_DOLLARS = 0.625e-6, 0.125e-6
GB_SECOND_DOLLARS, INVOCATION_DOLLARS, MESSAGE_DOLLARS = 13.3334e-6, 0.2e-6, 0.4e-6
GB_MONTH_DOLLARS = 0.25
# The quota of an account's table, and what one partition gives, in units a second.
TABLE_WRITES, PARTITION_WRITES, PARTITION_READS = 40_000, 1_000, 3_000
# Two requests of 4 ms, and 3 ms of Python: what one worker does.
MEMBERS_PER_SECOND = 90
# SQS starts five workers at once, and 300 more a minute.
FIRST_WORKERS, MORE_WORKERS = 5, 300 / 60
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
    """Of one member, in bytes."""

    account: int
    marker: int
    entry: int


@dataclass(frozen=True)
class Night:
    """What a run costs, without reminders and audit."""

    members: int
    reads: float
    writes: float
    dollars: float
    minutes: float
    binds: str


def sizes() -> Sizes:
    """Of a member with a dozen lots, who once had some expire; a purchase a month."""
    days = [DUE + timedelta(days=30 * month) for month in range(12)]
    account = Account(member_id_of(7), dict.fromkeys(days, POINTS), {DUE: POINTS}, version=40)
    return Sizes(account_size(account), marker_size(member_id_of(7)), entry_size(member_id_of(7)))


def workers() -> int:
    """As many at once as the template lets there be."""
    [source] = resources("AWS::Serverless::Function")["ExpiryWorkerFunction"]["Events"].values()
    return int(source["Properties"]["ScalingConfig"]["MaximumConcurrency"])


def night(members: int, of: Sizes) -> Night:
    """The run of a night on which so many have points due."""
    shards, slices = published().versions[0].shards, math.ceil(members / SLICE)
    pages = 2 * math.ceil(members * of.marker / 4096)  # once to cut, once to do
    reads = pages + members * math.ceil(of.account / 4096)
    writes = members * math.ceil(of.account / 1024) + slices * _part_units(slices / shards)
    seconds = {
        "one worker after another: a slice takes as long": min(members, SLICE) / MEMBERS_PER_SECOND,
        "workers at once": _with_workers(members),
        "the table's quota of writes": writes / TABLE_WRITES,
        "cutting a shard's markers": members / shards / SLICE * PAGE_SECONDS,
        "reading a shard's partition": pages / shards / PARTITION_READS,
    }
    binds = max(seconds, key=lambda what: seconds[what])
    compute = members / MEMBERS_PER_SECOND * GB_SECOND_DOLLARS
    messages = slices * (CALLS_PER_MESSAGE * MESSAGE_DOLLARS + INVOCATION_DOLLARS)
    dollars = writes * WRITE_DOLLARS + reads * READ_DOLLARS + compute + messages
    return Night(members, reads, writes, dollars, seconds[binds] / 60, binds)


def _part_units(slices: float) -> int:
    """A part's item lists the numbers of its slices: half of them on the average."""
    return math.ceil(max(1, slices * 5 / 2 / 1024))


def _with_workers(members: int) -> float:
    """Seconds, with workers that are added bit by bit."""
    done, seconds = 0.0, 0
    while done < members:
        done += MEMBERS_PER_SECOND * min(workers(), FIRST_WORKERS + MORE_WORKERS * seconds)
        seconds += 1
    return seconds


def report() -> str:
    """The table of the nights, and the table of the other designs."""
    of = sizes()
    rows = [
        [
            f"{each.members:,}",
            f"{each.reads:,.0f}",
            f"{each.writes:,.0f}",
            f"{each.dollars:,.2f}",
            f"{each.minutes:.1f}",
            each.binds,
        ]
        for each in (night(members, of) for members in NIGHTS)
    ]
    heads = ["members due", "read units", "write units", "dollars", "minutes", "what binds"]
    said = (
        f"An account of {of.account} bytes, a marker of {of.marker}, a ledger entry of {of.entry}; "
        f"{published().versions[0].shards} shards, {workers()} workers of "
        f"{MEMBERS_PER_SECOND} members a second, slices of {SLICE:,}."
    )
    return f"{table(heads, rows)}\n\n{said}\n\n{rhythms()}\n\n{others(of)}"


def steady(apart: int) -> Account:
    """A member who has bought every so many days for years, and never spent a point."""
    lots = {DUE + timedelta(days=day): POINTS for day in range(0, 365, apart)}
    expired = {DUE - timedelta(days=day): POINTS for day in range(1, EXPIRED_KEPT.days + 1, apart)}
    return Account(member_id_of(7), lots, expired, version=40)


def rhythms() -> str:
    """What a member's account weighs, and costs in the night, by how often there is a purchase."""
    rows = []
    for name, apart in RHYTHMS.items():
        size = account_size(steady(apart))
        rows.append([name, f"{size:,}", f"{math.ceil(size / 1024)}"])
    return table(["a purchase", "bytes", "write units a night"], rows)


def others(of: Sizes) -> str:
    """What other designs cost for a million due among fifty million members, in dollars."""
    due, everybody, entries_each = 1_000_000, 50_000_000, 24
    stored = everybody * (of.account + entries_each * of.entry)
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
    heads = ["design", "dollars that night", "dollars more when they were earned"]
    return table(heads, rows)
