"""Every page of the console, as staff use it."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aftercare.desk.conversations import of_return
from aftercare.desk.hand_over import Case
from aftercare.desk.service import About
from aftercare.desk.ticket import Topic
from aftercare.desk.wiring import message_pictures
from aftercare.kernel.actor import CUSTOMER
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.returns.model import Return
from aftercare.staff.sample_store import SampleStore
from aftercare.staff.samples import Drawn
from aftercare.staff.sampling import week_of
from tests.bench.walks.callers import Colleague, style_in
from tests.bench.walks.portal import house_of
from tests.bench.world import World
from tests.fakes.browser import SIGNING_KEY, Page
from tests.fakes.code_cases import code_cases_on, key
from tests.fakes.counter import stock
from tests.fakes.dock import Dock, build_dock
from tests.fakes.house import WORKER, SetClock, good_photo, put_upload
from tests.fakes.incoming import raw_mail
from tests.fakes.orders import EMAIL, NUMBER
from tests.fakes.reviews import AGENT, Desk, build_desk
from tests.fakes.service_desk import ServiceDesk, desk_beside

HIGH = 100_001
WHY = {"words": "Agreed on the phone."}
INSPECTED = {"grade_1": "a", "accepted_1": "2", "disposition_1": "restock", "code_1": "as_asked"}


def walk(world: World) -> None:
    """The user pool is not asked again after a minute, as it would be at another page each time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aftercare.staff.session.CHECKED_FOR", timedelta(days=1))
        _walk(world)


def _walk(world: World) -> None:
    house = house_of(world)
    desk, dock = build_desk(house, world.tables), build_dock(house, world.tables)
    agent, lead, other, warehouse = (
        signs_in(world, role) for role in ("agent", "lead", "lead", "warehouse")
    )
    _signing_in(world, agent)
    _cases(world, desk, agent, lead)
    _settling(world, dock, agent, lead)
    _dock(world, dock, warehouse)
    _codes(world, lead)
    _tickets(world, desk, agent)
    _counter(world, desk)
    _oversight(world, lead, other, desk.waiting())
    _people(world, lead)


def signs_in(world: World, role: str) -> Colleague:
    colleague = Colleague(world=world)
    colleague.signs_in(world.pool, world.pool.add(role, name=f"Ada {role}"))
    return colleague


def _signing_in(world: World, agent: Colleague) -> None:
    agent.get(style_in(agent.get("/sessions")))
    agent.get("/")
    leaving = signs_in(world, "agent")
    leaving.get("/sessions")
    leaving.post("/sign-out")
    leaving.get("/signed-out")


def _version(browser: Colleague, path: str) -> str:
    return browser.get(path).hidden("version")


def _sends(browser: Colleague, ret: Return, verb: str, **typed: str) -> Page:
    path = f"/cases/{ret.return_id}"
    form = {"version": _version(browser, path), "form": verb, **typed}
    return browser.post(f"{path}/{verb}", **form)


def _cases(world: World, desk: Desk, agent: Colleague, lead: Colleague) -> None:
    ret = desk.waiting()
    path = f"/cases/{ret.return_id}"
    for page in ("/queue", "/queue/next", "/queue/parcels", f"/search?q={ret.ticket}", path):
        agent.get(page)
    shown = desk.opened(AGENT, ret.return_id).evidence[0].evidence_id
    agent.get(f"{path}/evidence/{shown}")
    for verb in ("claim", "release"):
        agent.post(f"{path}/{verb}")
    name = agent.get(path).hidden("name")
    agent.post(f"{path}/notes", text="Called the store.", name=name)
    said = {"accepted_1": "yes", "code_1": "as_asked", "words_1": ""}
    _sends(agent, ret, "preview", **said)
    _sends(agent, ret, "evidence-request", kind_packaging="1", words="The back, please.")
    _sends(agent, ret, "request-withdrawal")
    _sends(agent, ret, "decision", **said)
    high = desk.into_review(desk.waiting().return_id, HIGH, "USD", "US")
    for verb, words in (("hand-back", {"words": "Look at the box."}), ("confirmation", {})):
        _sends(agent, high, "decision", **said)
        _sends(lead, high, verb, **words)
    world.settle()


def _settling(world: World, dock: Dock, agent: Colleague, lead: Colleague) -> None:
    remedy = {"open_1": "1", "units_1": "1", "remedy": "refund"}
    _sends(agent, _inspected(world, dock), "resolution", **remedy)
    _sends(agent, _inspected(world, dock), "closure", **WHY)
    _sends(agent, _moving(dock), "loss", **WHY)
    _sends(lead, _moving(dock), "unreceived-refund", **WHY)
    parcels = dock.sent()
    agent.get(f"/cases/{parcels.return_id}")
    agent.post(f"/cases/{parcels.return_id}/parcels", parcel="2")
    cancelled = dock.sent()
    dock.house.returns.cancel(cancelled.email_key, cancelled.return_id, actor=CUSTOMER)
    _sends(lead, cancelled, "reopening", **WHY)
    world.settle()


def _moving(dock: Dock) -> Return:
    ret = dock.sent()
    assert ret.label
    scan = LabelScanned(
        return_id=ret.return_id,
        label_id=ret.label.label_id,
        ticket=ret.ticket,
        tracking_number=ret.label.tracking_number,
        carrier_name=ret.label.carrier,
        sample=ret.label.sample,
        kind=ScanKind.IN_TRANSIT,
        scanned_at=dock.house.clock(),
    )
    return dock.house.returns.record_scan(scan, actor=WORKER)


def _at_the_dock(browser: Colleague, ret: Return, verb: str, **typed: str) -> Page:
    path = f"/dock/{ret.return_id}"
    lines = {f"line_{place}": line.line_id for place, line in enumerate(ret.lines, 1)}
    return browser.post(f"{path}/{verb}", version=_version(browser, path), **lines, **typed)


def _inspected(world: World, dock: Dock) -> Return:
    """One of two units is taken back, so that a person settles it."""
    ret = dock.sent()
    warehouse = signs_in(world, "warehouse")
    _at_the_dock(warehouse, ret, "receipt", received_1="2")
    half = {"accepted_1": "1", "code_1": "not_shown", "words_1": "One is glued."}
    found = {"found_1": ret.lines[0].line_id}
    _at_the_dock(warehouse, ret, "inspection", **found, **(INSPECTED | half))
    world.settle()
    return dock.now(ret)


def _dock(world: World, dock: Dock, warehouse: Colleague) -> None:
    ret = dock.sent()
    warehouse.get(f"/dock?scan={ret.ticket}")
    warehouse.get("/dock")
    _at_the_dock(warehouse, ret, "count", received_1="2")
    _at_the_dock(warehouse, ret, "receipt", received_1="2")
    found = {"found_1": ret.lines[0].line_id}
    _at_the_dock(warehouse, ret, "inspection", **found, **INSPECTED)
    world.settle()


def _codes(world: World, lead: Colleague) -> None:
    stock(world.tables["BatchesTable"])
    cases = code_cases_on(world.tables["AuthenticityTable"])
    cases.desk.clock.now = datetime.now(UTC)
    symbols = cases.desk.fresh_code()
    cases.claim(symbols, "a")
    path = f"/codes/{key(symbols)}"
    lead.get("/queue/codes")
    form = {"version": _version(lead, path), "decision": "cleared", "why": "Seen at S-0412"}
    lead.post(f"{path}/decision", **form)
    world.settle()


def _tickets(world: World, cases: Desk, agent: Colleague) -> None:
    """A ticket about a return with a photo, of a customer who has another one."""
    clock = SetClock(datetime.now(UTC) - timedelta(seconds=1))
    desk = desk_beside(world.tables, clock)
    ret = cases.waiting()
    desk.ask(About(Topic.ORDER, NUMBER), words="The box was open.")
    clock.now += timedelta(seconds=1)
    about = About(Topic.RETURN, NUMBER, ret.return_id, ret.ticket)
    ticket = desk.ask(about, words="It was empty, too.").ticket
    path = f"/tickets/{ticket.number}"
    picture = _sent_with(world, desk, ticket.number)
    agent.get("/queue/tickets")
    agent.get("/queue/tickets/next")
    agent.post("/queue/tickets/searches", name="Late", overdue="yes")
    agent.get("/queue/tickets/searches")
    agent.post("/queue/tickets/searches/forget", name="Late")
    agent.post(f"{path}/claim", wanted="yes")
    page = agent.get(path)
    form = {"entries": page.hidden("entries"), "sent_as": page.hidden("sent_as")}
    agent.get(f"{path}/pictures/{picture}")
    page = agent.post(f"{path}/macro", macro="closing", words="", **form)
    agent.post(f"{path}/act", verb="reply", words="We look into it.", **form)
    desk.mail(raw_mail(**{"from": "kim@example.net"}), passes_dmarc=False)
    agent.get("/queue/tickets/mails")
    [mail] = desk.parked()
    path = f"/queue/tickets/mails/{mail.name}"
    agent.get(path)
    agent.post(path, what="take_in")
    world.settle()
    _merged(agent, f"/tickets/{ticket.number}")
    world.settle()


def _counter(world: World, desk: Desk) -> None:
    """A customer hands over a return about which nobody wrote yet; the counter notes it."""
    ret = desk.waiting()
    service = desk_beside(world.tables, SetClock(datetime.now(UTC)))
    handing = replace(service.handing, key=SIGNING_KEY.encode)
    case = Case(
        of_return(ret.return_id),
        ret.email_key,
        "en",
        order_number=ret.order_number,
        return_id=ret.return_id,
        return_number=ret.ticket,
    )
    handing.ask(case)
    code = handing.shown(case)
    assert code
    store = signs_in(world, "store")
    store.get("/counter")
    path = store.post("/counter", code=code.digits, store="London Soho").location
    page = store.get(path)
    form = {"entries": page.hidden("entries"), "sent_as": page.hidden("sent_as")}
    store.post(f"{path}/act", verb="note", words="The lid is cracked.", **form)
    shown = re.search(r'src="([^"]+/evidence/[^"]+)"', page.body)
    assert shown
    store.get(shown[1])
    service.write(path.rpartition("/")[2], email=EMAIL)
    store.get(f"{path}/pictures/{_sent_with(world, service, path.rpartition('/')[2])}")
    _walk_in(store)
    world.settle()


def _sent_with(world: World, desk: ServiceDesk, number: str) -> str:
    """The id of a picture that came with the customer's last message."""
    house = house_of(world)
    pictures = message_pictures(house.evidence)
    slot = pictures.open_slot(desk.thread(number), "image/jpeg", actor=CUSTOMER)
    put_upload(house, slot.upload_key)
    house.evidence.screen(slot.upload_key, good_photo, actor=WORKER)
    return slot.evidence_id


def _walk_in(store: Colleague) -> None:
    """Somebody has a receipt that matches nothing, and takes a paper code along."""
    told = {"words": "The ear is loose.", "topic": "product", "language": "fr", "email": ""}
    told |= {"store": "London Soho", "receipt": "PM-2026-7001", "total": "9.00"}
    token = store.get("/counter/new").hidden("sent_as")
    store.post("/counter/new", sent_as=token, **told)
    opened = store.post("/counter/new", sent_as=token, is_unproved="yes", **told)
    path = opened.location.partition("?")[0]
    store.post(f"{path}/paper")
    store.get(f"{path}/paper")


def _merged(agent: Colleague, path: str) -> None:
    """It and the other one become one ticket, and two again."""
    page, number = agent.get(path), path.rpartition("/")[2]
    other, other_entries = page.hidden("other"), page.hidden("other_entries")
    form = {"entries": page.hidden("entries"), "sent_as": page.hidden("sent_as")}
    merged = agent.post(f"{path}/merge", other=other, other_entries=other_entries, **form)
    winner = merged.location.partition("?")[0]
    loser, had = (other, form["entries"]) if winner == path else (number, other_entries)
    form["entries"] = str(int(had) + 1)
    agent.post(f"{winner}/unmerge", loser=loser, **form)


def _oversight(world: World, lead: Colleague, other: Colleague, ret: Return) -> None:
    now = datetime.now(UTC)
    drawn = Drawn(week_of(now), "00ff#ent_1", ret.return_id, "return.declined", AGENT.actor, now)
    SampleStore(world.tables["StaffTable"]).add(drawn)
    lead.get("/sample")
    looked = {"week": drawn.week, "place": drawn.place, "finding": "agreed", "words": ""}
    lead.post("/sample", **looked)
    auditor = signs_in(world, "auditor")
    auditor.get(f"/audit?return={ret.return_id}")
    for verb in ("decline", "confirm"):
        lead.get("/erasures")
        lead.post("/erasures", email="gone@example.com", why="customer")
        erasure_id = _within(other.get("/erasures"), "/erasures/")
        other.post(f"/erasures/{erasure_id}/{verb}")
    world.settle()


def _within(page: Page, before: str) -> str:
    """The id in the first form whose address has that before it."""
    found = re.search(rf'action="[^"]*{before}([^"/]+)/', page.body)
    assert found, before
    return found[1]


def _people(world: World, lead: Colleague) -> None:
    """Somebody ends their session on another device, and a lead those of a colleague."""
    account = world.pool.add("agent", name="Ada Agent")
    at_home, at_work = (
        Colleague(world=world).signs_in(world.pool, account) for _ in ("home", "work")
    )
    session = _within(at_work.get("/sessions"), "/sessions/")
    at_work.post(f"/sessions/{session}/end")
    assert not at_home.opens()
    lead.post(f"/members/{_within(lead.get('/members'), '/members/')}/end")
