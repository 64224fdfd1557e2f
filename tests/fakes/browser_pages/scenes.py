"""Every page of the portal and the check page, in the states that a customer meets."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from playwright.sync_api import Page

from aftercare.batches.model import BatchStatus
from aftercare.evidence.model import EvidenceKind, Mark
from aftercare.kernel.actor import CUSTOMER, staff
from aftercare.kernel.clock import utc_now
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
from aftercare.points.unsubscribing import path_of
from aftercare.returns.judgement import EvidenceRequest, Review
from aftercare.returns.model import ParcelWay, ReturnStatus
from aftercare.web.customers import CustomerSession, anonymous, signed_in, writing
from portal.edge import sessions_of
from tests.fakes import counter, points_desk
from tests.fakes.batch_pictures import kept_picture
from tests.fakes.browser import SIGNING_KEY, Browser
from tests.fakes.browser_pages.arrived import settled
from tests.fakes.browser_pages.filmed import Filmed, filmed, has_failed, is_sending
from tests.fakes.browser_pages.pictured import pictured
from tests.fakes.browser_pages.talking import invited, talking, talks_on
from tests.fakes.browser_pages.tracked import DAYS, tracked, tracking_of
from tests.fakes.house import WORKER, House, every_format, papers_abroad, plain_page
from tests.fakes.orders import ORDERS_INGEST, paid, shipped
from tests.fakes.resolved import Shop, shop_of
from tests.fakes.screening import rules, screening_by
from tests.fakes.several import in_parcels

_LINES = (
    OrderLine("1", "FIG-1", "Moon Hare 400% Figure", ProductKind.FIGURE, 2, 8900),
    OrderLine("2", "BB-1", "Tiny Tide Series Blind Box", ProductKind.BLIND_BOX, 6, 1600),
    OrderLine(
        "3", "PN-1", "Night Parade POP NOW Box", ProductKind.POP_NOW, 1, 1800, opened_online=True
    ),
)


@dataclass(frozen=True)
class Scene:
    """A page as it is opened: its path, and the cookies that the browser sends.

    `then` is what its visitor does first, where a script shows what the server does not know.
    """

    name: str
    path: str
    cookies: str = ""
    then: Callable[[Page], None] | None = None


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
    filmed: Filmed
    unfinished: str
    done: str
    ended: dict[str, str]
    settled: Mapping[str, str]
    tracked: Mapping[str, str]
    talks: Mapping[str, str]
    picture: str
    recalled: str
    genuine: str
    suspect: str


def cast(house: House, tables: Mapping[str, str]) -> Cast:
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
    house.make_label(done.return_id, every_format)
    for days in (1, 20, 200, 364):
        points_desk.earned_long_ago(member.member_id, 1_130 + days, days)
    points_desk.hold(member.member_id, 120)
    shop = shop_of(house, dict(tables))
    counter.stock(tables["BatchesTable"], kept_picture())
    suspect = counter.fresh_code()
    for each in range(3):
        counter.customer_checks(suspect, f"somebody {each}")
    talks = talking(tables, member.email, order.order_number)
    thread = talks_on(tables).tickets.thread(email_key_of(member.email), talks["just sent"])
    return Cast(
        member=signed_in(email_key_of(member.email)),
        stranger=signed_in(email_key_of("nobody@example.com")),
        asking=replace(anonymous(), requests="sgn_01JXD0B7G00000000000000000"),
        order=order,
        draft=draft.return_id,
        of_kinds=_of_kinds(house, member.email),
        filmed=filmed(house, member.email, _LINES[0]),
        unfinished=unfinished.return_id,
        done=done.return_id,
        ended=_ended(house, member.email) | _moved_on(house, shop, member.email),
        settled=settled(shop, tables, member.email, _LINES),
        tracked=tracked(house, member.email),
        talks=talks | {"wechat": invited()},
        picture=pictured(thread, utc_now),
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


def _moved_on(house: House, shop: Shop, email: str) -> dict[str, str]:
    """Returns that went on after their submission, by how far they got."""
    found = {"in review": _in_review(house, email), "asked for more": _asked(house, email)}
    found["several labels"] = _several_labels(house, email)
    for name in ("declined", "across a border", "in transit", "arrived", "refunded"):
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
        house.make_label(ret.return_id, papers_abroad if name == "across a border" else plain_page)
        if name == "across a border":
            continue
        for kind in (ScanKind.IN_TRANSIT, ScanKind.DELIVERED)[: 1 if name == "in transit" else 2]:
            scanned = LabelScanned(
                ret.return_id, "lbl_1", ret.ticket, "5061", "The Post", False, kind, house.clock()
            )
            house.returns.record_scan(scanned, actor=WORKER)
        if name == "refunded":
            shop.refund(ret, f"rf-{ret.ticket}", units={"1": 2})
    return found


def _several_labels(house: House, email: str) -> str:
    """In four parcels: a label of each state, one that is still being made; one more may be had."""
    draft = house.draft(
        house.delivered_order(replace(_LINES[0], quantity=5), email=email),
        new_id("ret", house.clock()),
        units={"1": 5},
    )
    house.add_good_photo(draft)
    ret = house.returns.submit(draft.email_key, draft.return_id, actor=CUSTOMER)
    house.returns.approve(ret.return_id, actor=WORKER)
    ret = in_parcels(house, house.make_label(ret.return_id, every_format), 3)
    ret = house.returns.add_parcel(ret.email_key, ret.return_id, 4, actor=CUSTOMER)
    voided = replace(house.returns.owned(ret.email_key, ret.return_id), ways={2: ParcelWay.VOIDED})
    house.returns.store.save_claim(voided)
    return ret.return_id


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
    yield from _of_videos(cast.filmed, mine)
    yield Scene("return, answers", f"{draft}/check", mine)
    yield Scene("return, questions", f"/returns/{cast.unfinished}/check", mine)
    yield Scene("return, before discarding", f"{draft}/discard", mine)
    yield Scene("return, done", done, mine)
    yield Scene("return, before cancelling", f"{done}/cancel", mine)
    for name, return_id in (*cast.ended.items(), *cast.settled.items()):
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


def _of_videos(filmed: Filmed, mine: str) -> Iterator[Scene]:
    """A draft's videos, from choosing one to what became of it."""
    begun = f"/returns/{filmed.begun}"
    yield Scene("return, videos judged", f"/returns/{filmed.judged}", mine)
    yield Scene("return, video stopped", begun, mine)
    yield Scene("return, video sending", begun, mine, is_sending)
    yield Scene("return, video failed", begun, mine, has_failed)
    yield Scene("video, to send", f"{begun}/videos/{filmed.waiting}", mine)


def scenes(cast: Cast) -> Iterator[Scene]:
    """Each page and state, with the cookies that lead there."""
    mine, nobody, asking = (_cookies(each) for each in (cast.member, cast.stranger, cast.asking))
    yield Scene("find", "/")
    yield Scene("find, signed out", "/?to=/orders")
    yield Scene("find, to write to us", "/?to=/messages")
    yield _refused("find, refused", "/", "", {"order_number": "?", "email": "x"})
    yield Scene("code", "/code", asking)
    yield _refused("code, unreadable", "/code", asking, {"code": "12"})
    yield Scene("orders", "/orders", mine)
    yield Scene("orders, none", "/orders", nobody)
    yield from _of_returns(cast, mine)
    yield Scene("points, signed out", "/points/sign-in")
    yield _refused("points, sign-in refused", "/points/sign-in", "", {"email": "x"})
    yield Scene("points", "/points", mine)
    yield Scene("points, history", "/points/history", mine)
    yield Scene("points, card", "/points/card", mine)
    yield Scene("points, none", "/points", nobody)
    collector = points_desk.members().by_email(cast.member.email_key)
    assert collector
    yield Scene("points, reminders", path_of(SIGNING_KEY.encode(), collector.member_id))
    for page in ("contact", "privacy", "accessibility", "unboxing", "policy", "page-errors"):
        yield Scene(page, f"/{page}")
    yield from _of_messages(cast, mine, nobody)
    yield from _of_parcels(cast, mine)
    yield Scene("nowhere", "/nothing/here")
    yield Scene("nowhere, signed in", "/returns/ret_00000000000000000000000000", mine)
    yield Scene("check", "/authenticity")
    yield Scene("check, damaged link", "/01/x/21/y")
    yield Scene("check, mistyped", "/authenticity?code=7K4M2U9D&state=checked")
    yield Scene("check, unanswered", "/authenticity?code=7K4M&state=unanswered")
    yield Scene("verdict, not issued", f"/authenticity?code={counter.FORGED}&state=checked")
    for name in ("genuine", "suspect", "recalled"):
        yield _checked(f"verdict, {name}", getattr(cast, name))
    yield _checked_by_link("verdict, link of another product", counter.fresh_code())
    yield _checked_since("verdict, checked since", counter.fresh_code())
    yield _checked("verdict, strongly suspect", counter.sold_twice(counter.fresh_code()))
    reference = counter.customer_checks(counter.fresh_code(), "scene").reference
    for kind in ("mine", "fake"):
        yield Scene(f"claim, {kind}", f"/authenticity/claims?kind={kind}&reference={reference}")
    for outcome in ("taken", "enough", "decided"):
        yield Scene(
            f"claimed, {outcome}",
            f"/authenticity/claims?kind=mine&reference={reference}&outcome={outcome}",
        )
    form = f"/authenticity/claims?kind=mine&reference={reference}"
    yield Scene("claim, without words", form, then=_sends_blanks)
    yield Scene("claim, with no address", form, then=_sends_no_address)


def _sends_blanks(page: Page) -> None:
    page.locator("textarea").fill(" ")
    page.locator("form button.primary").click()
    page.locator("[aria-invalid]").wait_for()


def _sends_no_address(page: Page) -> None:
    page.locator("textarea").fill("From a stall on Main Street, in May.")
    page.locator("#email").fill("mei at example")
    page.locator("form button.primary").click()
    page.locator("#email[aria-invalid]").wait_for()


def _of_messages(cast: Cast, mine: str, nobody: str) -> Iterator[Scene]:
    """The customer's conversations with the desk, and the form of a new one."""
    yield Scene("messages", "/messages", mine)
    yield Scene("messages, none", "/messages", nobody)
    yield Scene("messages, way in", "/messages/sign-in")
    yield _refused("messages, way in refused", "/messages/sign-in", "", {"email": "x"})
    new = "/messages/new"
    yield Scene("message, new", new, mine)
    yield Scene("message, about a return", f"{new}?return={cast.done}", mine)
    yield _refused("message, without words", new, mine, {"topic": "order", "words": " "})
    yield _refused("message, of nobody", new, nobody, {"topic": "order", "words": "Hello?"})
    yield Scene("message, much too long", f"{new}?about=other", mine, _sends_a_book)
    yield Scene("message, signed out", f"{new}?about=other", mine, _sends_a_book_signed_out)
    numbers = {name: each for name, each in cast.talks.items() if name != "wechat"}
    for name, number in numbers.items():
        yield Scene(f"message, {name}", f"/messages/{number}", mine)
    sent = f"/messages/{cast.talks['just sent']}/pictures"
    yield Scene("message, photos", sent, mine)
    yield Scene("message, a photo", f"{sent}/{cast.picture}", mine)
    yield Scene("message, photos too late", f"/messages/{cast.talks['solved']}/pictures", mine)
    number = cast.talks["answered"]
    yield Scene("paper code", "/messages/paper", mine)
    yield _refused("paper code, of nothing", "/messages/paper", mine, {"code": "4829"})
    yield Scene("wechat", cast.talks["wechat"], mine)
    yield Scene("hand-over, of a ticket", f"/messages/{number}/hand-over", mine)
    yield Scene("hand-over, code", f"/returns/{cast.done}/hand-over", mine, _shows_a_code)
    request = "sgn_01JXD0B7G00000000000000000"
    alone = _cookies(writing(cast.member.email_key, request))
    yield Scene(
        "code, of a mailbox", "/code", _cookies(replace(writing("", request), requests=request))
    )
    yield Scene("messages, by mailbox alone", "/messages", alone)
    yield Scene("message, new, by mailbox alone", new, alone)
    yield Scene("message, of an error of the shop", f"{new}?error=high_risk", alone)
    yield Scene("message, by mailbox alone", f"/messages/{cast.talks['answered']}", alone)


def _shows_a_code(page: Page) -> None:
    page.locator("main form button").click()
    page.locator(".shown svg").wait_for()


# More than a cookie holds, whatever packs it.
_BOOK = "".join(map(chr, range(0x4E00, 0x4E00 + 4_001)))


def _sends_a_book(page: Page) -> None:
    page.locator("textarea").fill(_BOOK)
    page.locator("main form button.primary").click()
    page.locator("[aria-invalid]").wait_for()


def _sends_a_book_signed_out(page: Page) -> None:
    page.locator("textarea").fill(_BOOK[1:])
    page.context.clear_cookies()
    page.locator("main form button.primary").click()
    page.locator("form [role=alert]").wait_for()


def _of_parcels(cast: Cast, mine: str) -> Iterator[Scene]:
    """The page that says where an order is, to anybody and to its owner."""
    yield Scene("track", "/track")
    yield Scene("track, unreadable", "/track?number=hello")
    yield Scene("track, nothing", "/track?number=PM-2000-1")
    yield Scene("track, a carrier's number", "/track?number=1Z999AA10123456784")
    yield Scene("track, ambiguous", "/track?number=420112139261290983497923666238")
    for name, number in cast.tracked.items():
        # What strangers see of a carrier's news has the same shape each time.
        if name in {*DAYS, "silent"}:
            yield Scene(f"track, {name}", f"/track?number={number}")
        yield Scene(f"track, {name}, own", f"/track?number={number}", mine)
    yield Scene("track, a number of ours", f"/track?number={tracking_of(cast.tracked['unhanded'])}")


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


def _checked_by_link(name: str, code: str) -> Scene:
    """The answer to a check by a label's link that names another product than the code's."""
    return _checked(name, f"https://returns.example.com/01/04006381333931/21/{code}")


def _checked_since(name: str, code: str) -> Scene:
    """The answer to somebody's check, looked at again after others have checked the code."""
    scene = _checked(name, code)
    for visitor in "abc":
        counter.customer_checks(code, visitor)
    return scene


def in_language(scene: Scene, language: str) -> str:
    """The scene's path in that language."""
    joint = "&" if "?" in scene.path else "?"
    return f"{scene.path}{joint}{urlencode({'lang': language})}"
