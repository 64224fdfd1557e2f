"""What a page of the desk's queue reads, however many tickets wait in it."""

from aftercare.desk.model import Queue
from aftercare.desk.store import TicketStore
from aftercare.desk.waiting import PAGE
from aftercare.kernel.aws import client
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter
from tests.bench.tables import table
from tests.fakes.backlogs import pile_up_tickets
from tests.fakes.house import SetClock
from tests.fakes.service_desk import service_desk

BACKLOGS = (1_000, 100_000)


def report() -> str:
    """Read units per page, for two backlogs."""
    rows = [row for backlog in BACKLOGS for row in _rows(backlog)]
    heads = ["tickets waiting", "page", "tickets shown", "queries", "read units"]
    note = "Each card has a claim with the longest name. The units are those of DynamoDB's rules."
    return f"{table(heads, rows)}\n\n{note}"


def _rows(backlog: int) -> list[list[object]]:
    with emulated_aws() as tables:
        name, thread = tables["TicketsTable"], service_desk(tables, SetClock()).ask()
        pile_up_tickets(name, thread, range(backlog))
        places = _places(name)
        starts = {"first": "", "middle": places[backlog // 2], "last": places[-PAGE - 1]}
        store, found = TicketStore(name), list[list[object]]()
        with Meter(tables).attached() as meter:
            for page, after in starts.items():
                with meter.step(page):
                    shown = len(store.waiting(Queue.AGENTS, after).cards)
                step = meter.steps[page]
                queries, units = step.calls["dynamodb.Query"], step.read_units
                found.append([f"{backlog:,}", page, shown, queries, f"{units:g}"])
        return found


def _places(table_name: str) -> list[str]:
    """Every place of the queue, in its order."""
    pages = (
        client("dynamodb")
        .get_paginator("scan")
        .paginate(TableName=table_name, ProjectionExpression="urgency")
    )
    return sorted(item["urgency"]["S"] for page in pages for item in page["Items"] if item)
