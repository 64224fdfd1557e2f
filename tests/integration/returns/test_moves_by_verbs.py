"""Every verb by everybody on a return in every state: it does what the table says, or nothing.

The verbs of customers and of reviews have tables of their own, too: see
`test_what_customers_may_do.py` and `test_who_may_do_what.py`.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import NamedTuple

import pytest

from aftercare.kernel.actor import CUSTOMER, Actor, client, operator, staff, system
from aftercare.kernel.aws import client as aws_client
from aftercare.kernel.errors import AftercareError
from aftercare.kernel.ids import new_id
from aftercare.labels.events import LabelFailed, LabelReleased, LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import (
    OrderEvent,
    OrderRefunded,
    OrderRefundFailed,
    OrderShipped,
    Parcel,
    Refund,
    RefundFailure,
)
from aftercare.returns.arrivals import (
    Came,
    Condition,
    Disposition,
    Found,
    Grade,
    Inspection,
    Receipt,
)
from aftercare.returns.ending import EndingService
from aftercare.returns.judgement import EvidenceRequest, JudgementCode, Review
from aftercare.returns.keeping import KeepingService
from aftercare.returns.model import IssuedLabel, Return, ReturnLine, ReturnStatus
from aftercare.returns.moves import MOVES, Move, Party, Verb
from aftercare.returns.policy import Remedy
from aftercare.returns.promising import arrived
from aftercare.returns.receiving import ReceivingService
from aftercare.returns.requests import Request
from aftercare.returns.settlement import SettledLine, Settlement
from aftercare.returns.wiring import ReceivingConfig, keeping_service, receiving_service
from aftercare.staff.model import Member, Role
from aftercare.staff.policy import may
from tests.fakes.house import House
from tests.fakes.orders import NOON, ORDERS_INGEST
from tests.fakes.resolved import Shop, shop_of
from tests.fakes.reviews import member

pytestmark = pytest.mark.integration
S = ReturnStatus
ACTORS = {
    Party.CUSTOMER: CUSTOMER,
    Party.STAFF: staff("stf_1"),
    Party.CLIENT: client("dock-7"),
    Party.SYSTEM: system("returns_worker"),
    Party.OPERATOR: operator("otto"),
}
HERE = {S.ARRIVED, S.INSPECTED, S.RESOLVING, S.CLOSED}
CAME = {"1": Came({Condition.RECEIVED: 1, Condition.SHORT: 1})}
FOUND = {"1": Found(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)}
DUE = NOON + timedelta(days=90)


@dataclass
class Room:
    """The services that move returns, and one return of which each cell gets a copy."""

    house: House
    shop: Shop
    docks: ReceivingService
    promises: KeepingService
    base: Return
    table: str

    def copy(self, status: ReturnStatus, remedy: Remedy) -> Return:
        """The return in that state, with what a return in that state has."""
        line, now = replace(self.base.lines[0], remedy=remedy), self.house.clock.now
        wanted = EvidenceRequest((), "", staff("stf_1"), now, now)
        made = replace(
            self.base,
            return_id=new_id("ret", now),
            status=status,
            label=IssuedLabel("lbl_1", "5061", "The Post", sample=False),
            labelled_at=now - timedelta(days=28),
            submitted_at=now,
            review=Review(now, wanted=wanted),
            version=None,
        )
        if status in HERE:
            order = self.house.orders.get(made.order_number)
            made = arrived(made, order, now - timedelta(days=60))
        if status is S.RESOLVING:
            made = replace(made, settlements=(_asked(made, remedy),))
        made = replace(made, lines=(_line_in(line, status),))
        self.house.returns.store.save_claim(made)
        held = {"pk": {"S": f"ORDER#{made.order_number}"}, "sk": {"S": "LINE#1"}}
        units = {"units": {"N": "2" if made.holds_units else "0"}}
        aws_client("dynamodb").put_item(TableName=self.table, Item=held | units)
        return made

    def stored(self, ret: Return) -> Return:
        found = self.house.returns.store.get(ret.return_id)
        assert found
        return found


def _line_in(line: ReturnLine, status: ReturnStatus) -> ReturnLine:
    """Received where the parcel is here, and inspected where that is over."""
    by = ACTORS[Party.CLIENT]
    if status not in HERE:
        return line
    line = replace(line, receipt=Receipt({Condition.RECEIVED: 2}, (), "Dock 7", by, NOON))
    if status is S.ARRIVED:
        return line
    done = Inspection(2, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED, "", by, NOON)
    return replace(line, inspection=done)


def _asked(ret: Return, remedy: Remedy) -> Settlement:
    """One of the two units was asked for."""
    lines = {"1": SettledLine(1, 8_900 if remedy is Remedy.REFUND else 0, 0)}
    by = ACTORS[Party.SYSTEM]
    return Settlement(f"{ret.ticket}#1", remedy, lines, 0, 0, "USD", by, NOON)


class Rule(NamedTuple):
    """An act that calls a verb; `facts` is what the shop has said of the return before."""

    verb: Verb
    act: Callable[[Room, Return, Actor], object]
    facts: Callable[[Return], OrderEvent] | None = None
    remedy: Remedy = Remedy.REFUND


def _released(ret: Return) -> LabelReleased:
    return LabelReleased(
        ret.return_id, "lbl_1", ret.ticket, "5061", "post", "The Post", sample=False
    )


def _scanned(kind: ScanKind) -> Callable[[Room, Return, Actor], object]:
    def scan(room: Room, ret: Return, actor: Actor) -> object:
        told = LabelScanned(
            ret.return_id, "lbl_1", ret.ticket, "5061", "The Post", False, kind, NOON
        )
        return room.house.returns.record_scan(told, actor=actor)

    return scan


def _refunded(ret: Return) -> OrderEvent:
    refund = Refund({}, ret.ticket, refunded_at=NOON, amount=8_900)
    return OrderRefunded(ret.order_number, NOON, "rf-1", refund)


def _failed(ret: Return) -> OrderEvent:
    failure = RefundFailure(ret.ticket, f"{ret.ticket}#1", "card_closed")
    return OrderRefundFailed(ret.order_number, NOON, failure)


def _sent(ret: Return) -> OrderEvent:
    parcel = Parcel("P-9", named_at={"ticket": NOON}, ticket=ret.ticket)
    return OrderShipped(ret.order_number, NOON, parcel)


def _answer(room: Room, ret: Return, actor: Actor) -> object:
    return room.shop.settling.record_return(ret.return_id, actor=actor)


RULES = {
    "screen": Rule(
        Verb.SCREEN, lambda r, ret, by: r.house.returns.approve(ret.return_id, actor=by)
    ),
    "attach_label": Rule(
        Verb.ATTACH_LABEL, lambda r, ret, by: r.house.returns.attach_label(_released(ret), actor=by)
    ),
    "note_label_failure": Rule(
        Verb.NOTE_LABEL_FAILURE,
        lambda r, ret, by: r.house.returns.record_label_failure(
            LabelFailed(ret.return_id, "lbl_1", ret.ticket, "carrier_refused"), actor=by
        ),
    ),
    "warn_of_expiry": Rule(
        Verb.WARN_OF_EXPIRY,
        lambda r, ret, by: r.house.returns.warn_of_expiry(ret.return_id, DUE, actor=by),
    ),
    "expire": Rule(
        Verb.EXPIRE, lambda r, ret, by: r.house.returns.expire(ret.return_id, DUE, actor=by)
    ),
    "cancel": Rule(
        Verb.CANCEL,
        lambda r, ret, by: r.house.returns.cancel(ret.email_key, ret.return_id, actor=by),
    ),
    "scan_delivered": Rule(Verb.SCAN, _scanned(ScanKind.DELIVERED)),
    "receive": Rule(
        Verb.RECEIVE, lambda r, ret, by: r.docks.receive(ret.return_id, CAME, "Dock", actor=by)
    ),
    "inspect": Rule(
        Verb.INSPECT, lambda r, ret, by: r.docks.inspect(ret.return_id, FOUND, actor=by)
    ),
    "warn_of_promise": Rule(
        Verb.WARN_OF_PROMISE, lambda r, ret, by: r.promises.warn(ret.return_id, DUE, actor=by)
    ),
    "end_promise": Rule(
        Verb.WARN_OF_PROMISE, lambda r, ret, by: r.promises.end(ret.return_id, DUE, actor=by)
    ),
    "resolve_next": Rule(
        Verb.RESOLVE, lambda r, ret, by: r.shop.resolving.resolve_next(ret.return_id, actor=by)
    ),
    "note_refund": Rule(Verb.NOTE_REFUND, _answer, _refunded),
    "note_failure": Rule(Verb.NOTE_FAILURE, _answer, _failed),
    "note_replacement": Rule(Verb.NOTE_REPLACEMENT, _answer, _sent, Remedy.REPLACEMENT),
}


@pytest.fixture
def room(house: House, tables: dict[str, str]) -> Room:
    order = house.delivered_order(email=f"{house.new_number()}@example.com")
    base = house.draft(order, new_id("ret", NOON), {"1": 2})
    config = ReceivingConfig(
        *(tables[each] for each in ("ReturnsTable", "OrdersTable", "DueTable"))
    )
    return Room(
        house,
        shop_of(house, tables),
        receiving_service(config, clock=house.clock),
        keeping_service(config, clock=house.clock),
        base,
        tables["ReturnsTable"],
    )


def rows(verb: Verb, status: ReturnStatus, party: Party) -> list[Move]:
    return [row for row in MOVES if row.verb is verb and status in row.before and party in row.by]


def reached(verb: Verb, status: ReturnStatus, party: Party) -> set[ReturnStatus]:
    """Where the verb takes a return; a scan takes one up again, and then moves it on."""
    there = {status}
    for row in (*rows(verb, status, party), *rows(verb, S.LABEL_READY, party)):
        if there & row.before:
            there |= {row.after} if row.after else set()
    return there


@pytest.mark.parametrize("name", RULES)
def test_a_verb_does_what_the_table_has_for_the_state_and_the_party_and_nothing_else(
    room: Room, name: str
) -> None:
    rule = RULES[name]
    if rule.facts:
        room.house.orders.record(rule.facts(room.base), actor=ORDERS_INGEST)
    for status, (party, actor) in product(S, ACTORS.items()):
        ret = room.copy(status, rule.remedy)
        before = room.stored(ret)
        # A ValueError is our own mistake: a step that is no row is never committed.
        with suppress(AftercareError, ValueError):
            rule.act(room, ret, actor)
        after, may_be = room.stored(ret), rows(rule.verb, status, party)
        assert (after != before) is bool(may_be), f"{party} on {status}"
        assert after.status in reached(rule.verb, status, party), party


STAFF: dict[str, tuple[Verb, Callable[[Room, Return, Role | None], object]]] = {
    "resolve": (
        Verb.RESOLVE,
        lambda r, ret, role: r.shop.resolving.resolve(
            _who(role), ret.return_id, 1, Request(Remedy.REFUND, {"1": 1})
        ),
    ),
    "refund_unreceived": (
        Verb.REFUND_UNRECEIVED,
        lambda r, ret, role: r.shop.resolving.refund_unreceived(
            _who(role), ret.return_id, 1, "The carrier lost it."
        ),
    ),
    "declare_lost": (
        Verb.DECLARE_LOST,
        lambda r, ret, role: _ending(r).declare_lost(_who(role), ret.return_id, 1, "It is gone."),
    ),
    "reopen": (
        Verb.REOPEN,
        lambda r, ret, role: _ending(r).reopen(_who(role), ret.return_id, 1, "Look again."),
    ),
    "close": (
        Verb.CLOSE,
        lambda r, ret, role: r.shop.resolving.close(_who(role), ret.return_id, 1, "As agreed."),
    ),
}


def _ending(room: Room) -> EndingService:
    base = room.shop.resolving
    return EndingService(base.store, base.orders, base.rules, base.clock, base.entropy)


def _who(role: Role | None) -> Member:
    return member("who", *([role] if role else []))


@pytest.mark.parametrize("name", STAFF)
def test_a_verb_of_staff_is_done_by_the_roles_of_the_matrix_in_the_states_of_the_table(
    room: Room, name: str
) -> None:
    verb, act = STAFF[name]
    for status, role in product(S, (*Role, None)):
        ret = room.copy(status, Remedy.REFUND)
        if status is S.RESOLVING and verb is Verb.CLOSE:  # the shop has not answered otherwise
            ret = replace(room.stored(ret), settlements=())
            room.house.returns.store.save_claim(ret)
        before = room.stored(ret)
        with suppress(AftercareError):
            act(room, before, role)
        who, after = _who(role), room.stored(ret)
        may_be = [row for row in rows(verb, status, Party.STAFF) if may(who, row.permission)]
        assert (after != before) is bool(may_be), f"{role} on {status}"
        assert not may_be or any(row.leads_to(after.status) for row in may_be), after.status
