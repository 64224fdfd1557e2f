"""Measures a night's cost per member with points due, for different numbers of members."""

import json
import math
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import boto3

from aftercare.points import rows as points_rows
from aftercare.points import store as points_items
from aftercare.points.model import Account, Marker, shard_of
from aftercare.points.night.errors import RunNotFoundError
from aftercare.points.night.model import run_id_of
from aftercare.points.night.store import NightStore
from aftercare.points.rules import published
from infra.local.processes import running_stack
from infra.local.settings import from_environment
from tests.bench.night import SCHEDULED, Bill, member_id_of, scanned, swept, table_of
from tests.bench.tables import table
from tests.fakes import wired

DUE = 1_000
TABLES = (1_000, 10_000, 100_000)
ON_THE_STACK = 1_000
_FIRST = date(2026, 1, 8)
_AHEAD = 30


def report() -> str:
    """Requests and units per member due, for both designs, and their growth."""
    measures: dict[str, Callable[[int], Bill]] = {
        "this night": lambda members: swept(table_of(members, DUE)),
        "this night, with its audit": lambda members: swept(table_of(members, DUE), audits=True),
        "this night's reminders": lambda members: swept(
            table_of(members, DUE, SCHEDULED + timedelta(days=_AHEAD)), reminder_days=(_AHEAD,)
        ),
        "scan and transact": lambda members: scanned(table_of(members, DUE)),
    }
    bills = {
        design: [measure(members) for members in TABLES] for design, measure in measures.items()
    }
    heads = ["design", "members", "requests", "read units", "write units", "units per member due"]
    rows = [
        [design, f"{members:,}", *_figures(bill)]
        for design, measured in bills.items()
        for members, bill in zip(TABLES, measured, strict=True)
    ]
    growth = ", ".join(f"{design} {exponent(measured):.2f}" for design, measured in bills.items())
    note = (
        f"{DUE:,} members are due in each table, or are reminded in the third design; each has two "
        "purchases. The designs run in memory on items that our stores write, by DynamoDB's unit "
        "rules, without the reminders' mails.\n"
        f"Growth exponents of the units over the number of members: {growth}."
    )
    return f"{table(heads, rows)}\n\n{note}\n\n{_speed()}"


def exponent(bills: list[Bill]) -> float:
    """The growth exponent from the smallest to the largest table: 0 is constant, 1 is linear."""
    first, last = (bill.read_units + bill.write_units for bill in (bills[0], bills[-1]))
    return math.log(last / first) / math.log(TABLES[-1] / TABLES[0])


def _figures(bill: Bill) -> list[str]:
    units = bill.read_units + bill.write_units
    return [
        f"{bill.requests / DUE:.3f}",
        f"{bill.read_units / DUE:.3f}",
        f"{bill.write_units / DUE:.3f}",
        f"{units / DUE:.2f}",
    ]


def _speed() -> str:
    """Members a second on the local stack, if it is running."""
    facts = running_stack(from_environment())
    if facts is None:
        return "Members a second: not measured, the stack is not running (`make up` starts it)."
    session: Any = boto3.session.Session(
        aws_access_key_id="test", aws_secret_access_key="test", region_name="us-west-2"
    )
    clients = {
        name: session.client(name, endpoint_url=facts["endpoint_url"])
        for name in ("dynamodb", "lambda")
    }
    seconds = _night_on(clients, facts["outputs"])
    return (
        f"On the local stack {ON_THE_STACK:,} members took {seconds:.1f} s from the planner's "
        f"invocation to the completed run: {ON_THE_STACK / seconds:,.0f} members a second."
    )


def _night_on(clients: dict[str, Any], outputs: dict[str, str]) -> float:
    store = _store(clients["dynamodb"], outputs["PointsTable"])
    scheduled = _free_night(store)
    _fill(clients["dynamodb"], outputs["PointsTable"], scheduled - timedelta(days=1))
    started = time.perf_counter()
    answer = clients["lambda"].invoke(
        FunctionName=outputs["PointsExpiryFunction"],
        Payload=json.dumps({"date": scheduled.isoformat()}).encode(),
    )
    answer["Payload"].close()
    while not store.run(run_id_of(scheduled)).is_complete:
        time.sleep(0.1)
    return time.perf_counter() - started


def _store(dynamodb: Any, name: str) -> NightStore:
    """A store on the stack's endpoint, independent of the other figures' settings."""
    os.environ |= {"AWS_DEFAULT_REGION": "us-west-2"}
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    wired.forget()
    store = NightStore(name)
    store._runs._get_connection().connection._client = dynamodb
    return store


def _free_night(store: NightStore) -> date:
    scheduled = _FIRST
    while True:
        try:
            store.run(run_id_of(scheduled))
        except RunNotFoundError:
            return scheduled
        scheduled += timedelta(days=1)


def _fill(dynamodb: Any, name: str, due: date) -> None:
    """Writes accounts with one lot and its marker, as they are stored after a year."""
    shards = published().versions[0].shards
    items = []
    for number in range(ON_THE_STACK):
        member_id = member_id_of(10_000_000 + due.toordinal() * ON_THE_STACK + number)
        account = points_rows.account_row(Account(member_id, {due: 40}))
        account.version = 1
        marker = points_items.marker_row(Marker(member_id, due, shard_of(member_id, shards)))
        items += [account.serialize(), marker.serialize()]
    for start in range(0, len(items), 25):
        puts = [{"PutRequest": {"Item": item}} for item in items[start : start + 25]]
        dynamodb.batch_write_item(RequestItems={name: puts})
