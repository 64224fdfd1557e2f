"""Returns that wait for people, in every state that staff meet, and the pages that show them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple

from aftercare.authenticity.cases import CaseState, ClaimKind
from aftercare.batches.wiring import BatchesConfig, batch_book
from aftercare.desk.ticket import Ticket
from aftercare.erasure.model import Why
from aftercare.evidence.model import Advice, EvidenceKind, Likeness, Mark, Match
from aftercare.labels.model import ScanKind
from aftercare.orders.facts import Parcel
from aftercare.orders.model import OrderShipped
from aftercare.parcels.model import Direction, Owner, ParcelStatus
from aftercare.returns.arrivals import Came, Condition, Disposition, Found, Grade
from aftercare.returns.judgement import JudgementCode
from aftercare.returns.model import Return
from aftercare.returns.moves import ReturnStatus, Verb
from aftercare.returns.policy import Remedy
from aftercare.returns.requests import Request
from aftercare.returns.wiring import ReturnNoticesConfig, ending_service
from aftercare.staff.sample_store import SampleStore
from aftercare.staff.samples import Drawn, Finding
from aftercare.staff.sampling import week_of
from tests.fakes import counter
from tests.fakes.browser_pages.desks import NOBODY
from tests.fakes.browser_pages.ticketed import PARKED, tickets_of
from tests.fakes.code_cases import code_cases_on, key
from tests.fakes.dock import Dock, build_dock
from tests.fakes.erasures import erasing
from tests.fakes.house import WORKER, House
from tests.fakes.orders import BLIND_BOX, EMAIL, FIGURE, ORDERS_INGEST
from tests.fakes.parcels import news, scan
from tests.fakes.reviews import AGENT, LEAD, NO, QA, WAREHOUSE, YES, Desk, build_desk
from tests.fakes.several import in_parcels
from tests.fakes.several import scan as scan_parcel

HIGH = 100_001
S = ParcelStatus


class StaffScene(NamedTuple):
    """A page of the console as somebody with that role opens it."""

    name: str
    role: str
    path: str
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True)
class Cases:
    """Returns of every standing, by name; `waiting` are ten that wait for anybody."""

    desk: Desk
    named: dict[str, Return]
    waiting: list[Return]
    dock: Dock
    parcels: dict[str, Return]
    several: dict[str, Return]
    settling: dict[str, Return]
    codes: dict[str, str]
    tickets: dict[str, Ticket]


def cases(house: House, tables: dict[str, str]) -> Cases:
    """A morning's work."""
    house.clock.now = datetime.now(UTC) - timedelta(hours=30)
    desk = build_desk(house, tables)
    named = {
        "rich": _rich(desk),
        "proposed": desk.into_review(desk.waiting().return_id, HIGH, "USD", "US"),
        "asked": desk.waiting(),
        "approved": desk.waiting(),
        "declined": desk.waiting(),
        "claimed": desk.waiting(),
    }
    desk.decide(AGENT, named["proposed"])
    desk.decide(QA, named["approved"], YES)
    desk.decide(LEAD, named["declined"], NO)
    asked = named["asked"].return_id
    desk.reviews.ask_for_evidence(
        AGENT, asked, desk.version(asked), [EvidenceKind.CLOSE_UP], "The paint of the left ear."
    )
    desk.reviews.note(QA, named["rich"].return_id, "The same collector wrote to us in May.")
    waiting = []
    for _ in range(10):
        house.clock.forward(minutes=90)
        waiting.append(desk.waiting())
    house.clock.now = datetime.now(UTC)
    _carried(house, named["rich"].order_number)
    desk.reviews.claim(QA, named["claimed"].return_id)
    _overseen(house, tables, waiting[0])
    dock = build_dock(house, tables)
    parcels = _parcels(dock)
    several, codes = _several(dock), _codes(house, tables)
    settling = _settling(dock, tables)
    tickets = tickets_of(tables, named["rich"])
    return Cases(desk, named, waiting, dock, parcels, several, settling, codes, tickets)


def _codes(house: House, tables: dict[str, str]) -> dict[str, str]:
    """Keys of codes: one with claims and a strong sign, one of which copies were confirmed."""
    found = code_cases_on(tables["AuthenticityTable"])
    if batch_book(BatchesConfig(tables["BatchesTable"])).find(0, 0) is None:
        counter.stock(tables["BatchesTable"])
    found.desk.clock.now = house.clock() - timedelta(days=5)
    doubted, copied = found.desk.fresh_code(), found.desk.fresh_code()
    for _ in range(2):
        found.desk.service.record_sale(doubted, found.desk.clock(), actor=WORKER)
        found.desk.clock.forward(days=1)
    found.claim(doubted, "owner", words="From the store in Lyon, in May. I still have the receipt.")
    found.claim(
        doubted, "buyer", ClaimKind.FAKE, "The paint smells, and the box is too light. " * 9
    )
    found.claim(copied, "buyer", ClaimKind.FAKE)
    found.decide(copied, CaseState.COPIED, "Two of them at S-0412")
    return {"doubted": key(doubted), "copied": key(copied)}


def _carried(house: House, order: str) -> None:
    """What carriers say of two parcels of the order: one has arrived, the other is silent."""
    at = house.clock() - timedelta(days=12)
    said = {
        "9400136897846022215007": (S.ACCEPTED, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.DELIVERED),
        "1Z999AA10123456784": (S.ACCEPTED, S.IN_TRANSIT, None),
    }
    for number, statuses in said.items():
        named = dict.fromkeys(("carrier", "tracking_number"), at)
        carrier = "UPS" if number.startswith("1Z") else "USPS"
        sent = Parcel(f"P-{number}", carrier, number, named_at=named, shipped_at=at)
        house.orders.record(OrderShipped(order, at, sent), actor=ORDERS_INGEST)
        owner = Owner(Direction.OUTBOUND, order, carrier, number)
        house.parcels.follow(owner, actor=WORKER)
        scans = [
            scan(status, at=at + timedelta(hours=7 * place), place="Portland, OR, US")
            for place, status in enumerate(statuses)
        ]
        house.parcels.record(news(*scans, number=number), actor=WORKER)
        house.parcels.tell_silence(number, lambda _: True, actor=WORKER)


def _overseen(house: House, tables: dict[str, str], ret: Return) -> None:
    """An erasure that waits for a second lead, one that was declined, and two drawn decisions."""
    erasures, now = erasing(house)[0], house.clock.now
    erasures.ask(LEAD, "a.rather.long.address.of.a.collector@collectors.example", Why.CUSTOMER)
    declined = erasures.ask(LEAD, "somebody@else.example", Why.SHOP)
    erasures.decline(LEAD, declined.erasure_id)
    erasures.ask(LEAD, EMAIL, Why.AUTHORITY)
    drawn = Drawn(week_of(now), "00#ent_1", ret.return_id, "return.declined", AGENT.actor, now)
    looked = drawn._replace(place="01#ent_2", finding=Finding.QUESTIONED, words="Look again.")
    for each in (drawn, looked._replace(looked_by=LEAD.actor, looked_at=now)):
        SampleStore(tables["StaffTable"]).add(each)


def scenes(cases: Cases) -> Iterator[StaffScene]:
    """Each page and state, for the roles that see it differently."""
    yield StaffScene("queue", "agent", "/queue")
    yield StaffScene("queue by value", "auditor", "/queue?by=value")
    yield StaffScene("silent parcels", "agent", "/queue/parcels")
    yield StaffScene("codes", "agent", "/queue/codes")
    for name, code in cases.codes.items():
        for role in ("agent", "lead"):
            yield StaffScene(f"code, {name}, {role}", role, f"/codes/{code}")
    yield from _at_the_desk(cases.tickets)
    yield StaffScene("search", "agent", "/search")
    yield StaffScene("search, found", "agent", f"/search?q={cases.named['rich'].ticket}")
    yield StaffScene("search, nothing", "agent", "/search?q=R-0000")
    for name, ret in cases.named.items():
        yield StaffScene(f"case, {name}", "agent", f"/cases/{ret.return_id}")
    proposed = cases.named["proposed"].return_id
    for role in ("lead", "qa", "warehouse", "store", "auditor"):
        yield StaffScene(f"case, {role}", role, f"/cases/{proposed}")
    yield from _at_the_dock(cases)
    for name, ret in cases.settling.items():
        for role in ("agent", "lead"):
            yield StaffScene(f"case, {name}, {role}", role, f"/cases/{ret.return_id}")
    yield from _of_staff(proposed)


def _at_the_desk(tickets: dict[str, Ticket]) -> Iterator[StaffScene]:
    """The queues of tickets, and tickets as those see them who may do something to them or not."""
    for queue in ("agents", "customers", "third_parties", "legal"):
        yield StaffScene(f"tickets, {queue}", "agent", f"/queue/tickets?queue={queue}")
    yield StaffScene("tickets, none free", "agent", "/queue/tickets?done=empty")
    yield StaffScene("tickets, looked for", "agent", "/queue/tickets?overdue=yes&language=en")
    yield StaffScene("tickets, none fits", "agent", "/queue/tickets?channel=wechat&days=3")
    yield StaffScene("no searches kept", "agent", "/queue/tickets/searches")
    for name, ticket in tickets.items():
        yield StaffScene(f"ticket, {name}", "agent", f"/tickets/{ticket.number}")
    long, late = tickets["long"].number, tickets["late"].number
    yield StaffScene("ticket, to read", "auditor", f"/tickets/{long}")
    yield StaffScene("ticket, just answered", "lead", f"/tickets/{long}?done=reply")
    yield StaffScene("ticket, with a macro", "lead", f"/tickets/{late}?macro=missing-from-set")
    yield StaffScene("ticket, before", "qa", f"/tickets/{long}?to=3")
    for name, path in (("mails", ""), ("mail", f"/{PARKED}"), ("mails, looked at", "?done=left")):
        yield StaffScene(f"parked {name}", "agent", f"/queue/tickets/mails{path}")
    yield StaffScene("search, a ticket", "agent", f"/search?q={late}")
    yield StaffScene("hand-over", "store", "/counter")
    yield StaffScene("walk-in", "store", "/counter/new")
    nobodys = f"/counter/{late}"
    yield StaffScene("hand-over, not with them", "store", nobodys, HTTPStatus.FORBIDDEN)


def _at_the_dock(cases: Cases) -> Iterator[StaffScene]:
    """Parcels in every state, and the scans that open none."""
    parcels = cases.parcels
    yield StaffScene("dock", "warehouse", "/dock")
    yield StaffScene("dock, store", "store", "/dock")
    done = f"done=inspected&of={parcels['sent'].ticket}"
    yield StaffScene("dock, after an inspection", "warehouse", f"/dock?{done}")
    refused = HTTPStatus.UNPROCESSABLE_ENTITY
    yield StaffScene("dock, a typo", "warehouse", "/dock?scan=R-1234-1234-1", refused)
    yield StaffScene("dock, unknown", "warehouse", "/dock?scan=R-0000-0000-0", refused)
    inspected = parcels["inspected"].ticket
    yield StaffScene("dock, inspected already", "warehouse", f"/dock?scan={inspected}", refused)
    for name, ret in parcels.items():
        yield StaffScene(f"parcel, {name}", "warehouse", f"/dock/{ret.return_id}")
    received = parcels["received"].return_id
    yield StaffScene("parcel, just received", "store", f"/dock/{received}?done=received")
    yield StaffScene("parcel, qa", "qa", f"/dock/{received}")
    for name, ret in cases.several.items():
        where = f"/dock/{ret.return_id}"
        yield StaffScene(f"parcels, {name}", "warehouse", f"{where}?parcel=2")
        yield StaffScene(f"parcels, {name}, counted", "warehouse", f"{where}?done=received")
    moving = cases.several["one counted"].return_id
    yield StaffScene("case, one of two parcels here", "agent", f"/cases/{moving}")


def _of_staff(return_id: str) -> Iterator[StaffScene]:
    """The pages about staff, and those that say no."""
    yield StaffScene("search, store", "store", "/search")
    yield StaffScene("sessions", "agent", "/sessions")
    yield StaffScene("colleagues", "lead", "/members")
    yield StaffScene("audit trail", "auditor", "/audit")
    yield StaffScene("erasures", "lead", "/erasures")
    yield StaffScene("audit sample", "lead", "/sample")
    yield StaffScene("audit sample, another week", "lead", "/sample?week=2026-W01")
    yield StaffScene("audit trail, of a case", "auditor", f"/audit?return={return_id}")
    yield StaffScene("audit trail, no such case", "auditor", "/audit?return=R-1234")
    yield StaffScene("not permitted", "agent", "/members", HTTPStatus.FORBIDDEN)
    missing = "/cases/ret_00000000000000000000000000"
    yield StaffScene("no such case", "agent", missing, HTTPStatus.NOT_FOUND)
    yield StaffScene("sign-in", NOBODY, "/sign-in")
    yield StaffScene("sign-in, to go on", NOBODY, "/sign-in?to=/queue")
    yield StaffScene("signed out", NOBODY, "/signed-out")
    yield StaffScene("no role", "guest", "/")


def _rich(desk: Desk) -> Return:
    """Two items, a photo with marks in Japanese that was seen before."""
    house = desk.house
    other = desk.waiting()
    ret = desk.waiting(house.delivered_order(FIGURE, BLIND_BOX), {"1": 1, "2": 1})
    photo = house.evidence.of_return(ret.return_id)[0]
    others = house.evidence.of_return(other.return_id)[0]
    for mark in (Mark(3_000, 2_500, "左耳が欠けています"), Mark(7_200, 6_100, "塗装の剥がれ")):
        photo = house.evidence.mark(photo.return_id, photo.evidence_id, mark)
    alike = (Match(others.return_id, others.evidence_id, Likeness.SAME_PICTURE),)
    after = replace(photo, matches=alike, advice=(Advice.BLURRED,), before_delivery=True)
    house.evidence.store.note(photo, after)
    return desk.now(ret.return_id)


def _parcels(dock: Dock) -> dict[str, Return]:
    """Parcels that are expected, half received, received, inspected."""
    house, two = dock.house, {"1": 2, "2": 1}
    named = {
        name: dock.sent(house.delivered_order(FIGURE, BLIND_BOX), two)
        for name in ("sent", "received", "partly inspected", "inspected")
    }
    damaged = {Condition.RECEIVED: 1, Condition.DAMAGED_IN_TRANSIT: 1}
    came = {"1": Came(damaged, ("PMAA-0001",)), "2": Came({Condition.RECEIVED: 1})}
    good = Found(1, Grade.A, Disposition.RESTOCK, JudgementCode.AS_ASKED)
    partly = Found(1, Grade.C, Disposition.RECYCLE, JudgementCode.NOT_SHOWN, "One ear is glued.")
    for name in ("received", "partly inspected", "inspected"):
        dock.desk.receiving.receive(named[name].return_id, came, "Dock 7", actor=WAREHOUSE.actor)
    for name, found in {
        "partly inspected": {"2": good},
        "inspected": {"1": partly, "2": good},
    }.items():
        dock.desk.receiving.inspect(named[name].return_id, found, actor=WAREHOUSE.actor)
    return {name: dock.now(ret) for name, ret in named.items()}


def _several(dock: Dock) -> dict[str, Return]:
    """Returns in two and three parcels: none was counted yet, or the first one was."""
    house, two = dock.house, {"1": 2, "2": 1}
    named = {
        name: in_parcels(house, dock.sent(house.delivered_order(FIGURE, BLIND_BOX), two), count)
        for name, count in {"none counted": 3, "one counted": 2}.items()
    }
    for ret in named.values():
        scan_parcel(house, ret, 2, ScanKind.IN_TRANSIT)
    came = {"1": Came({Condition.RECEIVED: 2}), "2": Came({Condition.AWAITED: 1})}
    counted = named["one counted"].return_id
    dock.desk.receiving.receive(counted, came, "Dock 7", actor=WAREHOUSE.actor)
    return {name: dock.now(ret) for name, ret in named.items()}


def _settling(dock: Dock, tables: dict[str, str]) -> dict[str, Return]:
    """Returns that are settled, or end, in every way that staff meet."""
    house, actor = dock.house, WAREHOUSE.actor
    config = ReturnNoticesConfig(tables["ReturnsTable"], tables["OrdersTable"])
    ends = ending_service(config, clock=house.clock)
    here, away = ("taken back in part", "asked for"), ("on its way", "lost")
    named = {name: dock.sent() for name in (*here, *away)}
    for name in here:
        ret = named[name]
        came = {"1": Came({Condition.RECEIVED: 2})}
        dock.desk.receiving.receive(ret.return_id, came, "Dock 7", actor=actor)
        partly = Found(1, Grade.C, Disposition.RECYCLE, JudgementCode.NOT_SHOWN, "An ear is glued.")
        dock.desk.receiving.inspect(ret.return_id, {"1": partly}, actor=actor)
        ends.resolve_next(ret.return_id, actor=WORKER)
    asked = dock.now(named["asked for"])
    request = Request(Remedy.REFUND, {"1": 1})
    ends.resolve(AGENT, asked.return_id, asked.version or 0, request)
    for name in away:
        ret = dock.now(named[name])
        after = ret.moved(Verb.SCAN, ReturnStatus.IN_TRANSIT)
        house.returns.store.save_claim(after)
    lost = dock.now(named["lost"])
    ends.declare_lost(AGENT, lost.return_id, lost.version or 0, "The carrier found nothing.")
    return {name: dock.now(ret) for name, ret in named.items()}
