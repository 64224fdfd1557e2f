"""How the cost of a request grows with what there is: lines, orders, lots, tickets and so on.

Requests and units are counted in one process against moto. CPU is our own code's and its
libraries', without the time between the SDK's request and its answer.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import boto3
import pytest

import evidence_intake.app
import orders_ingest.app
from aftercare.batches.book import BatchBook
from aftercare.batches.shelf_store import ShelfStore
from aftercare.batches.store import BatchStore
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.evidence.model import MOST_PHOTOS
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel import aws
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.config import read
from aftercare.kernel.timeline import Entry
from aftercare.returns.case_desk import PAGE
from aftercare.returns.case_store import CaseStore
from aftercare.returns.queueing import QueueOrder
from infra.local.settings import ROOT
from tests.bench.curves import drawn, exponent
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter
from tests.bench.tables import table
from tests.fakes import photos as builders
from tests.fakes import shortcuts
from tests.fakes.actors import SOMEBODY
from tests.fakes.backlogs import pile_up, waiting
from tests.fakes.browser import Browser
from tests.fakes.codes import NOON, batch
from tests.fakes.events import CONTEXT, queue_event
from tests.fakes.house import SetClock
from tests.fakes.logs import logged
from tests.fakes.orders import line_detail, shop_detail
from tests.fakes.points_desk import PointsTill, earned_long_ago, joined
from tests.fakes.service_desk import ServiceDesk, desk_beside

CURVE = ROOT / "docs" / "growth.svg"
RUNS = 7
ASKER, LONG_AGO = "sam@example.com", utc_now() - timedelta(days=500)


@dataclass(frozen=True)
class Growing:
    """A request, and what makes it larger: `grow` brings what there is to a number."""

    what: str
    request: str
    sizes: tuple[int, ...]
    grow: Callable[[int], None]
    ask: Callable[[], None]


@dataclass(frozen=True)
class Cost:
    """What one request took."""

    requests: int
    units: float
    cpu: float


class Watch:
    """Adds up the CPU time of this process outside of the SDK's calls."""

    def __init__(self) -> None:
        self._called = 0.0
        self._in_calls = 0.0

    @contextmanager
    def attached(self) -> Iterator["Watch"]:
        clients: list[Any] = [aws._client("dynamodb"), aws._client("s3")]
        for client in clients:
            client.meta.events.register_last("before-call", self._asks)
            client.meta.events.register_first("after-call", self._answered)
        try:
            yield self
        finally:
            for client in clients:
                client.meta.events.unregister("before-call", self._asks)
                client.meta.events.unregister("after-call", self._answered)

    def milliseconds(self, ask: Callable[[], None]) -> float:
        """The shortest of several runs."""
        runs = []
        for _ in range(RUNS):
            started, self._in_calls = time.process_time(), 0.0
            ask()
            runs.append(time.process_time() - started - self._in_calls)
        return min(runs) * 1_000

    def _asks(self, **_: Any) -> None:
        self._called = time.process_time()

    def _answered(self, **_: Any) -> None:
        self._in_calls += time.process_time() - self._called


def report() -> str:
    """A row for each kind of growth; writes the curves beside docs/figures.md."""
    costs = dict(map(_measured, _KINDS))
    lines = {
        each.what: [(size, cost.cpu) for size, cost in found.items()]
        for each, found in costs.items()
    }
    CURVE.write_text(drawn("CPU milliseconds of a request, by how much there is", lines))
    heads = ["there are", "request", "requests", "units", "exponent", "CPU ms", "exponent"]
    note = (
        f"From the smallest to the largest size. Units are read and write units; CPU is the least "
        f"of {RUNS} runs, without the calls to AWS. An exponent of 0 is a cost that does not grow, "
        "1 one in proportion, between the two largest sizes. The curves are in docs/growth.svg."
    )
    return f"{table(heads, [_row(each, found) for each, found in costs.items()])}\n\n{note}"


def _measured(kind: Callable[[Mapping[str, str]], Growing]) -> tuple[Growing, dict[int, Cost]]:
    found = {}
    with pytest.MonkeyPatch.context() as patch, emulated_aws() as tables, logged():
        shortcuts.take(patch)
        each = kind(tables)
        for size in each.sizes:
            each.grow(size)
            found[size] = _cost(tables, each.ask)
    return each, found


def _cost(tables: Mapping[str, str], ask: Callable[[], None]) -> Cost:
    ask()  # opens what a process opens once
    with Watch().attached() as watch:
        cpu = watch.milliseconds(ask)
    with Meter(tables).attached() as meter, meter.step("request"):
        ask()
    step = meter.steps["request"]
    return Cost(step.calls.total(), step.read_units + step.write_units, cpu)


def _row(each: Growing, found: Mapping[int, Cost]) -> list[object]:
    first, *_, last = found.values()
    units = [(size, cost.units) for size, cost in found.items()]
    cpu = [(size, cost.cpu) for size, cost in found.items()]
    return [
        f"{each.sizes[0]:,} to {each.sizes[-1]:,} {each.what}",
        each.request,
        _span(first.requests, last.requests),
        _span(first.units, last.units),
        f"{exponent(units[-2:]):.2f}",
        f"{first.cpu:.1f} to {last.cpu:.1f}",
        f"{exponent(cpu[-2:]):.2f}",
    ]


def _span(first: float, last: float) -> str:
    return f"{first:g}" if first == last else f"{first:g} to {last:g}"


def _lines(_: Mapping[str, str]) -> Growing:
    browser = Browser().sign_in("sam@example.com")
    return Growing(
        "lines of an order",
        "`GET /orders/…`",
        (1, 10, 100, 1_000),
        lambda size: _order("PM-LINES", lines=size),
        lambda: _shown(browser, "/orders/PM-LINES"),
    )


def _orders(tables: Mapping[str, str]) -> Growing:
    browser, orders = Browser().sign_in("sam@example.com"), boto3.client("dynamodb")
    name = tables["OrdersTable"]
    _order("PM-0")
    key = {"order_number": {"S": "PM-0"}}
    first = orders.get_item(TableName=name, Key=key)["Item"]
    return Growing(
        "orders of a mailbox",
        "`GET /orders`",
        (1, 10, 100, 1_000),
        _until(
            lambda number: orders.put_item(
                TableName=name, Item=first | {"order_number": {"S": f"PM-{number}"}}
            )
        ),
        lambda: _shown(browser, "/orders"),
    )


def _batches(tables: Mapping[str, str]) -> Growing:
    store, shelf = BatchStore(tables["BatchesTable"]), ShelfStore(tables["BatchesTable"])

    def look() -> None:
        assert BatchBook(lambda: shelf, utc_now).find(0, 5)

    return Growing(
        "batches of codes",
        "a code's batch",
        (10, 100, 1_000),
        _until(lambda number: _batch(store, number)),
        look,
    )


def _cases(tables: Mapping[str, str]) -> Growing:
    cases, name = CaseStore(tables["ReturnsTable"]), tables["ReturnsTable"]

    def look() -> None:
        assert len(cases.queued(QueueOrder.VALUE, "", PAGE).cases) == PAGE

    return Growing(
        "cases that wait",
        "a page of the queue",
        (100, 1_000, 10_000),
        lambda size: pile_up(name, (waiting(number, number) for number in range(size))),
        look,
    )


def _tickets(tables: Mapping[str, str]) -> Growing:
    browser, desk = _asking(), desk_beside(dict(tables), SetClock(LONG_AGO))
    return Growing(
        "tickets of a customer",
        "`GET /messages`",
        (1, 10, 100, 400),
        _until(lambda _: _a_day_later(desk).ask(About(Topic.SITE), email=ASKER)),
        lambda: _shown(browser, "/messages"),
    )


def _messages(tables: Mapping[str, str]) -> Growing:
    browser, desk = _asking(), desk_beside(dict(tables), SetClock(LONG_AGO))
    number = desk.ask(About(Topic.SITE), email=ASKER).ticket.number
    return Growing(
        "messages of a ticket",
        "`GET /messages/…`",
        (1, 10, 100, 400),
        _until(lambda _: _a_day_later(desk).write(number, email=ASKER)),
        lambda: _shown(browser, f"/messages/{number}"),
    )


def _asking() -> Browser:
    """Somebody who has bought something, signed in."""
    _order("PM-ASKS")
    return Browser().sign_in(ASKER)


def _a_day_later(desk: ServiceDesk) -> ServiceDesk:
    """Nobody may ask as much on one day."""
    desk.clock.forward(days=1)
    return desk


def _until(add: Callable[[int], object]) -> Callable[[int], None]:
    """Adds what is missing, numbered from 0."""
    numbers = count()
    there = [0]

    def grow(size: int) -> None:
        while there[0] < size:
            add(next(numbers))
            there[0] += 1

    return grow


def _order(number: str, lines: int = 1) -> None:
    """An order that was delivered, now with so many lines."""
    bought = [line_detail(line_id=str(line)) for line in range(lines)]
    for kind in ("paid", "delivered"):
        detail = shop_detail(order_number=number, email="sam@example.com", lines=bought)
        detail["occurred_at"] = to_text(utc_now())
        event = {"source": "shop.orders", "detail-type": f"order.{kind}", "detail": detail}
        answer = orders_ingest.app.handler(queue_event(event), CONTEXT)
        assert answer == {"batchItemFailures": []}


def _photos(_: Mapping[str, str]) -> Growing:
    browser = Browser().sign_in("sam@example.com")
    path: list[str] = []

    def add(_: int) -> None:
        if not path:
            path.append(_draft(browser, "PM-PHOTOS"))
        _photograph(browser, path[0])

    return Growing(
        "photos of a return",
        "`GET /returns/…`",
        (1, 4, MOST_PHOTOS),
        _until(add),
        lambda: _shown(browser, path[0]),
    )


def _draft(browser: Browser, number: str) -> str:
    _order(number)
    item = f"/orders/{number}/item?line=0"
    form = {"units": "1", "reason": "missing_parts", "note": "An ear came off."}
    return_id = browser.get(item).hidden("return_id")
    return browser.post(item, return_id=return_id, **form).location


def _photograph(browser: Browser, path: str) -> None:
    browser.accept = "application/json"
    assert browser.post(f"{path}/photos", content_type="image/jpeg").status == 201
    browser.accept = "text/html"
    slots = evidence_service(read(EvidenceConfig)).of_return(path.removeprefix("/returns/"))
    bucket, key = os.environ["UPLOADS_BUCKET"], max(slots, key=lambda s: s.opened_at).upload_key
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=builders.jpeg())
    event = {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}
    assert evidence_intake.app.handler(queue_event(event), CONTEXT) == {"batchItemFailures": []}


def _lots(_: Mapping[str, str]) -> Growing:
    member_id, spends = joined().member_id, count()
    return Growing(
        "lots of a member",
        "`POST /points/…/spend`",
        (1, 12, 52, 364),
        _until(lambda number: earned_long_ago(member_id, 100, 364 - number)),
        lambda: _accepted(
            PointsTill().move("spend", member_id, points=1, spend_id=f"s-{next(spends)}").status
        ),
    )


def _statement(_: Mapping[str, str]) -> Growing:
    member_id = joined().member_id
    return Growing(
        "entries of a member",
        "`GET /points/…/statement`",
        (1, 10, 100, 400),
        _until(lambda _: earned_long_ago(member_id, 1, 1)),
        lambda: _accepted(PointsTill().statement(member_id).status),
    )


def _batch(store: BatchStore, number: int) -> None:
    made = batch(number)
    data = {"batch_id": made.batch_id, "count": str(made.count)}
    requested = "batch.export_requested"
    entry = Entry(f"ent_{number}", requested, made.batch_id, NOON, data, actor=SOMEBODY)
    store.add(made, entry)


def _shown(browser: Browser, path: str) -> None:
    assert browser.get(path).status == 200, path


def _accepted(status: int) -> None:
    assert status == 200, status


_KINDS = (_lines, _orders, _photos, _lots, _statement, _batches, _cases, _tickets, _messages)
