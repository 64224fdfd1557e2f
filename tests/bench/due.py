"""Calculates what a million timers of the due index cost, and what an idle index does.

`python -m tests.bench due` prints the table of docs/scale.md. Sizes and counts come from the code.
"""

from datetime import UTC, datetime, timedelta

from aftercare.kernel.due.model import SHARDS, Timer
from aftercare.kernel.ids import new_id
from tests.bench.scale import (
    EVENT_DOLLARS,
    GB_MONTH_DOLLARS,
    GB_SECOND_DOLLARS,
    INVOCATION_DOLLARS,
    MESSAGE_DOLLARS,
    READ_DOLLARS,
    WRITE_DOLLARS,
)
from tests.bench.tables import table

MILLION = 1_000_000
MINUTES_OF_A_MONTH = 30 * 24 * 60
READ_UNIT, WRITE_UNIT, ITEM_OVERHEAD = 4096, 1024, 100
MEMORY_GB = 0.5
# A turn of ten timers: a request to the bus, one to the table, and a tenth of a query.
TIMERS_PER_TURN, TURN_SECONDS = 10, 0.025
# How long a worker takes to read a return and to find nothing to do.
WORKER_SECONDS, STATE_READS = 0.05, 1
IDLE_SECONDS = 0.15
QUEUE_CALLS = 3
WAITS = timedelta(hours=48)


def size() -> int:
    """The bytes of a timer's item: its keys and its schema, with their names."""
    now = datetime(2026, 6, 10, tzinfo=UTC)
    timer = Timer("due.evidence_reminder", new_id("ret", now), now)
    return len("pk" + "DUE#00" + "sk" + timer.key + "schema") + 2


def write_units() -> int:
    """A put in a transaction takes twice what it would take alone."""
    return 2 * -(-size() // WRITE_UNIT)


def costs() -> list[tuple[str, float, str]]:
    """What a million timers cost, in dollars: what for, how much, and how it comes about."""
    reads = size() / READ_UNIT
    seconds = TURN_SECONDS / TIMERS_PER_TURN
    stored = (size() + ITEM_OVERHEAD) / 1024**3 * (WAITS / timedelta(days=30))
    worker = INVOCATION_DOLLARS + WORKER_SECONDS * MEMORY_GB * GB_SECOND_DOLLARS
    return [
        ("written with the state", write_units() * WRITE_DOLLARS, f"{write_units()} write units"),
        ("stored for 48 hours", stored * GB_MONTH_DOLLARS, f"{size()} + {ITEM_OVERHEAD} bytes"),
        ("read when due", reads * READ_DOLLARS, f"{reads:.3f} read units, consistent"),
        ("swept", seconds * MEMORY_GB * GB_SECOND_DOLLARS, f"{seconds * 1000:.1f} ms of a sweeper"),
        ("put on the bus", EVENT_DOLLARS, "one event"),
        ("removed", WRITE_DOLLARS, "1 write unit"),
        ("queued", QUEUE_CALLS * MESSAGE_DOLLARS, f"{QUEUE_CALLS} calls of SQS"),
        ("looked at by its worker", worker, f"{WORKER_SECONDS * 1000:.0f} ms"),
        ("the state read again", STATE_READS * READ_DOLLARS, f"{STATE_READS} read unit"),
    ]


def idle() -> float:
    """What the index costs a month if nothing is ever due, in dollars."""
    sweep = SHARDS * READ_DOLLARS + INVOCATION_DOLLARS
    return MINUTES_OF_A_MONTH * (sweep + IDLE_SECONDS * MEMORY_GB * GB_SECOND_DOLLARS)


def per_minute(budget: float = 35.0) -> int:
    """How many timers one sweep publishes before it leaves the rest to the next one."""
    return int(budget / TURN_SECONDS) * TIMERS_PER_TURN


def report() -> str:
    """The costs, and what one sweeper does in a minute."""
    rows: list[list[object]] = [
        [name, f"{dollars * MILLION:.2f}", why] for name, dollars, why in costs()
    ]
    total = sum(dollars for _, dollars, _ in costs()) * MILLION
    rows.append(["**in all**", f"**{total:.2f}**", ""])
    shown = table(["a million timers", "dollars", "each"], rows)
    return (
        f"{shown}\n\nAn index in which nothing is due: {idle():.2f} dollars a month. "
        f"One sweeper publishes {per_minute():,} timers a minute."
    )
