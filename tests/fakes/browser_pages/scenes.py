"""Every page of the portal and the check page, in the states that a customer meets."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from aftercare.batches.model import BatchStatus
from aftercare.evidence.model import EvidenceKind, Mark
from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.ids import new_id
from aftercare.labels.events import LabelScanned
from aftercare.labels.model import ScanKind
from aftercare.orders.model import (
    Order,
    OrderLine,
    OrderRefunded,
    ProductKind,
    Refund,
    email_key_of,
)
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import ReturnStatus
from aftercare.returns.settling import SettlingService
from aftercare.web.customers import CustomerSession, anonymous, signed_in
from portal.edge import sessions_of
from tests.fakes import counter, points_desk
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.house import WORKER, House
from tests.fakes.orders import ORDERS_INGEST, paid, shipped
from tests.fakes.screening import rules, screening_by

_LINES = (
    OrderLine("1", "FIG-1", "Moon Hare 400% Figure", ProductKind.FIGURE, 2, 8900),
    OrderLine("2", "BB-1", "Tiny Tide Series Blind Box", ProductKind.BLIND_BOX, 6, 1600),
    OrderLine(
        "3", "PN-1", "Night Parade POP NOW Box", ProductKind.POP_NOW, 1, 1800, opened_online=True
    ),
)


@dataclass(frozen=True)
class Scene:
    """A page as it is opened: its path, and the cookies that the browser sends."""

    name: str
    path: str
    cookies: str = ""


@dataclass(frozen=True)
class OfKinds:
    """A draft that needs photos of three kinds; one close-up has marks, a label's photo no code."""

    draft: str
    close_up: str
    serial_code: str
    waiting: str


@dataclass(frozen=True)
class Cast:
    """Who and what the scenes show."""

    member: CustomerSession
    stranger: CustomerSession
    asking: CustomerSession
    order: Order
    draft: str
    of_kinds: "OfKinds"
    unfinished: str
    done: str
    ended: dict[str, str]
    recalled: str
    genuine: str
    suspect: str


def cast(house: House, batches_table: str) -> Cast:
    """A member with orders, returns and points; and codes of every standing."""
    house.clock.now = datetime.now(UTC)
    member = points_desk.joined()
    order = house.delivered_order(*_LINES, email=member.email)
    house.delivered_order(*_LINES[:1], email=member.email, days_ago=40)
    number = house.new_number()
    house.orders.record(
        paid(*_LINES[1:2], number=number, at=house.clock(), email=member.email),
        actor=ORDERS_INGEST,
    )
    house.orders.record(shipped(number, house.clock()), actor=ORDERS_INGEST)
    draft, unfinished, done = (house.draft(order, new_id("ret", house.clock())) for _ in range(3))
    house.add_good_photo(done)
    house.add_good_photo(draft)
    house.add_good_photo(draft)
    house.returns.submit(email_key_of(member.email), done.return_id, actor=CUSTOMER)
    house.returns.approve(done.return_id, actor=WORKER)
    house.make_label(done.return_id)
    for days in (1, 20, 200, 364):
        points_desk.earned_long_ago(member.member_id, 1_130 + days, days)
    counter.stock(batches_table)
    suspect = counter.fresh_code()
    for each in range(3):
        counter.customer_checks(suspect, f"somebody {each}")
    return Cast(
        member=signed_in(email_key_of(member.email)),
        stranger=signed_in(email_key_of("nobody@example.com")),
        asking=replace(anonymous(), requests="sgn_01JXD0B7G00000000000000000"),
        order=order,
        draft=draft.return_id,
        of_kinds=_of_kinds(house, member.email),
        unfinished=unfinished.return_id,
        done=done.return_id,
        ended=_ended(house, member.email) | _moved_on(house, member.email),
        recalled=counter.fresh_code(BatchStatus.RECALLED),
        genuine=counter.fresh_code(),
        suspect=suspect,
    )


def _of_kinds(house: House, email: str) -> OfKinds:
    """A draft of a store's order."""
    number, at = house.new_number(), house.clock() - timedelta(days=2)
    event = paid(*_LINES[:1], number=number, at=at, email=email)
    event = replace(event, purchase=replace(event.purchase, channel="store"))
    draft = house.draft(house.orders.record(event, actor=ORDERS_INGEST), new_id("ret", at))
    house.add_good_photo(draft, EvidenceKind.WHOLE_PRODUCT)
    house.add_good_photo(draft)
    label, close_up = (
        house.add_good_photo(draft, kind)
        for kind in (EvidenceKind.SERIAL_CODE, EvidenceKind.CLOSE_UP)
    )
    for mark in (Mark(2400, 3100, "A scratch"), Mark(9800, 9900, "Glue, all along the lower edge")):
        house.returns.mark(draft.email_key, draft.return_id, close_up.evidence_id, mark)
    waiting = house.returns.add_photo(
        draft.email_key, draft.return_id, "image/jpeg", EvidenceKind.RECEIPT, actor=CUSTOMER
    )
    return OfKinds(draft.return_id, close_up.evidence_id, label.evidence_id, waiting.evidence_id)


def _ended(house: House, email: str) -> dict[str, str]:
    """Returns that were submitted, or came to nothing, by what became of them."""
    key, found = email_key_of(email), {}
    for name in ("submitted", "cancelled", "discarded", "lapsed"):
        order = house.delivered_order(*_LINES[:1], email=email)
        ret = house.draft(order, new_id("ret", house.clock()))
        house.add_good_photo(ret)
        found[name] = ret.return_id
    for name in ("submitted", "cancelled"):
        house.returns.submit(key, found[name], actor=CUSTOMER)
    house.returns.cancel(key, found["cancelled"], actor=CUSTOMER)
    house.returns.discard(key, found["discarded"], actor=CUSTOMER)
    draft = house.returns.owned(key, found["lapsed"])
    late = replace(draft, evidence_due_at=house.clock() - timedelta(minutes=1))
    house.returns.store.save_draft(late)
    return found


def _moved_on(house: House, email: str) -> dict[str, str]:
    """Returns that went on after their submission, by how far they got."""
    found = {"in review": _in_review(house, email), "asked for more": _asked(house, email)}
    for name in ("declined", "in transit", "arrived", "refunded"):
        ret = house.draft(
            house.delivered_order(*_LINES[:1], email=email),
            new_id("ret", house.clock()),
            units={"1": 2},
        )
        house.add_good_photo(ret)
        ret = house.returns.submit(email_key_of(email), ret.return_id, actor=CUSTOMER)
        found[name] = ret.return_id
        if name == "declined":
            _refund(house, ret.order_number, Refund({"1": 1}))
        house.returns.approve(ret.return_id, actor=WORKER)
        if name == "declined":
            continue
        house.make_label(ret.return_id)
        for kind in (ScanKind.IN_TRANSIT, ScanKind.DELIVERED)[: 1 if name == "in transit" else 2]:
            scanned = LabelScanned(
                ret.return_id, "lbl_1", ret.ticket, "5061", "The Post", False, kind, house.clock()
            )
            house.returns.record_scan(scanned, actor=WORKER)
        if name == "refunded":
            _refund(house, ret.order_number, Refund({"1": 2}, ticket=ret.ticket))
            returns = house.returns
            SettlingService(
                returns.store, house.orders, house.clock, returns.entropy
            ).record_refunds(ret.order_number, actor=WORKER)
    return found


def _in_review(house: House, email: str) -> str:
    """A return that waits for a person, under rules by which any is worth too much."""
    order = house.delivered_order(*_LINES[:1], email=email)
    draft = house.draft(order, new_id("ret", house.clock()))
    house.add_good_photo(draft)
    ret = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    returns = screening_by(house.returns, rules(limits={"US": {"USD": 1}}))
    returns.approve(ret.return_id, actor=WORKER)
    return ret.return_id


def _asked(house: House, email: str) -> str:
    """A return of which staff asked for a close-up; one was sent since."""
    ret = house.returns.owned(email_key_of(email), _in_review(house, email))
    now = house.clock()
    due_at = now + timedelta(days=14)
    wanted = EvidenceRequest(
        (EvidenceKind.CLOSE_UP,), "Please show us the left ear.", staff("stf_1"), now, due_at
    )
    asked = replace(ret, status=ReturnStatus.NEEDS_EVIDENCE, review=Review(now, wanted=wanted))
    house.returns.store.save_draft(asked)
    house.add_good_photo(asked, EvidenceKind.CLOSE_UP)
    return ret.return_id


def _refund(house: House, order_number: str, refund: Refund) -> None:
    house.orders.record(
        OrderRefunded(order_number, house.clock(), "rf-1", refund), actor=ORDERS_INGEST
    )


def _of_returns(cast: Cast, mine: str) -> Iterator[Scene]:
    """The pages of choosing and of a return."""
    order = f"/orders/{cast.order.order_number}"
    yield Scene("order", order, mine)
    yield Scene("item", f"{order}/item?line=2", mine)
    yield _refused("item, refused", f"{order}/item?line=2", mine, {"line": "2", "units": "x"})
    draft, done = f"/returns/{cast.draft}", f"/returns/{cast.done}"
    yield Scene("return, draft", draft, mine)
    yield from _of_photos(cast.of_kinds, mine)
    yield Scene("return, answers", f"{draft}/check", mine)
    yield Scene("return, questions", f"/returns/{cast.unfinished}/check", mine)
    yield Scene("return, before discarding", f"{draft}/discard", mine)
    yield Scene("return, done", done, mine)
    yield Scene("return, before cancelling", f"{done}/cancel", mine)
    for name, return_id in cast.ended.items():
        yield Scene(f"return, {name}", f"/returns/{return_id}", mine)


def _of_photos(kinds: OfKinds, mine: str) -> Iterator[Scene]:
    """A draft's photos kind by kind, and the pages of one photo."""
    draft = f"/returns/{kinds.draft}"
    yield Scene("return, photos by kind", draft, mine)
    yield Scene("photo, to send", f"{draft}/photos/{kinds.waiting}", mine)
    yield Scene("photo, marked", f"{draft}/photos/{kinds.close_up}", mine)
    yield Scene("photo, of a label", f"{draft}/photos/{kinds.serial_code}", mine)
    marked = f"{draft}/photos/{kinds.close_up}"
    yield _refused("photo, mark refused", marked, mine, {"text": ""}, f"{marked}/marks")


def scenes(cast: Cast) -> Iterator[Scene]:
    """Each page and state, with the cookies that lead there."""
    mine, nobody, asking = (_cookies(each) for each in (cast.member, cast.stranger, cast.asking))
    yield Scene("find", "/")
    yield Scene("find, signed out", "/?to=/orders")
    yield _refused("find, refused", "/", "", {"order_number": "?", "email": "x"})
    yield Scene("code", "/code", asking)
    yield _refused("code, unreadable", "/code", asking, {"code": "12"})
    yield Scene("orders", "/orders", mine)
    yield Scene("orders, none", "/orders", nobody)
    yield from _of_returns(cast, mine)
    yield Scene("points", "/points", mine)
    yield Scene("points, history", "/points/history", mine)
    yield Scene("points, none", "/points", nobody)
    for page in ("contact", "privacy", "accessibility", "unboxing", "policy"):
        yield Scene(page, f"/{page}")
    yield Scene("nowhere", "/nothing/here")
    yield Scene("nowhere, signed in", "/returns/ret_00000000000000000000000000", mine)
    yield Scene("check", "/authenticity")
    yield Scene("check, damaged link", "/01/x/21/y")
    yield Scene("check, mistyped", "/authenticity?code=7K4M2U9D&state=checked")
    yield Scene("check, unanswered", "/authenticity?code=7K4M&state=unanswered")
    yield Scene("verdict, not issued", f"/authenticity?code={counter.FORGED}&state=checked")
    for name in ("genuine", "suspect", "recalled"):
        yield _checked(f"verdict, {name}", getattr(cast, name))


def _cookies(session: CustomerSession) -> str:
    return sessions_of(SIGNING_KEY.encode(), secure=False).write(session).partition(";")[0]


def _refused(name: str, path: str, cookies: str, form: dict[str, str], action: str = "") -> Scene:
    """The page after a form that was refused; `action` is where it was sent, if not there."""
    browser = Browser(cookie=cookies)
    browser.get(path)
    browser.post(action or path, **form)
    return Scene(name, path, browser.cookie)


def _checked(name: str, code: str) -> Scene:
    browser = Browser()
    browser.get("/authenticity")
    return Scene(name, browser.post("/authenticity", code=code).location, browser.cookie)


def in_language(scene: Scene, language: str) -> str:
    """The scene's path in that language."""
    joint = "&" if "?" in scene.path else "?"
    return f"{scene.path}{joint}{urlencode({'lang': language})}"
