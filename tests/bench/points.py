"""Counts the AWS calls of each route and event of points, in one process against moto."""

import json
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import mailer.app
import members_ingest.app
import orders_ingest.app
import points_ingest.app
from aftercare.kernel.clock import to_text, utc_now
from aftercare.kernel.timeline import Entry
from aftercare.points.ledger import LAPSED_ON_RETURN
from aftercare.points.night.model import Reminder
from aftercare.points.night.service import REMINDER_DUE
from aftercare.points.night.store import NightStore
from aftercare.points.unsubscribing import path_of
from tests.bench.emulated import emulated_aws
from tests.bench.meter import Meter
from tests.bench.requests import handled, row
from tests.bench.tables import table
from tests.fakes.actors import SOMEBODY
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.cards_shown import card_of
from tests.fakes.events import bus_event
from tests.fakes.logs import logged
from tests.fakes.orders import shop_detail
from tests.fakes.points_desk import PointsTill, points

_MEMBER, _OTHER = "mem_01JXC0000000000000000000B1", "mem_01JXC0000000000000000000B2"
_MAILBOX, _ORDER = "mei@example.com", "PM-POINTS-1"
_HEADS = ["step", "DynamoDB calls", "read units", "write units", "other calls"]
_LONG_AGO = to_text(datetime(2025, 1, 1, tzinfo=UTC))


def report() -> str:
    """Calls and units of each route of `points_api`, of My points, and of what events bring."""
    with emulated_aws() as tables, Meter(tables).attached() as meter, logged():
        _join(meter, _OTHER, "li@example.com")
        meter.steps.clear()
        _join(meter, _MEMBER, _MAILBOX)
        _shop(meter)
        _till(meter)
        _pages(meter)
        _mails(meter)
        _close(meter)
    rows = [row(name, step) for name, step in meter.steps.items()]
    return table(_HEADS, [[*each[:4], each[5]] for each in rows])


def _join(meter: Meter, member_id: str, email: str) -> None:
    detail = {"member_id": member_id, "email": email, "occurred_at": _LONG_AGO}
    event = {"source": "shop.members", "detail-type": "member.joined", "detail": detail}
    handled(meter, "members_ingest: member.joined", members_ingest.app.handler, event)


def _shop(meter: Meter) -> None:
    """An order earns and is refunded; its line is reviewed."""
    handler = points_ingest.app.handler
    for kind in ("paid", "delivered", "refunded"):
        detail = shop_detail(order_number=_ORDER, email=_MAILBOX, occurred_at=to_text(utc_now()))
        event = {"source": "shop.orders", "detail-type": f"order.{kind}", "detail": detail}
        handled(meter, f"orders_ingest: order.{kind}", orders_ingest.app.handler, event)
        changed = _entry("order.changed", _ORDER)
        handled(meter, f"points_ingest: after order.{kind}", handler, changed)
    again = _entry("order.changed", _ORDER)
    handled(meter, "points_ingest: an order that changes nothing", handler, again)
    handled(meter, "points_ingest: member.changed", handler, _entry("member.changed", _MEMBER))
    review = {
        "member_id": _MEMBER,
        "order_number": _ORDER,
        "line_id": shop_detail()["lines"][0]["line_id"],
        "occurred_at": to_text(utc_now()),
    }
    event = {"source": "shop.reviews", "detail-type": "review.approved", "detail": review}
    handled(meter, "points_ingest: review.approved", handler, event)


def _till(meter: Meter) -> None:
    till = PointsTill()
    spent, held = {"spend_id": "s"}, {"hold_id": "h"}
    bought = {"receipt": "R-1", "amount": 10_000, "currency": "USD"}
    moves: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
        "earn": ("earn", {}, bought | {"occurred_at": to_text(utc_now())}),
        "refunds": ("refund", {}, {"receipt": "R-1", "amount": 1_000}),
        "spend": ("spend", {}, {"points": 20, "spend_id": "s"}),
        "spend/{spend_id}/return": ("return", spent, {"points": 5}),
        "holds": ("hold", {}, {"points": 20, "hold_id": "h"}),
        "holds/{hold_id}/capture": ("capture", held, {"points": 10}),
        "holds/{hold_id}/return": ("return_capture", held, {"points": 5}),
        "adjustments": ("adjust", {}, {"points": 5, "who": "Dana", "why": "A wrong tag."}),
    }
    for route, (operation, path, body) in moves.items():
        with meter.step(f"`POST /points/…/{route}`"):
            _accepted(till.send(operation, _MEMBER, json.dumps(body), path=path).status)
    _with_card(meter)
    till.move("hold", _MEMBER, points=1, hold_id="h2")
    with meter.step("`POST /points/…/holds/{hold_id}/extend`"):
        _accepted(till.move("extend", _MEMBER, path={"hold_id": "h2"}).status)
    with meter.step("`POST /points/…/holds/{hold_id}/release`"):
        _accepted(till.move("release", _MEMBER, path={"hold_id": "h2"}).status)
    again = bought | {"occurred_at": to_text(utc_now() - timedelta(minutes=1)), "receipt": "R-2"}
    till.send("earn", _MEMBER, json.dumps(again), key="again")
    with meter.step("the same request again"):
        _accepted(till.send("earn", _MEMBER, json.dumps(again), key="again").status)
    with meter.step("`GET /points/…`"):
        _accepted(till.balance(_MEMBER).status)
    with meter.step("`GET /points/…/statement`"):
        _accepted(till.statement(_MEMBER).status)


def _with_card(meter: Meter) -> None:
    """What a till does that finds members."""
    till, card = PointsTill(scopes="points:write members:find"), card_of(_MEMBER)
    with meter.step("`POST /members/find` by card"):
        _accepted(till.find(card=card).status)
    with meter.step("`POST /members/find` by e-mail"):
        _accepted(till.find(email=_MAILBOX).status)
    with meter.step("`POST /points/…/spend` with a card"):
        _accepted(till.move("spend", _MEMBER, points=1, shown=card).status)


def _pages(meter: Meter) -> None:
    browser = Browser().sign_in(_MAILBOX)
    for path in ("/points", "/points/card", "/points/history", "/points.csv"):
        with meter.step(f"`GET {path}`"):
            _accepted(browser.get(path).status)
    token = path_of(SIGNING_KEY.encode(), _MEMBER)
    with meter.step("`GET /points/reminders/{token}`"):
        _accepted(browser.get(token).status)
    with meter.step("`POST /points/reminders/{token}`"):
        assert browser.post(token, reminders="off").status == 303
    browser.post(token, reminders="on")
    visitor = Browser()
    with meter.step("`GET /points/sign-in`"):
        _accepted(visitor.get("/points/sign-in").status)
    with meter.step("`POST /points/sign-in`"):
        assert visitor.post("/points/sign-in", email=_MAILBOX).location == "/code"


def _mails(meter: Meter) -> None:
    now = utc_now()
    dues = tuple(points().journal.store.account(_MEMBER).lots)
    reminder, entry = Reminder(_MEMBER, now.date(), dues), _reminder(now)
    with meter.step("expiry_worker: a reminder"):
        NightStore(os.environ["POINTS_TABLE"]).remind(reminder, entry)
    handled(meter, "mailer: a reminder", mailer.app.handler, bus_event(entry))
    data = {"points": "20", "operation_id": "reversal#s"}
    lapsed = Entry("ent_1", LAPSED_ON_RETURN, _MEMBER, now, data, actor=SOMEBODY)
    handled(meter, "mailer: lapsed points", mailer.app.handler, bus_event(lapsed))


def _reminder(now: datetime) -> Entry:
    data = {"scheduled": now.date().isoformat()}
    entry_id = f"rem_{now.date()}_{_MEMBER}"
    return Entry(entry_id, REMINDER_DUE, _MEMBER, now, data, actor=SOMEBODY)


def _close(meter: Meter) -> None:
    with meter.step("`POST /points/…/close`"):
        _accepted(PointsTill().move("close", _OTHER).status)


def _entry(entry_type: str, subject: str) -> dict[str, Any]:
    return bus_event(Entry("ent_0", entry_type, subject, utc_now(), actor=SOMEBODY))


def _accepted(status: int) -> None:
    assert status == 200, status
