"""Counts the AWS calls of each step of a return, in one process against moto."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3

import event_publisher.app
import evidence_intake.app
import label_worker.app
import mailer.app
import orders_ingest.app
import returns_worker.app
from aftercare.access.model import code_for
from aftercare.evidence.wiring import EvidenceConfig, evidence_service
from aftercare.kernel.config import read
from aftercare.kernel.timeline import Entry
from aftercare.orders.document import purchase_from, purchase_text
from aftercare.orders.events import parse
from aftercare.orders.folding import fold
from aftercare.orders.model import Order as BoughtOrder
from aftercare.returns.store import ReturnStore
from aftercare.web.customers import CustomerSession
from portal.edge import sessions_of
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter, Step
from tests.bench.tables import table
from tests.fakes import photos as builders
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.browser_pages.shop import Order
from tests.fakes.events import CONTEXT, bus_event, image_of, queue_event, stream_event
from tests.fakes.logs import logged
from tests.fakes.orders import line_detail, shop_detail
from tests.fakes.outbox import committed_entries

type Handler = Callable[[dict[str, Any], Any], Any]

_MAILBOX = "sam@example.com"
_ORDER = Order("PM-BENCH-1", _MAILBOX)
_LARGE = "PM-BENCH-5000"


def report() -> str:
    """Calls and units per step of one return with one photo, and their sums."""
    with emulated_aws() as tables, Meter(tables).attached() as meter, logged():
        _walk(meter)
        walked = dict(meter.steps)
        _large_order(meter)
    heads = ["step", "DynamoDB calls", "read units", "write units", "S3 calls", "other calls"]
    rows = [row(name, step) for name, step in meter.steps.items()]
    total = row("**total** of the return", _sum(list(walked.values())))
    return f"{table(heads, [*rows, total])}\n\n{_folding()}"


def _folding() -> str:
    """How long an event takes to become part of a stored order, without the calls to AWS."""
    times = ", ".join(f"{count:,} in {_milliseconds(count):.0f} ms" for count in (1, 500, 5000))
    return f"Lines of a stored order that is read, folds a delivery in and is written: {times}."


def _milliseconds(lines: int) -> float:
    """The shortest of ten runs, in milliseconds of this process."""
    bought = [line_detail(line_id=str(count)) for count in range(lines)]
    paid = parse("order.paid", shop_detail(order_number=_LARGE, lines=bought))
    order = fold(BoughtOrder(_LARGE), paid)
    assert order.purchase
    text = purchase_text(order.purchase)
    event = parse("order.delivered", shop_detail(order_number=_LARGE, _without="lines"))
    runs = []
    for _ in range(10):
        started = time.process_time()
        after = fold(replace(order, purchase=purchase_from(text)), event)
        assert after.purchase
        purchase_text(after.purchase)
        runs.append(time.process_time() - started)
    return min(runs) * 1000


def _walk(meter: Meter) -> None:
    for kind, detail in _ORDER.events():
        event = {"source": "shop.orders", "detail-type": kind, "detail": detail}
        handled(meter, f"orders_ingest: {kind}", orders_ingest.app.handler, event)
    browser = Browser()
    _sign_in(meter, browser)
    return_id = _draft(meter, browser)
    _photograph(meter, browser, return_id)
    _submit(meter, browser, return_id)


def _large_order(meter: Meter) -> None:
    """An order of 5,000 lines: its purchase is edited once, and each other event comes once."""
    lines = [line_detail(line_id=str(count)) for count in range(5000)]
    kinds = ("paid", "shipped", "delivered", "refunded", "cancelled")
    for kind in kinds:
        detail = shop_detail(order_number=_LARGE, lines=lines[: 5000 if kind == "paid" else 1])
        event = {"source": "shop.orders", "detail-type": f"order.{kind}", "detail": detail}
        step = f"orders_ingest: order.{kind} of 5,000 lines"
        handled(meter, step, orders_ingest.app.handler, event)


def _sign_in(meter: Meter, browser: Browser) -> None:
    browser.get("/")
    with meter.step("find: `POST /`"):
        assert browser.post("/", order_number=_ORDER.number, email=_MAILBOX).location == "/code"
    request_id = _session(browser).requests
    requested = Entry(
        "ent_0", "access.code_requested", request_id, datetime.now(UTC), actor=SOMEBODY
    )
    _publish(meter, requested)
    handled(meter, "mailer: code", mailer.app.handler, bus_event(requested))
    browser.get("/code")
    with meter.step("code: `POST /code`"):
        code = code_for(SIGNING_KEY.encode(), request_id)
        assert browser.post("/code", code=code).location == f"/orders/{_ORDER.number}"
    with meter.step("orders: `GET /orders`"):
        assert browser.get("/orders").status == 200


def _draft(meter: Meter, browser: Browser) -> str:
    path = f"/orders/{_ORDER.number}"
    item = f"{path}/item?line=1"
    with meter.step("order: `GET /orders/…`"):
        assert browser.get(path).status == 200
    with meter.step("item: `GET /orders/…/item`"):
        page = browser.get(item)
    form = {"units": "1", "reason": "missing_parts", "note": "An ear came off."}
    with meter.step("choose: `POST /orders/…/item`"):
        answer = browser.post(item, return_id=page.hidden("return_id"), **form)
    with meter.step("draft: `GET /returns/…`"):
        assert browser.get(answer.location).status == 200
    return answer.location.removeprefix("/returns/")


def _photograph(meter: Meter, browser: Browser, return_id: str) -> None:
    browser.accept = "application/json"
    with meter.step("add a photo: `POST …/photos`"):
        answer = browser.post(f"/returns/{return_id}/photos", content_type="image/jpeg")
    browser.accept = "text/html"
    assert answer.status == 201
    [slot] = evidence_service(read(EvidenceConfig)).of_return(return_id)
    bucket = os.environ["UPLOADS_BUCKET"]
    boto3.client("s3").put_object(Bucket=bucket, Key=slot.upload_key, Body=builders.phone_jpeg())
    event = {"detail": {"bucket": {"name": bucket}, "object": {"key": slot.upload_key}}}
    handled(meter, "evidence_intake", evidence_intake.app.handler, event)
    with meter.step("verdict: `GET /returns/…`"):
        assert 'data-state="accepted"' in browser.get(f"/returns/{return_id}").body
    with meter.step("thumbnail: `GET …/thumbnail`"):
        path = f"/returns/{return_id}/photos/{slot.evidence_id}/thumbnail"
        assert browser.get(path).status == 303


def _submit(meter: Meter, browser: Browser, return_id: str) -> None:
    path = f"/returns/{return_id}"
    with meter.step("submit: `POST …/submit`"):
        assert browser.post(f"{path}/submit").location == path
    submitted = _last_entry(return_id)
    _publish(meter, submitted)
    handled(meter, "returns_worker, submitted", returns_worker.app.handler, bus_event(submitted))
    approved = _last_entry(return_id)
    _publish(meter, approved)
    handled(meter, "label_worker", label_worker.app.handler, bus_event(approved))
    [released] = committed_entries(os.environ["LABELS_TABLE"])
    _publish(meter, released)
    handled(
        meter, "returns_worker, label released", returns_worker.app.handler, bus_event(released)
    )
    attached = _last_entry(return_id)
    _publish(meter, attached)
    handled(meter, "mailer: label", mailer.app.handler, bus_event(attached))
    with meter.step("status: `GET /returns/…`"):
        assert "Download your prepaid label" in browser.get(path).body
    with meter.step("label: `GET …/label`"):
        assert browser.get(f"{path}/label").status == 303


def _publish(meter: Meter, entry: Entry) -> None:
    with meter.step("event_publisher, each entry"):
        event_publisher.app.handler(stream_event([image_of(entry)]), CONTEXT)


def handled(meter: Meter, step: str, handler: Handler, event: dict[str, Any]) -> None:
    with meter.step(step):
        assert handler(queue_event(event), CONTEXT) == {"batchItemFailures": []}


def _session(browser: Browser) -> CustomerSession:
    session = sessions_of(SIGNING_KEY.encode(), secure=False).read(browser.cookie)
    assert session
    return session


def _last_entry(return_id: str) -> Entry:
    return ReturnStore(os.environ["RETURNS_TABLE"]).timeline(return_id)[-1]


def _sum(steps: list[Step]) -> Step:
    calls: Counter[str] = sum((step.calls for step in steps), Counter())
    return Step(calls, sum(s.read_units for s in steps), sum(s.write_units for s in steps))


def row(name: str, step: Step) -> list[str]:
    units = f"{step.read_units:g}", f"{step.write_units:g}"
    dynamodb, s3 = _calls_of(step, "dynamodb"), _calls_of(step, "s3")
    others = _calls_of(step, "events", "sqs", "ses")
    return [name, dynamodb, *units, s3, others]


def _calls_of(step: Step, *services: str) -> str:
    """The number of calls and their operations: `3: GetItem (2), Query`."""
    kinds = [each.partition(".") for each in step.calls.elements()]
    names = [name for service, _, name in kinds if service in services]
    if not names:
        return ""
    return f"{len(names)}: {', '.join(_times(n, c) for n, c in Counter(names).items())}"


def _times(name: str, count: int) -> str:
    return f"{name} ({count})" if count > 1 else name
